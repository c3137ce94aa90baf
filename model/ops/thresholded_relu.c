/*
 * ThresholdedRelu: y[i] = x[i] > alpha ? x[i] : 0; a NaN stays one.
 *
 * Shapes   x and y alike, any rank.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  ONNX ThresholdedRelu; Keras ThresholdedReLU; DLC Neuron (type ours), a = alpha.
 */
#include "model/ops/thresholded_relu.h"

#include <float.h>

#include "model/graph.h"

static const struct attr_spec thresholded_relu_specs[] = {
    {"alpha", "a", ATTR_F32, offsetof(struct thresholded_relu_attrs, alpha), .preset = 1,
     .least = -FLT_MAX, .most = FLT_MAX, .help = "what must be passed"},
    {0},
};

const struct op_def op_thresholded_relu = {
    .name = "ThresholdedRelu",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct thresholded_relu_attrs),
    .attrs = thresholded_relu_specs,
    .infer = op_infer_same,
};
