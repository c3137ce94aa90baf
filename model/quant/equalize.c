#include "model/quant/equalize.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "model/copy.h"
#include "model/ops/binary.h"
#include "model/ops/relu.h"
#include "model/quant/roles.h"
#include "model/quant/sums.h"

#define ROUNDS_MOST      50 /* a chain of sums settles pair by pair */
#define UNDERSCORES_MOST 16
#define SETTLED          1e-3 /* a round in which no factor is further from 1 is the last */

/* Two sums, and how many channels go from the first to the second. */
struct pair {
    uint32_t first, second;
    uint32_t n_channels;
    float *totals; /* by what each channel was divided, all in all */
};

struct equalizer {
    struct copy copy;
    uint32_t *n_readers, *reader; /* of each value; a run's output is read once more */
    float **numbers;              /* of each value: its constant's new ones; NULL: as they are */
    uint32_t *way; /* of each node: the pair between whose sums it stands, and 1; 0: none */
    struct pair *pairs;
    uint32_t n_pairs;
};

static void equalizer_done(struct equalizer *equalizer)
{
    for (uint32_t i = 0; equalizer->numbers && i < equalizer->copy.from->n_values; i++)
        free(equalizer->numbers[i]);
    copy_done(&equalizer->copy);
    free(equalizer->n_readers);
    free(equalizer->reader);
    free(equalizer->numbers);
    for (uint32_t i = 0; i < equalizer->n_pairs; i++)
        free(equalizer->pairs[i].totals);
    free(equalizer->way);
    free(equalizer->pairs);
}

static int equalizer_init(struct equalizer *equalizer, const struct graph *graph)
{
    const size_t n_values = (size_t)graph->n_values + 1, n_nodes = (size_t)graph->n_nodes + 1;
    int r = copy_init(&equalizer->copy, graph);

    if (r < 0)
        return r;
    equalizer->n_readers = calloc(n_values, sizeof(*equalizer->n_readers));
    equalizer->reader = calloc(n_values, sizeof(*equalizer->reader));
    equalizer->numbers = calloc(n_values, sizeof(*equalizer->numbers));
    equalizer->way = calloc(n_nodes, sizeof(*equalizer->way));
    equalizer->pairs = calloc(n_nodes, sizeof(*equalizer->pairs));
    if (!equalizer->n_readers || !equalizer->reader || !equalizer->numbers || !equalizer->way ||
        !equalizer->pairs)
        return -ENOMEM;
    for (uint32_t i = 0; i < graph->n_nodes; i++)
        for (uint32_t k = 0; k < graph->nodes[i].n_inputs; k++)
            if (graph->nodes[i].inputs[k] != NO_VALUE) {
                equalizer->n_readers[graph->nodes[i].inputs[k]]++;
                equalizer->reader[graph->nodes[i].inputs[k]] = i;
            }
    for (uint32_t i = 0; i < graph->n_outputs; i++)
        equalizer->n_readers[graph->outputs[i]]++;
    return 0;
}

static bool is_own_constant(const struct equalizer *equalizer, uint32_t value)
{
    const struct value *constant = &equalizer->copy.from->values[value];

    return constant->blob && constant->dtype == DTYPE_F32 && equalizer->n_readers[value] == 1;
}

/* A sum whose constants are its own. */
static bool is_sum(const struct equalizer *equalizer, const struct node *node)
{
    const uint32_t bias = sum_bias(node);

    return sum_is(node) && is_own_constant(equalizer, node->inputs[1]) &&
           (bias == NO_VALUE || is_own_constant(equalizer, bias));
}

static uint32_t channels_of(const struct shape *shape)
{
    return shape->dim[shape->rank - 1];
}

/* Does NODE, between two sums, pass factors of its input's channels on? */
static bool passes(const struct graph *graph, const struct node *node)
{
    const struct shape *from = &graph->values[node->inputs[0]].shape;
    const struct shape *to = &graph->values[node->outputs[0]].shape;

    if (node->op == OP_RELU || node->op == OP_POOL)
        return true;
    return node->op == OP_RESHAPE && channels_of(from) == channels_of(to);
}

/* The sum that alone reads what node I gives, or NO_NODE. MARK goes on what stands between. */
static uint32_t next_sum(struct equalizer *equalizer, uint32_t i, uint32_t mark)
{
    const struct graph *graph = equalizer->copy.from;

    for (;;) {
        const uint32_t value = graph->nodes[i].outputs[0];
        const struct node *node;

        if (equalizer->n_readers[value] != 1 || graph->nodes[i].n_outputs != 1)
            return NO_NODE;
        i = equalizer->reader[value];
        node = &graph->nodes[i];
        if (node->n_inputs == 0 || node->inputs[0] != value) /* a weight; or no layer reads it */
            return NO_NODE;
        if (is_sum(equalizer, node))
            return i;
        if (!passes(graph, node))
            return NO_NODE;
        equalizer->way[i] = mark;
    }
}

/* Does SECOND read as many channels as FIRST gives, each as one? A picture laid flat has more. */
static bool fit(const struct graph *graph, const struct node *first, const struct node *second)
{
    const struct shape *x = &graph->values[second->inputs[0]].shape;
    const uint32_t n = channels_of(&graph->values[first->outputs[0]].shape);

    if (channels_of(x) != n)
        return false;
    return second->op == OP_CONV || graph->values[second->inputs[1]].shape.dim[1] == n;
}

static int add_pair(struct equalizer *equalizer, uint32_t first, uint32_t second)
{
    const struct graph *graph = equalizer->copy.from;
    struct pair *pair = &equalizer->pairs[equalizer->n_pairs];
    const uint32_t n = channels_of(&graph->values[graph->nodes[first].outputs[0]].shape);

    *pair = (struct pair){first, second, n, malloc(n * sizeof(float))};
    if (!pair->totals)
        return -ENOMEM;
    for (uint32_t i = 0; i < n; i++)
        pair->totals[i] = 1;
    (void)next_sum(equalizer, first, ++equalizer->n_pairs);
    return 0;
}

static int find_pairs(struct equalizer *equalizer)
{
    const struct graph *graph = equalizer->copy.from;
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < graph->n_nodes; i++) {
        uint32_t second;

        if (!is_sum(equalizer, &graph->nodes[i]))
            continue;
        second = next_sum(equalizer, i, 0);
        if (second != NO_NODE && fit(graph, &graph->nodes[i], &graph->nodes[second]))
            r = add_pair(equalizer, i, second);
    }
    return r;
}

/* The constant's numbers, for changing. NULL if memory is out. */
static float *numbers_of(struct equalizer *equalizer, uint32_t value)
{
    const struct value *from = &equalizer->copy.from->values[value];
    const size_t size = shape_elements(&from->shape) * sizeof(float);

    if (!equalizer->numbers[value]) {
        equalizer->numbers[value] = malloc(size + 1);
        if (equalizer->numbers[value])
            memcpy(equalizer->numbers[value], from->data, size);
    }
    return equalizer->numbers[value];
}

/* A sum and its weights, for changing. */
struct weights {
    struct sum sum;
    float *v;
};

static int weights_of(struct equalizer *equalizer, const struct node *node, struct weights *ret)
{
    *ret = (struct weights){sum_of(equalizer->copy.from, node),
                            numbers_of(equalizer, node->inputs[1])};
    return ret->v ? 0 : -ENOMEM;
}

/* The largest magnitude of each output's, or each input's, weights. */
static void largest(const struct weights *weights, uint32_t (*of)(const struct sum *, size_t),
                    float *ret)
{
    for (size_t i = 0; i < weights->sum.n; i++) {
        uint32_t channel = of(&weights->sum, i);

        ret[channel] = fmaxf(ret[channel], fabsf(weights->v[i]));
    }
}

/* What the channels between two sums have in common. */
struct channels {
    float *a, *b; /* largest magnitudes of weights in the first and in the second */
    float *bias;  /* of the first; NULL: it has none */
    float *factors;
    uint32_t n;
};

static float largest_bias(const struct channels *channels)
{
    float most = 0;

    for (uint32_t i = 0; channels->bias && i < channels->n; i++)
        most = fmaxf(most, fabsf(channels->bias[i]));
    return most;
}

/* Fills FACTORS; returns how far the furthest is from 1. */
static double find_factors(const struct channels *channels)
{
    const float most_bias = largest_bias(channels);
    double most = 0;

    for (uint32_t i = 0; i < channels->n; i++) {
        const double a = (double)channels->a[i], b = (double)channels->b[i];
        double factor = a > 0 && b > 0 ? sqrt(a / b) : 1;

        if (factor < 1 && most_bias > 0)
            factor = fmax(factor, (double)fabsf(channels->bias[i] / most_bias));
        channels->factors[i] = (float)factor;
        most = fmax(most, fabs(log((double)channels->factors[i])));
    }
    return most;
}

static void scale(const struct weights *a, const struct weights *b, const struct channels *channels)
{
    for (size_t i = 0; i < a->sum.n; i++)
        a->v[i] /= channels->factors[sum_out(&a->sum, i)];
    for (size_t i = 0; i < b->sum.n; i++)
        b->v[i] *= channels->factors[sum_in(&b->sum, i)];
    for (uint32_t i = 0; channels->bias && i < channels->n; i++)
        channels->bias[i] /= channels->factors[i];
}

/* *RET is how far the pair was from equal. */
static int equalize(struct equalizer *equalizer, const struct pair *pair, double *ret)
{
    const struct node *first = &equalizer->copy.from->nodes[pair->first];
    const uint32_t n = pair->n_channels;
    _cleanup_(freep) float *room = calloc(3 * (size_t)n + 1, sizeof(*room));
    struct channels channels = {.a = room, .n = n};
    struct weights a, b;

    if (!room || weights_of(equalizer, first, &a) < 0 ||
        weights_of(equalizer, &equalizer->copy.from->nodes[pair->second], &b) < 0)
        return -ENOMEM;
    channels.b = room + n;
    channels.factors = room + 2 * (size_t)n;
    if (sum_bias(first) != NO_VALUE) {
        channels.bias = numbers_of(equalizer, sum_bias(first));
        if (!channels.bias)
            return -ENOMEM;
    }
    largest(&a, sum_out, channels.a);
    largest(&b, sum_in, channels.b);
    *ret = find_factors(&channels);
    scale(&a, &b, &channels);
    for (uint32_t i = 0; i < n; i++)
        pair->totals[i] *= channels.factors[i];
    return 0;
}

static int equalize_all(struct equalizer *equalizer)
{
    double most = 1;
    int r = 0;

    for (int round = 0; r == 0 && round < ROUNDS_MOST && most > SETTLED; round++) {
        most = 0;
        for (uint32_t i = 0; r == 0 && i < equalizer->n_pairs; i++) {
            double far = 0;

            r = equalize(equalizer, &equalizer->pairs[i], &far);
            most = fmax(most, far);
        }
    }
    return r;
}

static int emit_constant(struct equalizer *equalizer, uint32_t value, struct fault *fault)
{
    const struct value *from = &equalizer->copy.from->values[value];
    _cleanup_(blob_unrefp) struct blob *blob = NULL;
    struct constant constant = {.name = from->name, .shape = from->shape, .dtype = DTYPE_F32};
    const size_t size = shape_elements(&from->shape) * sizeof(float);
    int r;

    if (!equalizer->numbers[value])
        return copy_constant(&equalizer->copy, value, fault);
    blob = blob_new(size);
    if (!blob)
        return -ENOMEM;
    memcpy(blob_base(blob), equalizer->numbers[value], size);
    constant.blob = blob;
    r = build_constant(equalizer->copy.to, &constant, &equalizer->copy.values[value], fault);
    return r < 0 ? r : copy_const_layer(&equalizer->copy, value);
}

/* Of each channel MOST, divided as it is: a constant called NAME, with as many axes as Y. */
static int emit_ends(struct equalizer *equalizer, const struct pair *pair, float most,
                     const struct shape *y, const char *name, uint32_t *ret, struct fault *fault)
{
    _cleanup_(blob_unrefp) struct blob *blob = blob_new(pair->n_channels * sizeof(float));
    struct constant constant = {.name = name, .dtype = DTYPE_F32, .blob = blob};
    float *ends;

    if (!blob)
        return -ENOMEM;
    ends = blob_base(blob);
    for (uint32_t i = 0; i < pair->n_channels; i++)
        ends[i] = most / pair->totals[i];
    constant.shape.rank = y->rank;
    for (uint32_t i = 0; i < y->rank; i++)
        constant.shape.dim[i] = i + 1 < y->rank ? 1 : pair->n_channels;
    return build_constant(equalizer->copy.to, &constant, ret, fault);
}

/* NAME with SUFFIX behind it, longer by underscores if something is called so. NULL: no memory. */
static char *new_name(const struct graph *graph, const char *name, const char *suffix)
{
    const size_t room = strlen(name) + strlen(suffix) + UNDERSCORES_MOST + 1;
    char *made = malloc(room);
    size_t size = made ? (size_t)snprintf(made, room, "%s%s", name, suffix) : room;

    while (size + 1 < room &&
           (graph_find_value(graph, made) != NO_VALUE || graph_find_node(graph, made) != NO_NODE)) {
        made[size++] = '_';
        made[size] = 0;
    }
    return made;
}

struct end_names {
    char *open, *ends;
};

static void end_names_done(struct end_names *names)
{
    free(names->open);
    free(names->ends);
}

/* A Relu without an upper end, called NAMES->open; *RET is what it gives. */
static int emit_open(struct equalizer *equalizer, const struct node *node,
                     const struct end_names *names, uint32_t *ret, struct fault *fault)
{
    static const struct relu_attrs attrs = {INFINITY};
    const char *output = names->open;
    const struct node_spec spec = {
        .name = names->open,
        .op = OP_RELU,
        .attrs = &attrs,
        .inputs = &equalizer->copy.values[node->inputs[0]],
        .outputs = &output,
        .n_inputs = 1,
        .n_outputs = 1,
    };

    return build_node(equalizer->copy.to, &spec, ret, fault);
}

/* A Relu with an upper end: one without, and a minimum of it and each channel's own end. */
static int emit_ended(struct equalizer *equalizer, const struct node *node, struct fault *fault)
{
    static const struct binary_attrs minimum = {.kind = BINARY_MIN};
    const struct graph *graph = equalizer->copy.from;
    const struct pair *pair =
        &equalizer->pairs[equalizer->way[graph->values[node->outputs[0]].producer] - 1];
    _cleanup_(end_names_done) struct end_names names = {new_name(graph, node->name, ".open"),
                                                        new_name(graph, node->name, ".ends")};
    const char *output = graph->values[node->outputs[0]].name;
    uint32_t inputs[2];
    struct node_spec spec = {.name = node->name,
                             .op = OP_BINARY,
                             .attrs = &minimum,
                             .inputs = inputs,
                             .outputs = &output,
                             .n_inputs = 2,
                             .n_outputs = 1};
    int r;

    if (!names.open || !names.ends)
        return -ENOMEM;
    r = emit_open(equalizer, node, &names, &inputs[0], fault);
    if (r == 0)
        r = emit_ends(equalizer, pair, ((const struct relu_attrs *)node->attrs)->max,
                      &graph->values[node->outputs[0]].shape, names.ends, &inputs[1], fault);
    if (r == 0)
        r = build_node(equalizer->copy.to, &spec, &equalizer->copy.values[node->outputs[0]], fault);
    return r;
}

static int emit_node(struct equalizer *equalizer, uint32_t i, struct fault *fault)
{
    const struct node *node = &equalizer->copy.from->nodes[i];

    if (equalizer->way[i] && node->op == OP_RELU &&
        isfinite(((const struct relu_attrs *)node->attrs)->max))
        return emit_ended(equalizer, node, fault);
    return copy_node(&equalizer->copy, node, NULL, fault);
}

int graph_equalize(const struct graph *graph, struct graph **ret, uint32_t *ret_n,
                   struct fault *fault)
{
    _cleanup_(equalizer_done) struct equalizer equalizer = {.n_pairs = 0};
    int r;

    if (roles_are_quantized(graph))
        return fail(fault, E_STATE, "the network has 8-bit weights already");
    r = equalizer_init(&equalizer, graph);
    if (r == 0)
        r = find_pairs(&equalizer);
    if (r == 0)
        r = equalize_all(&equalizer);
    for (uint32_t i = 0; r == 0 && i < graph->n_values; i++) {
        const struct value *value = &graph->values[i];

        if (value->blob)
            r = emit_constant(&equalizer, i, fault);
        else if (graph->nodes[value->producer].outputs[0] == i)
            r = emit_node(&equalizer, value->producer, fault);
    }
    if (r < 0)
        return r;
    *ret_n = equalizer.n_pairs;
    return copy_finish(&equalizer.copy, graph->outputs, graph->n_outputs, ret, fault);
}
