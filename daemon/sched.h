#pragma once
/*
 * Which job runs next: a queue a device (sched/queue.h says in which order), with what the threads
 * and the loop need around it. A job whose deadline passes while it waits is taken out at once by a
 * timer, whatever the lanes are doing; one that cannot be in time is refused before it waits.
 *
 * One lock guards all queues: it is held for a few pointers, and a job that moves from one device
 * to another is never between two.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/list.h"
#include "base/perf.h"
#include "base/runtime.h"
#include "base/spin.h"
#include "daemon/done.h"
#include "sched/queue.h"

struct config;
struct job;

struct engine;

struct sched_queue {
    struct queue queue;
    struct queue_client own; /* for jobs that no client asked for */
    struct list running;
    uint32_t n_running, n_lanes;
    atomic_uint n_hint; /* of those that wait, for lanes that look without the lock */
    pthread_cond_t wake;
    enum perf_profile wanted, voted; /* of the device; the second as the backends were told */
    /* From a loss until sched_unpark lanes take nothing; jobs go on waiting and expiring. */
    bool parked;
    uint32_t lost;          /* bit N: runtime N was found lost meanwhile */
    struct done_item *idle; /* posted when it is parked and no lane runs any more: recovery.c's */
};

struct sched {
    pthread_mutex_t mutex;
    struct sched_queue queues[_DEVICE_MAX];
    bool stopping;
    const struct clock *clock;
    struct done *done;
    struct engine *engine; /* whose backends are told of votes */
    uv_timer_t timer;      /* the loop's */
    uint64_t timer_ns;     /* when it fires; 0: not set */
};

int sched_init(struct sched *sched, uv_loop_t *loop, struct done *done, const struct clock *clock,
               const struct config *config);
void sched_done(struct sched *sched); /* after the lanes have ended */
/* The loop's: the settings of [queue], from now on. */
void sched_configure(struct sched *sched, const struct config *config);
/* Before any job: one more lane takes jobs of DEVICE. */
void sched_add_lane(struct sched *sched, enum device device);

void sched_floors(const struct sched *sched, uint32_t *ret);         /* of each class, percent */
uint32_t sched_lanes(const struct sched *sched, enum device device); /* at least 1 */

/*
 * The loop's. 0: it is the lane's now. Else it is still the caller's: E_DEADLINE, the deadline has
 * passed or will before the job could end, as running times are now; E_QUEUE_FULL. A job that had
 * to make room ends with E_QUEUE_FULL. A job of the daemon's own is never refused.
 */
int sched_submit(struct sched *sched, struct job *job, struct fault *fault);

/* Any thread: how long a job of that class and deadline (0: none) that came now would wait. */
uint64_t sched_wait_ns(struct sched *sched, enum device device, enum job_class class,
                       uint64_t deadline_ns);

/* The loop's. True: it was waiting and is the caller's again. False: it runs; its cancel flag is
 * read when the step ends. */
bool sched_cancel(struct sched *sched, struct job *job);

/* The loop's when the reply is sent, or the lane's when the reply will not need it: the slot is
 * free for the next. */
void sched_release(struct sched *sched, struct job *job);

/* A lane's: waits for a job that can run, with its slot. NULL: the daemon stops. SPIN is the
 * lane's. */
struct job *sched_take(struct sched *sched, enum device device, struct spin *spin);
/* A lane's, after a step: to the queue of the next step's device, or to the loop. A step that found
 * its device lost parks the device's queue. */
void sched_advance(struct sched *sched, struct job *job);

/* The loop's: the lane that runs JOB does not come back. Its device goes the way of a lost one, and
 * JOB is the caller's in so far as its lane is not counted any more. */
void sched_give_up(struct sched *sched, struct job *job);
/* The loop's, on a job that was queued or ran before: in line again, where its arrival puts it. */
void sched_requeue(struct sched *sched, struct job *job);
/* The loop's: what was found lost since DEVICE was parked, a bit for each runtime; asked once. */
uint32_t sched_take_lost(struct sched *sched, enum device device);
/* The loop's: all jobs that wait for DEVICE go to RET, in line; they are the caller's. */
void sched_take_queued(struct sched *sched, enum device device, struct list *ret);
void sched_unpark(struct sched *sched, enum device device);

/* Wakes all lanes to end, once nothing is queued. */
void sched_stop(struct sched *sched);
/* How far JOB is, which the scheduler or a lane may hold. */
struct sched_view {
    bool queued, running;
    bool slotless;            /* it was its turn and no slot was free */
    enum device device;       /* where it waits or runs */
    uint64_t started_ns;      /* 0: it has not begun */
    enum queue_reason reason; /* why it was the next, if it runs */
};
void sched_look(struct sched *sched, const struct job *job, struct sched_view *ret);
void sched_counts(struct sched *sched, enum device device, uint32_t *ret_queued,
                  uint32_t *ret_running);
