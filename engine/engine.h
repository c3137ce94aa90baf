#pragma once
/*
 * The engine: which backends are open, and models made ready to run on them.
 *
 *     engine_new -> model_read -> network_new -> slot_run* -> network_unref, model_unref ->
 * engine_free
 *
 * Threads: engine_new, model_read and network_new are the loader's; slot_run is the device's lane's
 * (one slot at a time on one lane); ref and unref are anybody's; everything else reads what never
 * changes. The same calls serve the tools in one thread.
 */
#include <stdbool.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/dtype.h"
#include "base/encoding.h"
#include "base/fault.h"
#include "base/perf.h"
#include "base/region.h"
#include "base/runtime.h"
#include "base/shape.h"
#include "model/derive.h"

struct dlc_metadata; /* model/dlc/dlc.h */
struct engine;
struct model;   /* a DLC, read: graphs for float and 8-bit runtimes, digest */
struct network; /* a model made ready: dims, outputs, runtime, edge types */
struct slot;    /* memory and bindings of one job at a time */

struct engine_options {
    const struct clock *clock;                 /* NULL: CLOCK_MONOTONIC; must outlive the engine */
    uint32_t n_threads;                        /* of the core pool; 0: as many as there are cores */
    const char *runtime_options[_RUNTIME_MAX]; /* [runtime NAME] options =; NULL or "": none */
};

/* Backends are opened when a network first wants them. 0 and *RET, or -ENOMEM. */
int engine_new(const struct engine_options *options, struct engine **ret, struct fault *fault);
void engine_free(struct engine *engine); /* after the last network; NULL is fine */

/* May RUNTIME be used here? 0, or E_NO_HARDWARE with the sentence (not in this build, no device),
 * E_QUARANTINED. Opens nothing; any thread. */
int engine_probe(const struct engine *engine, enum runtime runtime, struct fault *fault);

/*
 * The device behind RUNTIME is lost: whatever is made from now on is made on a backend opened anew,
 * and slot_run of what was made before answers E_DEVICE_LOST. The old backend is closed when all
 * its networks have been retired or freed. The loader's.
 */
void engine_lose(struct engine *engine, enum runtime runtime);
/* While it is ON no network is made on RUNTIME: E_QUARANTINED. Any thread. */
void engine_quarantine(struct engine *engine, enum runtime runtime, bool on);
/* A device's lane: how much power RUNTIME may draw from now on. Advice, and nothing where the
 * backend is not open or takes none. */
void engine_set_perf(struct engine *engine, enum runtime runtime, enum perf_profile profile);

/* BYTES may go after the call. Errors of dlc_read. */
int model_read(const void *bytes, size_t size, struct model **ret, struct fault *fault);
struct model *model_ref(struct model *model);
void model_unref(struct model *model); /* NULL is fine */
DEFINE_CLEANUP(struct model *, model_unref);
const struct digest *model_digest(const struct model *model);
const struct graph *model_graph(const struct model *model); /* as the container tells it */
const char *model_version(const struct model *model);       /* the user's string, "N/A" if none */
const struct dlc_metadata *model_metadata(const struct model *model);
size_t model_bytes(const struct model *model); /* weights held, each once */

/*
 * Could RUNTIME run node NODE of the model, as far as one can say without compiling? Opens the
 * backend. 0, or E_NO_HARDWARE, E_LAYER_UNSUPPORTED with the sentence, -ENOMEM.
 */
int engine_supports(struct engine *engine, enum runtime runtime, struct model *model, uint32_t node,
                    struct fault *fault);

struct edge_type {
    const char *name; /* an input or output */
    enum dtype dtype; /* DTYPE_F32, or DTYPE_U8: a byte means itself */
};

struct network_options {
    const enum runtime *order;     /* tried in turn; none: cpu */
    const struct derive *derive;   /* input dims and outputs; NULL: as in the container */
    const struct edge_type *edges; /* those not named are float32 */
    uint32_t n_order, n_edges;
    bool fallback;    /* a network that no runtime of the order can run goes to cpu, whole */
    uint32_t n_slots; /* jobs at a time; 0: 2 */
};

struct tensor_info {
    const char *name;
    struct shape shape;
    enum dtype dtype;
    struct encoding encoding; /* if DTYPE_TF8 */
    size_t size;              /* in bytes */
};

struct network_info {
    const struct tensor_info *inputs, *outputs;
    uint32_t n_inputs, n_outputs;
    enum runtime runtime;
    uint32_t n_steps;
    uint32_t n_launches;
    size_t plan_bytes; /* of the plans alone, weights that they share with the model not counted */
    size_t slot_bytes; /* of one slot */
    uint32_t n_slots;
    uint64_t macs;
    uint32_t quarantined; /* bit N: runtime N was passed over because it is quarantined */
    const char
        *why; /* why it runs where it runs: one sentence per runtime passed over; "" if none */
};

/*
 * Keeps a reference of MODEL. E_LAYER_UNSUPPORTED with the layer and what to change, E_NO_HARDWARE,
 * E_NEEDS_QUANTIZED, E_SHAPE, E_NO_TENSOR, -ENOMEM.
 */
int network_new(struct engine *engine, struct model *model, const struct network_options *options,
                struct network **ret, struct fault *fault);
struct network *network_ref(struct network *network);
void network_unref(struct network *network); /* NULL is fine; slots must be back */
DEFINE_CLEANUP(struct network *, network_unref);
const struct network_info *network_info(const struct network *network);
struct model *network_model(const struct network *network); /* borrowed */

/*
 * Made anew of OLD's model and options, by the loader: on OLD's own runtime if STAY, else wherever
 * they may run now. Inputs, outputs and their sizes are the same, so that it can take OLD's place.
 * Errors of network_new; E_SHAPE if it could not. OLD stays as it is.
 */
int network_rebuild(struct engine *engine, const struct network *old, bool stay,
                    struct network **ret, struct fault *fault);
/* Was its backend lost? Any thread. */
bool network_is_lost(const struct network *network);
/* Gives back its plan and all bindings: it never runs again. No lane may run it, and nobody may
 * free it meanwhile. The loader's. Slots' memory stays for the answers that lie there. */
void network_retire(struct network *network);
/* A thread is stuck in a run of it: network_retire leaves it alone from now on. Before the loader
 * could; any thread. */
void network_abandon(struct network *network);

/* Which device runs step STEP: its lane must call slot_run for it. */
enum device network_device(const struct network *network, uint32_t step);

/* Would slot_take find one? Any thread. */
bool slot_is_free(const struct network *network);
/* A free slot, now taken, or NULL. slot_release from any thread. Neither allocates. */
struct slot *slot_take(struct network *network);
void slot_release(struct slot *slot);

struct run_times {
    uint64_t run_ns;       /* in the backend's run */
    uint64_t copied_bytes; /* staged: 0 wherever the kernels touch the spans themselves */
    bool bound;            /* a new binding was made */
};

/*
 * Runs step STEP over spans for all inputs and outputs of the network, in the order of
 * network_info. Spans are 64-byte aligned and at least as large as the tensors: the caller has
 * checked. Bindings are kept by spans, the SLOT_BINDINGS latest; once spans are known, nothing is
 * allocated. A stream that carries a state has two sets of spans for each of its client's buffers:
 * 32 are five streams with three buffers each. 0, -ENOMEM, E_DEVICE_LOST.
 */
#define SLOT_BINDINGS 32
int slot_run(struct slot *slot, uint32_t step, const struct span *in, const struct span *out,
             struct run_times *times);

/*
 * Memory of the slot's own for all inputs and all outputs, a span each, 64-byte aligned: for
 * tensors that came inline, and for tools. Allocated at the first call or run (the lane's); NULL if
 * memory is out.
 */
const struct span *slot_inputs(struct slot *slot);
const struct span *slot_outputs(struct slot *slot);
