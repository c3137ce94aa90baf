#pragma once
/*
 * Lrn: y = x / (bias + alpha / n * sum)^beta, the sum being of squares over a window about the
 * place that counts nothing outside x. ACROSS_CHANNELS: size places of the last axis, (size - 1) /
 * 2 of them before (rounded down), n = size. WITHIN_CHANNEL: size x size places of H and W, n =
 * size * size. So alpha is the one of Caffe and ONNX; TensorFlow's is not divided: hand in alpha *
 * (2 * depth_radius + 1), with size = 2 * depth_radius + 1.
 */
#include <stdint.h>

enum lrn_kind { LRN_ACROSS_CHANNELS, LRN_WITHIN_CHANNEL };

struct lrn_attrs {
    enum lrn_kind kind;
    int32_t size;
    float alpha, beta, bias;
};
