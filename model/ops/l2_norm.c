/*
 * L2Norm: x divided by its Euclidean length over some axes; ops/l2_norm.h says what epsilon does.
 *
 * Shapes   x and y alike, any rank.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  ONNX LpNormalization (p 2, epsilon 0); the TensorFlow chain of l2_normalize (max); DLC
 *          L2Norm (documented, not seen; names are ours).
 */
#include "model/ops/l2_norm.h"

#include <float.h>

#include "model/graph.h"

static const char *const epsilon_kinds[] = {"max", "add", NULL};

static const struct attr_spec l2_norm_specs[] = {
    {"axes", "axes", ATTR_I32S, offsetof(struct l2_norm_attrs, axes), .least = -SHAPE_RANK_MAX,
     .most = SHAPE_RANK_MAX - 1, .help = "the axes that are summed over; all if empty"},
    {"epsilon_kind", "epsilon_kind", ATTR_ENUM, offsetof(struct l2_norm_attrs, epsilon_kind),
     .words = epsilon_kinds, .help = "the least sum, or added to it"},
    {"epsilon", "epsilon", ATTR_F32, offsetof(struct l2_norm_attrs, epsilon), .preset = 1e-12,
     .least = 0, .most = FLT_MAX, .help = "keeps the divisor away from 0"},
    {0},
};

static int l2_norm_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct l2_norm_attrs *l2_norm = node->attrs;
    uint32_t axes;
    int r = op_axes(&node->in[0]->shape, l2_norm->axes, &axes, fault);

    return r < 0 ? r : op_infer_same(node, out, fault);
}

const struct op_def op_l2_norm = {
    .name = "L2Norm",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct l2_norm_attrs),
    .attrs = l2_norm_specs,
    .infer = l2_norm_infer,
};
