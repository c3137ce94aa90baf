/*
 * RoiAlign: points of each cell of a grid over each roi; the rule is in ops/roi_align.h.
 *
 * Shapes   x [N,H,W,C], rois [R,4] or [R,5], images R numbers or absent (with [R,5] they must be)
 *          -> y [R,pooled_h,pooled_w,C].
 * Types    f32 -> f32.
 * Sources  ONNX RoiAlign (before opset 16 output_half_pixel); Caffe2 RoIAlign (avg, rois of 4 or 5,
 *          aligned); DLC RoiAlign is ours.
 */
#include "model/ops/roi_align.h"

#include "base/error.h"
#include "model/graph.h"
#include "model/ops/rows.h"

enum { X, ROIS, IMAGES };

#define AT(member) offsetof(struct roi_align_attrs, member)

static const char *const modes[] = {"avg", "max", NULL};

static const struct attr_spec roi_align_specs[] = {
    {"mode", "mode", ATTR_ENUM, AT(mode), .words = modes,
     .help = "what the points of a cell become"},
    {"pooled_h", "pooled_size_h", ATTR_I32, AT(pooled_h), .preset = 1, .least = 1, .most = 32767,
     .help = "rows of the grid"},
    {"pooled_w", "pooled_size_w", ATTR_I32, AT(pooled_w), .preset = 1, .least = 1, .most = 32767,
     .help = "columns of the grid"},
    {"sampling_ratio", "sampling_ratio", ATTR_I32, AT(sampling_ratio), .least = 0, .most = 1024,
     .help = "points of a cell in each direction; 0: one for each place"},
    {"spatial_scale", "spatial_scale", ATTR_F32, AT(spatial_scale), .preset = 1, .least = 1e-9,
     .most = 1e9, .help = "places of x for a pixel of the rois"},
    {"aligned", "aligned", ATTR_BOOL, AT(aligned), .help = "move the corners by half a place"},
    {0},
};

static int check_images(const struct infer *node, uint32_t rows, uint32_t width,
                        struct fault *fault)
{
    if (node->n_in <= IMAGES || !node->in[IMAGES])
        return 0;
    if (width == 5)
        return fail(fault, E_OP_ARITY, "the rois say their images already: input 2 has no place");
    return op_check_count(node, IMAGES, "the image of each roi", rows, fault);
}

static int roi_align_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct roi_align_attrs *attrs = node->attrs;
    uint32_t rows, width;
    int r = op_check_rank(node, X, 4, fault);

    if (r == 0)
        r = rows_of(node, ROIS, "the rois", 4, 5, &rows, &width, fault);
    if (r == 0)
        r = check_images(node, rows, width, fault);
    if (r == 0)
        out[0] = (struct shape){4,
                                {rows, (uint32_t)attrs->pooled_h, (uint32_t)attrs->pooled_w,
                                 node->in[X]->shape.dim[3]}};
    return r;
}

const struct op_def op_roi_align = {
    .name = "RoiAlign",
    .n_inputs = {2, 3},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct roi_align_attrs),
    .attrs = roi_align_specs,
    .infer = roi_align_infer,
};
