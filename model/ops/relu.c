/*
 * Relu: y[i] = min(max(x[i], 0), max).
 *
 * Shapes   x and y alike, any rank.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe ReLU, ReLU6 (negative_slope 0); Caffe2 Relu, Clip from 0; ONNX Relu, Clip from 0;
 *          TensorFlow Relu, Relu6 (max 6); DLC Neuron, type 1.
 */
#include "model/ops/relu.h"

#include <math.h>

#include "model/graph.h"

static const struct attr_spec relu_specs[] = {
    {"max", "max_clamp", ATTR_F32, offsetof(struct relu_attrs, max), .preset = INFINITY, .least = 0,
     .most = INFINITY, .help = "nothing comes out above this"},
    {0},
};

const struct op_def op_relu = {
    .name = "Relu",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct relu_attrs),
    .attrs = relu_specs,
    .infer = op_infer_same,
};
