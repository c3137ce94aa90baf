/*
 * Unpack: y_k[a..., b...] = x[a..., k, b...].
 *
 * Shapes   as many outputs as the axis is large, each x without it. An axis larger than
 *          OUTPUTS_MOST is cut by StridedSlice instead.
 * Types    any; an encoding per tensor stays what it is.
 * Sources  DLC Unpack (documented, not seen; names are ours). The converter of TensorFlow makes
 *          slices of tf.unstack.
 */
#include "model/ops/unpack.h"

#include "base/error.h"
#include "model/graph.h"

static const struct attr_spec unpack_specs[] = {
    {"axis", "axis", ATTR_I32, offsetof(struct unpack_attrs, axis), .least = -SHAPE_RANK_MAX,
     .most = SHAPE_RANK_MAX - 1, .help = "the axis that goes"},
    {0},
};

static int unpack_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct unpack_attrs *unpack = node->attrs;
    const struct shape *x = &node->in[0]->shape;
    int axis = shape_axis(x, unpack->axis);

    if (axis < 0)
        return fail(fault, E_OP_ATTR, "axis %d is outside rank %u", unpack->axis, x->rank);
    if (x->dim[axis] != node->n_out)
        return fail(fault, E_SHAPE, "axis %d has %u places, but there are %u outputs", axis,
                    x->dim[axis], node->n_out);
    for (uint32_t i = 0; i < node->n_out; i++)
        op_without_axes(x, 1u << axis, false, &out[i]);
    return 0;
}

const struct op_def op_unpack = {
    .name = "Unpack",
    .n_inputs = {1, 1},
    .n_outputs = {1, OUTPUTS_MOST},
    .attrs_size = sizeof(struct unpack_attrs),
    .attrs = unpack_specs,
    .infer = unpack_infer,
};
