/*
 * Pack: y[a..., k, b...] = x_k[a..., b...].
 *
 * Shapes   all inputs alike; y has an axis more, as large as there are inputs.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  TensorFlow Pack (tf.stack); the ONNX chain of Unsqueeze and Concat; DLC Pack
 * (documented, not seen; names are ours).
 */
#include "model/ops/pack.h"

#include "base/error.h"
#include "model/graph.h"

static const struct attr_spec pack_specs[] = {
    {"axis", "axis", ATTR_I32, offsetof(struct pack_attrs, axis), .least = -SHAPE_RANK_MAX,
     .most = SHAPE_RANK_MAX - 1, .help = "the axis that comes"},
    {0},
};

static int pack_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct pack_attrs *pack = node->attrs;
    const struct shape *x = &node->in[0]->shape;
    struct shape y = {.rank = x->rank + 1};
    int axis = shape_axis(&y, pack->axis);
    int r = op_check_alike(node, fault);

    if (r < 0)
        return r;
    if (y.rank > SHAPE_RANK_MAX)
        return fail(fault, E_SHAPE, "the output would have %u axes; at most %d are possible",
                    y.rank, SHAPE_RANK_MAX);
    if (axis < 0)
        return fail(fault, E_OP_ATTR, "axis %d is outside rank %u", pack->axis, y.rank);
    for (uint32_t i = 0; i < y.rank; i++)
        y.dim[i] = i == (uint32_t)axis ? node->n_in : x->dim[i > (uint32_t)axis ? i - 1 : i];
    out[0] = y;
    return 0;
}

const struct op_def op_pack = {
    .name = "Pack",
    .n_inputs = {1, UINT8_MAX},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct pack_attrs),
    .attrs = pack_specs,
    .infer = pack_infer,
};
