/*
 * LeakyRelu: y[i] = x[i] > 0 ? min(x[i], max) : slope * x[i].
 *
 * Shapes   x and y alike, any rank.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe ReLU and ReLU6 with negative_slope (max 6); LeakyRelu of the other frameworks is
 *          Prelu; DLC Neuron (type ours), a = slope, max_clamp = max.
 */
#include "model/ops/leaky_relu.h"

#include <float.h>
#include <math.h>

#include "model/graph.h"

static const struct attr_spec leaky_relu_specs[] = {
    {"slope", "a", ATTR_F32, offsetof(struct leaky_relu_attrs, slope), .preset = 0.01,
     .least = -FLT_MAX, .most = FLT_MAX, .help = "factor below zero"},
    {"max", "max_clamp", ATTR_F32, offsetof(struct leaky_relu_attrs, max), .preset = INFINITY,
     .least = 0, .most = INFINITY, .help = "nothing comes out above this"},
    {0},
};

const struct op_def op_leaky_relu = {
    .name = "LeakyRelu",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct leaky_relu_attrs),
    .attrs = leaky_relu_specs,
    .infer = op_infer_same,
};
