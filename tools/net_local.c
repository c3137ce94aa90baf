/*
 * A network in this process: engine, model, one slot.
 */
#include <errno.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "base/mem.h"
#include "engine/engine.h"
#include "model/ops/input.h"
#include "tools/file.h"
#include "tools/net.h"

#define MODEL_MOST ((size_t)2 << 30)

struct local {
    struct net net;
    struct engine *engine;
    struct network *network;
    struct slot *slot;
    struct arena arena;
};

static void local_close(struct net *net)
{
    struct local *local = container_of(net, struct local, net);

    if (local->slot)
        slot_release(local->slot);
    network_unref(local->network);
    engine_free(local->engine);
    arena_done(&local->arena);
    free(local);
}

static int local_run(struct net *net, struct fault *fault)
{
    struct local *local = container_of(net, struct local, net);
    struct run_times times;
    int r;

    r = slot_run(local->slot, 0, slot_inputs(local->slot), slot_outputs(local->slot), &times);
    if (r < 0)
        return fail(fault, r, "the run failed: %.200s", error_get(r).text);
    return 0;
}

static const struct net_ops local_ops = {local_run, local_close};

/* What the container says of the input called NAME; -1 of other tensors. */
static int32_t color_space_of(const struct graph *graph, const char *name)
{
    for (uint32_t i = 0; i < graph->n_nodes; i++) {
        const struct node *node = &graph->nodes[i];
        const struct input_attrs *input = node->attrs;

        if (node->op == OP_INPUT && strcmp(graph->values[node->outputs[0]].name, name) == 0)
            return input->color_space_in;
    }
    return -1;
}

static const struct net_tensor *tensors_of(struct local *local, const struct tensor_info *infos,
                                           const struct span *spans, uint32_t n)
{
    struct net_tensor *tensors = arena_alloc(&local->arena, n * sizeof(*tensors));
    const struct graph *graph = model_graph(network_model(local->network));

    for (uint32_t i = 0; tensors && i < n; i++)
        tensors[i] = (struct net_tensor){infos[i].name, infos[i].shape, span_base(&spans[i]),
                                         infos[i].size, color_space_of(graph, infos[i].name)};
    return tensors;
}

static int read_model(const char *path, struct model **ret, struct fault *fault)
{
    struct fault inner = {""};
    void *bytes;
    size_t size;
    int r;

    r = file_read(path, MODEL_MOST, &bytes, &size, fault);
    if (r < 0)
        return r;
    r = model_read(bytes, size, ret, &inner);
    mem_free(bytes);
    if (r < 0)
        return fail(fault, r, "%.80s: %.170s", path, *inner.text ? inner.text : error_get(r).text);
    return 0;
}

static int fill_in(struct local *local, struct fault *fault)
{
    const struct network_info *info = network_info(local->network);
    struct net *net = &local->net;

    local->slot = slot_take(local->network);
    if (!slot_inputs(local->slot))
        return fail(fault, -ENOMEM, "out of memory");
    net->n_inputs = info->n_inputs;
    net->n_outputs = info->n_outputs;
    net->inputs = tensors_of(local, info->inputs, slot_inputs(local->slot), info->n_inputs);
    net->outputs = tensors_of(local, info->outputs, slot_outputs(local->slot), info->n_outputs);
    net->model_version = model_version(network_model(local->network));
    net->runtime = runtime_get(info->runtime)->name;
    net->why = info->why;
    return net->inputs && net->outputs ? 0 : fail(fault, -ENOMEM, "out of memory");
}

static int make_ready(struct local *local, const struct net_options *options, struct fault *fault)
{
    _cleanup_(model_unrefp) struct model *model = NULL;
    const struct network_options wanted = {
        .order = options->order,
        .n_order = options->n_order,
        .derive = &options->derive,
        .fallback = options->fallback,
        .n_slots = 1,
    };
    int r;

    r = engine_new(&(struct engine_options){0}, &local->engine, fault);
    if (r == 0)
        r = read_model(options->container, &model, fault);
    if (r == 0)
        r = network_new(local->engine, model, &wanted, &local->network, fault);
    if (r == 0)
        r = fill_in(local, fault);
    return r;
}

int net_local_open(const struct net_options *options, struct net **ret, struct fault *fault)
{
    struct local *local = calloc(1, sizeof(*local));
    int r;

    if (!local)
        return fail(fault, -ENOMEM, "out of memory");
    local->net.ops = &local_ops;
    r = make_ready(local, options, fault);
    if (r < 0) {
        local_close(&local->net);
        return r;
    }
    *ret = &local->net;
    return 0;
}
