#include "model/graph.h"

#include <string.h>

#include "model/store.h"

/* Counting is the one thing that changes behind a constant graph. */
static struct store *store_of(const struct graph *graph)
{
    return (struct store *)((uintptr_t)graph - offsetof(struct store, graph));
}

struct graph *graph_ref(const struct graph *graph)
{
    struct store *store = store_of(graph);

    atomic_fetch_add_explicit(&store->refs, 1, memory_order_relaxed);
    return &store->graph;
}

void graph_unref(struct graph *graph)
{
    struct store *store;

    if (!graph)
        return;
    store = store_of(graph);
    if (atomic_fetch_sub_explicit(&store->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (uint32_t i = 0; i < graph->n_values; i++)
        blob_unref(graph->values[i].blob);
    arena_done(&store->arena);
    free(store);
}

uint32_t graph_find_value(const struct graph *graph, const char *name)
{
    const uint32_t *order = store_of(graph)->values_by_name;
    uint32_t from = 0, to = graph->n_values;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        int way = strcmp(name, graph->values[order[middle]].name);

        if (way == 0)
            return order[middle];
        if (way < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return NO_VALUE;
}

uint32_t graph_find_node(const struct graph *graph, const char *name)
{
    const uint32_t *order = store_of(graph)->nodes_by_name;
    uint32_t from = 0, to = graph->n_nodes;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        int way = strcmp(name, graph->nodes[order[middle]].name);

        if (way == 0)
            return order[middle];
        if (way < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return NO_NODE;
}

size_t graph_weight_bytes(const struct graph *graph)
{
    return store_of(graph)->weight_bytes;
}

uint64_t graph_node_macs(const struct graph *graph, const struct node *node)
{
    const struct op_def *op = op_get(node->op);
    const struct value *in[UINT8_MAX] = {NULL};
    const struct infer infer = {node->attrs, in, node->n_inputs, node->n_outputs};

    if (!op->macs)
        return 0;
    for (uint32_t i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] != NO_VALUE)
            in[i] = &graph->values[node->inputs[i]];
    return op->macs(&infer, &graph->values[node->outputs[0]].shape);
}
