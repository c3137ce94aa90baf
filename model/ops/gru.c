/*
 * Gru, one direction; the formula is in ops/gru.h.
 *
 * Shapes   x [N,T,I], weights [I,3H], recurrent [H,3H], bias 4H numbers, h0 [N,H] or absent ->
 *          y [N,T,H], and if the node has it h [N,H].
 * Types    f32 -> f32.
 * Sources  ONNX GRU (gates z, r, h there; Wb and Rb of z and r are added, Wb and Rb of h are bn and
 *          m; linear_before_reset is reset_after); Keras GRU reset_after; DLC Gru is ours.
 */
#include "model/ops/gru.h"

#include "model/graph.h"
#include "model/ops/recurrent.h"

static const uint32_t states[] = {4};
static const struct recurrent gru = {.gates = 3, .biases = 4, .states = states, .n_states = 1};

static const struct attr_spec gru_specs[] = {
    {"backward", "backward", ATTR_BOOL, offsetof(struct gru_attrs, backward),
     .help = "from the last step to the first"},
    {"reset_after", "reset_after", ATTR_BOOL, offsetof(struct gru_attrs, reset_after),
     .help = "the reset gate takes part behind the matrix of the state"},
    {0},
};

static int gru_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    return recurrent_infer(&gru, node, out, fault);
}

static uint64_t gru_macs(const struct infer *node, const struct shape *out)
{
    return recurrent_macs(&gru, node, out);
}

static const char *const gru_params[] = {NULL, "weights_0", "weights_1", "bias", NULL};

const struct op_def op_gru = {
    .name = "Gru",
    .params = gru_params,
    .n_inputs = {4, 5},
    .n_outputs = {1, 2},
    .attrs_size = sizeof(struct gru_attrs),
    .attrs = gru_specs,
    .infer = gru_infer,
    .macs = gru_macs,
};
