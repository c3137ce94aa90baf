#pragma once
/*
 * LayerNorm: y = (x - mean) / sqrt(variance + epsilon) * weights + bias over all axes from AXIS on;
 * weights and bias are as those axes, and the bias may be absent.
 */
#include <stdint.h>

struct layer_norm_attrs {
    int32_t axis; /* negative counts from the end */
    float epsilon;
};
