#include "model/derive.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "model/copy.h"
#include "model/ops/input.h"

/* What a new graph is made of, in terms of the old one. */
struct plan {
    const struct derive *derive;
    bool *nodes, *values; /* which of them the outputs need */
    uint32_t *outputs;
    uint32_t n_outputs;
};

static void plan_done(struct plan *plan)
{
    free(plan->nodes);
    free(plan->values);
    free(plan->outputs);
}

/* Says what there is instead, as far as it fits, from the last buffer to the first. */
static int fail_unknown(const struct graph *graph, const char *what, const char *name,
                        bool inputs_only, struct fault *fault)
{
    char list[144] = "none at all";
    size_t used = 0;

    for (uint32_t i = graph->n_values; i-- > 0;) {
        const struct value *value = &graph->values[i];

        if (value->blob || (inputs_only && graph->nodes[value->producer].op != OP_INPUT))
            continue;
        if (used + strlen(value->name) + sizeof(", , ...") > sizeof(list)) {
            snprintf(list + used, sizeof(list) - used, "%s...", used ? ", " : "");
            break;
        }
        used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", used ? ", " : "",
                                 value->name);
    }
    return fail(fault, E_NO_TENSOR, "the network has no %s \"%.60s\"; it has %s", what, name, list);
}

static void add_output(struct plan *plan, const struct graph *graph, uint32_t value)
{
    if (plan->values[value])
        return;
    plan->values[value] = true;
    plan->nodes[graph->values[value].producer] = true;
    plan->outputs[plan->n_outputs++] = value;
}

/* A name is a buffer's, or else a layer's and then means all its buffers. */
static int add_named(struct plan *plan, const struct graph *graph, const char *name,
                     struct fault *fault)
{
    uint32_t value = graph_find_value(graph, name), layer;

    if (value != NO_VALUE && !graph->values[value].blob) {
        add_output(plan, graph, value);
        return 0;
    }
    layer = graph_find_node(graph, name);
    if (layer == NO_NODE)
        return fail_unknown(graph, "layer or buffer", name, false, fault);
    for (uint32_t i = 0; i < graph->nodes[layer].n_outputs; i++)
        add_output(plan, graph, graph->nodes[layer].outputs[i]);
    return 0;
}

/* From the outputs back to all they need; nodes stand in an order in which they can run. */
static void mark_needed(struct plan *plan, const struct graph *graph)
{
    for (uint32_t i = graph->n_nodes; i-- > 0;) {
        const struct node *node = &graph->nodes[i];

        for (uint32_t k = 0; plan->nodes[i] && k < node->n_inputs; k++) {
            uint32_t input = node->inputs[k];

            if (input == NO_VALUE)
                continue;
            plan->values[input] = true;
            if (!graph->values[input].blob)
                plan->nodes[graph->values[input].producer] = true;
        }
    }
}

static int plan_init(struct plan *plan, const struct graph *graph, struct fault *fault)
{
    const struct derive *derive = plan->derive;
    int r = 0;

    plan->nodes = calloc(graph->n_nodes + 1, sizeof(*plan->nodes));
    plan->values = calloc(graph->n_values + 1, sizeof(*plan->values));
    plan->outputs = calloc(graph->n_values + 1, sizeof(*plan->outputs));
    if (!plan->nodes || !plan->values || !plan->outputs)
        return -ENOMEM;
    for (uint32_t i = 0; r == 0 && i < derive->n_outputs; i++)
        r = add_named(plan, graph, derive->outputs[i], fault);
    for (uint32_t i = 0; derive->n_outputs == 0 && i < graph->n_outputs; i++)
        add_output(plan, graph, graph->outputs[i]);
    mark_needed(plan, graph);
    return r;
}

/* The value of the Input that NAME, a buffer's or else a layer's, means; or NO_VALUE. */
static uint32_t find_input(const struct graph *graph, const char *name)
{
    uint32_t value = graph_find_value(graph, name), layer;

    if (value != NO_VALUE && !graph->values[value].blob &&
        graph->nodes[graph->values[value].producer].op == OP_INPUT)
        return value;
    layer = graph_find_node(graph, name);
    if (layer == NO_NODE || graph->nodes[layer].op != OP_INPUT)
        return NO_VALUE;
    return graph->nodes[layer].outputs[0];
}

static int check_dims(const struct graph *graph, const struct derive *derive, struct fault *fault)
{
    for (uint32_t i = 0; i < derive->n_dims; i++) {
        const struct input_dims *dims = &derive->dims[i];

        if (find_input(graph, dims->name) == NO_VALUE)
            return fail_unknown(graph, "input", dims->name, true, fault);
        if (dims->shape.rank > SHAPE_RANK_MAX)
            return fail(fault, E_SHAPE, "input %.80s: %u axes; at most %d are possible", dims->name,
                        dims->shape.rank, SHAPE_RANK_MAX);
        for (uint32_t k = 0; k < dims->shape.rank; k++)
            if (dims->shape.dim[k] == 0 || dims->shape.dim[k] > INT32_MAX)
                return fail(fault, E_SHAPE, "input %.80s: axis %u cannot have the size %u",
                            dims->name, k, dims->shape.dim[k]);
    }
    return 0;
}

static int derive_input(struct copy *copy, const struct node *node, const struct derive *derive,
                        struct fault *fault)
{
    const struct input_attrs *old = node->attrs;
    struct input_attrs attrs = *old;
    int32_t sizes[SHAPE_RANK_MAX];

    for (uint32_t i = 0; i < derive->n_dims; i++) {
        const struct shape *shape = &derive->dims[i].shape;

        if (find_input(copy->from, derive->dims[i].name) != node->outputs[0])
            continue;
        for (uint32_t k = 0; k < shape->rank; k++)
            sizes[k] = (int32_t)shape->dim[k];
        attrs.shape = (struct i32s){sizes, shape->rank};
    }
    return copy_node(copy, node, &(struct copy_change){.attrs = &attrs}, fault);
}

static int derive_value(struct copy *copy, const struct plan *plan, uint32_t value,
                        struct fault *fault)
{
    const struct graph *graph = copy->from;
    uint32_t producer = graph->values[value].producer;
    const struct node *node;

    if (graph->values[value].blob)
        return plan->values[value] ? copy_constant(copy, value, fault) : 0;
    node = &graph->nodes[producer];
    if (!plan->nodes[producer] || node->outputs[0] != value)
        return 0;
    if (node->op == OP_INPUT)
        return derive_input(copy, node, plan->derive, fault);
    return copy_node(copy, node, NULL, fault);
}

int graph_derive(const struct graph *graph, const struct derive *derive, struct graph **ret,
                 struct fault *fault)
{
    _cleanup_(plan_done) struct plan plan = {.derive = derive};
    _cleanup_(copy_done) struct copy copy = {0};
    int r = check_dims(graph, derive, fault);

    if (r == 0)
        r = plan_init(&plan, graph, fault);
    if (r == 0)
        r = copy_init(&copy, graph);
    for (uint32_t i = 0; r == 0 && i < graph->n_values; i++)
        r = derive_value(&copy, &plan, i, fault);
    return r < 0 ? r : copy_finish(&copy, plan.outputs, plan.n_outputs, ret, fault);
}
