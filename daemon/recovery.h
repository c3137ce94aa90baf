#pragma once
/*
 * Devices that are lost, and their way back. The loop's thread only, but for the batch that the
 * loader works on.
 *
 *   READY --on_idle--> LOST --begin--> REBUILDING --on_made--> WARMING --on_warm--> READY
 *                       ^                   |                     |
 *                       +---- timer ---- WAITING <----------------+  (100 ms, doubled to 5 s)
 *
 * A lane that finds its device lost parks the queue (sched.h) and hands its job back; when the
 * device's other lanes have come back too, the networks of the lost runtime give back plans and
 * bindings, its backend is closed and opened again and they are made anew, under those who hold
 * them. Jobs that wait are put in line for the new ones; the job that met the loss is in front of
 * them, once. Then the queue is taken from again, a run on zeros of each network first.
 *
 * A second loss of a runtime within a minute, or a rebuild that fails for too long, quarantines it:
 * networks that may run elsewhere are made there, the others answer E_QUARANTINED, until the time
 * is over and all of them are made again where they belong.
 *
 * The loader makes one batch at a time: that of one device, or of one runtime that comes back.
 */
#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "base/hist.h"
#include "base/list.h"
#include "base/runtime.h"
#include "daemon/done.h"
#include "daemon/loader.h"

struct server;

enum recovery_state {
    RECOVERY_READY,
    RECOVERY_LOST,
    RECOVERY_REBUILDING,
    RECOVERY_WAITING,
    RECOVERY_WARMING,
};

struct recovery_device {
    struct done_item idle; /* the lanes have come back: posted by the scheduler */
    struct server *server;
    enum device device;
    enum recovery_state state;
    uint32_t lost;     /* bit N: runtime N is to be opened again */
    uint64_t since_ns; /* it is not ready */
    uint32_t wait_ms;  /* before the last attempt; 0: there was none that failed */
    uint32_t n_warming;
    bool warm_failed;
    uv_timer_t timer;
    uint64_t n_losses;
    struct hist times; /* from a loss until it was ready */
};

struct recovery_runtime {
    struct server *server;
    enum runtime runtime;
    uint64_t lost_ns; /* when it was lost last; 0: never */
    bool quarantined, returning;
    bool absent;      /* it did not come back when it was tried: said once */
    uv_timer_t timer; /* the end of the quarantine */
};

struct recovery {
    struct recovery_device devices[_DEVICE_MAX];
    struct recovery_runtime runtimes[_RUNTIME_MAX];
    /* The batch: what the loader loses, then makes. */
    bool busy;
    struct loader_task task;
    struct done_item done;
    struct server *server;
    uint32_t lost;
    struct list networks;           /* struct ready, held, by their remake */
    struct recovery_device *device; /* whose batch it is; or NULL and */
    struct recovery_runtime *runtime;
};

/* 0, or the loop's error. */
int recovery_init(struct recovery *recovery, struct server *server);
/* Does the loader work for it? Then the loop must not end yet. */
bool recovery_idle(const struct recovery *recovery);
/* "ready", "recovering" or "quarantined". */
const char *recovery_state(const struct recovery *recovery, enum device device);
