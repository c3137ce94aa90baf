#pragma once
/*
 * One client.
 *
 *   NEW --session_on_hello--> OPEN --session_drain--> DRAINING --session_close--> CLOSED
 *
 * A session may only say hello until that is accepted. A DRAINING one takes no new runs or loads
 * and closes when its last answer is written. A fault of the protocol closes at once. The loop's
 * thread only.
 */
#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "base/hist.h"
#include "base/list.h"
#include "daemon/holdings.h"
#include "daemon/policy.h"
#include "daemon/quota.h"
#include "daemon/regions.h"
#include "daemon/request.h"
#include "daemon/stream.h"
#include "protocol/wire.h"

struct server;

/* What a client did and got. */
struct session_stats {
    uint64_t runs, refused, expired;
    uint64_t dropped; /* frames of its streams */
    uint64_t device_ns;
    struct hist queue_times, run_times;
};

enum session_state { SESSION_NEW, SESSION_OPEN, SESSION_DRAINING, SESSION_CLOSED };

struct session {
    struct list link; /* in server->sessions */
    struct server *server;
    uv_poll_t poll;
    int events; /* what the poll waits for */
    struct wire *wire;
    int fd;
    uint64_t number; /* in logs */
    enum session_state state;
    bool greeted; /* hello was accepted */
    struct peer peer;
    struct rights rights;
    char name[64]; /* that the client gave itself; for logs only */
    uint64_t born_ns;
    struct account *account;
    struct charge charge;
    struct list calls; /* struct call, not answered yet */
    struct regions regions;
    struct holdings holdings;
    struct streams streams;
    int refusal; /* what hello is answered with instead: over quota, not allowed */
    struct fault refusal_fault;
    struct session_stats stats;
};

/* Takes over the connected FD, also when it fails (FD is then closed). */
void session_open(struct server *server, int take_fd);

/* Closes those that have been silent for too long since they connected; when to look again (0: no
 * session is NEW). */
uint64_t session_close_silent(struct server *server);

/* Hello was said, and is accepted. */
void session_on_hello(struct session *session, const struct text *name);

/* May it be told about what belongs to user UID? */
bool session_sees(const struct session *session, uid_t uid);

/* A call ended: perhaps the last that a DRAINING session waited for. */
void session_on_idle(struct session *session);

/* No new work; closes when what is under way is answered and written. */
void session_drain(struct session *session);

/* Answers every call with E_DRAINING, whether its work has ended or not, and closes. */
void session_end(struct session *session);

/* Cancels what it asked for, lets go of all it held. May be called from within its own handlers:
 * the memory goes when the loop comes round. */
void session_close(struct session *session);

/* The peer broke the protocol: a line in the log, and close. */
void session_fault(struct session *session, const char *why);

/* Queues a frame and writes what the socket takes. -ENOMEM, E_TOO_LARGE: nothing was queued. */
int session_send(struct session *session, const struct frame *head, const struct buf *map,
                 const struct wire_part *parts, uint32_t n_parts);
