/*
 * Resize: an image in another size, by samples between or beside those of x; ops/resize.h says
 * where they lie.
 *
 * Shapes   x [N,H,W,C] -> y [N,oH,oW,C]; oH and oW are height and width, or floor(in * scale).
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe Interp, Upsample; Caffe2 ResizeNearest, UpsampleBilinear; ONNX Upsample, Resize
 *          (linear, nearest, cubic); TensorFlow ResizeBilinear, ResizeNearestNeighbor; DLC Scaling
 *          (resize_mode 0 was seen).
 */
#include "model/ops/resize.h"

#include <float.h>
#include <math.h>

#include "base/error.h"
#include "model/graph.h"

static const char *const modes[] = {"bilinear", "nearest", "cubic", NULL};
static const char *const coordinates[] = {
    "asymmetric",           "align_corners",        "half_pixel", "pytorch_half_pixel",
    "tf_half_pixel_for_nn", "half_pixel_symmetric", NULL};
static const char *const roundings[] = {"floor", "round_prefer_floor", "round_prefer_ceil", "ceil",
                                        NULL};

static const struct attr_spec resize_specs[] = {
    {"mode", "resize_mode", ATTR_ENUM, offsetof(struct resize_attrs, mode), .words = modes,
     .help = "how a sample is made of its neighbours"},
    {"coordinates", "coordinates", ATTR_ENUM, offsetof(struct resize_attrs, coordinates),
     .words = coordinates, .help = "where the samples lie"},
    {"rounding", "rounding", ATTR_ENUM, offsetof(struct resize_attrs, rounding), .words = roundings,
     .help = "which neighbour is the nearest"},
    {"height", NULL, ATTR_I32, offsetof(struct resize_attrs, height), .least = 0, .most = INT32_MAX,
     .help = "rows; 0: by the scale"},
    {"width", NULL, ATTR_I32, offsetof(struct resize_attrs, width), .least = 0, .most = INT32_MAX,
     .help = "columns; 0: by the scale"},
    {"scale_h", "scale_h", ATTR_F32, offsetof(struct resize_attrs, scale_h), .least = 0,
     .most = FLT_MAX, .help = "rows of y for one of x; 0: by the height"},
    {"scale_w", "scale_w", ATTR_F32, offsetof(struct resize_attrs, scale_w), .least = 0,
     .most = FLT_MAX, .help = "columns of y for one of x; 0: by the width"},
    {"cubic_a", "cubic_a", ATTR_F32, offsetof(struct resize_attrs, cubic_a), .preset = -0.75,
     .least = -FLT_MAX, .most = FLT_MAX, .help = "coefficient of the cubic"},
    {"exclude_outside", "exclude_outside", ATTR_BOOL,
     offsetof(struct resize_attrs, exclude_outside),
     .help = "a cubic leaves out what lies outside x"},
    {0},
};

static int set_side(struct shape *y, uint32_t axis, uint32_t in, int32_t size, float scale,
                    struct fault *fault)
{
    double scaled = floor((double)in * (double)scale);

    if (size == 0 && scale == 0)
        return fail(fault, E_OP_ATTR, "axis %u has neither a size nor a scale", axis);
    if (size == 0 && scaled > SHAPE_BYTES_MAX)
        return fail(fault, E_SHAPE, "axis %u would have the size %.10g", axis, scaled);
    return op_set_dim(y, axis, size ? (uint64_t)size : (uint64_t)scaled, fault);
}

static int resize_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct resize_attrs *resize = node->attrs;
    struct shape y = node->in[0]->shape;
    int r = op_check_rank(node, 0, 4, fault);

    if (r == 0)
        r = set_side(&y, 1, y.dim[1], resize->height, resize->scale_h, fault);
    if (r == 0)
        r = set_side(&y, 2, y.dim[2], resize->width, resize->scale_w, fault);
    if (r == 0)
        out[0] = y;
    return r;
}

const struct op_def op_resize = {
    .name = "Resize",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct resize_attrs),
    .attrs = resize_specs,
    .infer = resize_infer,
};
