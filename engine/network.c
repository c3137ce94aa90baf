/*
 * A model made ready: placed, compiled, described, with its job slots.
 */
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "engine/inside.h"

#define SLOTS_DEFAULT 2
#define SLOTS_MAX     16

static int out_of_memory(struct fault *fault)
{
    return fail(fault, -ENOMEM, "engine: out of memory");
}

static int edge_dtype(const struct network_options *options, const char *name, enum dtype *ret)
{
    *ret = DTYPE_F32;
    for (uint32_t i = 0; i < options->n_edges; i++)
        if (strcmp(options->edges[i].name, name) == 0)
            *ret = options->edges[i].dtype;
    return *ret == DTYPE_F32 || *ret == DTYPE_U8 ? 0 : E_TENSOR_SIZE;
}

/* Describes the values at one border of GRAPH into the arena. */
static int describe(struct network *network, const struct network_options *options,
                    const uint32_t *values, uint32_t n, const struct tensor_info **ret,
                    struct fault *fault)
{
    struct tensor_info *infos = arena_alloc(&network->arena, n * sizeof(*infos));

    if (!infos)
        return out_of_memory(fault);
    for (uint32_t i = 0; i < n; i++) {
        const struct value *value = &network->graph->values[values[i]];
        enum dtype dtype;

        if (edge_dtype(options, value->name, &dtype) < 0)
            return fail(fault, E_TENSOR_SIZE, "tensor %s: its type can be float32 or uint8",
                        value->name);
        infos[i] = (struct tensor_info){
            .name = value->name,
            .shape = value->shape,
            .dtype = dtype,
            .size = shape_elements(&value->shape) * dtype_size(dtype),
        };
    }
    *ret = infos;
    return 0;
}

static bool is_border(const struct graph *graph, const char *name)
{
    for (uint32_t i = 0; i < graph->n_inputs; i++)
        if (strcmp(graph->values[graph->inputs[i]].name, name) == 0)
            return true;
    for (uint32_t i = 0; i < graph->n_outputs; i++)
        if (strcmp(graph->values[graph->outputs[i]].name, name) == 0)
            return true;
    return false;
}

static int describe_all(struct network *network, const struct network_options *options,
                        struct fault *fault)
{
    const struct graph *graph = network->graph;
    struct network_info *info = &network->info;
    int r;

    for (uint32_t i = 0; i < options->n_edges; i++)
        if (!is_border(graph, options->edges[i].name))
            return fail(fault, E_NO_TENSOR,
                        "%.100s: the network has no input or output of that name",
                        options->edges[i].name);
    info->n_inputs = graph->n_inputs;
    info->n_outputs = graph->n_outputs;
    r = describe(network, options, graph->inputs, graph->n_inputs, &info->inputs, fault);
    if (r == 0)
        r = describe(network, options, graph->outputs, graph->n_outputs, &info->outputs, fault);
    return r;
}

static const struct edge *edges_of(struct network *network, const struct tensor_info *infos,
                                   uint32_t n)
{
    struct edge *edges = arena_alloc(&network->arena, n * sizeof(*edges));

    for (uint32_t i = 0; edges && i < n; i++)
        edges[i] = (struct edge){infos[i].dtype, infos[i].encoding};
    return edges;
}

/* All nodes but the Input layers, which stand for what a run is given. */
static int subgraph_of(struct network *network, struct subgraph *ret, struct fault *fault)
{
    const struct graph *graph = network->graph;
    uint32_t *nodes = arena_alloc(&network->arena, graph->n_nodes * sizeof(*nodes));
    uint32_t n = 0;

    if (!nodes)
        return out_of_memory(fault);
    for (uint32_t i = 0; i < graph->n_nodes; i++)
        if (graph->nodes[i].op != OP_INPUT)
            nodes[n++] = i;
    if (n == 0)
        return fail(fault, E_GRAPH, "the network has no layer between input and output");
    *ret = (struct subgraph){graph, nodes,           graph->inputs,   graph->outputs,
                             n,     graph->n_inputs, graph->n_outputs};
    return 0;
}

static int compile(struct engine *engine, struct network *network, struct fault *fault)
{
    struct step *step = &network->step;
    const struct network_info *info = &network->info;
    struct subgraph *subgraph = arena_alloc(&network->arena, sizeof(*subgraph));
    struct compile_request request = {
        .subgraph = subgraph,
        .mode = runtime_get(step->id)->mode,
        .in = edges_of(network, info->inputs, info->n_inputs),
        .out = edges_of(network, info->outputs, info->n_outputs),
        .sections = network->graph->sections,
        .n_sections = network->graph->n_sections,
        .n_threads = pool_threads(engine->pool),
    };
    int r;

    if (!subgraph || !request.in || !request.out)
        return out_of_memory(fault);
    r = subgraph_of(network, subgraph, fault);
    if (r == 0)
        r = step->instance->ops->compile(step->instance->backend, &request, &step->plan, fault);
    if (r == 0)
        step->instance->ops->plan_info(step->plan, &step->info);
    return r;
}

static uint64_t macs_of(const struct graph *graph)
{
    uint64_t macs = 0;

    for (uint32_t i = 0; i < graph->n_nodes; i++)
        macs += graph_node_macs(graph, &graph->nodes[i]);
    return macs;
}

static size_t border_size(const struct tensor_info *infos, uint32_t n)
{
    size_t size = 0;

    for (uint32_t i = 0; i < n; i++)
        size += mem_round(infos[i].size);
    return size;
}

static int finish(struct network *network, const struct network_options *options,
                  const struct buf *why, struct fault *fault)
{
    struct network_info *info = &network->info;
    const struct step *step = &network->step;
    uint32_t n_slots = options->n_slots ? options->n_slots : SLOTS_DEFAULT;

    info->why = arena_text(&network->arena, why->size ? (const char *)why->base : "", why->size);
    info->runtime = step->id;
    info->n_steps = 1;
    info->n_launches = step->info.n_launches;
    info->plan_bytes = step->info.bytes;
    info->slot_bytes = mem_round(step->info.scratch_size) +
                       border_size(info->inputs, info->n_inputs) +
                       border_size(info->outputs, info->n_outputs);
    info->n_slots = n_slots < SLOTS_MAX ? n_slots : SLOTS_MAX;
    info->macs = macs_of(network->graph);
    network->slots = calloc(info->n_slots, sizeof(*network->slots));
    if (!network->slots || !info->why)
        return out_of_memory(fault);
    while (network->n_slots < info->n_slots)
        if (slot_init(&network->slots[network->n_slots++], network) < 0)
            return out_of_memory(fault);
    return 0;
}

static int prepare(struct engine *engine, struct network *network,
                   const struct network_options *options, struct buf *why, struct fault *fault)
{
    struct placement placement;
    int r;

    r = place_network(engine, network->model, options, why, &placement, fault);
    if (r < 0)
        return r;
    network->graph = placement.graph;
    network->step.instance = instance_use(placement.instance);
    network->step.used = true;
    network->step.id = placement.id;
    network->info.quarantined = placement.quarantined;
    r = describe_all(network, options, fault);
    if (r == 0)
        r = compile(engine, network, fault);
    if (r == E_DEVICE_LOST) /* or nothing could ever be made there again */
        engine_lose(engine, placement.id);
    if (r == 0)
        r = finish(network, options, why, fault);
    return r;
}

/* PLACE says where it may run, OPTIONS what it is; WHY begins with what is known already. */
static int make(struct engine *engine, struct model *model, const struct network_options *options,
                const struct network_options *place, struct buf *why, struct network **ret,
                struct fault *fault)
{
    _cleanup_(network_unrefp) struct network *network = calloc(1, sizeof(*network));
    int r;

    if (!network)
        return out_of_memory(fault);
    atomic_init(&network->refs, 1);
    network->clock = engine->clock;
    network->model = model_ref(model);
    r = options_copy(options, &network->arena, &network->options);
    if (r < 0)
        return out_of_memory(fault);
    r = prepare(engine, network, place, why, fault);
    if (r < 0)
        return r;
    *ret = take_ptr(network);
    return 0;
}

int network_new(struct engine *engine, struct model *model, const struct network_options *options,
                struct network **ret, struct fault *fault)
{
    _cleanup_(buf_done) struct buf why = {0};

    return make(engine, model, options, options, &why, ret, fault);
}

static bool same_borders(const struct tensor_info *a, const struct tensor_info *b, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (strcmp(a[i].name, b[i].name) != 0 || a[i].dtype != b[i].dtype || a[i].size != b[i].size)
            return false;
    return true;
}

/* Whoever holds the old one must be able to run the new one unawares. */
static int check_same(const struct network *old, const struct network *network, struct fault *fault)
{
    const struct network_info *a = &old->info, *b = &network->info;

    if (a->n_inputs == b->n_inputs && a->n_outputs == b->n_outputs &&
        same_borders(a->inputs, b->inputs, a->n_inputs) &&
        same_borders(a->outputs, b->outputs, a->n_outputs))
        return 0;
    return fail(fault, E_SHAPE, "on runtime %s the network has other inputs or outputs",
                runtime_get(b->runtime)->name);
}

int network_rebuild(struct engine *engine, const struct network *old, bool stay,
                    struct network **ret, struct fault *fault)
{
    _cleanup_(network_unrefp) struct network *network = NULL;
    _cleanup_(buf_done) struct buf why = {0};
    const enum runtime same = old->step.id;
    struct network_options place = old->options;
    int r = 0;

    if (stay) {
        place.order = &same;
        place.n_order = 1;
        place.fallback = false;
        r = buf_append(&why, old->info.why, strlen(old->info.why));
    }
    if (r < 0)
        return out_of_memory(fault);
    r = make(engine, old->model, &old->options, &place, &why, &network, fault);
    if (r == 0)
        r = check_same(old, network, fault);
    if (r < 0)
        return r;
    if (stay)
        network->info.quarantined |= old->info.quarantined;
    *ret = take_ptr(network);
    return 0;
}

struct network *network_ref(struct network *network)
{
    atomic_fetch_add_explicit(&network->refs, 1, memory_order_relaxed);
    return network;
}

static void give_back_plan(struct step *step)
{
    if (step->plan)
        step->instance->ops->plan_free(step->plan);
    step->plan = NULL;
    if (step->used)
        instance_leave(step->instance);
    step->used = false;
}

void network_unref(struct network *network)
{
    if (!network || atomic_fetch_sub_explicit(&network->refs, 1, memory_order_acq_rel) > 1)
        return;
    for (uint32_t i = 0; i < network->n_slots; i++)
        slot_done(&network->slots[i]);
    free(network->slots);
    give_back_plan(&network->step);
    if (network->step.instance)
        instance_unref(network->step.instance);
    graph_unref(network->graph);
    model_unref(network->model);
    arena_done(&network->arena);
    free(network);
}

const struct network_info *network_info(const struct network *network)
{
    return &network->info;
}

struct model *network_model(const struct network *network)
{
    return network->model;
}

enum device network_device(const struct network *network, uint32_t step)
{
    (void)step;
    return runtime_get(network->step.id)->device;
}

void network_abandon(struct network *network)
{
    atomic_store_explicit(&network->abandoned, true, memory_order_release);
}

void network_retire(struct network *network)
{
    if (atomic_load_explicit(&network->abandoned, memory_order_acquire))
        return;
    for (uint32_t i = 0; i < network->n_slots; i++)
        slot_unbind(&network->slots[i]);
    give_back_plan(&network->step);
}

bool network_is_lost(const struct network *network)
{
    return atomic_load_explicit(&network->step.instance->lost, memory_order_acquire);
}
