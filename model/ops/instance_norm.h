#pragma once
/*
 * InstanceNorm: x [N,...,C], weights [C], bias [C]: y = (x - mean) / sqrt(variance + epsilon) *
 * weights + bias, mean and variance being those of each channel of each n over all axes between.
 */

struct instance_norm_attrs {
    float epsilon;
};
