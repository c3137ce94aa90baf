/*
 * Lrn, local response normalisation; the formula is in ops/lrn.h.
 *
 * Shapes   x and y alike; rank 1 or more, within a channel rank 4, [N,H,W,C].
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe LRN (k is the bias, which WITHIN_CHANNEL takes as 1); Caffe2 and ONNX LRN;
 *          TensorFlow LRN; DLC Lrn (documented as CMRN, not seen; names are ours).
 */
#include "model/ops/lrn.h"

#include <float.h>

#include "base/error.h"
#include "model/graph.h"
#include "model/ops/window.h"

static const char *const kinds[] = {"across_channels", "within_channel", NULL};

static const struct attr_spec lrn_specs[] = {
    {"kind", "type", ATTR_ENUM, offsetof(struct lrn_attrs, kind), .words = kinds,
     .help = "where the neighbours are"},
    {"size", "window_size", ATTR_I32, offsetof(struct lrn_attrs, size), .preset = 5, .least = 1,
     .most = WINDOW_MOST, .help = "places of a window, along each of its axes"},
    {"alpha", "alpha", ATTR_F32, offsetof(struct lrn_attrs, alpha), .preset = 1e-4,
     .least = -FLT_MAX, .most = FLT_MAX, .help = "factor of the mean square"},
    {"beta", "beta", ATTR_F32, offsetof(struct lrn_attrs, beta), .preset = 0.75, .least = -FLT_MAX,
     .most = FLT_MAX, .help = "the power"},
    {"bias", "k", ATTR_F32, offsetof(struct lrn_attrs, bias), .preset = 1, .least = -FLT_MAX,
     .most = FLT_MAX, .help = "what is added to it"},
    {0},
};

static int lrn_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct lrn_attrs *lrn = node->attrs;

    if (lrn->kind == LRN_WITHIN_CHANNEL) {
        int r = op_check_rank(node, 0, 4, fault);

        if (r < 0)
            return r;
    }
    if (node->in[0]->shape.rank == 0)
        return fail(fault, E_SHAPE, "the input is a scalar; its last axis must be the channels");
    return op_infer_same(node, out, fault);
}

const struct op_def op_lrn = {
    .name = "Lrn",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct lrn_attrs),
    .attrs = lrn_specs,
    .infer = lrn_infer,
};
