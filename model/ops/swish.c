/*
 * Swish: y[i] = x[i] / (1 + exp(-beta * x[i])); with beta 1 it is called SiLU.
 *
 * Shapes   x and y alike, any rank.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  the ONNX and TensorFlow chains of Sigmoid and Mul; Caffe, Caffe2 and ONNX Swish; DLC
 *          Neuron (type ours), a = beta.
 */
#include "model/ops/swish.h"

#include <float.h>

#include "model/graph.h"

static const struct attr_spec swish_specs[] = {
    {"beta", "a", ATTR_F32, offsetof(struct swish_attrs, beta), .preset = 1, .least = -FLT_MAX,
     .most = FLT_MAX, .help = "factor of x in the sigmoid"},
    {0},
};

const struct op_def op_swish = {
    .name = "Swish",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct swish_attrs),
    .attrs = swish_specs,
    .infer = op_infer_same,
};
