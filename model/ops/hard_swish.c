/*
 * HardSwish: y[i] = x[i] * min(max(x[i] / 6 + 0.5, 0), 1).
 *
 * Shapes   x and y alike, any rank.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  ONNX HardSwish; the chain of Relu6 and Mul of TensorFlow and Keras; DLC Neuron (type
 *          ours).
 */
#include "model/op.h"

const struct op_def op_hard_swish = {
    .name = "HardSwish",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .infer = op_infer_same,
};
