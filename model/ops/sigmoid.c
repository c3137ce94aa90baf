/*
 * Sigmoid: y[i] = 1 / (1 + exp(-x[i])).
 *
 * Shapes   x and y alike, any rank.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe Sigmoid; Caffe2 and ONNX Sigmoid; TensorFlow Sigmoid; DLC Neuron, type 3 with a =
 *          1.
 */
#include "model/op.h"

const struct op_def op_sigmoid = {
    .name = "Sigmoid",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .infer = op_infer_same,
};
