/*
 * HeatmapMaxKeypoint: where each heatmap of a box is greatest; the rule is in
 * ops/heatmap_max_keypoint.h.
 *
 * Shapes   heatmaps [R,S,S,K] with S at least 2, boxes [R,n] with n at least 4 -> y [R,4,K].
 * Types    f32 -> f32.
 * Sources  Caffe2 HeatmapMaxKeypoint (heatmaps [R,K,S,S] there); DLC HeatmapMaxKeypoint
 *          (documented, not seen; names are ours).
 */
#include "model/ops/heatmap_max_keypoint.h"

#include "base/error.h"
#include "model/graph.h"
#include "model/ops/rows.h"

static const struct attr_spec heatmap_max_keypoint_specs[] = {
    {"output_softmax", "should_output_softmax", ATTR_BOOL,
     offsetof(struct heatmap_max_keypoint_attrs, output_softmax),
     .help = "the fourth row is a probability, else 0"},
    {0},
};

static int heatmap_max_keypoint_infer(const struct infer *node, struct shape *out,
                                      struct fault *fault)
{
    const uint32_t *x = node->in[0]->shape.dim;
    uint32_t rows, width;
    int r = op_check_rank(node, 0, 4, fault);

    if (r == 0)
        r = rows_of(node, 1, "the boxes", 4, UINT32_MAX, &rows, &width, fault);
    if (r < 0)
        return r;
    if (x[1] != x[2] || x[1] < 2)
        return fail(fault, E_SHAPE, "a heatmap of %ux%u is no square of 2 and more", x[1], x[2]);
    if (rows != x[0])
        return fail(fault, E_SHAPE, "there are %u boxes for the heatmaps of %u", rows, x[0]);
    out[0] = (struct shape){3, {rows, 4, x[3]}};
    return 0;
}

const struct op_def op_heatmap_max_keypoint = {
    .name = "HeatmapMaxKeypoint",
    .n_inputs = {2, 2},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct heatmap_max_keypoint_attrs),
    .attrs = heatmap_max_keypoint_specs,
    .infer = heatmap_max_keypoint_infer,
};
