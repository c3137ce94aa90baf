#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "model/derive.h"
#include "model/ops/pad.h"
#include "model/ops/permute.h"
#include "model/ops/strided_slice.h"
#include "model/ops/sum.h"
#include "model/ops/tile.h"
#include "model/passes/drop.h"

/*
 * A layer that leaves all numbers where they are in memory is a view: what it gives is what another
 * value holds, in another shape at most. Layers that treat each number alone do so in the shape of
 * that value, and only who means the shape gets a Reshape. So a Reshape, a function and a Reshape
 * back become the function.
 */

uint32_t drop_base(const struct drop *drop, uint32_t value)
{
    return drop->facts[value].base;
}

static const struct shape *shape_of(const struct drop *drop, uint32_t value)
{
    return &drop->graph->values[value].shape;
}

bool drop_is_shaped(const struct drop *drop, uint32_t value)
{
    return shape_equal(&drop->facts[drop_base(drop, value)].actual, shape_of(drop, value));
}

/* The node that makes VALUE; NULL: it is a constant. */
static const struct node *maker(const struct drop *drop, uint32_t value)
{
    uint32_t producer = drop->graph->values[value].producer;

    return producer == NO_NODE ? NULL : &drop->graph->nodes[producer];
}

/* Does the order move nothing but axes of 1? */
static bool keeps_order(const struct permute_attrs *permute, const struct shape *x)
{
    int32_t last = -1;

    for (uint32_t i = 0; i < permute->order.n; i++) {
        int32_t axis = permute->order.v[i];

        if (x->dim[axis] == 1)
            continue;
        if (axis < last)
            return false;
        last = axis;
    }
    return true;
}

static bool takes_all(const struct strided_slice_attrs *slice, const struct shape *x)
{
    for (uint32_t i = 0; i < x->rank; i++) {
        struct slice_axis axis;

        if (strided_slice_axis(slice, x, i, &axis, NULL) < 0 || axis.count != x->dim[i] ||
            (axis.stride != 1 && axis.count > 1))
            return false;
    }
    return true;
}

static bool are_all(struct i32s list, int32_t number)
{
    for (uint32_t i = 0; i < list.n; i++)
        if (list.v[i] != number)
            return false;
    return true;
}

static bool is_view(const struct drop *drop, const struct node *node)
{
    const struct pad_attrs *pad = node->attrs;
    const struct tile_attrs *tile = node->attrs;
    const struct sum_attrs *sum = node->attrs;

    switch (node->op) {
    case OP_RESHAPE:
        return shape_elements(shape_of(drop, node->inputs[0])) ==
               shape_elements(shape_of(drop, node->outputs[0]));
    case OP_PERMUTE:
        return keeps_order(node->attrs, shape_of(drop, node->inputs[0]));
    case OP_STRIDED_SLICE:
        return takes_all(node->attrs, shape_of(drop, node->inputs[0]));
    case OP_PAD:
        return are_all(pad->before, 0) && are_all(pad->after, 0);
    case OP_TILE:
        return are_all(tile->multiples, 1);
    case OP_SUM:
        return node->n_inputs == 1 && sum->coeffs.n == 0;
    case OP_CONCAT:
        return node->n_inputs == 1;
    default:
        return false;
    }
}

/* May VALUE get the name of an output of the network, and be it? */
static bool may_be_asked(const struct drop *drop, uint32_t value)
{
    const struct node *node = maker(drop, value);

    return node && node->op != OP_INPUT && !drop->facts[value].asked;
}

/* Node I gives what BASE holds, under the name of OUT if somebody asks for it. */
static bool alias(struct drop *drop, uint32_t i, uint32_t base, uint32_t out)
{
    struct drop_fact *fact = &drop->facts[out], *of = &drop->facts[base];

    if (fact->asked &&
        (!may_be_asked(drop, base) || !shape_equal(&of->actual, shape_of(drop, out))))
        return false;
    if (fact->asked) {
        of->asked = true;
        of->name = out;
    }
    fact->base = base;
    drop->nodes[i].gone = true;
    return true;
}

/* A Permute of a Permute is one, or none. */
static void join_permutes(struct drop *drop, uint32_t i)
{
    const struct node *node = &drop->graph->nodes[i];
    const struct permute_attrs *second = node->attrs;
    uint32_t base = drop_base(drop, node->inputs[0]);
    const struct node *before = maker(drop, base);
    const struct drop_node *first;
    struct drop_node *to = &drop->nodes[i];
    bool same = true;

    if (!before || before->op != OP_PERMUTE || !drop_is_shaped(drop, node->inputs[0]))
        return;
    first = &drop->nodes[before - drop->graph->nodes];
    for (uint32_t k = 0; k < second->order.n; k++) {
        to->order[k] = first->order[second->order.v[k]];
        same &= to->order[k] == (int32_t)k;
    }
    to->input = first->input;
    if (same)
        (void)alias(drop, i, drop_base(drop, first->input), node->outputs[0]);
}

static void look_at_permute(struct drop *drop, uint32_t i)
{
    const struct node *node = &drop->graph->nodes[i];
    const struct permute_attrs *permute = node->attrs;

    memcpy(drop->nodes[i].order, permute->order.v, permute->order.n * sizeof(int32_t));
    join_permutes(drop, i);
}

/* Does the layer treat each number alone? */
static bool is_function(enum op op)
{
    static const enum op functions[] = {
        OP_RELU,         OP_CLIP,       OP_SIGMOID, OP_TANH, OP_ELU,   OP_UNARY,
        OP_LEAKY_RELU,   OP_SWISH,      OP_GELU,    OP_SELU, OP_POWER, OP_THRESHOLDED_RELU,
        OP_HARD_SIGMOID, OP_HARD_SWISH,
    };

    for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
        if (functions[i] == op)
            return true;
    return false;
}

static uint32_t last_size(const struct shape *shape)
{
    return shape->rank ? shape->dim[shape->rank - 1] : 1;
}

/* A constant that is one number, or a number for each place of the last axis. */
static bool fits_last(const struct drop *drop, uint32_t value, const struct shape *actual)
{
    const struct shape *shape = shape_of(drop, value);
    size_t n = shape_elements(shape);

    return shape->rank <= actual->rank &&
           (n == 1 || (n == last_size(shape) && n == last_size(actual)));
}

/* The value whose shape the operands of a Binary or a Sum can all have; NO_VALUE: there is none. */
static uint32_t find_leader(const struct drop *drop, const struct node *node)
{
    uint32_t leader = NO_VALUE;

    for (uint32_t i = 0; i < node->n_inputs; i++) {
        uint32_t in = node->inputs[i];
        const struct drop_fact *base = &drop->facts[drop_base(drop, in)];

        if (!maker(drop, in))
            continue;
        if (leader == NO_VALUE)
            leader = in;
        if (!shape_equal(shape_of(drop, in), shape_of(drop, leader)) ||
            !shape_equal(&base->actual, &drop->facts[drop_base(drop, leader)].actual))
            return NO_VALUE;
    }
    return leader;
}

static bool may_sink(const struct drop *drop, const struct node *node, uint32_t leader)
{
    const struct shape *actual = &drop->facts[drop_base(drop, leader)].actual;
    const struct shape *shape = shape_of(drop, leader);

    if (shape_equal(actual, shape) || drop->facts[node->outputs[0]].asked ||
        drop->graph->values[node->outputs[0]].n_encodings > 1)
        return false;
    if (is_function(node->op))
        return true;
    if (node->op == OP_PRELU || node->op == OP_BATCH_NORM)
        return last_size(actual) == last_size(shape);
    for (uint32_t i = 0; i < node->n_inputs; i++)
        if (!maker(drop, node->inputs[i]) &&
            (node->op == OP_SUM || !fits_last(drop, node->inputs[i], shape) ||
             !fits_last(drop, node->inputs[i], actual)))
            return false;
    return true;
}

/* A function is computed in the shape that its operands really have. */
static void look_at_function(struct drop *drop, uint32_t i)
{
    const struct node *node = &drop->graph->nodes[i];
    uint32_t leader = NO_VALUE;

    if (node->op == OP_BINARY || node->op == OP_SUM)
        leader = find_leader(drop, node);
    else if (is_function(node->op) || node->op == OP_PRELU || node->op == OP_BATCH_NORM)
        leader = node->inputs[0];
    if (leader == NO_VALUE || !maker(drop, leader) || !may_sink(drop, node, leader))
        return;
    drop->nodes[i].sunk = true;
    drop->facts[node->outputs[0]].actual = drop->facts[drop_base(drop, leader)].actual;
}

static void look_at_node(struct drop *drop, uint32_t i)
{
    const struct node *node = &drop->graph->nodes[i];

    drop->nodes[i].input = node->n_inputs ? node->inputs[0] : NO_VALUE;
    if (is_view(drop, node) && alias(drop, i, drop_base(drop, node->inputs[0]), node->outputs[0]))
        return;
    if (node->op == OP_PERMUTE)
        look_at_permute(drop, i);
    else
        look_at_function(drop, i);
}

/* Who reads VALUE in its own shape. */
static void use_shaped(struct drop *drop, uint32_t value)
{
    if (value == NO_VALUE)
        return;
    drop->facts[drop_base(drop, value)].used = true;
    if (!drop_is_shaped(drop, value))
        drop->facts[value].shaped = true;
}

static void use_inputs(struct drop *drop, uint32_t i)
{
    const struct node *node = &drop->graph->nodes[i];
    const struct drop_node *to = &drop->nodes[i];

    if (node->op == OP_PERMUTE) {
        use_shaped(drop, to->input);
        return;
    }
    for (uint32_t k = 0; k < node->n_inputs; k++)
        if (to->sunk || node->op == OP_RESHAPE)
            drop->facts[drop_base(drop, node->inputs[k])].used = true;
        else
            use_shaped(drop, node->inputs[k]);
}

/* From the outputs back: what is left. Inputs of the network stay in any case. */
static void mark_used(struct drop *drop)
{
    const struct graph *graph = drop->graph;

    for (uint32_t i = 0; i < graph->n_outputs; i++)
        drop->facts[drop_base(drop, graph->outputs[i])].used = true;
    for (uint32_t i = graph->n_nodes; i-- > 0;) {
        const struct node *node = &graph->nodes[i];
        struct drop_node *to = &drop->nodes[i];

        for (uint32_t k = 0; k < node->n_outputs; k++)
            to->kept |= drop->facts[node->outputs[k]].used || node->op == OP_INPUT;
        to->kept &= !to->gone;
        if (to->kept)
            use_inputs(drop, i);
    }
}

/* Is NAME that of a helper of WHOSE: the same with a dot and more behind? */
static bool is_helper(const char *name, const char *whose)
{
    size_t length = strlen(whose);

    return strncmp(name, whose, length) == 0 && name[length] == '.';
}

/* A value that a converter made for a view alone gets the view's name, for that is the file's. */
static void name_values(struct drop *drop)
{
    for (uint32_t i = 0; i < drop->graph->n_nodes; i++) {
        const struct node *node = &drop->graph->nodes[i];
        uint32_t in = node->n_inputs ? node->inputs[0] : NO_VALUE, out = node->outputs[0];
        struct drop_fact *fact;

        if (!drop->nodes[i].gone || drop_base(drop, in) != in || !may_be_asked(drop, in))
            continue;
        fact = &drop->facts[in];
        if (fact->n_readers == 1 && fact->name == in && !drop->facts[out].shaped &&
            is_helper(drop->graph->values[in].name, drop->graph->values[out].name))
            fact->name = out;
    }
}

static int drop_init(struct drop *drop, const struct graph *graph)
{
    int r = copy_init(&drop->copy, graph);

    if (r < 0)
        return r;
    drop->graph = graph;
    drop->facts = calloc((size_t)graph->n_values + 1, sizeof(*drop->facts));
    drop->nodes = calloc((size_t)graph->n_nodes + 1, sizeof(*drop->nodes));
    if (!drop->facts || !drop->nodes)
        return -ENOMEM;
    for (uint32_t i = 0; i < graph->n_values; i++)
        drop->facts[i] = (struct drop_fact){
            .base = i, .name = i, .made = NO_VALUE, .actual = graph->values[i].shape};
    for (uint32_t i = 0; i < graph->n_nodes; i++)
        for (uint32_t k = 0; k < graph->nodes[i].n_inputs; k++)
            if (graph->nodes[i].inputs[k] != NO_VALUE)
                drop->facts[graph->nodes[i].inputs[k]].n_readers++;
    for (uint32_t i = 0; i < graph->n_outputs; i++)
        drop->facts[graph->outputs[i]].asked = true;
    return 0;
}

static void drop_done(struct drop *drop)
{
    copy_done(&drop->copy);
    free(drop->facts);
    free(drop->nodes);
}

int graph_drop_noop(const struct graph *graph, struct graph **ret, struct fault *fault)
{
    _cleanup_(drop_done) struct drop drop = {.fault = fault};
    int r = drop_init(&drop, graph);

    for (uint32_t i = 0; r == 0 && i < graph->n_nodes; i++)
        look_at_node(&drop, i);
    if (r < 0)
        return r;
    mark_used(&drop);
    name_values(&drop);
    return drop_emit(&drop, ret);
}
