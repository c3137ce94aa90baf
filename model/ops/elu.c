/*
 * Elu: y[i] = x[i] > 0 ? x[i] : alpha * (exp(x[i]) - 1).
 *
 * Shapes   x and y alike, any rank.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe ELU (alpha 1); Caffe2 and ONNX Elu (alpha 1); TensorFlow Elu; DLC Neuron, a =
 *          alpha.
 */
#include "model/ops/elu.h"

#include <float.h>

#include "model/graph.h"

static const struct attr_spec elu_specs[] = {
    {"alpha", "a", ATTR_F32, offsetof(struct elu_attrs, alpha), .preset = 1, .least = -FLT_MAX,
     .most = FLT_MAX, .help = "minus the limit far below zero"},
    {0},
};

const struct op_def op_elu = {
    .name = "Elu",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct elu_attrs),
    .attrs = elu_specs,
    .infer = op_infer_same,
};
