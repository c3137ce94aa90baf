#pragma once
/*
 * Events for whoever listens: what happens to models, devices, streams and settings. Posting never
 * waits, fails or allocates: an event that the publisher cannot take at once is counted, and the
 * next one that it takes says how many were lost before it. The loop's thread only.
 *
 * What may come in crowds is counted, and told at most once a second: see events_tally.
 */
#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "base/buf.h"
#include "base/class.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/list.h"
#include "base/runtime.h"
#include "daemon/publisher.h"
#include "protocol/event.h"

struct config;

/* How often one thing happened since it was last told; embedded in that thing. */
struct events_tally {
    struct list link; /* events->pending while COUNT is not 0 */
    enum event_kind kind;
    struct event what; /* its texts are constants, but for the model's name: */
    char model[128];
    uint64_t count, next_ns;
};

struct events {
    const struct clock *clock;
    struct publisher publisher;
    uv_timer_t timer; /* for what is pending */
    struct list pending;
    struct events_tally overload[_DEVICE_MAX][_CLASS_MAX];
    struct buf map;
    uint64_t sequence, lost, lost_ever;
    bool enabled;
};

/* EVENTS is zeroed; until then, and when the settings say no, posting does nothing. 0, or a
 * negative code with FAULT. That the publisher cannot run is no failure. */
int events_start(struct events *events, uv_loop_t *loop, const struct clock *clock,
                 const struct config *config, struct fault *fault);
/* Once the loop has ended. */
void events_stop(struct events *events);
/* For HELLO: "" if nobody can listen. */
const char *events_address(const struct events *events);

void events_post_model_loading(struct events *events, const char *model);
void events_post_model_ready(struct events *events, const char *model, uint64_t generation,
                             enum runtime runtime, uint64_t took_us);
/* CODE, and its sentence if FAULT has none. */
void events_post_model_failed(struct events *events, const char *model, int code,
                              const struct fault *fault);
void events_post_model_unloaded(struct events *events, const char *model, uint64_t generation);
/* WHY: "not used for 5min", "wide takes its memory". */
void events_post_model_evicted(struct events *events, const char *model, uint64_t generation,
                               uint64_t bytes, const char *why);

/* MODEL may be NULL. */
void events_post_device_lost(struct events *events, enum device device, const char *model);
void events_post_device_back(struct events *events, enum device device, uint64_t took_us);
void events_post_device_wedged(struct events *events, enum device device, const char *model,
                               uint64_t took_us);
void events_post_runtime_quarantined(struct events *events, enum runtime runtime, const char *why);

/* One frame of a stream was replaced before it ran. TALLY is the stream's. */
void events_post_frame_dropped(struct events *events, struct events_tally *tally, const char *model,
                               uint64_t session, uint64_t stream);
/* A job was refused or shed for want of room or time: E_QUEUE_FULL, E_NO_CAPACITY, ... */
void events_post_overload(struct events *events, enum device device, enum job_class class,
                          int code);

void events_post_config_reloaded(struct events *events, const char *what);
void events_post_config_refused(struct events *events, int code, const struct fault *fault);
void events_post_daemon_ready(struct events *events, uint32_t models, uint32_t failed);
void events_post_daemon_draining(struct events *events);

void events_tally_init(struct events_tally *tally);
/* Tells what was counted and not yet told; the thing may then go. */
void events_tally_done(struct events *events, struct events_tally *tally);
