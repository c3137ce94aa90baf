/*
 * HardSigmoid: y[i] = min(max(alpha * x[i] + beta, 0), 1).
 *
 * Shapes   x and y alike, any rank.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  ONNX HardSigmoid (alpha 0.2, beta 0.5); the chains of TensorFlow and Keras; DLC Neuron
 *          (type ours), a = alpha, b = beta.
 */
#include "model/ops/hard_sigmoid.h"

#include <float.h>

#include "model/graph.h"

static const struct attr_spec hard_sigmoid_specs[] = {
    {"alpha", "a", ATTR_F32, offsetof(struct hard_sigmoid_attrs, alpha), .preset = 0.2,
     .least = -FLT_MAX, .most = FLT_MAX, .help = "the slope"},
    {"beta", "b", ATTR_F32, offsetof(struct hard_sigmoid_attrs, beta), .preset = 0.5,
     .least = -FLT_MAX, .most = FLT_MAX, .help = "what is at 0"},
    {0},
};

const struct op_def op_hard_sigmoid = {
    .name = "HardSigmoid",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct hard_sigmoid_attrs),
    .attrs = hard_sigmoid_specs,
    .infer = op_infer_same,
};
