#include "client/call.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "client/link.h"
#include "client/loop.h"
#include "protocol/messages.h"
#include "protocol/method.h"

#define DRAIN_MS 5000 /* how long a daemon that stops may take until it is gone */

void call_begin(struct snpe_client *client, struct call *call, uint16_t method)
{
    do
        client->serial++;
    while (client->serial == 0 || call_find(client, client->serial));
    call->client = client;
    call->serial = client->serial;
    call->method = method;
    call->state = CALL_WAITS;
    call->sent = false;
    call->result = 0;
    call->fault.text[0] = '\0';
    list_append(&client->calls, &call->node);
}

struct call *call_find(struct snpe_client *client, uint32_t serial)
{
    list_foreach (it, &client->calls) {
        struct call *call = list_entry(it, struct call, node);

        if (call->serial == serial)
            return call;
    }
    return NULL;
}

void call_drop(struct call *call)
{
    list_remove(&call->node);
}

void call_finish(struct call *call, int result, const struct fault *fault)
{
    list_remove(&call->node);
    call->state = CALL_DONE;
    call->result = result;
    if (result < 0 && fault)
        call->fault = *fault;
    if (call->on_done)
        call->on_done(call);
}

void call_finish_all(struct snpe_client *client, int result, const struct fault *fault)
{
    struct list all;

    list_init(&all);
    list_splice(&all, &client->calls);
    for (struct list *it = list_pop(&all); it; it = list_pop(&all))
        call_finish(list_entry(it, struct call, node), result, fault);
}

/* The connection is lost, and that answers all calls but this one, which was not sent whole. */
static void lose_but(struct call *call, int code)
{
    struct snpe_client *client = call->client;
    struct fault fault = {{0}};

    if (code != E_DISCONNECTED)
        (void)fail(&fault, code, "the connection was given up in the middle of a message: %s",
                   error_get(code).text);
    list_remove(&call->node);
    link_lose(client, code, &fault);
    list_append(&client->calls, &call->node);
}

int call_send(struct call *call, const struct wire_part *parts, uint32_t n_parts, int fd)
{
    struct snpe_client *client = call->client;
    const struct frame head = {
        .kind = FRAME_CALL,
        .method = call->method,
        .n_fds = fd < 0 ? 0 : 1,
        .serial = call->serial,
    };
    int r;

    if (client->link != LINK_UP)
        return CALL_UNSENT;
    r = wire_send(client->wire, &head, client->pack.base, client->pack.size, parts, n_parts, &fd);
    if (r == E_DISCONNECTED || r == -EPIPE || r == -ECONNRESET) {
        lose_but(call, E_DISCONNECTED);
        return CALL_UNSENT;
    }
    if (r < 0) {
        /* Memory may have run out in the middle of the frame: then nothing can follow it. */
        if (wire_flush(client->wire) < 0)
            lose_but(call, r);
        return r;
    }
    call->sent = true;
    client->counters.calls++;
    if (wire_pending(client->wire))
        call_changed(client); /* the reader must also wait for room */
    loop_watch(client);
    return 0;
}

static void post_done(struct call *call)
{
    free(call);
}

void call_post(struct snpe_client *client, uint16_t method)
{
    struct call *call;

    if (client->link != LINK_UP || client->pid != getpid())
        return;
    call = calloc(1, sizeof(*call));
    if (!call)
        return;
    call->on_done = post_done;
    call_begin(client, call, method);
    if (call_send(call, NULL, 0, -1) != 0) {
        call_drop(call);
        free(call);
    }
}

void call_cancel(struct call *call)
{
    struct snpe_client *client = call->client;
    const struct cancel_params params = {.serial = call->serial};

    if (!call->sent)
        return;
    client->pack.size = 0;
    if (pack_cancel_params(&params, &client->pack) == 0)
        call_post(client, METHOD_CANCEL);
}

void call_changed(struct snpe_client *client)
{
    static const uint64_t one = 1;

    if (client->n_waiting)
        pthread_cond_broadcast(&client->changed);
    if (client->reading)
        (void)!write(client->kick_fd, &one, sizeof(one)); /* it cannot block: the count is small */
}

static void sleep_until(struct snpe_client *client, uint64_t expires_ns)
{
    const struct timespec until = {
        .tv_sec = (time_t)(expires_ns / 1000000000),
        .tv_nsec = (long)(expires_ns % 1000000000),
    };

    client->n_waiting++;
    if (expires_ns == UINT64_MAX)
        pthread_cond_wait(&client->changed, &client->lock);
    else
        pthread_cond_timedwait(&client->changed, &client->lock, &until);
    client->n_waiting--;
}

/* The reader's wait: at first with open eyes, if answers have lately come at once. */
static void wait_ready(struct snpe_client *client, struct pollfd *fds, nfds_t n_fds, int timeout_ms)
{
    uint64_t begin_ns = client_now(client), waited_ns = 0;
    int n_ready = 0;

    while (timeout_ms != 0 && spin_pays(&client->spin) && n_ready == 0 && waited_ns < SPIN_NS) {
        n_ready = poll(fds, n_fds, 0);
        if (n_ready == 0)
            sched_yield();
        waited_ns = client_now(client) - begin_ns;
    }
    if (n_ready == 0)
        (void)poll(fds, n_fds, timeout_ms);
    spin_learn(&client->spin, client_now(client) - begin_ns);
}

static void read_until(struct snpe_client *client, uint64_t expires_ns)
{
    struct pollfd fds[] = {
        {.fd = client->fd, .events = POLLIN},
        {.fd = client->kick_fd, .events = POLLIN},
    };
    int timeout_ms = client_poll_ms(client, expires_ns);
    uint64_t kicks;

    if (wire_pending(client->wire))
        fds[0].events |= POLLOUT;
    client->reading = true;
    pthread_mutex_unlock(&client->lock);
    wait_ready(client, fds, ARRAY_SIZE(fds), timeout_ms);
    pthread_mutex_lock(&client->lock);
    client->reading = false;
    if (fds[1].revents)
        (void)!read(client->kick_fd, &kicks, sizeof(kicks));
    if (fds[0].revents && client->link == LINK_UP)
        link_work(client);
    if (client->n_waiting)
        pthread_cond_broadcast(&client->changed); /* one of them is the next reader */
}

int call_turn(struct snpe_client *client, uint64_t expires_ns)
{
    if (expires_ns != UINT64_MAX && client_now(client) >= expires_ns)
        return E_TIMEOUT;
    if (client->link == LINK_UP ? client->reading : client->connecting)
        sleep_until(client, expires_ns);
    else if (client->link == LINK_UP)
        read_until(client, expires_ns);
    return 0; /* without a connection nothing is under way */
}

int call_wait(struct call *call, uint64_t expires_ns, struct fault *fault)
{
    while (call->state == CALL_WAITS) {
        int r = call_turn(call->client, expires_ns);

        if (r < 0)
            return fail(fault, r,
                        "%s: no answer came in time: the daemon is busy or hangs; give the call "
                        "more time, or see what 'snpectl status' says",
                        method_get(call->method)->name);
    }
    if (call->result < 0)
        *fault = call->fault;
    return call->result;
}

/* The daemon is about to go: until it has, or for DRAIN_MS. */
static int wait_for_loss(struct snpe_client *client, uint64_t expires_ns)
{
    const uint64_t epoch = client->epoch;
    const uint64_t patience = client_expiry(client, DRAIN_MS, 0);
    int r = 0;

    expires_ns = expires_ns < patience ? expires_ns : patience;
    while (r == 0 && client->link == LINK_UP && client->epoch == epoch)
        r = call_turn(client, expires_ns);
    return r;
}

/* Is an attempt that ended with R worth another? */
static bool worth_another(struct snpe_client *client, const struct call_plan *plan, int r,
                          uint64_t expires_ns)
{
    if (r == E_DRAINING)
        return wait_for_loss(client, expires_ns) == 0;
    return r == CALL_UNSENT || (r == E_DISCONNECTED && !plan->once);
}

int call_repeat(struct snpe_client *client, const struct call_plan *plan, uint64_t expires_ns,
                struct fault *fault)
{
    bool again = !client->no_reconnect;

    for (;; again = false) {
        int r = link_up(client, expires_ns, fault);

        if (r < 0)
            return r;
        r = plan->attempt(plan->context, expires_ns, fault);
        if (again && worth_another(client, plan, r, expires_ns))
            continue;
        if (r != CALL_UNSENT)
            return r;
        *fault = client->lost;
        return client->lost_code;
    }
}

int call_exchange_attempt(void *context, uint64_t expires_ns, struct fault *fault)
{
    struct exchange *exchange = context;
    struct snpe_client *client = exchange->client;
    struct call *call = calloc(1, sizeof(*call));
    int r;

    if (!call)
        return -ENOMEM;
    call->on_answer = exchange->on_answer;
    call->context = exchange->context;
    call_begin(client, call, exchange->method);
    client->pack.size = 0;
    r = exchange->pack(exchange, &client->pack);
    if (r == 0)
        r = call_send(call, NULL, 0, -1);
    if (r == 0)
        r = call_wait(call, expires_ns, fault);
    if (r == E_TIMEOUT && call->state == CALL_WAITS && call->sent) {
        call->on_answer = NULL; /* nobody reads it now */
        call->on_done = post_done;
        call_cancel(call);
        return r;
    }
    call_drop(call);
    free(call);
    return r;
}

int call_exchange(struct exchange *exchange, uint64_t expires_ns, struct fault *fault)
{
    const struct call_plan plan = {call_exchange_attempt, exchange, false};

    return call_repeat(exchange->client, &plan, expires_ns, fault);
}

int call_exchange_once(struct exchange *exchange, uint64_t expires_ns, struct fault *fault)
{
    const struct call_plan plan = {call_exchange_attempt, exchange, true};

    return call_repeat(exchange->client, &plan, expires_ns, fault);
}
