#pragma once
/*
 * Cross-layer equalisation (Nagel, van Baalen, Blankevoort, Welling: Data-Free Quantization Through
 * Weight Equalization and Bias Correction, 2019, section 4.1). Where what one sum gives goes to
 * another alone, each channel of it may be divided by a factor in the first's weights and bias and
 * multiplied by it in the second's weights: the network computes the same. With the factor
 * sqrt(r1 / r2), r being the largest magnitude of the channel's weights in each, both have the same
 * range there, and one encoding for all channels fits them.
 *
 * Sums are Conv (depthwise and grouped too) and FullyConnected. Between two there may be Relu and
 * Pool, for which f(s x) = s f(x) if s > 0, and a Reshape that leaves the channels alone. A Relu
 * with an upper end (Relu6) becomes one without, and a minimum with a constant that holds the end
 * of each channel, divided like the channel: the same function. SNPE lets the end go instead, and
 * so would change what the network computes: MobileNetV1 0.25 then gives for 7 of 64 pictures the
 * class that it gave before.
 *
 * A dead channel, zeros in one of the two, keeps its numbers. And no factor makes a channel's bias
 * larger than the largest of its sum: a channel whose weights are next to nothing beside its bias
 * (a dead one whose batch norm was folded) would otherwise blow up the range of what flows between
 * the two, which has one encoding for all channels.
 */
#include "model/graph.h"

/*
 * *RET is an equalised graph, with float constants as before; *RET_N how many pairs of sums there
 * were. Encodings of constants that changed are dropped. E_STATE if constants are 8-bit, -ENOMEM.
 */
int graph_equalize(const struct graph *graph, struct graph **ret, uint32_t *ret_n,
                   struct fault *fault);
