/*
 * Gelu: y[i] = x[i] / 2 * (1 + erf(x[i] / sqrt(2))), or the same by tanh as ops/gelu.h says.
 *
 * Shapes   x and y alike, any rank.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  ONNX Gelu (approximate: tanh); the chains of Erf and Tanh of ONNX and TensorFlow; DLC
 *          Gelu (ours).
 */
#include "model/ops/gelu.h"

#include "model/graph.h"

static const struct attr_spec gelu_specs[] = {
    {"by_tanh", "approximate", ATTR_BOOL, offsetof(struct gelu_attrs, by_tanh),
     .help = "the approximation by tanh"},
    {0},
};

const struct op_def op_gelu = {
    .name = "Gelu",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct gelu_attrs),
    .attrs = gelu_specs,
    .infer = op_infer_same,
};
