#include "model/quant/quantize.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "model/copy.h"
#include "model/quant/roles.h"

struct quantizer {
    struct copy copy;
    const struct observations *seen;
    const struct quantize_options *options;
    struct value_role *roles;
    bool *whole; /* of each value: its range is not cut */
    struct buf *notes;
    struct fault *fault;
};

static void quantizer_done(struct quantizer *quantizer)
{
    copy_done(&quantizer->copy);
    free(quantizer->roles);
    free(quantizer->whole);
}

/* Does the order of what OP gives depend on its input's largest numbers alone? */
static bool keeps_order(enum op op)
{
    return op == OP_SOFTMAX || op == OP_LOG_SOFTMAX || op == OP_SIGMOID || op == OP_RESHAPE ||
           op == OP_PERMUTE || op == OP_CONCAT || op == OP_ARG_MAX;
}

/*
 * A network's outputs are not cut, nor what becomes an output by a softmax: there the few largest
 * numbers are the answer, and two that are both cut would be alike.
 */
static void mark_whole(struct quantizer *quantizer)
{
    const struct graph *graph = quantizer->copy.from;

    for (uint32_t i = 0; i < graph->n_outputs; i++)
        quantizer->whole[graph->outputs[i]] = true;
    for (uint32_t i = graph->n_nodes; i-- > 0;) {
        const struct node *node = &graph->nodes[i];

        for (uint32_t k = 0; keeps_order(node->op) && k < node->n_inputs; k++)
            if (node->inputs[k] != NO_VALUE && quantizer->whole[node->outputs[0]])
                quantizer->whole[node->inputs[k]] = true;
    }
}

static int fail_value(struct quantizer *quantizer, uint32_t value, int r)
{
    const char *name = quantizer->copy.from->values[value].name;

    if (r == -ENOMEM)
        return fail(quantizer->fault, r, "quantiser: out of memory");
    return fail(quantizer->fault, r, "%.150s: its numbers have no 8-bit encoding", name);
}

static int note_float(struct quantizer *quantizer, uint32_t value, const char *why)
{
    const char *name = quantizer->copy.from->values[value].name;

    if (!quantizer->notes)
        return 0;
    return buf_printf(quantizer->notes, "%s stays float: %s\n", name, why) < 0 ? -ENOMEM : 0;
}

/* Numbers in memory as channels of an axis: N runs of SIZE numbers each, channels taking turns. */
struct channels {
    uint32_t n;
    size_t size, n_runs;
};

static struct channels channels_of(const struct value *value, uint32_t axis)
{
    struct channels channels = {value->shape.dim[axis], 1, 0};

    for (uint32_t i = axis + 1; i < value->shape.rank; i++)
        channels.size *= value->shape.dim[i];
    channels.n_runs = shape_elements(&value->shape) / channels.size;
    return channels;
}

/* The numbers of channel C, one behind the other, at TO; how many. */
static size_t gather(const struct channels *channels, const float *x, uint32_t c, float *to)
{
    size_t n = 0;

    for (size_t run = c; run < channels->n_runs; run += channels->n, n += channels->size)
        memcpy(to + n, x + run * channels->size, channels->size * sizeof(float));
    return n;
}

static int encode_channels(struct quantizer *quantizer, const struct value *value,
                           const struct channels *channels, struct encoding *encodings)
{
    const size_t most = shape_elements(&value->shape) / channels->n;
    _cleanup_(freep) float *numbers = malloc((most + 1) * sizeof(*numbers));
    int r = numbers ? 0 : -ENOMEM;

    for (uint32_t c = 0; r == 0 && c < channels->n; c++) {
        size_t n = gather(channels, value->data, c, numbers);

        r = weights_encoding(quantizer->options->weights, numbers, n, &encodings[c]);
    }
    return r;
}

/* Which codes CONSTANT's numbers have, in a blob of their own. */
static int take_codes(struct constant *constant, const struct value *from, struct blob **ret)
{
    const uint32_t axis = constant->n_encodings > 1 ? constant->encoding_axis : 0;
    const size_t n = shape_elements(&from->shape);
    struct channels channels = {1, n, 1};
    struct blob *blob = blob_new(n);
    const float *x = from->data;
    uint8_t *codes;

    if (!blob)
        return -ENOMEM;
    if (constant->n_encodings > 1)
        channels = channels_of(from, axis);
    codes = blob_base(blob);
    for (size_t run = 0; run < channels.n_runs; run++)
        encoding_quantize(&constant->encodings[run % channels.n], x + run * channels.size,
                          channels.size, codes + run * channels.size);
    constant->dtype = DTYPE_TF8;
    constant->blob = blob;
    *ret = blob;
    return 0;
}

/* The encoding of an activation; *RET_N is 0 if it has none. */
static int encode_value(struct quantizer *quantizer, uint32_t value, struct encoding *ret,
                        uint32_t *ret_n)
{
    const struct observed *seen = &quantizer->seen->v[value];
    double lo = seen->min, hi = seen->max;

    *ret_n = seen->n > 0 && quantizer->roles[value].role != ROLE_FLOAT;
    if (*ret_n == 0)
        return 0;
    if (quantizer->options->cut_activations && !quantizer->whole[value])
        observe_cut(seen, &lo, &hi);
    return encoding_of_range(lo, hi, ret);
}

/*
 * A limit has the encoding of what comes of it: one that lies beyond that range never cuts, and
 * need not be told apart from its end.
 */
static int encode_limit(struct quantizer *quantizer, uint32_t value, struct encoding *ret)
{
    const struct value *from = &quantizer->copy.from->values[value];
    uint32_t n;
    int r = encode_value(quantizer, quantizer->roles[value].of, ret, &n);

    return r < 0 || n ? r : encoding_of(from->data, shape_elements(&from->shape), ret);
}

/* What the constant's encodings are: the graph's own, or those of its numbers. */
static int take_encodings(struct quantizer *quantizer, uint32_t value, struct constant *constant,
                          struct encoding **ret)
{
    const struct value *from = &quantizer->copy.from->values[value];
    const struct value_role *role = &quantizer->roles[value];
    const bool each = quantizer->options->per_channel && role->role == ROLE_WEIGHTS &&
                      role->axis != NO_AXIS && from->shape.dim[role->axis] > 1;
    struct channels channels = {1, shape_elements(&from->shape), 1};
    struct encoding *encodings;
    int r;

    if (quantizer->options->keep_encodings && from->n_encodings)
        return 0;
    if (each)
        channels = channels_of(from, role->axis);
    encodings = malloc(channels.n * sizeof(*encodings));
    if (!encodings)
        return -ENOMEM;
    *ret = encodings;
    constant->encodings = encodings;
    constant->n_encodings = channels.n;
    constant->encoding_axis = each ? role->axis : 0;
    if (each)
        r = encode_channels(quantizer, from, &channels, encodings);
    else if (role->role == ROLE_LIMIT)
        r = encode_limit(quantizer, value, encodings);
    else if (role->role == ROLE_WEIGHTS)
        r = weights_encoding(quantizer->options->weights, from->data, channels.size, encodings);
    else
        r = encoding_of(from->data, channels.size, encodings);
    return r;
}

static int quantize_constant(struct quantizer *quantizer, uint32_t value)
{
    const struct value *from = &quantizer->copy.from->values[value];
    _cleanup_(blob_unrefp) struct blob *blob = NULL;
    _cleanup_(freep) struct encoding *encodings = NULL;
    struct constant constant = {
        .name = from->name,
        .shape = from->shape,
        .dtype = from->dtype,
        .blob = from->blob,
        .encodings = from->encodings,
        .n_encodings = from->n_encodings,
        .encoding_axis = from->encoding_axis,
    };
    int r = take_encodings(quantizer, value, &constant, &encodings);

    if (r == 0 && !quantizer->options->float_weights)
        r = take_codes(&constant, from, &blob);
    if (r < 0)
        return fail_value(quantizer, value, r);
    r = build_constant(quantizer->copy.to, &constant, &quantizer->copy.values[value],
                       quantizer->fault);
    return r < 0 ? r : copy_const_layer(&quantizer->copy, value);
}

static int add_constant(struct quantizer *quantizer, uint32_t value)
{
    const struct value_role *role = &quantizer->roles[value];
    const char *why = NULL;

    if (quantizer->copy.from->values[value].dtype != DTYPE_F32)
        why = "it holds integers";
    else if (role->role == ROLE_FLOAT)
        why = role->why;
    else if (role->role == ROLE_BIAS && quantizer->options->float_biases)
        return copy_constant(&quantizer->copy, value, quantizer->fault);
    if (!why)
        return quantize_constant(quantizer, value);
    if (note_float(quantizer, value, why) < 0)
        return -ENOMEM;
    return copy_constant(&quantizer->copy, value, quantizer->fault);
}

static int add_encoding(struct quantizer *quantizer, uint32_t value)
{
    const struct value *from = &quantizer->copy.from->values[value];
    struct encoding encoding;
    uint32_t n;
    int r;

    if (quantizer->options->keep_encodings && from->n_encodings)
        return 0;
    r = encode_value(quantizer, value, &encoding, &n);
    if (r < 0)
        return fail_value(quantizer, value, r);
    if (quantizer->roles[value].role == ROLE_FLOAT)
        r = note_float(quantizer, value, quantizer->roles[value].why);
    else if (n == 0)
        r = note_float(quantizer, value, "it was not seen");
    return r < 0 ? r
                 : build_encoding(quantizer->copy.to, quantizer->copy.values[value], &encoding, n,
                                  0, quantizer->fault);
}

static int add_node(struct quantizer *quantizer, const struct node *node)
{
    int r = copy_node(&quantizer->copy, node, NULL, quantizer->fault);

    for (uint32_t i = 0; r == 0 && i < node->n_outputs; i++)
        r = add_encoding(quantizer, node->outputs[i]);
    return r;
}

static int quantizer_init(struct quantizer *quantizer, const struct graph *graph)
{
    int r = copy_init(&quantizer->copy, graph);

    if (r == 0)
        r = roles_of(graph, &quantizer->roles);
    quantizer->whole = calloc((size_t)graph->n_values + 1, sizeof(*quantizer->whole));
    if (r < 0 || !quantizer->whole)
        return fail(quantizer->fault, -ENOMEM, "quantiser: out of memory");
    mark_whole(quantizer);
    return 0;
}

int graph_quantize(const struct graph *graph, const struct observations *seen,
                   const struct quantize_options *options, struct graph **ret, struct buf *notes,
                   struct fault *fault)
{
    _cleanup_(quantizer_done) struct quantizer quantizer = {
        .seen = seen, .options = options, .notes = notes, .fault = fault};
    int r = 0;

    if (roles_are_quantized(graph))
        return fail(fault, E_STATE, "the network has 8-bit weights already");
    r = quantizer_init(&quantizer, graph);
    for (uint32_t i = 0; r == 0 && i < graph->n_values; i++) {
        const struct value *value = &graph->values[i];

        if (value->blob)
            r = add_constant(&quantizer, i);
        else if (graph->nodes[value->producer].outputs[0] == i)
            r = add_node(&quantizer, &graph->nodes[value->producer]);
    }
    return r < 0 ? r : copy_finish(&quantizer.copy, graph->outputs, graph->n_outputs, ret, fault);
}
