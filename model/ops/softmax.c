/*
 * Softmax: y[i] = exp(x[i] - max(x)) / sum_j exp(x[j] - max(x)) along one axis.
 *
 * Shapes   x and y alike, rank 1 or more.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe Softmax (axis 1); Caffe2 Softmax; ONNX Softmax (opset 13: axis -1; before:
 *          flattens from axis); TensorFlow Softmax (last axis); DLC SoftMax (axis is ours; without
 *          it the last one).
 */
#include "model/ops/softmax.h"

#include "base/error.h"
#include "model/graph.h"

const struct attr_spec softmax_specs[] = {
    {"axis", "axis", ATTR_I32, offsetof(struct softmax_attrs, axis), .preset = -1,
     .least = -SHAPE_RANK_MAX, .most = SHAPE_RANK_MAX - 1, .help = "the axis that sums to one"},
    {0},
};

int softmax_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct softmax_attrs *softmax = node->attrs;
    const struct shape *x = &node->in[0]->shape;

    if (shape_axis(x, softmax->axis) < 0)
        return fail(fault, E_OP_ATTR, "axis %d is outside rank %u", softmax->axis, x->rank);
    out[0] = *x;
    return 0;
}

const struct op_def op_softmax = {
    .name = "Softmax",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct softmax_attrs),
    .attrs = softmax_specs,
    .infer = softmax_infer,
};
