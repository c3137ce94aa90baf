/*
 * FullyConnected: y(n,o) = bias(o) + the sum over i of weights(o,i) * x(n,i), where i counts
 * everything behind the first axis of x, the last axis fastest.
 *
 * Shapes   x [N,...], weights [out,in], bias out numbers (absent: zeros) -> y [N,out].
 * Types    f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe InnerProduct (axis 1); Caffe2 FC, FCTransposed; ONNX Gemm, MatMul with a
 *          constant; TensorFlow MatMul; DLC FullyConnected.
 */
#include "base/error.h"
#include "model/graph.h"

static int fully_connected_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct shape *x = &node->in[0]->shape;
    const struct shape *weights = &node->in[1]->shape;
    size_t row;
    int r = op_check_rank(node, 1, 2, fault);

    if (r < 0)
        return r;
    if (x->rank == 0)
        return fail(fault, E_SHAPE, "the input is a scalar; its first axis must be the batch");
    row = shape_elements(x) / x->dim[0];
    if (row != weights->dim[1])
        return fail(fault, E_SHAPE, "the weights take rows of %u numbers, but the input has %zu",
                    weights->dim[1], row);
    r = op_check_count(node, 2, "the bias", weights->dim[0], fault);
    if (r == 0)
        out[0] = (struct shape){2, {x->dim[0], weights->dim[0]}};
    return r;
}

static uint64_t fully_connected_macs(const struct infer *node, const struct shape *out)
{
    return (uint64_t)shape_elements(out) * node->in[1]->shape.dim[1];
}

static const char *const fully_connected_params[] = {NULL, "weights_0", "bias"};

const struct op_def op_fully_connected = {
    .name = "FullyConnected",
    .params = fully_connected_params,
    .n_inputs = {2, 3},
    .n_outputs = {1, 1},
    .infer = fully_connected_infer,
    .macs = fully_connected_macs,
};
