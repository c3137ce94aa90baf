/*
 * Proposal: what may be an object; the rule is in ops/proposal.h.
 *
 * Shapes   scores [1,H,W,2A], deltas [1,H,W,4A], im_info 3 numbers -> rois [n,5], scores [n,1].
 * Types    f32 -> f32.
 * Sources  Caffe Proposal; Faster R-CNN's Python layer rpn.proposal_layer (anchor_scales, ratios;
 *          suppression from the threshold on, as its portable form has it); DLC Proposal
 *          (documented, not seen; names are ours).
 */
#include "model/ops/proposal.h"

#include <math.h>

#include "base/error.h"
#include "model/graph.h"

enum { SCORES, DELTAS, IM_INFO };

#define AT(member) offsetof(struct proposal_attrs, member)

static const struct attr_spec proposal_specs[] = {
    {"feat_stride", "feat_stride", ATTR_I32, AT(feat_stride), .preset = 16, .least = 1,
     .most = 65536, .help = "pixels from one place to the next"},
    {"base_size", "anchor_base_size", ATTR_I32, AT(base_size), .preset = 16, .least = 1,
     .most = 65536, .help = "side of an anchor of ratio and scale 1"},
    {"pre_nms_top_n", "pre_nms_top_n", ATTR_I32, AT(pre_nms_top_n), .preset = 6000, .least = 0,
     .most = INT32_MAX, .help = "boxes that suppression looks at; 0: all"},
    {"post_nms_top_n", "post_nms_top_n", ATTR_I32, AT(post_nms_top_n), .preset = 300, .least = 1,
     .most = INT32_MAX, .help = "rows of the output"},
    {"min_size", "min_size", ATTR_F32, AT(min_size), .preset = 16, .least = 0, .most = 65536,
     .help = "least width and height, in pixels of the picture before it was scaled"},
    {"nms_thresh", "nms_thresh", ATTR_F32, AT(nms_thresh), .preset = 0.7F, .least = 0, .most = 1,
     .help = "what overlaps a better box by as much goes"},
    {"ratios", "ratios", ATTR_F32S, AT(ratios), .least = 1e-6, .most = 1e6,
     .help = "height to width of the anchors"},
    {"scales", "scales", ATTR_F32S, AT(scales), .least = 1e-6, .most = 1e6,
     .help = "sides of the anchors, in base_size"},
    {0},
};

/* W x H pixels around the middle of the base square. */
static struct proposal_anchor around(double middle, double w, double h)
{
    return (struct proposal_anchor){
        (float)(middle - 0.5 * (w - 1)), (float)(middle - 0.5 * (h - 1)),
        (float)(middle + 0.5 * (w - 1)), (float)(middle + 0.5 * (h - 1))};
}

/* Sides of a ratio are rounded to pixels, halves to even, before the scale takes part. */
struct proposal_anchor proposal_anchor_of(const struct proposal_attrs *attrs, size_t i)
{
    double base = attrs->base_size;
    double ratio = (double)attrs->ratios.v[i / attrs->scales.n];
    double scale = (double)attrs->scales.v[i % attrs->scales.n];
    double w = rint(sqrt(base * base / ratio));

    return around(0.5 * (base - 1), w * scale, rint(w * ratio) * scale);
}

static int check_channels(const struct infer *node, uint32_t i, uint64_t n, struct fault *fault)
{
    const struct shape *shape = &node->in[i]->shape, *scores = &node->in[SCORES]->shape;
    int r = op_check_rank(node, i, 4, fault);

    if (r < 0)
        return r;
    if (shape->dim[0] != 1)
        return fail(fault, E_SHAPE, "input %u (%.60s) has %u images; one at a time is proposed for",
                    i, node->in[i]->name, shape->dim[0]);
    if (shape->dim[1] == scores->dim[1] && shape->dim[2] == scores->dim[2] && shape->dim[3] == n)
        return 0;
    return fail(fault, E_SHAPE, "input %u (%.60s) is %ux%ux%u, not %ux%ux%llu for the anchors", i,
                node->in[i]->name, shape->dim[1], shape->dim[2], shape->dim[3], scores->dim[1],
                scores->dim[2], (unsigned long long)n);
}

static int proposal_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct proposal_attrs *attrs = node->attrs;
    uint64_t anchors = (uint64_t)attrs->ratios.n * attrs->scales.n;
    uint32_t rows = (uint32_t)attrs->post_nms_top_n;
    int r;

    if (anchors == 0)
        return fail(fault, E_OP_ATTR, "there are %u ratios and %u scales: no anchors",
                    attrs->ratios.n, attrs->scales.n);
    r = check_channels(node, SCORES, 2 * anchors, fault);
    if (r == 0)
        r = check_channels(node, DELTAS, 4 * anchors, fault);
    if (r == 0)
        r = op_check_count(node, IM_INFO, "the size of the picture", 3, fault);
    if (r < 0)
        return r;
    out[0] = (struct shape){2, {rows, 5}};
    if (node->n_out > 1)
        out[1] = (struct shape){2, {rows, 1}};
    return 0;
}

const struct op_def op_proposal = {
    .name = "Proposal",
    .n_inputs = {3, 3},
    .n_outputs = {1, 2},
    .attrs_size = sizeof(struct proposal_attrs),
    .attrs = proposal_specs,
    .infer = proposal_infer,
};
