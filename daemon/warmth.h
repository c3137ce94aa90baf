#pragma once
/*
 * Devices are kept warm: what their networks ask for (votes.h) is put before the lanes, which pass
 * it on to their backends, at once when it goes up and by a timer when it goes down. The loop's
 * thread only, but for warmth_cast.
 */
#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "base/perf.h"
#include "base/runtime.h"
#include "daemon/votes.h"

struct sched;
struct sched_queue;
struct server;

struct warmth_device {
    struct server *server;
    enum device device;
    struct votes votes;
    enum perf_profile asked; /* _PERF_MAX: nothing yet */
    uv_timer_t timer;
    uint64_t timer_ns; /* when it fires; 0: not set */
};

struct warmth {
    struct warmth_device devices[_DEVICE_MAX];
};

/* 0, or the loop's error. */
int warmth_init(struct warmth *warmth, struct server *server);
/* A job that asks for PROFILE is there, and has gone. DUE_NS as in votes_end. */
void warmth_begin(struct warmth *warmth, enum device device, enum perf_profile profile);
void warmth_end(struct warmth *warmth, enum device device, enum perf_profile profile,
                uint64_t due_ns);
/* The same is asked for once more: a backend of DEVICE was opened. */
void warmth_again(struct sched *sched, enum device device);
/* What DEVICE was asked for last; _PERF_MAX: nothing yet. */
enum perf_profile warmth_asked(struct sched *sched, enum device device);

/* A lane's, with the scheduler's lock held, which it lets go meanwhile: passes on what is asked for
 * and was not yet. True: look again. It counts as a run, so that no backend is closed under it. */
bool warmth_cast(struct sched *sched, struct sched_queue *queue, enum device device);
