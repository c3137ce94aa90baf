/*
 * Selu: y[i] = gamma * (x[i] > 0 ? x[i] : alpha * (exp(x[i]) - 1)).
 *
 * Shapes   x and y alike, any rank.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe2 and ONNX Selu; TensorFlow Selu; DLC Neuron (type ours), a = alpha, b = gamma.
 */
#include "model/ops/selu.h"

#include <float.h>

#include "model/graph.h"

static const struct attr_spec selu_specs[] = {
    {"alpha", "a", ATTR_F32, offsetof(struct selu_attrs, alpha),
     .preset = 1.67326319217681884765625, .least = -FLT_MAX, .most = FLT_MAX,
     .help = "minus the limit far below zero"},
    {"gamma", "b", ATTR_F32, offsetof(struct selu_attrs, gamma),
     .preset = 1.05070102214813232421875, .least = -FLT_MAX, .most = FLT_MAX,
     .help = "factor of everything"},
    {0},
};

const struct op_def op_selu = {
    .name = "Selu",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct selu_attrs),
    .attrs = selu_specs,
    .infer = op_infer_same,
};
