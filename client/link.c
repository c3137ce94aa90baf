#include "client/link.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "client/answer.h"
#include "client/call.h"
#include "client/greet.h"
#include "client/loop.h"

#define RECEIVE_BUDGET (4u << 20)
#define FIRST_PAUSE_MS 2
#define LAST_PAUSE_MS  200

void link_done(struct snpe_client *client)
{
    struct greeting old = {.fd = client->fd, .wire = client->wire};

    loop_forget(client);
    greeting_done(&old);
    client->fd = -1;
    client->wire = NULL;
}

void link_lose(struct snpe_client *client, int code, const struct fault *fault)
{
    if (client->link != LINK_UP)
        return;
    client->link = LINK_LOST;
    client->lost_code = code;
    if (fault && *fault->text)
        client->lost = *fault;
    else
        (void)fail(&client->lost, code,
                   "the daemon at '%.120s' closed the connection: it stopped or died ('journalctl "
                   "-u snped' tells); call again",
                   client->socket);
    loop_forget(client);
    call_finish_all(client, code, &client->lost);
    call_changed(client);
}

static int on_frame(struct snpe_client *client, struct wire_frame *frame, struct fault *fault)
{
    struct call *call = call_find(client, frame->head.serial);
    int r;

    wire_close_fds(frame); /* no call of ours is answered with fds */
    if (frame->head.kind == FRAME_EVENT)
        return 0;
    if (frame->head.kind != FRAME_REPLY || !call || !call->sent ||
        call->method != frame->head.method)
        return fail(fault, E_BAD_FRAME,
                    "the daemon sent a frame that answers nothing (serial %u, method %u)",
                    frame->head.serial, frame->head.method);
    fault->text[0] = '\0';
    list_remove(&call->node); /* what it sends may lose the connection: that is no second answer */
    r = answer_error(frame, fault);
    if (r == 0 && call->on_answer)
        r = call->on_answer(call, frame, fault);
    if (r == E_BAD_PARAMS && !message_is_error(frame->map, frame->map_size))
        r = E_BAD_FRAME; /* it is the daemon's answer that cannot be read, not the caller's call */
    call_finish(call, r, fault);
    return 0;
}

static int take_frames(struct snpe_client *client, struct fault *fault)
{
    struct wire_frame frame;
    int r;

    while ((r = wire_next(client->wire, &frame)) > 0) {
        r = on_frame(client, &frame, fault);
        if (r < 0 || client->link != LINK_UP)
            return r;
    }
    if (r == E_BAD_FRAME || r == E_TOO_LARGE)
        return fail(fault, E_BAD_FRAME, "the daemon broke the protocol: a frame is %s",
                    r == E_TOO_LARGE ? "larger than any may be" : "malformed");
    return r;
}

void link_work(struct snpe_client *client)
{
    struct fault fault = {{0}};
    int filled, r;

    if (client->link != LINK_UP)
        return;
    (void)wire_flush(client->wire); /* a broken socket shows below, after its last answers */
    filled = wire_fill(client->wire, RECEIVE_BUDGET);
    r = take_frames(client, &fault);
    if (r == 0 && filled < 0) {
        r = filled == E_BAD_FRAME || filled == -ENOMEM ? filled : E_DISCONNECTED;
        fault.text[0] = '\0';
    }
    if (r == -ENOMEM)
        (void)fail(&fault, r,
                   "there was no memory for the daemon's answer: the connection is lost");
    if (r < 0)
        link_lose(client, r, &fault);
    else
        loop_watch(client);
}

/* Tries until PATIENCE_NS while nobody listens; without the lock. */
static int greet_again(const struct snpe_client *client, uint64_t patience_ns, uint64_t expires_ns,
                       struct greeting *ret, struct fault *fault)
{
    int pause_ms = FIRST_PAUSE_MS;

    for (;;) {
        int r = greet(client->socket, client->name, client->clock, expires_ns, ret, fault);
        bool again = r == E_DISCONNECTED || r == E_DRAINING;

        if (r == -EAGAIN ? client_now(client) >= expires_ns
                         : !again || client_now(client) >= patience_ns)
            return r == -EAGAIN ? E_TIMEOUT : r;
        (void)poll(NULL, 0, pause_ms);
        pause_ms = pause_ms * 2 < LAST_PAUSE_MS ? pause_ms * 2 : LAST_PAUSE_MS;
    }
}

static int install(struct snpe_client *client, const struct greeting *greeting, struct fault *fault)
{
    int r;

    client->fd = greeting->fd;
    client->wire = greeting->wire;
    r = loop_remember(client);
    if (r < 0) {
        link_done(client);
        return fail(fault, r, "the socket cannot be waited for: %s", error_get(r).text);
    }
    client->frame_most = greeting->frame_most;
    memcpy(client->events, greeting->events, sizeof(client->events));
    client->link = LINK_UP;
    client->epoch++;
    client->serial = 1; /* HELLO's */
    client->counters.connects++;
    return 0;
}

static int make(struct snpe_client *client, uint64_t expires_ns, struct fault *fault)
{
    uint64_t patience_ns = client->epoch ? client_expiry(client, client->reconnect_ms, 0) : 0;
    struct greeting greeting;
    int r;

    client->connecting = true;
    while (client->reading) {
        call_changed(client);
        client->n_waiting++;
        pthread_cond_wait(&client->changed, &client->lock);
        client->n_waiting--;
    }
    link_done(client);
    patience_ns = patience_ns < expires_ns ? patience_ns : expires_ns;
    pthread_mutex_unlock(&client->lock);
    r = greet_again(client, patience_ns, expires_ns, &greeting, fault);
    pthread_mutex_lock(&client->lock);
    client->connecting = false;
    if (r == 0)
        r = install(client, &greeting, fault);
    call_changed(client);
    return r;
}

int link_make(struct snpe_client *client, uint64_t expires_ns, struct fault *fault)
{
    while (client->connecting) {
        int r = call_turn(client, expires_ns);

        if (r < 0)
            return fail(fault, r, "the daemon at '%.120s' did not come back in time",
                        client->socket);
    }
    return client->link == LINK_UP ? 0 : make(client, expires_ns, fault);
}

int link_up(struct snpe_client *client, uint64_t expires_ns, struct fault *fault)
{
    if (client->link == LINK_UP)
        return 0;
    if (client->link == LINK_LOST && client->no_reconnect)
        return fail(fault, client->lost_code, "%.200s", client->lost.text);
    return link_make(client, expires_ns, fault);
}
