#pragma once
/*
 * Which job runs next: one bounded queue a device, first in first out, but a job whose network has
 * no free slot lets those behind it pass. A job whose deadline passes while it waits is taken out
 * at once by a timer, whatever the lanes are doing.
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
#include "base/runtime.h"
#include "base/spin.h"
#include "daemon/done.h"

struct job;

struct sched_queue {
    struct list jobs;
    uint32_t n_queued, n_running;
    atomic_uint n_hint; /* n_queued, for lanes that look without the lock */
    pthread_cond_t wake;
    /* From a loss until sched_unpark lanes take nothing; jobs go on waiting and expiring. */
    bool parked;
    uint32_t lost;          /* bit N: runtime N was found lost meanwhile */
    struct done_item *idle; /* posted when it is parked and no lane runs any more: recovery.c's */
};

struct sched {
    pthread_mutex_t mutex;
    struct sched_queue queues[_DEVICE_MAX];
    bool stopping;
    uint64_t depth;
    const struct clock *clock;
    struct done *done;
    uv_timer_t timer;  /* the loop's */
    uint64_t timer_ns; /* when it fires; 0: not set */
};

int sched_init(struct sched *sched, uv_loop_t *loop, struct done *done, const struct clock *clock,
               uint64_t depth);
void sched_done(struct sched *sched); /* after the lanes have ended */

/* The loop's. 0: it is the lane's now. E_QUEUE_FULL, E_DEADLINE: it is still the caller's. A job of
 * the daemon's own is never too many. */
int sched_submit(struct sched *sched, struct job *job, struct fault *fault);

/* The loop's. True: it was waiting and is the caller's again. False: it runs; its cancel flag is
 * read when the step ends. */
bool sched_cancel(struct sched *sched, struct job *job);

/* The loop's, when the reply is sent: the slot is free for the next. */
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
    bool slotless;       /* it was its turn and no slot was free */
    enum device device;  /* where it waits or runs */
    uint64_t started_ns; /* 0: it has not begun */
};
void sched_look(struct sched *sched, const struct job *job, struct sched_view *ret);
void sched_counts(struct sched *sched, enum device device, uint32_t *ret_queued,
                  uint32_t *ret_running);
