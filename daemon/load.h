#pragma once
/*
 * One load: what is asked for, by a client or by models.d, in memory of its own; and how far it is.
 * loads.h tells its life.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "config/models.h"
#include "daemon/done.h"
#include "daemon/entries.h"
#include "daemon/history.h"
#include "daemon/loader.h"
#include "daemon/request.h"
#include "engine/engine.h"

struct generation;
struct holding;
struct ready;
struct server;

enum load_phase { LOAD_WAITING, LOAD_READING, LOAD_BUILDING, LOAD_WARMING, _LOAD_PHASE_MAX };

/* When a phase was at work; ENDED 0: until the load ended. */
struct load_span {
    uint64_t began_ns, ended_ns;
};

struct load {
    struct list link; /* in loads->waiting */
    struct done_item done;
    struct loader_task task;
    struct call call;
    struct server *server;
    enum load_phase phase;
    int cancelled; /* the code to be answered with; 0 */

    /* What is asked for; texts are in the arena. */
    struct arena arena;
    bool internal; /* of models.d: a failure is listed */
    bool fresh;    /* the file is read, though a model of that name is there */
    /* It has ended, with 0 or a code and FAULT; not freed yet. NULL: nobody asks. */
    void (*on_end)(struct load *load, int code);
    entries_fn on_change; /* of a reload, for its on_end */
    const char *name;
    const char *file, *alternative; /* to be opened in the repository, or absolute */
    int fd;                         /* the client's; -1: by name */
    enum perf_profile perf;         /* _PERF_MAX: not given */
    bool keep, keep_to_first, pin;
    uint64_t ttl_ms;
    uint32_t warm_runs;
    struct network_options options;
    struct derive derive;
    const char *suffix; /* of the network's key: all of the above that makes it another */

    /* What the loader's thread works on and brings about. */
    const char *dir;         /* the repository; in the arena */
    size_t most, model_most; /* bytes that may be read, and that anybody's model may have */
    void *bytes;             /* the file */
    size_t size;
    struct model *model; /* NULL: to be read from BYTES */
    struct digest digest;
    struct network *network;
    size_t model_bytes;
    int result;
    struct fault fault;

    /* What the loop makes ready before, so that the end cannot fail. */
    char *key;
    struct ready *ready; /* held */
    struct generation *spare;
    struct holding *holding;
    uint64_t began_ns;
    struct owner owner;
    struct load_span spans[_LOAD_PHASE_MAX]; /* the loader's thread, but for WARMING */
    bool read, built;                        /* this load made the model, the network */
    bool told;                               /* that it began, by an event */
    uint64_t added_bytes;
    uint32_t runs_left;
};

/*
 * A client's load. E_BAD_PARAMS (name, runtime, type), -ENOMEM, E_QUOTA. On success it owns the fd
 * of the frame, if there is one, and the call is begun.
 */
int load_of_request(struct request *request, const struct load_params *params, struct load **ret,
                    struct fault *fault);
/* A load of models.d. -ENOMEM. */
int load_of_config(struct server *server, const struct model_config *config, struct load **ret,
                   struct fault *fault);
/* It runs on zeros, from now on or once more. Returns when that is: now. */
uint64_t load_warms(struct load *load);

/* Off the loop's objects, then freed on the loader's thread, where large memory may take its time.
 */
void load_free(struct load *load);

/* The loaded model that a load by name means, or NULL. */
const struct generation *load_find_loaded(const struct load *load);
/* Is all that it wants there? Such a load passes those that wait for the loader. */
bool load_is_there(const struct load *load);
/* Who may only run may ask for what is there: RUN wants the number that a load answers. 0, or
 * E_DENIED. */
int load_check_rights(const struct load *load, struct fault *fault);

/* The loader's thread: reads and hashes the file; makes model and network. Results are in LOAD. */
void load_read(struct load *load);
void load_build(struct load *load);
