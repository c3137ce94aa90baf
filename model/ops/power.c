/*
 * Power: y[i] = (shift + scale * x[i])^power, by C's powf.
 *
 * Shapes   x and y alike, any rank.
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe Power, Exp and Log with a scale or shift, Dropout that scales; Caffe2 Pow of an
 *          exponent; DLC Power (documented, not seen; names are ours).
 */
#include "model/ops/power.h"

#include <float.h>

#include "model/graph.h"

static const struct attr_spec power_specs[] = {
    {"scale", "scale", ATTR_F32, offsetof(struct power_attrs, scale), .preset = 1,
     .least = -FLT_MAX, .most = FLT_MAX, .help = "factor of x"},
    {"shift", "shift", ATTR_F32, offsetof(struct power_attrs, shift), .least = -FLT_MAX,
     .most = FLT_MAX, .help = "what is added"},
    {"power", "power", ATTR_F32, offsetof(struct power_attrs, power), .preset = 1,
     .least = -FLT_MAX, .most = FLT_MAX, .help = "the power"},
    {0},
};

const struct op_def op_power = {
    .name = "Power",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct power_attrs),
    .attrs = power_specs,
    .infer = op_infer_same,
};
