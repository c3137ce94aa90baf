/*
 * Rnn, one direction; the formula is in ops/rnn.h.
 *
 * Shapes   x [N,T,I], weights [I,H], recurrent [H,H], bias H numbers, h0 [N,H] or absent ->
 *          y [N,T,H], and if the node has it h [N,H].
 * Types    f32 -> f32.
 * Sources  ONNX RNN (both biases are added); Keras SimpleRNN; DLC Rnn is ours.
 */
#include "model/ops/rnn.h"

#include "model/graph.h"
#include "model/ops/recurrent.h"

static const uint32_t states[] = {4};
static const struct recurrent rnn = {.gates = 1, .biases = 1, .states = states, .n_states = 1};

static const char *const activations[] = {"tanh", "relu", NULL};

static const struct attr_spec rnn_specs[] = {
    {"backward", "backward", ATTR_BOOL, offsetof(struct rnn_attrs, backward),
     .help = "from the last step to the first"},
    {"activation", "activation", ATTR_ENUM, offsetof(struct rnn_attrs, activation),
     .words = activations, .help = "what a sum becomes"},
    {0},
};

static int rnn_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    return recurrent_infer(&rnn, node, out, fault);
}

static uint64_t rnn_macs(const struct infer *node, const struct shape *out)
{
    return recurrent_macs(&rnn, node, out);
}

static const char *const rnn_params[] = {NULL, "weights_0", "weights_1", "bias", NULL};

const struct op_def op_rnn = {
    .name = "Rnn",
    .params = rnn_params,
    .n_inputs = {4, 5},
    .n_outputs = {1, 2},
    .attrs_size = sizeof(struct rnn_attrs),
    .attrs = rnn_specs,
    .infer = rnn_infer,
    .macs = rnn_macs,
};
