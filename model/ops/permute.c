/*
 * Permute: y.dim[i] = x.dim[order[i]], and the numbers move with their axes.
 *
 * Shapes   order holds each axis of x once.
 * Types    any; an encoding per tensor stays what it is.
 * Sources  Caffe (SSD) Permute; Caffe2 Transpose, NCHW2NHWC, NHWC2NCHW; ONNX Transpose; TensorFlow
 *          Transpose, SpaceToBatch, SpaceToBatchND, BatchToSpace, BatchToSpaceND (with Reshape,
 *          Pad, StridedSlice); DLC Permute (converters put it where a model is NCHW).
 */
#include "model/ops/permute.h"

#include "base/error.h"
#include "model/graph.h"

static const struct attr_spec permute_specs[] = {
    {"order", "order", ATTR_I32S, offsetof(struct permute_attrs, order), .least = 0,
     .most = SHAPE_RANK_MAX - 1, .help = "which axis of x each axis of y is"},
    {0},
};

static int permute_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct permute_attrs *permute = node->attrs;
    const struct shape *x = &node->in[0]->shape;
    struct shape y = {.rank = x->rank};
    uint32_t seen = 0;

    if (permute->order.n != x->rank)
        return fail(fault, E_OP_ATTR, "order has %u axes, but the input has rank %u",
                    permute->order.n, x->rank);
    for (uint32_t i = 0; i < x->rank; i++) {
        uint32_t axis = (uint32_t)permute->order.v[i];

        if (axis >= x->rank || (seen & 1u << axis))
            return fail(fault, E_OP_ATTR, "order[%u]: axis %u is %s", i, axis,
                        axis >= x->rank ? "outside the input" : "there twice");
        seen |= 1u << axis;
        y.dim[i] = x->dim[axis];
    }
    out[0] = y;
    return 0;
}

const struct op_def op_permute = {
    .name = "Permute",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct permute_attrs),
    .attrs = permute_specs,
    .infer = permute_infer,
};
