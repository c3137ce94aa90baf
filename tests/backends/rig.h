#pragma once
/*
 * A graph on a backend, ready to run: what the tests of this folder begin with. What must succeed
 * fails the test if it does not.
 */
#include "backends/backend.h"
#include "base/base.h"
#include "model/graph.h"
#include "tests/model/net.h"

#define RIG_EDGES 4

struct rig {
    const struct backend_ops *ops;
    struct pool *pool;
    struct backend *backend;
    struct graph *graph;      /* owned */
    struct subgraph subgraph; /* all of it but the Input layers */
    uint32_t nodes[32];
    struct edge in[RIG_EDGES], out[RIG_EDGES]; /* float32 until a test says otherwise */
    struct compile_request request;
    struct plan *plan;
    struct plan_info info;
};

/* Every backend of this build, by its runtimes; OPTIONS make it whole. NULL behind the last. */
struct rig_backend {
    const struct backend_ops *ops;
    const char *options;
};
const struct rig_backend *rig_backends(void);

/* Opens OPS with OPTIONS and N_THREADS, and plans what is left to rig_compile. */
void rig_init(struct rig *rig, const struct rig_backend *backend, struct graph *take_graph,
              uint32_t n_threads);
void rig_compile(struct rig *rig);
/* The same, for a backend that may refuse; FAULT then says why. */
bool rig_try_compile(struct rig *rig, struct fault *fault);
void rig_done(struct rig *rig);

/* Memory of a job slot for the rig's plan: inputs, outputs and scratch. */
struct rig_memory {
    struct region region; /* one for all */
    struct span in[RIG_EDGES], out[RIG_EDGES];
    struct binding_spans spans;
};

#define RIG_CANARY 0xa5

/* Each span lies apart from the next by 64 bytes of RIG_CANARY, which all of it holds at first. */
void rig_memory_init(const struct rig *rig, struct rig_memory *ret);
void rig_memory_check(const struct rig *rig, const struct rig_memory *memory);
void rig_memory_done(struct rig_memory *memory);

struct binding *rig_bind(const struct rig *rig, const struct rig_memory *memory);
void rig_run(const struct rig *rig, struct binding *binding);

/* Binds, copies IN[i] into input I, runs once, unbinds. */
void rig_run_once(const struct rig *rig, struct rig_memory *memory, const void *const *in);

static inline float *rig_floats(const struct span *span)
{
    return span_base(span);
}
