/*
 * LogSoftmax: y[i] = x[i] - max(x) - log(sum_j exp(x[j] - max(x))) along one axis; its attributes
 * are Softmax's.
 *
 * Shapes   x and y alike, rank 1 or more.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  ONNX LogSoftmax (opset 13: axis -1; before: flattens from axis); TensorFlow LogSoftmax
 *          (last axis); DLC LogSoftmax (ours).
 */
#include "model/ops/softmax.h"

const struct op_def op_log_softmax = {
    .name = "LogSoftmax",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct softmax_attrs),
    .attrs = softmax_specs,
    .infer = softmax_infer,
};
