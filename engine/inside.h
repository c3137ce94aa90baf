#pragma once
/*
 * What the files of engine/ know of each other's structs.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "backends/backend.h"
#include "base/base.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/pool.h"
#include "engine/engine.h"
#include "model/graph.h"

/*
 * A backend, opened: used by the engine, which hands it out until it is lost, and by the plans made
 * on it. It is closed after the last of them, so a thread that is stuck in a run keeps what it runs
 * on. The struct itself lives as long as a network that was made on it, to say that it is lost.
 */
struct instance {
    atomic_uint refs, users;
    const struct backend_ops *ops;
    struct backend *backend;
    enum runtime id;
    atomic_bool lost; /* the engine opens another */
};

struct engine_runtime {
    _Atomic(struct instance *) instance; /* NULL: not open; the loader's to change */
    char *options;
    atomic_bool quarantined;
};

struct engine {
    const struct clock *clock;
    struct pool *pool;
    struct engine_runtime runtimes[_RUNTIME_MAX];
    pthread_mutex_t votes; /* an instance is not left while a lane hands it a vote */
};
DEFINE_CLEANUP(struct engine *, engine_free);

/* The open backend of a runtime, opened now if need be; borrowed. 0, or E_NO_HARDWARE,
 * E_QUARANTINED, E_ABI, -ENOMEM. */
int engine_open(struct engine *engine, enum runtime id, struct instance **ret, struct fault *fault);
struct instance *instance_use(struct instance *instance); /* a use and a reference */
void instance_leave(struct instance *instance);           /* the use goes */
void instance_unref(struct instance *instance);           /* the reference goes, after the use */

static inline uint32_t cores_online(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);

    return n < 1 ? 1 : (uint32_t)n;
}

/* The model's graph as MODE computes: constants dequantised for float modes. Borrowed. */
int model_graph_for(struct model *model, enum mode mode, const struct graph **ret,
                    struct fault *fault);

/* One subgraph compiled; today every network is one step. */
struct step {
    struct instance *instance; /* a reference, and a use until the plan is given back */
    bool used;
    enum runtime id;
    struct plan *plan;
    struct plan_info info;
};

struct network {
    atomic_uint refs;
    const struct clock *clock;
    struct model *model;
    struct graph *graph;
    struct network_options options; /* what it was made with, for network_rebuild */
    struct step step;
    struct network_info info;
    struct arena arena; /* tensor_infos, edges, node lists, options, the sentence of WHY */
    atomic_bool
        abandoned; /* a stuck thread uses it: nothing of it is freed before the last unref */
    uint32_t n_slots;
    struct slot *slots;
};

/* What a span was, after its region may be gone: an id is never given twice. */
struct span_key {
    uint64_t region;
    const void *base; /* tells the memory of slots apart, whose region has no number */
    size_t size;
};

struct slot_binding {
    struct binding *binding; /* NULL: free */
    uint64_t used;           /* the slot's count of runs when it last ran */
    struct span_key *keys;   /* inputs, then outputs */
};

struct slot {
    struct network *network;
    atomic_bool taken;
    uint64_t n_runs;
    void *memory;         /* scratch, inputs, outputs: one block; NULL until the first use */
    struct region region; /* over MEMORY */
    struct span *own;     /* inputs, then outputs, in MEMORY */
    struct slot_binding bindings[SLOT_BINDINGS];
};

/* A copy of OPTIONS with all that they point to, in ARENA. 0 or -ENOMEM. */
int options_copy(const struct network_options *options, struct arena *arena,
                 struct network_options *ret);

int slot_init(struct slot *slot, struct network *network);
void slot_unbind(struct slot *slot); /* its memory stays */
void slot_done(struct slot *slot);

/* What a run is chosen by: the first runtime of the order that takes every node. */
struct placement {
    enum runtime id;
    struct instance *instance; /* borrowed */
    struct graph *graph;       /* a reference */
    uint32_t quarantined;      /* bit N: runtime N was passed over for that */
};

/*
 * Appends a sentence to WHY for each runtime passed over. 0 and *RET, or the first runtime's error
 * with its sentence.
 */
int place_network(struct engine *engine, struct model *model, const struct network_options *options,
                  struct buf *why, struct placement *ret, struct fault *fault);
