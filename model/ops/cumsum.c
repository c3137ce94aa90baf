/*
 * CumSum: y[k] = the sum of x[j] along one axis for j up to k; exclusive leaves k out, reverse goes
 * from the end.
 *
 * Shapes   x and y alike, rank 1 or more.
 * Types    f32 -> f32.
 * Sources  ONNX CumSum; TensorFlow Cumsum; DLC CumSum (ours).
 */
#include "model/ops/cumsum.h"

#include "base/error.h"
#include "model/graph.h"

static const struct attr_spec cumsum_specs[] = {
    {"axis", "axis", ATTR_I32, offsetof(struct cumsum_attrs, axis), .least = -SHAPE_RANK_MAX,
     .most = SHAPE_RANK_MAX - 1, .help = "the axis that is summed along"},
    {"exclusive", "exclusive", ATTR_BOOL, offsetof(struct cumsum_attrs, exclusive),
     .help = "a place does not count itself"},
    {"reverse", "reverse", ATTR_BOOL, offsetof(struct cumsum_attrs, reverse),
     .help = "from the last place to the first"},
    {0},
};

static int cumsum_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct cumsum_attrs *cumsum = node->attrs;
    const struct shape *x = &node->in[0]->shape;

    if (shape_axis(x, cumsum->axis) < 0)
        return fail(fault, E_OP_ATTR, "axis %d is outside rank %u", cumsum->axis, x->rank);
    return op_infer_same(node, out, fault);
}

const struct op_def op_cumsum = {
    .name = "CumSum",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct cumsum_attrs),
    .attrs = cumsum_specs,
    .infer = cumsum_infer,
};
