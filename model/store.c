#include "model/store.h"

#include <errno.h>

static int sort_names(struct store *store, const struct names *names, const uint32_t **ret)
{
    uint32_t *order = arena_alloc(&store->arena, (names->n + 1) * sizeof(*order));

    if (!order)
        return -ENOMEM;
    names_sort(names, order);
    *ret = order;
    return 0;
}

static int find_inputs(struct store *store)
{
    struct graph *graph = &store->graph;
    uint32_t *inputs = arena_alloc(&store->arena, (graph->n_nodes + 1) * sizeof(*inputs));

    if (!inputs)
        return -ENOMEM;
    graph->inputs = inputs;
    graph->n_inputs = 0;
    for (uint32_t i = 0; i < graph->n_nodes; i++)
        if (graph->nodes[i].op == OP_INPUT)
            inputs[graph->n_inputs++] = graph->nodes[i].outputs[0];
    return 0;
}

static int compare_blobs(const void *a, const void *b)
{
    const struct blob *left = *(struct blob *const *)a, *right = *(struct blob *const *)b;

    return left < right ? -1 : left > right;
}

/* Each blob once, whichever constants share it. */
static int count_weights(struct store *store)
{
    const struct graph *graph = &store->graph;
    struct blob **blobs = calloc(graph->n_values + 1, sizeof(*blobs));
    uint32_t n = 0;

    if (!blobs)
        return -ENOMEM;
    for (uint32_t i = 0; i < graph->n_values; i++)
        if (graph->values[i].blob)
            blobs[n++] = graph->values[i].blob;
    qsort(blobs, n, sizeof(*blobs), compare_blobs);
    for (uint32_t i = 0; i < n; i++)
        if (i == 0 || blobs[i] != blobs[i - 1])
            store->weight_bytes += blob_size(blobs[i]);
    free(blobs);
    return 0;
}

int store_new(const struct graph *parts, const struct names *values, const struct names *nodes,
              struct arena *take_arena, struct store **ret)
{
    struct store *store = calloc(1, sizeof(*store));
    const struct node *last = &parts->nodes[parts->n_nodes - 1];
    int r;

    if (!store)
        return -ENOMEM;
    store->graph = *parts;
    store->arena = *take_arena;
    if (parts->n_outputs == 0) {
        store->graph.outputs = last->outputs;
        store->graph.n_outputs = last->n_outputs;
    }
    r = sort_names(store, values, &store->values_by_name);
    if (r == 0)
        r = sort_names(store, nodes, &store->nodes_by_name);
    if (r == 0)
        r = find_inputs(store);
    if (r == 0)
        r = count_weights(store);
    *take_arena = r < 0 ? store->arena : (struct arena){0};
    if (r < 0) {
        free(store);
        return r;
    }
    atomic_init(&store->refs, 1);
    *ret = store;
    return 0;
}
