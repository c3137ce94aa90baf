/*
 * RoiPool: the greatest of each cell of a grid over each roi; the rule is in ops/roi_pool.h.
 *
 * Shapes   x [N,H,W,C], rois [R,5] -> y [R,pooled_h,pooled_w,C].
 * Types    f32 -> f32.
 * Sources  Caffe ROIPooling (Fast R-CNN); ONNX MaxRoiPool; DLC RoiPooling (documented, not seen;
 *          names are ours).
 */
#include "model/ops/roi_pool.h"

#include "model/graph.h"
#include "model/ops/rows.h"

#define AT(member) offsetof(struct roi_pool_attrs, member)

static const struct attr_spec roi_pool_specs[] = {
    {"pooled_h", "pooled_size_h", ATTR_I32, AT(pooled_h), .preset = 1, .least = 1, .most = 32767,
     .help = "rows of the grid"},
    {"pooled_w", "pooled_size_w", ATTR_I32, AT(pooled_w), .preset = 1, .least = 1, .most = 32767,
     .help = "columns of the grid"},
    {"spatial_scale", "spatial_scale", ATTR_F32, AT(spatial_scale), .preset = 1, .least = 1e-9,
     .most = 1e9, .help = "places of x for a pixel of the rois"},
    {0},
};

static int roi_pool_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct roi_pool_attrs *attrs = node->attrs;
    uint32_t rows, width;
    int r = op_check_rank(node, 0, 4, fault);

    if (r == 0)
        r = rows_of(node, 1, "the rois", 5, 5, &rows, &width, fault);
    if (r == 0)
        out[0] = (struct shape){4,
                                {rows, (uint32_t)attrs->pooled_h, (uint32_t)attrs->pooled_w,
                                 node->in[0]->shape.dim[3]}};
    return r;
}

const struct op_def op_roi_pool = {
    .name = "RoiPool",
    .n_inputs = {2, 2},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct roi_pool_attrs),
    .attrs = roi_pool_specs,
    .infer = roi_pool_infer,
};
