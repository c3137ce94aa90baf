#pragma once
/*
 * What is loaded. Two lists: generations, which give a name to a model, and networks, which are
 * known by their key whatever the name. The loop's thread only; the loader and the lanes work on
 * what the loop hands them.
 *
 * A name has one generation that is current. A load of other bytes under the name makes a new one
 * beside it and swaps; the old one has no name any more and goes with its last holder. A generation
 * goes when no session holds a network through it and it is not kept.
 *
 * A network goes when no session, kept generation, load or job holds it.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/fault.h"
#include "base/hist.h"
#include "base/list.h"
#include "daemon/loader.h"
#include "engine/engine.h"
#include "sched/estimate.h"

/* A network that is being made again by the loader. */
struct remake {
    struct list link;
    bool stay;               /* on its own runtime */
    struct network *network; /* what was made; or, once it took its place, the one before it */
    int result;
    struct fault fault;
};

/* A network, ready to run. */
struct ready {
    struct list link; /* models->networks */
    struct models *models;
    struct network *network; /* may be replaced: recovery.h */
    char *key;               /* digest and options, as load.c writes them */
    struct digest digest;
    char digest_text[DIGEST_TEXT_SIZE];
    uint32_t holds;
    struct list free_jobs; /* struct job, to be used again */
    int out;               /* its runtime is quarantined and no other takes it: runs are refused */
    struct fault out_fault;
    struct remake remake; /* recovery.c's */
    size_t model_bytes;   /* shared by all networks of the model */
    size_t bytes;         /* its own: plans and slots */
    size_t inline_size;   /* of the tail that holds all outputs */
    uint64_t runs;
    struct hist run_times;
    uint32_t classes;             /* bit N: it has run in class N, other than for a stream */
    bool warm;                    /* it has run once: only later runs say what one costs */
    struct estimate cost;         /* of a run on its device */
    atomic_uint_fast64_t most_ns; /* that a run took; for the lanes */
    atomic_uint_fast64_t cost_ns; /* the same, for the lanes; 0: not known yet */
    struct loader_task trash;
};

/* IDLE: of models.d, and let go of: the name stays, a load by it brings the model back. */
enum generation_state { GENERATION_READY, GENERATION_IDLE, GENERATION_OLD, GENERATION_FAILED };

struct generation {
    struct list link; /* models->generations */
    char *name;
    uint64_t number; /* from 1 while the name is in use */
    enum generation_state state;
    struct model *model; /* NULL: failed or idle */
    struct digest digest;
    char digest_text[DIGEST_TEXT_SIZE];
    size_t model_bytes;
    uint32_t holders;       /* holdings through it */
    enum perf_profile perf; /* of who names none */
    bool keep;              /* until it is unloaded by name */
    bool keep_to_first;     /* until a session that used it lets go */
    struct ready *kept;     /* the network that keep holds */
    bool pin;               /* never let go of to make room, or because nobody uses it */
    uint64_t ttl_ms;        /* how long it is kept when nobody holds it; 0: for ever */
    bool leaving;           /* the keeper\'s mark, while it looks for room */
    uint64_t used_ns;       /* when somebody held it last */
    struct fault failure;   /* of a ready or idle one: of the last reload */
    struct loader_task trash;
};

struct events;

struct models {
    struct list generations, networks;
    struct events *events; /* told of what goes */
    uint32_t n_names;
    uint64_t names_most;
    struct loader *loader; /* frees what takes long to free */
    const struct clock *clock;
    /* GENERATION is kept, and nobody holds it any more. */
    void (*on_rest)(struct models *models, struct generation *generation);
};

/* PARTS has what it works with: the loader, the clock, names_most, events, on_rest. */
void models_init(struct models *models, const struct models *parts);
/* Lets go of everything that is kept; what sessions and jobs hold must be gone. */
void models_done(struct models *models);

/* The current or failed generation of a name, or NULL. */
struct generation *models_find(const struct models *models, const char *name, size_t size);
struct ready *models_find_network(const struct models *models, const char *key);
/* A model that is in use with that digest, whatever its name; borrowed, or NULL. */
struct model *models_find_digest(const struct models *models, const struct digest *digest);

/* May one more name be used? 0 or E_QUOTA. */
int models_room(const struct models *models, struct fault *fault);

/* An empty generation, for models_publish or models_fail. NULL if memory is out. */
struct generation *generation_new(const char *name);
void generation_free(struct generation *generation); /* one that was not published */

struct publication {
    struct ready *ready;
    bool keep, keep_to_first, pin;
    bool listed; /* by models.d, whose word about keeping is the last */
    uint64_t ttl_ms;
    enum perf_profile perf;
};
/*
 * Makes READY's model the current one of SPARE's name: the generation that is current already if
 * it has that digest (SPARE is then freed), else SPARE. Cannot fail. Returns the generation; it
 * stays only if it is kept or held by the caller, who calls models_settle after that.
 */
struct generation *models_publish(struct models *models, struct generation *take_spare,
                                  const struct publication *what);
/* The number that models_publish would give. */
uint64_t models_next_number(const struct models *models, const char *name,
                            const struct digest *digest);
/* SPARE's name is listed as failed, with the sentence. */
void models_fail(struct models *models, struct generation *take_spare, const struct fault *fault);
/* Frees GENERATION if nothing keeps it. */
void models_settle(struct models *models, struct generation *generation);
/* Lets go of what GENERATION keeps, which nobody holds; the name stays listed as idle. */
void models_rest(struct generation *generation);
/* Takes the name off the list; sessions keep what they hold. */
void models_unload(struct models *models, struct generation *generation);

/* Puts a network on the list, held once by the caller; takes over the network and copies KEY. 0 and
 * *RET, or -ENOMEM and the network is still the caller's. */
int models_add_network(struct models *models, struct network *take_network, const char *key,
                       size_t model_bytes, struct ready **ret);
struct ready *ready_hold(struct ready *ready);
void ready_release(struct ready *ready); /* NULL is fine */
/* A run took NS on its device. */
void ready_learn(struct ready *ready, uint64_t ns);
/* What a run is expected to take there: 95 of 100 took at most so long; 0: not known yet. Any
 * thread. */
uint64_t ready_cost_ns(const struct ready *ready);
/* What was made again takes the network's place, which goes to READY->remake. */
void ready_swap(struct ready *ready);

/* Names in that state. */
uint32_t models_count(const struct models *models, enum generation_state state);
uint64_t models_memory(const struct models *models);
