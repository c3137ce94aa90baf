#pragma once
/*
 * Settings and models.d read anew while the daemon serves:
 *
 *   IDLE --reload_ask--> READING --on_read--> SETTLING --on_settled--> READING ...
 *                        READING --apply--> LOADING --finish--> IDLE
 *                        READING --refuse--> IDLE
 *
 * The loader's thread reads; twice at least, a moment apart, until nothing was written between two
 * readings: an editor that writes in place is waited for. If anything is wrong anywhere nothing
 * changes. Else the settings are swapped between two turns of the loop, sessions get their rights
 * anew, and models of models.d that changed are loaded beside what is there. Whoever asks meanwhile
 * gets a reload of its own after that. The loop's thread only.
 */
#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "base/digest.h"
#include "base/fault.h"
#include "base/list.h"
#include "base/mem.h"
#include "config/settings.h"
#include "daemon/done.h"
#include "daemon/loader.h"
#include "protocol/messages.h"

struct policy;
struct request;
struct server;

enum reload_phase { RELOAD_IDLE, RELOAD_READING, RELOAD_SETTLING, RELOAD_LOADING };

struct reload {
    enum reload_phase phase;
    bool again;            /* it was asked for while one was under way */
    struct list waiting;   /* calls that the next one answers */
    struct list answering; /* calls that this one answers */
    uv_timer_t timer;
    uint32_t n_readings, n_loads; /* of this one; loads under way */

    /* What the loader's thread works on and brings about. */
    struct loader_task task;
    struct done_item done;
    const struct config_source *source;
    struct settings settings;
    struct policy *policy;
    int result;
    struct fault fault;

    struct digest stamp;         /* of the reading before */
    struct config *config;       /* that a reload put in use; NULL: the first one is */
    struct reload_result answer; /* of this one; texts are in the arena, or the tables' */
    struct arena arena;
};

int reload_init(struct server *server); /* 0 or a negative code of libuv */
void reload_done(struct server *server);

/* SIGHUP (REQUEST is NULL), or a call to be answered when the reload is through: 0, E_QUOTA,
 * -ENOMEM. */
int reload_ask(struct server *server, struct request *request, struct fault *fault);

/* The start is through: what was asked for meanwhile. */
void reload_on_ready(struct server *server);
/* The daemon stops: what has not been applied is given up. */
void reload_drain(struct server *server);
bool reload_is_idle(const struct reload *reload);
