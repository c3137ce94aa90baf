#pragma once
/*
 * Bias correction (Nagel, van Baalen, Blankevoort, Welling: Data-Free Quantization Through Weight
 * Equalization and Bias Correction, 2019, section 4.2): codes instead of weights shift the mean of
 * each channel of a sum by E[dW x] = dW E[x], dW being what coding changed. That is taken off the
 * bias. E[x] are the means that calibration saw in the float network, channel by channel; places
 * beyond the edge count as the mean.
 */
#include "model/graph.h"
#include "model/quant/observe.h"

/*
 * CODED is GRAPH quantised; SEEN has the means of GRAPH's values. *RET is GRAPH with corrected
 * biases, to be quantised again: its values have the same numbers. *RET_N is how many biases were
 * corrected: sums without one, and constants with several readers, stay. 0 or -ENOMEM.
 */
int graph_correct_biases(const struct graph *graph, const struct graph *coded,
                         const struct observations *seen, struct graph **ret, uint32_t *ret_n,
                         struct fault *fault);
