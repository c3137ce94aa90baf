/*
 * Prelu: y[..., c] = x[..., c] > 0 ? x[..., c] : slope[c] * x[..., c].
 *
 * Shapes   x and y alike, rank 1 or more; slope as many numbers as the last axis of x, or one.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe PReLU (channel_shared: one slope); Caffe2 and ONNX PRelu, LeakyRelu; TensorFlow
 *          LeakyRelu; the chains of Abs or Minimum of TensorFlow; DLC Prelu.
 */
#include "base/error.h"
#include "model/graph.h"

static int prelu_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct shape *x = &node->in[0]->shape;
    int r;

    if (x->rank == 0)
        return fail(fault, E_SHAPE, "the input is a scalar; its last axis must be the channels");
    if (shape_elements(&node->in[1]->shape) != 1) {
        r = op_check_count(node, 1, "the slope", x->dim[x->rank - 1], fault);
        if (r < 0)
            return r;
    }
    return op_infer_same(node, out, fault);
}

static const char *const prelu_params[] = {NULL, "slope"};

const struct op_def op_prelu = {
    .name = "Prelu",
    .params = prelu_params,
    .n_inputs = {2, 2},
    .n_outputs = {1, 1},
    .infer = prelu_infer,
};
