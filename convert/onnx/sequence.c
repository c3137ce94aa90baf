#include "convert/onnx/sequence.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "convert/layout.h"
#include "convert/numbers.h"
#include "convert/onnx/attrs.h"
#include "model/ops/strided_slice.h"

static const struct sequence_kind kinds[] = {
    {"GRU", OP_GRU, 3, 1, {0, 1, 2}, true, {"Sigmoid", "Tanh"}},
    {"LSTM", OP_LSTM, 4, 2, {0, 2, 1, 3}, false, {"Sigmoid", "Tanh", "Tanh"}},
    {"RNN", OP_RNN, 1, 1, {0}, false, {"Tanh"}},
};

static const struct sequence_kind *find_kind(const char *op)
{
    size_t i = 0;

    while (i < ARRAY_SIZE(kinds) - 1 && strcmp(kinds[i].name, op) != 0)
        i++;
    return &kinds[i];
}

static uint32_t count_activations(const struct sequence_kind *kind)
{
    uint32_t n = 0;

    while (n < ARRAY_SIZE(kind->activations) && kind->activations[n])
        n++;
    return n;
}

/* The presets, for each direction; a RNN may have Relu too. */
static int read_activations(struct conversion *c, struct sequence *layer)
{
    const struct onnx_attr *attr = attr_find(c, "activations");
    const char *const *names = attr ? attr->strings.base : NULL;
    uint32_t n = count_activations(layer->kind);

    for (uint32_t i = 0; attr && i < attr->strings.n; i++) {
        const char *wanted = layer->kind->activations[i % n];

        if (i < n * layer->n_directions && strcasecmp(names[i], wanted) == 0)
            continue;
        if (i < layer->n_directions && layer->kind->op == OP_RNN &&
            strcasecmp(names[i], "Relu") == 0) {
            layer->relu[i] = true;
            continue;
        }
        return conversion_unsupported(c, WAY_REPLACE,
                                      "activation %.40s; Sigmoid and Tanh in ONNX's usual places "
                                      "are supported, and Relu in a RNN",
                                      names[i]);
    }
    return 0;
}

static int read_direction(struct conversion *c, struct sequence *layer)
{
    const char *direction;
    int r = attr_text(c, "direction", "forward", &direction);

    if (r < 0)
        return r;
    layer->n_directions = strcmp(direction, "bidirectional") == 0 ? 2 : 1;
    layer->backward = strcmp(direction, "reverse") == 0;
    if (layer->n_directions == 1 && !layer->backward && strcmp(direction, "forward") != 0)
        return conversion_unsupported(c, "check the model", "direction \"%.40s\" is unknown",
                                      direction);
    return 0;
}

/* Lengths of sequences say nothing if all are the whole. */
static int check_lengths(struct conversion *c, uint32_t length)
{
    const struct numbers *lengths = NULL;
    int r = conversion_constant(c, SEQUENCE_LENGTHS, "the lengths of sequences", &lengths);

    for (size_t i = 0; r == 0 && lengths && i < lengths->n; i++)
        if (numbers_at(lengths, i) != length)
            return conversion_unsupported(c, "export it without sequence_lens",
                                          "sequences of different lengths (input 4)");
    return r;
}

static int check_extras(struct conversion *c, const struct sequence *layer)
{
    int64_t coupled;
    float clip;
    int r = attr_int(c, "input_forget", 0, &coupled);

    if (r == 0)
        r = attr_float(c, "clip", 0, &clip);
    if (r < 0)
        return r;
    if (clip != 0)
        return conversion_unsupported(c, WAY_REPLACE, "a clip of the cell");
    if (coupled)
        return conversion_unsupported(c, WAY_REPLACE,
                                      "coupled input and forget gates (input_forget)");
    if (layer->kind->op == OP_LSTM && conversion_input(c, SEQUENCE_PEEPHOLES))
        return conversion_unsupported(c, WAY_REPLACE, "peepholes (input 7)");
    return check_lengths(c, layer->length);
}

static int read_attrs(struct conversion *c, const struct tensor *x, struct sequence *layer)
{
    int64_t batch_first, reset_after;
    int r = read_direction(c, layer);

    if (r == 0)
        r = read_activations(c, layer);
    if (r == 0)
        r = attr_int(c, "layout", 0, &batch_first);
    if (r == 0)
        r = attr_int(c, "linear_before_reset", 0, &reset_after);
    if (r < 0)
        return r;
    if (x->shape.rank != 3)
        return conversion_unsupported(c, "check the model", "an input of rank %u", x->shape.rank);
    layer->batch_first = batch_first != 0;
    layer->reset_after = reset_after != 0;
    layer->batch = x->shape.dim[layer->batch_first ? 0 : 1];
    layer->length = x->shape.dim[layer->batch_first ? 1 : 0];
    return check_extras(c, layer);
}

/* What hidden_size says must be what the matrices have. */
static int check_hidden(struct conversion *c, uint32_t hidden)
{
    int64_t said;
    int r = attr_int(c, "hidden_size", hidden, &said);

    if (r == 0 && said != hidden)
        return conversion_unsupported(c, "check the model",
                                      "hidden_size %" PRId64 ", but its matrices are for %u", said,
                                      hidden);
    return r;
}

static int check_sizes(struct conversion *c, struct sequence *layer)
{
    const struct shape *w = &layer->w->shape, *r = &layer->r->shape;
    uint32_t rows;

    if (w->rank != 3 || r->rank != 3 || w->dim[0] != layer->n_directions ||
        r->dim[0] != layer->n_directions)
        return conversion_unsupported(c, "check the model",
                                      "matrices of rank %u and %u, or not for %u directions",
                                      w->rank, r->rank, layer->n_directions);
    layer->hidden = r->dim[2];
    layer->inputs = w->dim[2];
    if (layer->hidden == 0 || layer->hidden > UINT32_MAX / 16 || layer->inputs == 0)
        return conversion_unsupported(c, "check the model", "its matrices are empty or too large");
    rows = layer->kind->n_gates * layer->hidden;
    if (r->dim[1] != rows || w->dim[1] != rows)
        return conversion_unsupported(c, "check the model", "its matrices do not fit each other");
    if (layer->b && layer->b->n != (size_t)2 * rows * layer->n_directions)
        return conversion_unsupported(c, "check the model", "it has %zu biases, not %u",
                                      layer->b->n, 2 * rows * layer->n_directions);
    return check_hidden(c, layer->hidden);
}

int sequence_read(struct conversion *c, const struct tensor *x, struct sequence *ret)
{
    int r;

    ret->kind = find_kind(c->node->op);
    r = read_attrs(c, x, ret);
    if (r == 0)
        r = conversion_constant(c, SEQUENCE_W, "the weights", &ret->w);
    if (r == 0)
        r = conversion_constant(c, SEQUENCE_R, "the weights", &ret->r);
    if (r == 0)
        r = conversion_constant(c, SEQUENCE_B, "the biases", &ret->b);
    if (r == 0 && (!ret->w || !ret->r))
        r = conversion_unsupported(c, "check the model", "it has no weights");
    return r < 0 ? r : check_sizes(c, ret);
}

/* Room for a constant of SHAPE; charged. */
static int make_blob(struct conversion *c, const struct shape *shape, struct blob **ret)
{
    size_t size;
    int r = numbers_count(c, shape, &size);

    size *= sizeof(float);
    if (r == 0)
        r = conversion_charge(c, size);
    if (r < 0)
        return r;
    *ret = blob_new(size);
    return *ret ? 0 : -ENOMEM;
}

/* [D,G*H,n] with ONNX's gates as [n,G*H] with the graph's. */
int sequence_place_matrix(struct conversion *c, const struct sequence *layer, uint32_t which,
                          uint32_t direction, uint32_t *ret)
{
    const struct numbers *from = which == SEQUENCE_W ? layer->w : layer->r;
    uint32_t n = from->shape.dim[2], rows = layer->kind->n_gates * layer->hidden;
    const struct shape shape = {2, {n, rows}};
    struct blob *blob;
    float *to;
    int r = make_blob(c, &shape, &blob);

    if (r < 0)
        return r;
    to = blob_base(blob);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t gate = 0; gate < layer->kind->n_gates; gate++)
            for (uint32_t k = 0; k < layer->hidden; k++) {
                size_t row = (size_t)layer->kind->gates[gate] * layer->hidden + k;

                *to++ = (float)numbers_at(from, ((size_t)direction * rows + row) * n + i);
            }
    return conversion_add_constant(c, c->node->inputs[which], &shape, blob, ret);
}

/* Bias K of a gate and direction: that of W, and that of R behind all of them. */
static float bias_at(const struct sequence *layer, uint32_t direction, bool recurrent,
                     uint32_t gate, uint32_t k)
{
    size_t rows = (size_t)layer->kind->n_gates * layer->hidden;

    return layer->b ? (float)numbers_at(layer->b, (2 * direction + recurrent) * rows +
                                                      (size_t)gate * layer->hidden + k)
                    : 0;
}

int sequence_place_bias(struct conversion *c, const struct sequence *layer, uint32_t direction,
                        uint32_t *ret)
{
    const struct sequence_kind *kind = layer->kind;
    const struct shape shape = {1, {(kind->n_gates + kind->apart) * layer->hidden}};
    struct blob *blob;
    float *to;
    int r = make_blob(c, &shape, &blob);

    if (r < 0)
        return r;
    to = blob_base(blob);
    for (uint32_t i = 0; i < kind->n_gates; i++)
        for (uint32_t k = 0; k < layer->hidden; k++) {
            float bias = bias_at(layer, direction, false, kind->gates[i], k);
            float recurrent = bias_at(layer, direction, true, kind->gates[i], k);

            *to++ = kind->apart && i == kind->n_gates - 1 ? bias : bias + recurrent;
        }
    for (uint32_t k = 0; kind->apart && k < layer->hidden; k++)
        *to++ = bias_at(layer, direction, true, kind->n_gates - 1, k);
    return conversion_add_constant(c, layer->b ? c->node->inputs[SEQUENCE_B] : "zeros", &shape,
                                   blob, ret);
}

static int place_zeros(struct conversion *c, const struct shape *shape, uint32_t *ret)
{
    struct blob *blob;
    int r = make_blob(c, shape, &blob);

    if (r < 0)
        return r;
    memset(blob_base(blob), 0, blob_size(blob));
    return conversion_add_constant(c, "zeros", shape, blob, ret);
}

/* One direction of VALUE, [D,N,H] or [N,D,H]. */
static int cut_direction(struct conversion *c, const struct tensor *state, uint32_t axis,
                         uint32_t direction, uint32_t value, uint32_t *ret)
{
    int32_t begin[3] = {0}, end[3] = {0}, strides[3] = {1, 1, 1};
    struct strided_slice_attrs attrs = {.begin = {begin, 3},
                                        .end = {end, 3},
                                        .strides = {strides, 3},
                                        .begin_mask = 7 & ~(1 << axis),
                                        .end_mask = 7 & ~(1 << axis)};
    struct node_spec spec = {
        .op = OP_STRIDED_SLICE, .attrs = &attrs, .inputs = &value, .n_inputs = 1};

    begin[axis] = (int32_t)direction;
    end[axis] = (int32_t)direction + 1;
    return conversion_emit_helper(c, state->name, direction ? "backward" : "forward", &spec, ret);
}

int sequence_bring_state(struct conversion *c, const struct sequence *layer, uint32_t i,
                         uint32_t direction, uint32_t *ret)
{
    const struct shape sizes = {2, {layer->batch, layer->hidden}};
    struct view plain = view_identity();
    uint32_t axis = layer->batch_first;
    struct tensor *state;
    int r;

    if (!conversion_input(c, i))
        return place_zeros(c, &sizes, ret);
    r = conversion_activation(c, i, &state);
    if (r < 0)
        return r;
    if (state->shape.rank != 3 || state->shape.dim[axis] != layer->n_directions ||
        state->shape.dim[!axis] != layer->batch || state->shape.dim[2] != layer->hidden)
        return conversion_unsupported(c, "check the model and the sizes of its inputs",
                                      "initial state %.80s does not fit a batch of %u and %u units",
                                      state->name, layer->batch, layer->hidden);
    if (layer->n_directions == 1)
        r = layout_bring_plain(c, state, ret);
    else
        r = layout_bring(c, state, &plain, ret);
    if (r == 0 && layer->n_directions > 1)
        r = cut_direction(c, state, axis, direction, *ret, ret);
    return r < 0 ? r : layout_reshape(c, state->name, "state", *ret, &sizes, ret);
}
