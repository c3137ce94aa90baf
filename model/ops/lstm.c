/*
 * Lstm, one direction; the formula is in ops/lstm.h.
 *
 * Shapes   x [N,T,I], weights [I,4H], recurrent [H,4H], bias 4H numbers, h0 and c0 [N,H] or both
 *          absent -> y [N,T,H], and if the node has them h [N,H], c [N,H].
 * Types    f32 -> f32.
 * Sources  Caffe LSTM; ONNX LSTM (gates i, o, f, c there; converters reorder, and add both biases);
 *          DLC Lstm (weights and recurrent weights [.., 4H] documented).
 */
#include "model/ops/lstm.h"

#include "base/error.h"
#include "model/graph.h"

enum { X, WEIGHTS, RECURRENT, BIAS, H0, C0 };

static const struct attr_spec lstm_specs[] = {
    {"backward", "backward", ATTR_BOOL, offsetof(struct lstm_attrs, backward),
     .help = "from the last step to the first"},
    {0},
};

static int check_dims(const struct infer *node, uint32_t i, uint32_t dim0, uint32_t dim1,
                      struct fault *fault)
{
    const struct shape *shape = &node->in[i]->shape;
    int r = op_check_rank(node, i, 2, fault);

    if (r == 0 && (shape->dim[0] != dim0 || shape->dim[1] != dim1))
        return fail(fault, E_SHAPE, "input %u (%.60s) is %ux%u, not %ux%u", i, node->in[i]->name,
                    shape->dim[0], shape->dim[1], dim0, dim1);
    return r;
}

static int check_state(const struct infer *node, uint32_t batch, uint32_t hidden,
                       struct fault *fault)
{
    const struct value *h0 = node->n_in > H0 ? node->in[H0] : NULL;
    const struct value *c0 = node->n_in > C0 ? node->in[C0] : NULL;
    int r;

    if (!h0 != !c0)
        return fail(fault, E_OP_ARITY, "the first h and the first c come together or not at all");
    if (!h0)
        return 0;
    r = check_dims(node, H0, batch, hidden, fault);
    return r < 0 ? r : check_dims(node, C0, batch, hidden, fault);
}

static int lstm_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const uint32_t *x = node->in[X]->shape.dim;
    uint32_t hidden;
    int r = op_check_rank(node, X, 3, fault);

    if (r == 0)
        r = op_check_rank(node, RECURRENT, 2, fault);
    if (r < 0)
        return r;
    hidden = node->in[RECURRENT]->shape.dim[0];
    if (hidden > UINT32_MAX / 4)
        return fail(fault, E_SHAPE, "a state of %u numbers is too large", hidden);
    r = check_dims(node, RECURRENT, hidden, 4 * hidden, fault);
    if (r == 0)
        r = check_dims(node, WEIGHTS, x[2], 4 * hidden, fault);
    if (r == 0)
        r = op_check_count(node, BIAS, "the bias", 4 * (uint64_t)hidden, fault);
    if (r == 0)
        r = check_state(node, x[0], hidden, fault);
    if (r < 0)
        return r;
    out[0] = (struct shape){3, {x[0], x[1], hidden}};
    for (uint32_t i = 1; i < node->n_out; i++)
        out[i] = (struct shape){2, {x[0], hidden}};
    return 0;
}

static uint64_t lstm_macs(const struct infer *node, const struct shape *out)
{
    const uint32_t inputs = node->in[X]->shape.dim[2], hidden = out[0].dim[2];

    return (uint64_t)shape_elements(&out[0]) * 4 * ((uint64_t)inputs + hidden);
}

static const char *const lstm_params[] = {NULL, "weights_0", "weights_1", "bias", NULL, NULL};

const struct op_def op_lstm = {
    .name = "Lstm",
    .params = lstm_params,
    .n_inputs = {4, 6},
    .n_outputs = {1, 3},
    .attrs_size = sizeof(struct lstm_attrs),
    .attrs = lstm_specs,
    .infer = lstm_infer,
    .macs = lstm_macs,
};
