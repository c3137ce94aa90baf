/*
 * Lstm, one direction; the formula is in ops/lstm.h. Both directions are two of them and a Concat.
 *
 * Shapes   x [N,T,I], weights [I,4H], recurrent [H,4H], bias 4H numbers, h0 and c0 [N,H] or both
 *          absent, continues [N,T] or absent -> y [N,T,H], and if the node has them h [N,H],
 *          c [N,H].
 * Types    f32 -> f32.
 * Sources  Caffe LSTM (cont is continues, transposed); ONNX LSTM (gates i, o, f, c there;
 *          converters reorder, and add both biases); DLC Lstm (weights and recurrent weights
 *          [.., 4H] documented). Clipping, peepholes, input_forget and projections do not exist
 *          here.
 */
#include "model/ops/lstm.h"

#include "base/error.h"
#include "model/graph.h"
#include "model/ops/recurrent.h"

enum { H0 = RECURRENT_BIAS + 1, C0, CONTINUES };

static const uint32_t states[] = {H0, C0};
static const struct recurrent lstm = {.gates = 4, .biases = 4, .states = states, .n_states = 2};

static const struct attr_spec lstm_specs[] = {
    {"backward", "backward", ATTR_BOOL, offsetof(struct lstm_attrs, backward),
     .help = "from the last step to the first"},
    {0},
};

static bool has(const struct infer *node, uint32_t i)
{
    return i < node->n_in && node->in[i];
}

static int lstm_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const uint32_t *x = node->in[RECURRENT_X]->shape.dim;
    struct shape inferred[3];
    int r;

    if (has(node, H0) != has(node, C0))
        return fail(fault, E_OP_ARITY, "the first h and the first c come together or not at all");
    r = recurrent_infer(&lstm, node, inferred, fault);
    if (r == 0 && has(node, CONTINUES))
        r = recurrent_check_dims(node, CONTINUES, x[0], x[1], fault);
    for (uint32_t i = 0; r == 0 && i < node->n_out; i++)
        out[i] = inferred[i];
    return r;
}

static uint64_t lstm_macs(const struct infer *node, const struct shape *out)
{
    return recurrent_macs(&lstm, node, out);
}

static const char *const lstm_params[] = {NULL, "weights_0", "weights_1", "bias", NULL, NULL, NULL};

const struct op_def op_lstm = {
    .name = "Lstm",
    .params = lstm_params,
    .n_inputs = {4, 7},
    .n_outputs = {1, 3},
    .attrs_size = sizeof(struct lstm_attrs),
    .attrs = lstm_specs,
    .infer = lstm_infer,
    .macs = lstm_macs,
};
