/*
 * CropAndResize: a crop for each box, resized; the rule is in ops/crop_and_resize.h.
 *
 * Shapes   x [N,H,W,C], boxes [R,4], images R numbers -> y [R,crop_h,crop_w,C].
 * Types    f32 -> f32.
 * Sources  TensorFlow CropAndResize (crop_size is a constant there); DLC CropAndResize (documented,
 *          not seen; names are ours).
 */
#include "model/ops/crop_and_resize.h"

#include <math.h>

#include "model/graph.h"
#include "model/ops/rows.h"

enum { X, BOXES, IMAGES };

#define AT(member) offsetof(struct crop_and_resize_attrs, member)

static const char *const methods[] = {"bilinear", "nearest", NULL};

static const struct attr_spec crop_and_resize_specs[] = {
    {"crop_h", "crop_height", ATTR_I32, AT(crop_h), .preset = 1, .least = 1, .most = 32767,
     .help = "rows of a crop"},
    {"crop_w", "crop_width", ATTR_I32, AT(crop_w), .preset = 1, .least = 1, .most = 32767,
     .help = "columns of a crop"},
    {"method", "interpolation_method", ATTR_ENUM, AT(method), .words = methods,
     .help = "between places"},
    {"extrapolation_value", "extrapolation_value", ATTR_F32, AT(extrapolation_value),
     .least = -INFINITY, .most = INFINITY, .help = "what is outside"},
    {0},
};

static int crop_and_resize_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct crop_and_resize_attrs *attrs = node->attrs;
    uint32_t rows, width;
    int r = op_check_rank(node, X, 4, fault);

    if (r == 0)
        r = rows_of(node, BOXES, "the boxes", 4, 4, &rows, &width, fault);
    if (r == 0)
        r = op_check_count(node, IMAGES, "the image of each box", rows, fault);
    if (r == 0)
        out[0] = (struct shape){
            4, {rows, (uint32_t)attrs->crop_h, (uint32_t)attrs->crop_w, node->in[X]->shape.dim[3]}};
    return r;
}

const struct op_def op_crop_and_resize = {
    .name = "CropAndResize",
    .n_inputs = {3, 3},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct crop_and_resize_attrs),
    .attrs = crop_and_resize_specs,
    .infer = crop_and_resize_infer,
};
