#pragma once
/*
 * A backend is the code behind a runtime: it compiles subgraphs into plans and runs them.
 *
 *     probe -> open -> supports* -> compile -> (binding_new -> run* -> binding_free)* -> plan_free
 *                                                                                      -> close
 *
 * A plan is immutable once compiled: kernels chosen, weights packed. All that changes from run to
 * run, pointers and scratch, lives in a binding. One plan has many bindings, one for each set of
 * spans and job slot, so two clients that alternate rebind nothing and two lanes may run one plan.
 *
 * Edges are dense NHWC in one of the types of struct edge. A backend that computes in another
 * layout changes it inside its first and last kernels; the engine only passes spans.
 *
 * Threads: the loader calls probe, open, close, supports, compile and the plan_ slots; the
 * device's lane calls the others, import before the first binding that names the region. compile
 * may run beside run: what the two share inside a backend is the backend's to guard, and run does
 * not wait for it. A run that does not return is left alone: what other plans of its backend have
 * is freed beside it, another backend is opened, and its own is closed once it has returned. A
 * backend never calls back into the engine and has no state outside its structs.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/dtype.h"
#include "base/encoding.h"
#include "base/fault.h"
#include "base/perf.h"
#include "base/region.h"
#include "base/runtime.h"

struct graph;
struct node;
struct pool; /* the core pool, base/pool.h */
struct section;
struct subgraph;

/* Each backend's own. */
struct backend;
struct binding;
struct plan;

#define BACKEND_ABI 2

/* What lies in an input or output of a plan. ENCODING counts if the type is TF8. */
struct edge {
    enum dtype dtype;
    struct encoding encoding;
};

struct backend_options {
    struct pool *pool;   /* NULL: kernels run on the lane alone */
    const char *options; /* the setting [runtime NAME] options; "" if none; each backend's own */
};

struct compile_request {
    const struct subgraph *subgraph; /* every node was supported; its graph outlives the plan */
    enum mode mode;
    const struct edge *in, *out;    /* in subgraph order */
    const struct section *sections; /* opaque records of the container: AIP blobs, caches */
    uint32_t n_sections;
    uint32_t n_threads;    /* slices at a time; part of what decides the bits of a result */
    const char *cache_dir; /* for compiled programs; NULL: keep none */
};

struct plan_info {
    size_t bytes;              /* weights and tables, host and device */
    size_t scratch_size;       /* what binding_new wants beside the edges, 0 if the device has it */
    uint32_t n_launches;       /* kernels or device calls a run */
    const uint32_t *launch_of; /* for each node of the subgraph; equal numbers: fused */
};

struct binding_spans {
    const struct span *in, *out; /* in subgraph order */
    struct span scratch;         /* scratch_size bytes of the job slot's, 64-byte aligned */
};

struct run_stats {
    uint64_t device_ns;    /* 0 if the device does not say; the caller times the whole */
    uint64_t copied_bytes; /* staged because the device could not use a span where it lies */
};

/* Slots may be NULL only where it says optional. */
struct backend_ops {
    uint32_t abi;     /* BACKEND_ABI */
    const char *name; /* the backend column of runtimes.def */

    /* Is the hardware here, as OPTIONS would have it? Cheap, opens nothing, any thread. 0, or
     * E_NO_HARDWARE with FAULT. */
    int (*probe)(const struct backend_options *options, struct fault *fault);

    /* 0 and *RET, or a negative error and *RET untouched. OPTIONS may die after the call. */
    int (*open)(const struct backend_options *options, struct backend **ret, struct fault *fault);
    void (*close)(struct backend *backend);

    /*
     * Could NODE be part of a plan? Answered from facts that do not change after open. When not,
     * FAULT tells what to change; this is what a user reads in the placement report.
     */
    bool (*supports)(const struct backend *backend, const struct graph *graph,
                     const struct node *node, struct fault *fault);

    /*
     * Everything slow, and everything that can fail for lack of support. REQUEST may die after
     * the call. 0 and *RET, or E_LAYER_UNSUPPORTED, E_NEEDS_QUANTIZED, -ENOMEM, E_DEVICE_LOST.
     */
    int (*compile)(struct backend *backend, const struct compile_request *request,
                   struct plan **ret, struct fault *fault);
    void (*plan_info)(const struct plan *plan, struct plan_info *ret);
    void (*plan_free)(struct plan *plan); /* after its last binding */

    /*
     * 0 and *RET, or -ENOMEM, E_DEVICE_LOST, E_REGION_BOUNDS when a span is smaller than its
     * tensor. SPANS may die after the call, their regions not. An output's span overlaps no other
     * span.
     */
    int (*binding_new)(const struct plan *plan, const struct binding_spans *spans,
                       struct binding **ret);
    void (*binding_free)(struct binding *binding);

    /*
     * One inference, begun and finished. Neither allocates nor locks; 0 or E_DEVICE_LOST, after
     * which only frees and close are called. Two bindings may run at once, one binding not.
     */
    int (*run)(struct binding *binding, struct run_stats *stats);

    /* (optional) Clocks, votes, hints. Advice: a device that cannot follow says nothing. */
    void (*set_perf)(struct backend *backend, enum perf_profile profile);

    /* (optional, both or none) Makes REGION usable without a copy, or E_NOT_IMPORTABLE. */
    int (*import)(struct backend *backend, const struct region *region, struct region_handle **ret,
                  struct fault *fault);
    void (*unimport)(struct backend *backend, struct region_handle *handle);
};

/* NULL if there is none of that name in this build; which are is SNPED_BACKENDS, in CMake. */
const struct backend_ops *backend_find(const char *name);

/* 0, or E_ABI with FAULT naming the slot that is missing. Called for every backend at start. */
int backend_check(const struct backend_ops *ops, struct fault *fault);
