#pragma once
/*
 * Jobs: one inference each, from the caller's tensors to its answer. A job belongs to its network's
 * pool and goes back there when nothing under way knows it any more; that may be later than its
 * caller's interest, when an answer comes too late. Then it touches none of the caller's memory.
 */
#include "client/load.h"

struct job_tensor {
    const struct snpe_tensor_info *info;
    void *data;                 /* plain memory; NULL: in REGION */
    struct snpe_region *region; /* the caller's; NULL */
    uint64_t offset;            /* in the caller's region, or in the staging region */
    bool came;                  /* of an inline output: it was in the answer */
};

struct job {
    struct call call;
    struct list spare; /* on network->jobs when not in use */
    struct snpe_network *network;
    struct snpe_region *stage; /* where plain tensors travel; NULL: inline */
    uint64_t deadline_ns;
    struct snpe_run_result result;
    snpe_done_fn done; /* NULL: a thread waits, or nobody cares any more */
    void *user;
    bool cancelled;
    uint32_t n_inputs, n_outputs;
    struct job_tensor *inputs, *outputs; /* room for all of the network's */
    struct job_tensor tensors[];
};

/* All jobs of a network's pool. */
void inference_free_jobs(struct list *jobs);

/*
 * A submitted job that is done (CALL is part of it) is called back, and goes to the pool; the lock
 * is given up meanwhile.
 */
void inference_call_back(struct call *call);

/* A submitted job that timed out: called back so, and cancelled. Gives up the lock meanwhile. */
void inference_expire(struct call *call);
