/*
 * Gather: y[a..., i..., b...] = x[a..., indices[i...], b...].
 *
 * Shapes   y is x with the shape of the indices in place of the axis; at most SHAPE_RANK_MAX axes.
 * Types    x any, an encoding per tensor stays what it is; indices f32.
 * Sources  Caffe Embed; ONNX Gather; TensorFlow Gather, GatherV2 (embedding_lookup); DLC Gather
 *          (documented, not seen; names are ours).
 */
#include "model/ops/gather.h"

#include "base/error.h"
#include "model/graph.h"

static const struct attr_spec gather_specs[] = {
    {"axis", "axis", ATTR_I32, offsetof(struct gather_attrs, axis), .least = -SHAPE_RANK_MAX,
     .most = SHAPE_RANK_MAX - 1, .help = "the axis that is indexed"},
    {0},
};

static int gather_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct gather_attrs *gather = node->attrs;
    const struct shape *x = &node->in[0]->shape, *indices = &node->in[1]->shape;
    struct shape y = {0};
    int axis = shape_axis(x, gather->axis);

    if (axis < 0)
        return fail(fault, E_OP_ATTR, "axis %d is outside rank %u", gather->axis, x->rank);
    if (x->rank + indices->rank - 1 > SHAPE_RANK_MAX)
        return fail(fault, E_SHAPE, "the output would have %u axes; at most %d are possible",
                    x->rank + indices->rank - 1, SHAPE_RANK_MAX);
    for (uint32_t i = 0; i < (uint32_t)axis; i++)
        y.dim[y.rank++] = x->dim[i];
    for (uint32_t i = 0; i < indices->rank; i++)
        y.dim[y.rank++] = indices->dim[i];
    for (uint32_t i = (uint32_t)axis + 1; i < x->rank; i++)
        y.dim[y.rank++] = x->dim[i];
    out[0] = y;
    return 0;
}

const struct op_def op_gather = {
    .name = "Gather",
    .n_inputs = {2, 2},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct gather_attrs),
    .attrs = gather_specs,
    .infer = gather_infer,
};
