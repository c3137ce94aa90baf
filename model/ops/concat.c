/*
 * Concat: the inputs one behind the other along one axis.
 *
 * Shapes   inputs alike but for that axis; y has the sum there.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe Concat (axis 1 of NCHW is 3 here); Caffe2 Concat; ONNX Concat; TensorFlow Concat,
 *          ConcatV2; DLC Concat.
 */
#include "model/ops/concat.h"

#include "base/error.h"
#include "model/graph.h"

static const struct attr_spec concat_specs[] = {
    {"axis", "axis", ATTR_I32, offsetof(struct concat_attrs, axis), .preset = -1,
     .least = -SHAPE_RANK_MAX, .most = SHAPE_RANK_MAX - 1, .help = "the axis that grows"},
    {0},
};

static int check_alike(const struct infer *node, uint32_t i, int axis, struct fault *fault)
{
    const struct shape *first = &node->in[0]->shape;
    const struct value *in = node->in[i];

    if (!in)
        return fail(fault, E_OP_ARITY, "input %u is missing", i);
    if (in->shape.rank != first->rank)
        return op_check_rank(node, i, first->rank, fault);
    for (uint32_t k = 0; k < first->rank; k++)
        if (k != (uint32_t)axis && in->shape.dim[k] != first->dim[k])
            return fail(fault, E_SHAPE, "input %u (%.60s) has the size %u on axis %u, not %u", i,
                        in->name, in->shape.dim[k], k, first->dim[k]);
    return 0;
}

static int concat_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct concat_attrs *concat = node->attrs;
    struct shape y = node->in[0]->shape;
    int axis = shape_axis(&y, concat->axis);
    uint64_t sum = 0;
    int r;

    if (axis < 0)
        return fail(fault, E_OP_ATTR, "axis %d is outside rank %u", concat->axis, y.rank);
    for (uint32_t i = 0; i < node->n_in; i++) {
        r = check_alike(node, i, axis, fault);
        if (r < 0)
            return r;
        sum += node->in[i]->shape.dim[axis];
    }
    r = op_set_dim(&y, (uint32_t)axis, sum, fault);
    if (r == 0)
        out[0] = y;
    return r;
}

const struct op_def op_concat = {
    .name = "Concat",
    .n_inputs = {1, UINT8_MAX},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct concat_attrs),
    .attrs = concat_specs,
    .infer = concat_infer,
};
