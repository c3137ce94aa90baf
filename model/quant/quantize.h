#pragma once
/*
 * A float graph to an 8-bit one: every value that flows between layers gets the encoding of the
 * range that it was seen to have, constants become codes. Nothing else about the graph changes.
 *
 * Weights, and whatever other constants layers have, become codes with an encoding of their own
 * (one for each channel of the sums with per_channel). Biases become 8-bit codes with an encoding
 * of their own too, as containers have them; of 32 bits they stay the floats that they are, from
 * which a runtime makes integers at the scale of its sums. What stays float for what it means is
 * in model/quant/stays.def.
 */
#include "base/buf.h"
#include "model/graph.h"
#include "model/quant/observe.h"
#include "model/quant/weights.h"

struct quantize_options {
    enum weights_rule weights;
    bool cut_activations; /* ranges by observe_cut; SEEN have bins then */
    bool float_weights;   /* encodings only: all numbers stay what they are */
    bool float_biases;
    bool per_channel;
    bool keep_encodings; /* those that the graph has, of training, win over what was seen */
};

/*
 * SEEN are those of GRAPH's values; what was never seen gets no encoding. Appends to NOTES (may
 * be NULL) a line for each value that stays float, with the reason. 0 and *RET; E_STATE if GRAPH
 * has 8-bit constants already; E_ENCODING naming the value if its numbers have no encoding;
 * -ENOMEM.
 */
int graph_quantize(const struct graph *graph, const struct observations *seen,
                   const struct quantize_options *options, struct graph **ret, struct buf *notes,
                   struct fault *fault);
