#pragma once
/*
 * One inference under way. It belongs to whoever holds it: the loop until sched_submit, then its
 * device's lane, then the loop again by the done list.
 *
 *   IDLE --sched_submit--> QUEUED --sched_take--> RUNNING --sched_advance--> QUEUED (next step)
 *                                                                        \-> DONE (the loop)
 *   QUEUED --sched_cancel, sched_expire--> DONE
 *
 * One whose device was lost under it goes from DONE to QUEUED once more, by sched_requeue.
 *
 * A job keeps its slot from its first step until the loop has sent the reply, which is made of the
 * slot's own memory: nothing between two steps, and no answer, is ever overwritten.
 *
 * Jobs come from their network's pool: after the first few, a run allocates nothing.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/class.h"
#include "base/list.h"
#include "base/perf.h"
#include "base/region.h"
#include "base/runtime.h"
#include "daemon/done.h"
#include "daemon/history.h"
#include "daemon/request.h"
#include "sched/queue.h"

struct holding;
struct network;
struct ready;
struct server;
struct session;
struct shared_region;
struct slot;
struct stream;

enum job_state { JOB_IDLE, JOB_QUEUED, JOB_RUNNING, JOB_DONE };

/* An input or output. In REGION, pinned; or CARRIED, in the state of the job's stream; else in the
 * slot's own memory: an input is copied there FROM the frame (NULL: zeros). An output that is
 * WANTED goes from where it lies into the reply. */
struct job_tensor {
    struct shared_region *region;
    const void *from;
    bool given, wanted, carried;
};

/* When a lane ran a step, and which of its device's. */
struct job_step {
    uint32_t lane;
    enum queue_reason reason; /* why it was the next */
    uint64_t began_ns, ended_ns;
};

struct job {
    struct done_item done;
    struct list link;       /* while it runs among its device's, while it is free its network's */
    struct queue_item item; /* while it waits, and what it was taken for */
    struct list under;      /* in server->jobs, while it is under way; the loop's */
    uint64_t number;        /* counted from 1 on, for whoever asks about it */
    struct call call;
    struct server *server;
    struct ready *ready;     /* held */
    struct network *network; /* a reference: READY's when the job was made or last put in line */
    /* Instead of a reply, for warm-up. */
    void (*on_end)(struct job *job, int result);
    void *context;
    struct owner owner;     /* also when the session is gone */
    uint32_t held;          /* the session's number for READY */
    enum perf_profile perf; /* of what it votes for, */
    int votes_for;          /* and the device; -1: none, it is the daemon's own */
    char model[HISTORY_MODEL_MAX];

    enum job_state state; /* the scheduler's lock */
    uint32_t step;
    enum device device;     /* where it ran last */
    bool slotless;          /* it was its turn and no slot was free; the scheduler's lock */
    struct slot *slot;      /* from the first step on */
    struct wire_body *body; /* that FROM points into; or NULL */
    atomic_int cancelled;   /* the code it is to be answered with; 0 */
    bool retried;           /* its device was lost under it; it is not put in line again */
    int result;
    const struct fault *fault; /* what the failure is told with; NULL: by the code alone */
    enum job_class class;
    uint64_t arrived_ns, queued_ns, deadline_ns, started_ns;
    uint64_t taken_ns; /* by the lane, for this step */
    uint64_t lane_ns;  /* that it has kept lanes */
    uint64_t run_ns, copied_bytes;

    struct stream *stream; /* whose frame it is, held; or NULL */
    uint64_t frame, era;   /* the client's number of it; which state it goes on from: stream.h */
    bool fresh;            /* that state is to be zeroed first */

    uint32_t n_inputs, n_outputs;
    uint32_t n_steps; /* that STEPS has room for: its network may be made anew with more */
    struct job_step *steps;
    struct span *in, *out;
    struct job_tensor *inputs, *outputs;
};

/* A clean job of READY's pool, which it holds, for the model of that name; the daemon's own until
 * job_own. NULL if memory is out. */
struct job *job_new(struct server *server, struct ready *ready, const char *model);
/* It is SESSION's, by HOLDING, and votes for its device's power from now on. */
void job_own(struct job *job, const struct session *session, const struct holding *holding);
/* Its class is lowered to batch while its user is over its share of the device; QUEUED_NS is now.
 */
void job_demote(struct job *job);
/* Gives back all it holds, and itself to the pool. The loop's, when no lane has it. */
void job_free(struct job *job);

/* The lane's, which is LANE of its device: runs the job's next step on the slot that it has. Its
 * result is in the job. */
void job_run_step(struct job *job, uint32_t lane);
/* After the last step, or when it was taken out of the queue: answers it, counts it, frees it. */
void job_finish(struct job *job);
/* The loop's, on a job of a parked queue: in line again for where its network is now, or answered
 * if that is nowhere. */
void job_resume(struct job *job);

/*
 * One that a stuck thread runs, all on the loop but for the last. job_abandon answers and counts it
 * and takes it off all lists; slot, network, regions and the state of its stream stay as they are.
 * When the thread has come back, job_let_go returns what is the loop's and job_bury, on the loader,
 * the rest.
 */
void job_abandon(struct job *job);
void job_let_go(struct job *job);
void job_bury(struct job *job);
