#include "tools/dlc_facts.h"

#include <errno.h>
#include <stdlib.h>

#include "base/base.h"
#include "base/error.h"
#include "base/mem.h"
#include "model/memplan.h"
#include "tools/file.h"

#define FILE_MOST ((size_t)4 << 30) /* an archive with an entry of 2 GiB, the most that is read */

/* Reads the file; its bytes may go at once. */
static int read_model(const char *path, struct dlc_facts *facts, struct fault *fault)
{
    struct fault inner = {""};
    void *bytes = NULL;
    int r = file_read(path, FILE_MOST, &bytes, &facts->file_size, fault);

    if (r < 0)
        return r;
    r = model_read(bytes, facts->file_size, &facts->model, &inner);
    mem_free(bytes);
    if (r == -ENOMEM)
        return fail(fault, r, "%.180s: out of memory", path);
    return r < 0 ? fail(fault, r, "%.100s: %.150s", path, inner.text) : 0;
}

/* The runtimes that can be used on this machine, the tests' doubles not among them. */
static void find_runtimes(struct dlc_facts *facts)
{
    for (uint32_t i = 0; i < _RUNTIME_MAX; i++) {
        struct fault why;

        if (runtime_get(i)->snpe_number >= 0 && engine_probe(facts->engine, i, &why) == 0)
            facts->runtimes |= 1u << i;
    }
}

static int ask_runtimes(const struct dlc_facts *facts, const struct node *node, uint32_t *ret,
                        struct fault *fault)
{
    uint32_t number = (uint32_t)(node - facts->graph->nodes);

    *ret = 0;
    for (uint32_t i = 0; i < _RUNTIME_MAX; i++) {
        int r;

        if (!(facts->runtimes & 1u << i))
            continue;
        r = engine_supports(facts->engine, i, facts->model, number, fault);
        if (r == -ENOMEM)
            return r;
        *ret |= r == 0 ? 1u << i : 0;
    }
    return 0;
}

static void add_tensor(struct layer_facts *of, const struct value *value)
{
    of->n_params += shape_elements(&value->shape);
    of->param_bytes += blob_size(value->blob);
}

/* The first size of all values, if they have the same; else 1. */
static uint32_t common_batch(const struct graph *graph, const uint32_t *values, uint32_t n,
                             uint32_t batch)
{
    for (uint32_t i = 0; i < n; i++) {
        const struct shape *shape = &graph->values[values[i]].shape;

        if (shape->rank < 2 || (batch && shape->dim[0] != batch))
            return 1;
        batch = shape->dim[0];
    }
    return batch;
}

/* SNPE's tools count lines of an input list, of which a network with a batch takes several. */
static uint32_t batch_of(const struct graph *graph)
{
    uint32_t batch = common_batch(graph, graph->inputs, graph->n_inputs, 0);

    return batch ? common_batch(graph, graph->outputs, graph->n_outputs, batch) : 1;
}

static int look_at_node(const struct dlc_facts *facts, const struct node *node,
                        struct layer_facts *of, struct fault *fault)
{
    for (uint32_t i = 0; i < node->n_inputs; i++)
        if (layers_stored(facts->graph, node, i))
            add_tensor(of, &facts->graph->values[node->inputs[i]]);
    of->macs = graph_node_macs(facts->graph, node) / facts->batch;
    return ask_runtimes(facts, node, &of->runtimes, fault);
}

static int look_at_layers(struct dlc_facts *facts, struct fault *fault)
{
    int r = 0;

    facts->of = calloc((size_t)facts->layers.n + 1, sizeof(*facts->of));
    if (!facts->of)
        return -ENOMEM;
    for (uint32_t i = 0; r == 0 && i < facts->layers.n; i++) {
        const struct layer *layer = &facts->layers.v[i];
        struct layer_facts *of = &facts->of[i];

        of->runtimes = facts->runtimes; /* nobody refuses a constant */
        if (layer->node)
            r = look_at_node(facts, layer->node, of, fault);
        else
            add_tensor(of, &facts->graph->values[layer->value]);
        facts->n_params += of->n_params;
        facts->macs += of->macs;
    }
    return r;
}

/* From when to when each activation is needed, if the layers run one after another. */
static void find_lives(const struct graph *graph, struct buffer *buffers)
{
    for (uint32_t i = 0; i < graph->n_values; i++)
        if (!graph->values[i].blob)
            buffers[i] = (struct buffer){
                .size = shape_elements(&graph->values[i].shape) * sizeof(float),
                .first = graph->values[i].producer,
                .last = graph->values[i].producer,
            };
    for (uint32_t i = 0; i < graph->n_nodes; i++)
        for (uint32_t k = 0; k < graph->nodes[i].n_inputs; k++)
            if (graph->nodes[i].inputs[k] != NO_VALUE)
                buffers[graph->nodes[i].inputs[k]].last = i;
    for (uint32_t i = 0; i < graph->n_outputs; i++)
        buffers[graph->outputs[i]].last = graph->n_nodes;
}

static int estimate_memory(struct dlc_facts *facts, struct fault *fault)
{
    const struct graph *graph = facts->graph;
    struct buffer *buffers = calloc((size_t)graph->n_values + 1, sizeof(*buffers));
    size_t size = 0;
    int r = -ENOMEM;

    if (buffers) {
        find_lives(graph, buffers);
        r = memplan(buffers, graph->n_values, &size, fault);
    }
    free(buffers);
    facts->weight_bytes = facts->n_params * sizeof(float);
    facts->buffer_bytes = size;
    return r;
}

static bool has_encodings(const struct graph *graph)
{
    for (uint32_t i = 0; i < graph->n_values; i++)
        if (graph->values[i].n_encodings)
            return true;
    return false;
}

static int look(struct dlc_facts *facts, bool ask, struct fault *fault)
{
    int r;

    facts->graph = model_graph(facts->model);
    facts->metadata = model_metadata(facts->model);
    facts->is_quantized = has_encodings(facts->graph);
    facts->batch = batch_of(facts->graph);
    if (ask)
        find_runtimes(facts);
    r = layers_init(facts->graph, &facts->layers);
    if (r == 0)
        r = look_at_layers(facts, fault);
    return r < 0 ? r : estimate_memory(facts, fault);
}

int dlc_facts_read(const char *path, bool ask, struct dlc_facts *ret, struct fault *fault)
{
    struct dlc_facts facts = {.path = path};
    int r = engine_new(&(struct engine_options){.n_threads = 1}, &facts.engine, fault);

    if (r == 0)
        r = read_model(path, &facts, fault);
    if (r == 0) {
        r = look(&facts, ask, fault);
        if (r == -ENOMEM)
            fail(fault, r, "%.180s: out of memory", path);
    }
    if (r < 0)
        dlc_facts_done(&facts);
    else
        *ret = facts;
    return r;
}

void dlc_facts_done(struct dlc_facts *facts)
{
    layers_done(&facts->layers);
    free(facts->of);
    model_unref(facts->model);
    engine_free(facts->engine);
    *facts = (struct dlc_facts){0};
}
