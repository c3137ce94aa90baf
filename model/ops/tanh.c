/*
 * Tanh: y[i] = tanh(x[i]).
 *
 * Shapes   x and y alike, any rank.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe TanH; Caffe2 and ONNX Tanh; TensorFlow Tanh; DLC Neuron.
 */
#include "model/op.h"

const struct op_def op_tanh = {
    .name = "Tanh",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .infer = op_infer_same,
};
