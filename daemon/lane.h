#pragma once
/*
 * A thread that runs a device's jobs, one step at a time. It imports and binds when a job brings
 * spans that its slot has not seen, and otherwise allocates nothing; it never compiles or logs.
 *
 * A lane that does not come back from a run can be given up, by lane_give_up on the loop: its
 * thread then keeps the job that it runs, and when it comes back after all it touches nothing else,
 * posts RETURNED and ends.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/runtime.h"
#include "daemon/done.h"
#include "daemon/loader.h"

struct job;
struct sched;

/* RETURNED: its thread has ended, and what it used is being given back. */
enum lane_state { LANE_NONE, LANE_WORKS, LANE_GIVEN_UP, LANE_RETURNED };

struct lane {
    pthread_t thread;
    struct sched *sched;
    enum device device;
    uint32_t number;       /* of the device's lanes */
    enum lane_state state; /* the loop's */
    /* The heartbeat: since when it runs what. 0: it waits for work. */
    atomic_uint_fast64_t busy_since_ns;
    _Atomic(struct job *) job;
    uint64_t suspect_ns; /* wedge.c's: the run that was over its time when last looked at */
    /* Of one that was given up. */
    struct done_item returned;
    struct loader_task burial;
};

/* The thread takes no signals. 0, LANE then WORKS, or -errno. */
int lane_start(struct lane *lane, struct sched *sched, enum device device, uint32_t number);
/* The loop's. False: the run that began SINCE_NS has just ended. True: the job and all it holds are
 * the thread's until RETURNED is posted. */
bool lane_give_up(struct lane *lane, uint64_t since_ns);
/* After sched_stop, or once it has posted RETURNED. */
void lane_join(struct lane *lane);
