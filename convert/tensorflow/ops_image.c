/* Pictures: sizes, blocks, crops. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "convert/emit.h"
#include "convert/layout.h"
#include "convert/tensorflow/tf_attr.h"
#include "convert/tensorflow/tf_ops.h"
#include "convert/tensorflow/tf_window.h"
#include "model/ops/crop_and_resize.h"
#include "model/ops/depth_to_space.h"
#include "model/ops/extract_glimpse.h"
#include "model/ops/projective_transform.h"
#include "model/ops/space_to_depth.h"

/* Height and width out of input I. */
static int read_sizes(struct conversion *c, uint32_t i, int32_t *ret_h, int32_t *ret_w)
{
    struct ints sizes;
    int r = tf_input_ints(c, i, "the size", &sizes);

    if (r < 0)
        return r;
    for (uint32_t k = 0; k < sizes.n; k++)
        if (sizes.v[k] < 1 || sizes.v[k] > INT32_MAX)
            return conversion_unsupported(c, "check the model", "a size of %" PRId64, sizes.v[k]);
    if (sizes.n != 2)
        return conversion_unsupported(c, "check the model", "%u sizes, not 2", sizes.n);
    *ret_h = (int32_t)sizes.v[0];
    *ret_w = (int32_t)sizes.v[1];
    return 0;
}

/* Where samples lie: ops/resize.h says what TensorFlow means. */
static int read_coordinates(struct conversion *c, struct resize_attrs *attrs)
{
    bool corners, centers;
    int r = tf_attr_bool(c, "align_corners", false, &corners);

    if (r == 0)
        r = tf_attr_bool(c, "half_pixel_centers", false, &centers);
    if (r < 0)
        return r;
    if (corners && centers)
        return conversion_unsupported(c, "check the model",
                                      "align_corners together with half_pixel_centers");
    attrs->rounding = RESIZE_FLOOR;
    attrs->coordinates = RESIZE_ASYMMETRIC;
    if (corners) {
        attrs->coordinates = RESIZE_ALIGN_CORNERS;
        attrs->rounding = RESIZE_ROUND_PREFER_CEIL;
    } else if (centers) {
        attrs->coordinates =
            attrs->mode == RESIZE_NEAREST ? RESIZE_TF_HALF_PIXEL_FOR_NN : RESIZE_HALF_PIXEL;
    }
    return 0;
}

int tf_resize(struct conversion *c)
{
    struct resize_attrs attrs = {.mode = RESIZE_BILINEAR};
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (strcmp(c->node->op, "ResizeNearestNeighbor") == 0)
        attrs.mode = RESIZE_NEAREST;
    if (r == 0)
        r = read_sizes(c, 1, &attrs.height, &attrs.width);
    if (r == 0)
        r = read_coordinates(c, &attrs);
    if (r == 0 && x->shape.rank != 4)
        r = conversion_unsupported(c, "check the model", "an input of rank %u, not 4",
                                   x->shape.rank);
    return r < 0 ? r : emit_resize(c, x, 1, 2, &attrs);
}

static int read_block(struct conversion *c, int32_t *ret)
{
    int64_t block;
    int r = tf_attr_int(c, "block_size", 0, &block);

    if (r == 0 && (block < 1 || block > INT16_MAX))
        r = conversion_unsupported(c, "check the model", "block_size is missing or out of range");
    *ret = r < 0 ? 0 : (int32_t)block;
    return r;
}

int tf_depth_to_space(struct conversion *c)
{
    struct depth_to_space_attrs to_space = {.mode = DEPTH_TO_SPACE_DCR};
    struct space_to_depth_attrs to_depth;
    bool space = strcmp(c->node->op, "DepthToSpace") == 0;
    uint32_t in;
    struct node_spec spec = {.inputs = &in, .n_inputs = 1};
    struct tensor *x;
    struct view view;
    int r = tf_window_input(c, 0, &x, &in, &view);

    if (r == 0)
        r = read_block(c, &to_depth.factor);
    to_space.factor = to_depth.factor;
    spec.op = space ? OP_DEPTH_TO_SPACE : OP_SPACE_TO_DEPTH;
    spec.attrs = space ? (const void *)&to_space : &to_depth;
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

/* Inputs 0 to N - 1 in the order of the file. */
static int bring_inputs(struct conversion *c, uint32_t n, uint32_t *in)
{
    struct view view = view_identity();
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < n; i++) {
        struct tensor *x;

        r = conversion_activation(c, i, &x);
        if (r == 0)
            r = layout_bring(c, x, &view, &in[i]);
    }
    return r;
}

/* CropAndResize(x, boxes, image of each box, size). */
int tf_crop_and_resize(struct conversion *c)
{
    struct crop_and_resize_attrs attrs = {.method = CROP_BILINEAR};
    uint32_t in[3];
    struct node_spec spec = {
        .op = OP_CROP_AND_RESIZE, .attrs = &attrs, .inputs = in, .n_inputs = 3};
    struct view view = view_identity();
    const char *method;
    int r = tf_attr_text(c, "method", "bilinear", &method);

    if (r == 0)
        r = tf_attr_float(c, "extrapolation_value", 0, &attrs.extrapolation_value);
    if (r == 0)
        r = read_sizes(c, 3, &attrs.crop_h, &attrs.crop_w);
    if (r < 0)
        return r;
    if (strcmp(method, "nearest") == 0)
        attrs.method = CROP_NEAREST;
    else if (strcmp(method, "bilinear") != 0)
        return conversion_unsupported(c, "check the model", "method \"%.40s\" is unknown", method);
    r = bring_inputs(c, 3, in);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

/* ExtractGlimpse(x, size, offsets). */
int tf_extract_glimpse(struct conversion *c)
{
    struct extract_glimpse_attrs attrs = {.exact = strcmp(c->node->op, "ExtractGlimpseV2") == 0};
    uint32_t in[2];
    struct node_spec spec = {
        .op = OP_EXTRACT_GLIMPSE, .attrs = &attrs, .inputs = in, .n_inputs = 2};
    struct view view = view_identity();
    struct tensor *x, *offsets;
    const char *noise;
    bool uniform;
    int r = tf_attr_bool(c, "centered", true, &attrs.centered);

    if (r == 0)
        r = tf_attr_bool(c, "normalized", true, &attrs.normalized);
    if (r == 0)
        r = tf_attr_bool(c, "uniform_noise", true, &uniform);
    if (r == 0)
        r = tf_attr_text(c, "noise", uniform ? "uniform" : "gaussian", &noise);
    if (r == 0 && strcmp(noise, "zero") != 0)
        r = conversion_unsupported(c, "extract it with noise=\"zero\"",
                                   "noise \"%.40s\", which is random, outside of the picture",
                                   noise);
    if (r == 0)
        r = read_sizes(c, 1, &attrs.glimpse_h, &attrs.glimpse_w);
    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r == 0)
        r = conversion_activation(c, 2, &offsets);
    if (r == 0)
        r = layout_bring(c, x, &view, &in[0]);
    if (r == 0)
        r = layout_bring(c, offsets, &view, &in[1]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

/* ImageProjectiveTransform(V2, V3)(x, transforms, size, fill value). */
int tf_projective_transform(struct conversion *c)
{
    struct projective_transform_attrs attrs = {.method = PROJECTIVE_BILINEAR};
    uint32_t in[2];
    struct node_spec spec = {
        .op = OP_PROJECTIVE_TRANSFORM, .attrs = &attrs, .inputs = in, .n_inputs = 2};
    struct view view = view_identity();
    const char *method, *fill;
    double value = 0;
    int r = tf_attr_text(c, "interpolation", "NEAREST", &method);

    if (r == 0)
        r = tf_attr_text(c, "fill_mode", "CONSTANT", &fill);
    if (r == 0 && conversion_input(c, 2))
        r = read_sizes(c, 2, &attrs.output_h, &attrs.output_w);
    if (r == 0 && conversion_input(c, 3))
        r = tf_input_number(c, 3, "the fill value", &value);
    if (r == 0)
        r = bring_inputs(c, 2, in);
    if (r < 0)
        return r;
    if (strcmp(fill, "CONSTANT") != 0 || value != 0)
        return conversion_unsupported(c, "fill with CONSTANT 0", "fill_mode \"%.40s\" with %g",
                                      fill, value);
    if (strcmp(method, "NEAREST") == 0)
        attrs.method = PROJECTIVE_NEAREST;
    return conversion_emit(c, 0, &spec, &view);
}
