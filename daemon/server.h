#pragma once
/*
 * The daemon: owns everything, in the order of birth below; the loop's thread only, but for what
 * the parts say themselves.
 *
 *   STARTING --preload_on_end--> READY --server_drain--> DRAINING --server_finish--> STOPPED
 *
 * While STARTING it answers hello, ping, list and stats, and loads wait their turn behind models.d.
 */
#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/hist.h"
#include "base/list.h"
#include "config/config.h"
#include "config/models.h"
#include "config/settings.h"
#include "daemon/busy.h"
#include "daemon/done.h"
#include "daemon/entries.h"
#include "daemon/events.h"
#include "daemon/history.h"
#include "daemon/keeper.h"
#include "daemon/lane.h"
#include "daemon/listener.h"
#include "daemon/loader.h"
#include "daemon/loads.h"
#include "daemon/models.h"
#include "daemon/policy.h"
#include "daemon/quota.h"
#include "daemon/recovery.h"
#include "daemon/reload.h"
#include "daemon/sched.h"
#include "daemon/tracer.h"
#include "daemon/warmth.h"
#include "daemon/watchdog.h"
#include "daemon/wedge.h"
#include "engine/engine.h"

#define SERVER_LANES_MAX 32

/* What of the server has to be undone. */
enum server_part { PART_LOOP = 1, PART_DONE = 2, PART_LOADER = 4, PART_SCHED = 8 };

enum server_state { SERVER_STARTING, SERVER_READY, SERVER_DRAINING, SERVER_STOPPED };

struct device_stats {
    uint64_t jobs, failed, expired, cancelled, busy_ns;
    struct hist run_times, queue_times;
    struct busy busy;
};

struct server_stats {
    uint64_t frames, refused;
    struct device_stats devices[_DEVICE_MAX];
};

struct server {
    /* In use; FIRST, until a reload puts another in its place. What is read of it is not kept
     * beyond a turn of the loop, and no other thread reads it. */
    const struct config *config;
    const struct config *first; /* that the daemon began with, and what a reload cannot change */
    const struct config_source *source;
    const struct clock *clock;
    uv_loop_t loop;
    uv_signal_t sigterm, sigint, sighup;
    uv_timer_t hello_timer, start_timer, stop_timer;
    uv_poll_t highest; /* watched once, to make the loop's table its full size */
    int highest_fd;
    uint64_t sessions_most; /* that the table has room for */
    unsigned int parts;
    struct done done;
    struct policy *policy;
    struct quotas quotas;
    struct engine *engine;
    struct loader loader;
    struct models models;
    struct entries entries;
    struct loads loads;
    struct reload reload;
    struct keeper keeper;
    struct sched sched;
    struct list admissions; /* struct admission: streams that were promised their device */
    struct recovery recovery;
    struct wedge wedge;
    struct warmth warmth;
    struct lane lanes[SERVER_LANES_MAX];
    uint32_t n_lanes;
    uint64_t n_readies; /* times that a session's socket was ready: how server_run sees work */
    struct watchdog watchdog;
    struct events events;
    struct listener listener;
    struct list sessions;
    uint32_t n_sessions; /* open or closing */
    uint32_t n_refused;  /* of them, those that only wait to be told why */
    struct list jobs;    /* under way: struct job */
    uint32_t n_jobs;     /* of them */
    uint64_t last_session, last_region, last_job;
    struct history history;
    struct tracer tracer;
    uint32_t frame_most;
    struct buf map; /* of the reply that is being written */
    enum server_state state;
    uint64_t born_ns;
    struct server_stats stats;
};

/* Everything up to listening and the first preload. 0, or a negative code with FAULT; then only
 * server_free. SERVER is the caller's, zeroed. */
/* CONFIG and SOURCE, which it was read from, are the caller's and stay. */
int server_start(struct server *server, const struct config *config,
                 const struct config_source *source, const struct clock *clock,
                 struct fault *fault);
/* Runs until the daemon was told to stop and has. */
void server_run(struct server *server);
void server_free(struct server *server);

/* The level of the log, unless the environment says it. */
void server_set_log(const struct config *config);

/* Tells the service manager what is being loaded, while it starts. */
void server_on_progress(struct server *server);
/* models.d is through: ready. */
void server_on_ready(struct server *server);
/* No new work; the loop ends when what is under way has, or after stop_timeout. */
void server_drain(struct server *server);
/* A session came, and has to say hello. */
void server_on_session(struct server *server);
/* A session, load or job went: perhaps the last that a drain waits for. */
void server_on_idle(struct server *server);
