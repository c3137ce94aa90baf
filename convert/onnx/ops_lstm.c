/*
 * LSTM, one direction. ONNX has x as [T,N,I] (layout 0) or [N,T,I] (layout 1), its matrices as
 * [1,4H,I] and [1,4H,H] with the gates i, o, f, c, and two biases in one list [1,8H]; the graph has
 * [N,T,I], matrices [I,4H] and [H,4H] with the gates i, f, o, g, and their sum [4H].
 */
#include <string.h>
#include <strings.h>

#include "convert/layout.h"
#include "convert/numbers.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "model/ops/lstm.h"

enum { X, W, R, B, LENGTHS, H0, C0, PEEPHOLES };

/* Where the graph's gate i, f, o, g stands in ONNX. */
static const uint8_t gates[4] = {0, 2, 1, 3};

struct lstm {
    const struct numbers *w, *r, *b; /* b may be NULL */
    uint32_t inputs, hidden;
    bool batch_first;
    struct lstm_attrs attrs;
};

static int check_activations(struct conversion *c)
{
    static const char *const wanted[] = {"Sigmoid", "Tanh", "Tanh"};
    const struct onnx_attr *attr = attr_find(c, "activations");
    const char *const *names = attr ? attr->strings.base : NULL;

    if (!attr || attr->strings.n == 0)
        return 0;
    for (uint32_t i = 0; i < attr->strings.n; i++)
        if (i >= ARRAY_SIZE(wanted) || strcasecmp(names[i], wanted[i]) != 0)
            return conversion_unsupported(c, WAY_REPLACE,
                                          "activations other than Sigmoid, Tanh, Tanh");
    return 0;
}

static int read_direction(struct conversion *c, struct lstm *lstm)
{
    const char *direction;
    int r = attr_text(c, "direction", "forward", &direction);

    if (r < 0)
        return r;
    lstm->attrs.backward = strcmp(direction, "reverse") == 0;
    if (!lstm->attrs.backward && strcmp(direction, "forward") != 0)
        return conversion_unsupported(c, "use two LSTMs, one for each direction",
                                      "direction \"%.40s\"; forward and reverse are supported",
                                      direction);
    return 0;
}

static int read_attrs(struct conversion *c, struct lstm *lstm)
{
    int64_t layout, coupled;
    float clip;
    int r = read_direction(c, lstm);

    if (r == 0)
        r = check_activations(c);
    if (r == 0)
        r = attr_int(c, "layout", 0, &layout);
    if (r == 0)
        r = attr_int(c, "input_forget", 0, &coupled);
    if (r == 0)
        r = attr_float(c, "clip", 0, &clip);
    if (r < 0)
        return r;
    if (clip != 0 || coupled)
        return conversion_unsupported(c, WAY_REPLACE, "%s",
                                      coupled ? "coupled input and forget "
                                                "gates (input_forget)"
                                              : "a clip of the cell");
    if (conversion_input(c, PEEPHOLES))
        return conversion_unsupported(c, WAY_REPLACE, "peepholes (input 7)");
    if (conversion_input(c, LENGTHS))
        return conversion_unsupported(c, "export it without sequence_lens",
                                      "sequences of different lengths (input 4)");
    if (!conversion_input(c, H0) != !conversion_input(c, C0))
        return conversion_unsupported(c, "give both initial states, or none",
                                      "one of the two initial states");
    lstm->batch_first = layout != 0;
    return 0;
}

static int check_sizes(struct conversion *c, const struct tensor *x, struct lstm *lstm)
{
    const struct shape *w = &lstm->w->shape, *r = &lstm->r->shape;

    if (x->shape.rank != 3 || w->rank != 3 || r->rank != 3 || w->dim[0] != 1 || r->dim[0] != 1)
        return conversion_unsupported(c, "check the model",
                                      "an input of rank %u, matrices of rank %u and %u for more "
                                      "than one direction",
                                      x->shape.rank, w->rank, r->rank);
    lstm->hidden = r->dim[2];
    lstm->inputs = w->dim[2];
    if (lstm->hidden == 0 || lstm->hidden > UINT32_MAX / 8 || r->dim[1] != 4 * lstm->hidden ||
        w->dim[1] != 4 * lstm->hidden || lstm->inputs == 0)
        return conversion_unsupported(c, "check the model", "its matrices do not fit each other");
    if (lstm->b && lstm->b->n != 8 * (size_t)lstm->hidden)
        return conversion_unsupported(c, "check the model", "it has %zu biases, not %u", lstm->b->n,
                                      8 * lstm->hidden);
    return 0;
}

/* [1,4H,n] with ONNX's gates as [n,4H] with the graph's. */
static int place_matrix(struct conversion *c, const struct numbers *from, uint32_t hidden,
                        const char *name, uint32_t *ret)
{
    uint32_t n = from->shape.dim[2];
    const struct shape shape = {2, {n, 4 * hidden}};
    struct walk walk = {.shape = shape, .stride = {4 * (ptrdiff_t)hidden, 1}};
    struct numbers ordered;
    struct blob *blob;
    float *to;
    int r = numbers_new_f32(c, &shape, &ordered, &to);

    if (r < 0)
        return r;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t gate = 0; gate < 4; gate++)
            for (uint32_t k = 0; k < hidden; k++)
                *to++ = (float)numbers_at(from, ((size_t)gates[gate] * hidden + k) * n + i);
    r = numbers_lay_out(c, &ordered, &walk, 1, &blob);
    return r < 0 ? r : conversion_add_constant(c, name, &shape, blob, ret);
}

static int place_bias(struct conversion *c, const struct lstm *lstm, uint32_t *ret)
{
    const struct shape shape = {1, {4 * lstm->hidden}};
    struct walk walk = {.shape = shape, .stride = {1}};
    struct numbers sum;
    struct blob *blob;
    float *to;
    int r = numbers_new_f32(c, &shape, &sum, &to);

    if (r < 0)
        return r;
    for (uint32_t gate = 0; gate < 4; gate++)
        for (uint32_t k = 0; k < lstm->hidden; k++) {
            size_t at = (size_t)gates[gate] * lstm->hidden + k;

            *to++ = lstm->b ? (float)(numbers_at(lstm->b, at) +
                                      numbers_at(lstm->b, at + 4 * (size_t)lstm->hidden))
                            : 0;
        }
    r = numbers_lay_out(c, &sum, &walk, 1, &blob);
    if (r < 0)
        return r;
    return conversion_add_constant(c, lstm->b ? c->node->inputs[B] : "zeros", &shape, blob, ret);
}

/* An initial state [1,N,H], or [N,1,H], as [N,H]. */
static int bring_state(struct conversion *c, uint32_t i, const struct lstm *lstm, uint32_t batch,
                       uint32_t *ret)
{
    const struct shape sizes = {2, {batch, lstm->hidden}};
    struct tensor *state;
    int r = conversion_activation(c, i, &state);

    if (r < 0)
        return r;
    if (state->shape.rank != 3 || state->shape.dim[!lstm->batch_first] != batch ||
        state->shape.dim[lstm->batch_first] != 1 || state->shape.dim[2] != lstm->hidden)
        return conversion_unsupported(c, "check the model and the sizes of its inputs",
                                      "initial state %.80s does not fit a batch of %u and %u units",
                                      state->name, batch, lstm->hidden);
    r = layout_bring_plain(c, state, ret);
    return r < 0 ? r : layout_reshape(c, state->name, "state", *ret, &sizes, ret);
}

static int bring_inputs(struct conversion *c, struct tensor *x, const struct lstm *lstm,
                        uint32_t *in, uint32_t *ret_n)
{
    struct view time_second = {{1, 0, 2}}, plain = view_identity();
    uint32_t batch = x->shape.dim[lstm->batch_first ? 0 : 1];
    int r = layout_bring(c, x, lstm->batch_first ? &plain : &time_second, &in[0]);

    if (r == 0)
        r = place_matrix(c, lstm->w, lstm->hidden, c->node->inputs[W], &in[1]);
    if (r == 0)
        r = place_matrix(c, lstm->r, lstm->hidden, c->node->inputs[R], &in[2]);
    if (r == 0)
        r = place_bias(c, lstm, &in[3]);
    *ret_n = 4;
    if (r < 0 || !conversion_input(c, H0))
        return r;
    *ret_n = 6;
    r = bring_state(c, H0, lstm, batch, &in[4]);
    return r < 0 ? r : bring_state(c, C0, lstm, batch, &in[5]);
}

/*
 * The layer's outputs y [N,T,H], h and c [N,H] as ONNX's Y [T,1,N,H] or [N,T,1,H] and Y_h, Y_c
 * [1,N,H] or [N,1,H].
 */
static int emit_output(struct conversion *c, uint32_t i, const uint32_t *out,
                       const struct lstm *lstm)
{
    const struct tensor *tensor = conversion_output(c, i);
    const struct shape *y = &builder_value(c->builder, out[i])->shape;
    uint32_t batch = y->dim[0];
    struct view plain = view_identity(), batch_first = {{1, 2, 0, 3}};
    struct shape sequence = {4, {batch, y->dim[1], 1, lstm->hidden}};
    struct shape state = {3, {1, batch, lstm->hidden}};

    if (!tensor || !tensor->needed)
        return 0;
    if (lstm->batch_first)
        state = (struct shape){3, {batch, 1, lstm->hidden}};
    if (i > 0)
        return layout_emit_reshape(c, i, out[i], &state, &plain);
    return layout_emit_reshape(c, i, out[i], &sequence, lstm->batch_first ? &plain : &batch_first);
}

static int read_lstm(struct conversion *c, const struct tensor *x, struct lstm *lstm)
{
    int r = read_attrs(c, lstm);

    if (r == 0)
        r = conversion_constant(c, W, "the weights", &lstm->w);
    if (r == 0)
        r = conversion_constant(c, R, "the weights", &lstm->r);
    if (r == 0)
        r = conversion_constant(c, B, "the biases", &lstm->b);
    if (r == 0 && (!lstm->w || !lstm->r))
        r = conversion_unsupported(c, "check the model", "it has no weights");
    return r < 0 ? r : check_sizes(c, x, lstm);
}

int convert_lstm(struct conversion *c)
{
    static const char *const suffixes[] = {"y", "h", "c"};
    struct lstm lstm = {0};
    uint32_t in[6], out[3];
    struct node_spec spec = {.op = OP_LSTM, .attrs = &lstm.attrs, .inputs = in, .n_outputs = 3};
    struct tensor *x;
    int r = conversion_activation(c, X, &x);

    if (r == 0)
        r = read_lstm(c, x, &lstm);
    if (r == 0)
        r = bring_inputs(c, x, &lstm, in, &spec.n_inputs);
    if (r == 0)
        r = conversion_emit_many(c, suffixes, &spec, out);
    for (uint32_t i = 0; r == 0 && i < 3; i++)
        r = emit_output(c, i, out, &lstm);
    return r;
}
