#include "tests/backends/rig.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/runtime.h"
#include "tests/support/suite.h"

#define GAP 64

const struct rig_backend *rig_backends(void)
{
    static struct rig_backend found[_RUNTIME_MAX + 1];
    size_t n = 0;

    for (enum runtime runtime = 0; runtime < _RUNTIME_MAX; runtime++) {
        const struct backend_ops *ops = backend_find(runtime_get(runtime)->backend);
        bool known = !ops;

        for (size_t i = 0; i < n; i++)
            known |= found[i].ops == ops;
        if (!known)
            found[n++] =
                (struct rig_backend){ops, strcmp(ops->name, "skeleton") == 0 ? "ops=all" : ""};
    }
    found[n] = (struct rig_backend){NULL, NULL};
    ck_assert_uint_gt(n, 0);
    return found;
}

static void take_all_nodes(struct rig *rig)
{
    const struct graph *graph = rig->graph;
    uint32_t n = 0;

    for (uint32_t i = 0; i < graph->n_nodes; i++)
        if (graph->nodes[i].op != OP_INPUT) {
            ck_assert_uint_lt(n, ARRAY_SIZE(rig->nodes));
            rig->nodes[n++] = i;
        }
    rig->subgraph = (struct subgraph){graph, rig->nodes,      graph->inputs,   graph->outputs,
                                      n,     graph->n_inputs, graph->n_outputs};
}

void rig_init(struct rig *rig, const struct rig_backend *backend, struct graph *take_graph,
              uint32_t n_threads)
{
    struct fault fault;

    *rig = (struct rig){.ops = backend->ops, .graph = take_graph};
    ck_assert_int_eq(pool_new(n_threads, &rig->pool), 0);
    ck_assert_msg(rig->ops->open(&(struct backend_options){rig->pool, backend->options},
                                 &rig->backend, &fault) == 0,
                  "%s", fault.text);
    take_all_nodes(rig);
    rig->request = (struct compile_request){
        .subgraph = &rig->subgraph,
        .mode = MODE_FLOAT32,
        .in = rig->in,
        .out = rig->out,
        .n_threads = n_threads,
    };
}

bool rig_try_compile(struct rig *rig, struct fault *fault)
{
    for (uint32_t i = 0; i < rig->subgraph.n_nodes; i++)
        if (!rig->ops->supports(rig->backend, rig->graph, &rig->graph->nodes[rig->nodes[i]], fault))
            return false;
    if (rig->ops->compile(rig->backend, &rig->request, &rig->plan, fault) < 0)
        return false;
    rig->ops->plan_info(rig->plan, &rig->info);
    return true;
}

void rig_compile(struct rig *rig)
{
    struct fault fault;

    ck_assert_msg(rig_try_compile(rig, &fault), "%s", fault.text);
}

void rig_done(struct rig *rig)
{
    if (rig->plan)
        rig->ops->plan_free(rig->plan);
    rig->ops->close(rig->backend);
    pool_free(rig->pool);
    graph_unref(rig->graph);
}

static size_t edge_size(const struct rig *rig, uint32_t value, const struct edge *edge)
{
    return shape_elements(&rig->graph->values[value].shape) * dtype_size(edge->dtype);
}

static void place(struct rig_memory *memory, struct span *span, size_t size, size_t *at)
{
    *span = (struct span){.region = &memory->region, .offset = *at, .size = size};
    *at += mem_round(size + 1) + GAP;
}

void rig_memory_init(const struct rig *rig, struct rig_memory *ret)
{
    const struct subgraph *subgraph = &rig->subgraph;
    size_t at = GAP;

    *ret = (struct rig_memory){.region = {.id = 1, .fd = -1}};
    for (uint32_t i = 0; i < subgraph->n_inputs; i++)
        place(ret, &ret->in[i], edge_size(rig, subgraph->inputs[i], &rig->in[i]), &at);
    for (uint32_t i = 0; i < subgraph->n_outputs; i++)
        place(ret, &ret->out[i], edge_size(rig, subgraph->outputs[i], &rig->out[i]), &at);
    place(ret, &ret->spans.scratch, rig->info.scratch_size, &at);
    ret->spans.in = ret->in;
    ret->spans.out = ret->out;
    ret->region.size = at;
    ret->region.base = mem_alloc(at);
    ck_assert_ptr_nonnull(ret->region.base);
    memset(ret->region.base, RIG_CANARY, at);
}

static bool is_in(const struct span *spans, uint32_t n, size_t at)
{
    for (uint32_t i = 0; i < n; i++)
        if (at >= spans[i].offset && at < spans[i].offset + spans[i].size)
            return true;
    return false;
}

void rig_memory_check(const struct rig *rig, const struct rig_memory *memory)
{
    const unsigned char *base = memory->region.base;

    for (size_t i = 0; i < memory->region.size; i++)
        if (base[i] != RIG_CANARY)
            ck_assert_msg(is_in(memory->in, rig->subgraph.n_inputs, i) ||
                              is_in(memory->out, rig->subgraph.n_outputs, i) ||
                              is_in(&memory->spans.scratch, 1, i),
                          "%s wrote outside of all tensors, at %zu", rig->ops->name, i);
}

void rig_memory_done(struct rig_memory *memory)
{
    mem_free(memory->region.base);
}

struct binding *rig_bind(const struct rig *rig, const struct rig_memory *memory)
{
    struct binding_spans spans = memory->spans;
    struct binding *binding;

    spans.in = memory->in;
    spans.out = memory->out;
    ck_assert_int_eq(rig->ops->binding_new(rig->plan, &spans, &binding), 0);
    return binding;
}

void rig_run(const struct rig *rig, struct binding *binding)
{
    struct run_stats stats = {.copied_bytes = 77};

    ck_assert_int_eq(rig->ops->run(binding, &stats), 0);
    ck_assert_uint_eq(stats.copied_bytes, 0);
}

void rig_run_once(const struct rig *rig, struct rig_memory *memory, const void *const *in)
{
    struct binding *binding = rig_bind(rig, memory);

    for (uint32_t i = 0; i < rig->subgraph.n_inputs; i++)
        memcpy(span_base(&memory->in[i]), in[i], memory->in[i].size);
    rig_run(rig, binding);
    rig->ops->binding_free(binding);
    rig_memory_check(rig, memory);
}
