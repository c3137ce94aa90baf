#pragma once
/*
 * A thread that runs a device's jobs, one step at a time. It imports and binds when a job brings
 * spans that its slot has not seen, and otherwise allocates nothing; it never compiles or logs.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "base/runtime.h"

struct ready;
struct sched;

struct lane {
    pthread_t thread;
    struct sched *sched;
    enum device device;
    uint32_t number; /* of the device's lanes */
    /* The heartbeat: since when it runs what, and how long that may take. 0: it waits for work. */
    atomic_uint_fast64_t busy_since_ns, busy_most_ns;
    atomic_uint_fast64_t floor_ns; /* busy_most_ns is at least this */
};

int lane_start(struct lane *lane, struct sched *sched, enum device device, uint64_t floor_ns);
/* After sched_stop. */
void lane_join(struct lane *lane);
