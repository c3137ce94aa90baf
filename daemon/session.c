#include "daemon/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "base/error.h"
#include "base/log.h"
#include "daemon/dispatch.h"
#include "daemon/server.h"

/* Bytes read from one client before the next one's turn. */
#define READ_BUDGET ((size_t)256 << 10)

/* A client that does not read its answers: beyond the first bound it is not read from either,
 * beyond the second, which answers under way can still reach, it is closed. Both in frames. */
#define PENDING_PAUSE 2
#define PENDING_MOST  16

/* Connections over their quota that wait for the sentence that says so; beyond, none is given. */
#define REFUSED_MOST 16

static void on_ready(uv_poll_t *poll, int status, int events);

/* Waits for what the session can use now. */
static void watch(struct session *session)
{
    size_t pending = wire_pending(session->wire);
    size_t pause = PENDING_PAUSE * (size_t)session->server->frame_most;
    int events = UV_DISCONNECT;

    if (session->state == SESSION_CLOSED)
        return;
    if (pending)
        events |= UV_WRITABLE;
    if (pending <= pause)
        events |= UV_READABLE;
    if (events == session->events)
        return;
    session->events = events;
    uv_poll_start(&session->poll, events, on_ready);
}

static bool paused(const struct session *session)
{
    return !(session->events & UV_READABLE);
}

static void on_closed(uv_handle_t *handle)
{
    struct session *session = handle->data;
    struct server *server = session->server;
    uint32_t refused = session->refusal < 0;

    wire_free(session->wire);
    close(session->fd);
    charge_return(&session->charge);
    account_unref(session->account);
    free(session);
    server->n_sessions--;
    server->n_refused -= refused;
    server_on_idle(server);
}

void session_close(struct session *session)
{
    struct list *link;

    if (session->state == SESSION_CLOSED)
        return;
    session->state = SESSION_CLOSED;
    list_remove(&session->link);
    uv_close((uv_handle_t *)&session->poll, on_closed);
    streams_close(&session->streams, 0);
    while ((link = list_pop(&session->calls))) { /* taking one back may end another */
        struct call *call = list_entry(link, struct call, link);

        call->to.session = NULL;
        call->cancel(call, E_CANCELLED);
    }
    holdings_drop_all(&session->server->models, &session->holdings);
    regions_drop_all(&session->regions);
    log_debug("session", "session %llu closed", (unsigned long long)session->number);
}

void session_fault(struct session *session, const char *why)
{
    if (session->state == SESSION_CLOSED)
        return;
    log_warning("session", "session %llu (pid %d, user %u, \"%s\") is closed: %s",
                (unsigned long long)session->number, (int)session->peer.pid, session->peer.uid,
                session->name, why);
    session_close(session);
}

void session_on_idle(struct session *session)
{
    if (session->state == SESSION_DRAINING && list_empty(&session->calls) &&
        wire_pending(session->wire) == 0)
        session_close(session);
}

void session_end(struct session *session)
{
    struct list *link;

    while ((link = list_pop(&session->calls))) {
        struct call *call = list_entry(link, struct call, link);
        const struct reply_to to = call->to;

        call->to.session = NULL; /* whatever still runs for it has nobody to answer to */
        reply_error(&to, E_DRAINING, NULL);
        call->cancel(call, E_DRAINING);
    }
    session_close(session);
}

void session_drain(struct session *session)
{
    if (session->state == SESSION_CLOSED)
        return;
    session->state = SESSION_DRAINING;
    session_on_idle(session);
}

int session_send(struct session *session, const struct frame *head, const struct buf *map,
                 const struct wire_part *parts, uint32_t n_parts)
{
    size_t most = PENDING_MOST * (size_t)session->server->frame_most;
    int r;

    if (session->state == SESSION_CLOSED)
        return 0;
    r = wire_send(session->wire, head, map->base, map->size, parts, n_parts, NULL);
    if (r == -ENOMEM || r == E_TOO_LARGE)
        return r;
    if (r < 0)
        session_close(session);
    else if (wire_pending(session->wire) > most)
        session_fault(session, "it does not read its answers");
    else
        watch(session);
    return 0;
}

static bool serial_in_flight(const struct session *session, uint32_t serial)
{
    list_foreach (it, &session->calls)
        if (list_entry(it, struct call, link)->to.serial == serial)
            return true;
    return false;
}

static void on_frame(struct session *session, struct wire_frame *frame)
{
    struct request request = {
        .to = {session, frame->head.serial, frame->head.method},
        .frame = frame,
        .arrived_ns = clock_now_ns(session->server->clock),
    };

    session->server->stats.frames++;
    if (frame->head.kind != FRAME_CALL)
        session_fault(session, "it sent a frame that is no call");
    else if (serial_in_flight(session, frame->head.serial))
        session_fault(session, "it used the serial of a call that is not answered yet");
    else
        dispatch_request(&request);
    wire_close_fds(frame);
}

/* A frame that is too large can still be answered; then the stream cannot be followed any more. */
static void on_too_large(struct session *session, const struct frame *head)
{
    const struct reply_to to = {session, head->serial, head->method};
    struct fault fault;

    fail(&fault, E_TOO_LARGE,
         "the frame has %u bytes, this daemon takes %u ([daemon] inline_most): give large tensors "
         "by region",
         head->size, session->server->frame_most);
    reply_error(&to, E_TOO_LARGE, &fault);
    session_fault(session, "its frame is larger than it was told that it may be");
}

/* One that was refused is not listened to while its answer is being written. */
static bool listens(const struct session *session)
{
    return session->state == SESSION_NEW ||
           (session->greeted && session->state != SESSION_CLOSED && !paused(session));
}

/* Takes out what was received. 0, or a negative code of the wire. */
static int take_frames(struct session *session)
{
    struct wire_frame frame;
    int r;

    while (listens(session)) {
        r = wire_next(session->wire, &frame);
        if (r == E_TOO_LARGE)
            on_too_large(session, &frame.head);
        if (r <= 0)
            return r;
        on_frame(session, &frame);
    }
    return 0;
}

/* What the wire reports, in words; the end of a connection is nothing to log. */
static void on_wire_error(struct session *session, int r)
{
    if (r == E_DISCONNECTED)
        session_close(session);
    else if (r == E_BAD_FRAME)
        session_fault(session, "it broke the protocol: a malformed frame, or other file "
                               "descriptors than the frame says");
    else if (r < 0)
        session_fault(session, error_get(r).text);
}

static void read_frames(struct session *session)
{
    int filled = wire_fill(session->wire, READ_BUDGET);
    int r = take_frames(session);

    if (r < 0)
        on_wire_error(session, r);
    else if (filled < 0)
        on_wire_error(session, filled);
}

/* What came before a pause is taken out when it ends, without waiting for more. */
static void write_frames(struct session *session)
{
    int r = wire_flush(session->wire);

    if (r < 0) {
        on_wire_error(session, r);
        return;
    }
    watch(session);
    session_on_idle(session);
    r = take_frames(session);
    if (r < 0)
        on_wire_error(session, r);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct session *session = poll->data;

    session->server->n_readies++;
    if (status < 0) {
        session_close(session);
        return;
    }
    if (events & UV_WRITABLE)
        write_frames(session);
    if (session->state != SESSION_CLOSED && (events & UV_READABLE))
        read_frames(session);
    else if (session->state != SESSION_CLOSED && (events & UV_DISCONNECT))
        session_close(session);
}

void session_on_hello(struct session *session, const struct text *name)
{
    size_t size = name->size < sizeof(session->name) - 1 ? name->size : sizeof(session->name) - 1;

    memcpy(session->name, name->base, size);
    session->name[size] = 0;
    session->greeted = true;
    session->state = SESSION_OPEN;
}

bool session_sees(const struct session *session, uid_t uid)
{
    return session->rights.admin || session->peer.uid == uid;
}

uint64_t session_close_silent(struct server *server)
{
    uint64_t most_ns = server->config->daemon_hello_timeout * 1000000;
    uint64_t now_ns = clock_now_ns(server->clock), next_ns = 0;

    list_foreach (it, &server->sessions) {
        struct session *session = list_entry(it, struct session, link);
        uint64_t end_ns = session->born_ns + most_ns;

        if (session->greeted)
            continue;
        if (end_ns <= now_ns)
            session_fault(session, "it did not say hello in time");
        else if (!next_ns || end_ns < next_ns)
            next_ns = end_ns;
    }
    return next_ns;
}

/* What of a session can fail to be there. */
static int set_up(struct session *session)
{
    struct server *server = session->server;
    int r = policy_peer(server->policy, session->fd, &session->peer, &session->rights);

    if (r == 0)
        r = quotas_account(&server->quotas, session->peer.uid, &session->account);
    if (r == 0)
        r = wire_new(session->fd, server->frame_most, &session->wire);
    if (r == 0)
        r = uv_poll_init(&server->loop, &session->poll, session->fd);
    return r;
}

/*
 * Whom hello will be refused to: the sentence is worth a connection for a moment, as long as not
 * too many ask for one.
 */
static void judge(struct session *session)
{
    struct server *server = session->server;

    session->refusal =
        charge_take(session->account, QUOTA_SESSIONS, 1, &session->charge, &session->refusal_fault);
    if (session->refusal == 0 && !session->rights.run)
        session->refusal =
            fail(&session->refusal_fault, E_DENIED,
                 "user %u may not use this daemon: add it to the group snpe, or see [policy] in "
                 "snped.conf",
                 session->peer.uid);
    if (session->refusal < 0 && ++server->n_refused > REFUSED_MOST)
        session_close(session);
}

void session_open(struct server *server, int take_fd)
{
    struct session *session = calloc(1, sizeof(*session));
    int r = -ENOMEM;

    if (session) {
        session->server = server;
        session->fd = take_fd;
        session->number = ++server->last_session;
        session->born_ns = clock_now_ns(server->clock);
        list_init(&session->calls);
        regions_init(&session->regions);
        holdings_init(&session->holdings);
        streams_init(&session->streams);
        r = set_up(session);
    }
    if (r < 0) {
        log_warning("session", "a connection is closed at once: %s", error_get(r).text);
        if (session) {
            wire_free(session->wire);
            account_unref(session->account);
        }
        free(session);
        close(take_fd);
        return;
    }
    session->poll.data = session;
    list_append(&server->sessions, &session->link);
    server->n_sessions++;
    server_on_session(server);
    judge(session);
    watch(session);
    log_debug("session", "session %llu: pid %d, user %u", (unsigned long long)session->number,
              (int)session->peer.pid, session->peer.uid);
}
