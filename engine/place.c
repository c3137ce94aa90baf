/*
 * Where a network runs: the first runtime of the order that is here and takes every layer. Cutting
 * a network between runtimes is not done yet, so a runtime takes all of it or is passed over.
 */
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "engine/inside.h"

static int check_node(const struct instance *instance, const struct graph *graph, uint32_t i,
                      struct fault *fault)
{
    const struct node *node = &graph->nodes[i];

    if (node->op == OP_INPUT || instance->ops->supports(instance->backend, graph, node, fault))
        return 0;
    return E_LAYER_UNSUPPORTED;
}

static int check_nodes(const struct placement *placement, struct fault *fault)
{
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < placement->graph->n_nodes; i++)
        r = check_node(placement->instance, placement->graph, i, fault);
    return r;
}

int engine_supports(struct engine *engine, enum runtime runtime, struct model *model, uint32_t node,
                    struct fault *fault)
{
    struct instance *opened;
    const struct graph *graph;
    int r = engine_open(engine, runtime, &opened, fault);

    if (r == 0)
        r = model_graph_for(model, runtime_get(runtime)->mode, &graph, fault);
    return r < 0 ? r : check_node(opened, graph, node, fault);
}

static int try_runtime(struct engine *engine, struct model *model, enum runtime id,
                       const struct derive *derive, struct placement *ret, struct fault *fault)
{
    _cleanup_(graph_unrefp) struct graph *derived = NULL;
    struct placement placement = {.id = id};
    const struct graph *graph;
    int r;

    r = engine_open(engine, id, &placement.instance, fault);
    if (r == 0)
        r = model_graph_for(model, runtime_get(id)->mode, &graph, fault);
    if (r < 0)
        return r;
    if (derive && (derive->n_dims || derive->n_outputs))
        r = graph_derive(graph, derive, &derived, fault);
    else
        derived = graph_ref(graph);
    if (r < 0)
        return r;
    placement.graph = derived;
    placement.quarantined = ret->quarantined;
    r = check_nodes(&placement, fault);
    if (r < 0)
        return r;
    *ret = placement;
    take_ptr(derived);
    return 0;
}

/* Another runtime may still do what this one cannot; what is wrong with the request stays wrong. */
static bool passes_on(int code)
{
    return code == E_NO_HARDWARE || code == E_LAYER_UNSUPPORTED || code == E_NEEDS_QUANTIZED ||
           code == E_ABI || code == E_DEVICE_LOST || code == E_QUARANTINED;
}

static uint32_t order_of(const struct network_options *options,
                         enum runtime order[_RUNTIME_MAX + 1])
{
    bool has_cpu = options->n_order == 0;
    uint32_t n = 0;

    for (uint32_t i = 0; i < options->n_order && n < _RUNTIME_MAX; i++) {
        has_cpu |= options->order[i] == RUNTIME_CPU;
        order[n++] = options->order[i];
    }
    if (options->n_order == 0 || (options->fallback && !has_cpu))
        order[n++] = RUNTIME_CPU;
    return n;
}

int place_network(struct engine *engine, struct model *model, const struct network_options *options,
                  struct buf *why, struct placement *ret, struct fault *fault)
{
    enum runtime order[_RUNTIME_MAX + 1];
    uint32_t n = order_of(options, order);
    struct fault first = {""};
    int first_code = 0;

    *ret = (struct placement){.quarantined = 0};
    for (uint32_t i = 0; i < n; i++) {
        struct fault here = {""};
        int r = try_runtime(engine, model, order[i], options->derive, ret, &here);

        if (r == 0)
            return 0;
        if (first_code == 0) {
            first = here;
            first_code = r;
        }
        if (r == E_QUARANTINED)
            ret->quarantined |= 1u << order[i];
        if (!passes_on(r))
            return fail(fault, r, "%s", here.text);
        r = buf_printf(why, "%snot on %s: %s", why->size ? "; " : "", runtime_get(order[i])->name,
                       here.text);
        if (r < 0)
            return fail(fault, r, "engine: out of memory");
    }
    return fail(fault, first_code, "%s", first.text);
}
