/*
 * CrossCorrelation: how well a template fits at each place, channel by channel, as trackers ask:
 * y[n,i,j,c] = sum over u,v of x[n,i+u,j+v,c] * template[n,u,v,c]. The template is computed, not a
 * weight; sums over channels, where a network wants them, are a Reduce behind it.
 *
 * Shapes   x [N,H,W,C], template [N,h,w,C] or [1,h,w,C] -> y [N,H-h+1,W-w+1,C].
 * Types    f32 -> f32.
 * Sources  SiamFC and its kin (depthwise convolution by an activation, VALID); DLC
 *          CrossCorrelation (documented without its formula, not seen: this one is ours).
 */
#include "base/error.h"
#include "model/graph.h"

enum { X, TEMPLATE };

static int cross_correlation_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const uint32_t *x = node->in[X]->shape.dim, *t = node->in[TEMPLATE]->shape.dim;
    int r = op_check_rank(node, X, 4, fault);

    if (r == 0)
        r = op_check_rank(node, TEMPLATE, 4, fault);
    if (r < 0)
        return r;
    if ((t[0] != 1 && t[0] != x[0]) || t[3] != x[3])
        return fail(fault, E_SHAPE,
                    "a template of %u images and %u channels is no part of %u and %u", t[0], t[3],
                    x[0], x[3]);
    if (t[1] > x[1] || t[2] > x[2])
        return fail(fault, E_SHAPE, "a template of %ux%u does not fit into %ux%u", t[1], t[2], x[1],
                    x[2]);
    out[0] = (struct shape){4, {x[0], x[1] - t[1] + 1, x[2] - t[2] + 1, x[3]}};
    return 0;
}

static uint64_t cross_correlation_macs(const struct infer *node, const struct shape *out)
{
    const uint32_t *t = node->in[TEMPLATE]->shape.dim;

    return (uint64_t)shape_elements(&out[0]) * t[1] * t[2];
}

const struct op_def op_cross_correlation = {
    .name = "CrossCorrelation",
    .n_inputs = {2, 2},
    .n_outputs = {1, 1},
    .infer = cross_correlation_infer,
    .macs = cross_correlation_macs,
};
