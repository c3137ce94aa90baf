#include "client/loop.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/error.h"
#include "client/call.h"
#include "client/inference.h"
#include "client/link.h"

static int watch(struct snpe_client *client, int operation, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data = {.fd = fd}};

    return epoll_ctl(client->epoll_fd, operation, fd, &event) < 0 ? -errno : 0;
}

int loop_remember(struct snpe_client *client)
{
    client->watches_out = false;
    return client->epoll_fd < 0 ? 0 : watch(client, EPOLL_CTL_ADD, client->fd, EPOLLIN);
}

void loop_forget(struct snpe_client *client)
{
    if (client->epoll_fd >= 0 && client->fd >= 0)
        (void)watch(client, EPOLL_CTL_DEL, client->fd, 0); /* it may be forgotten already */
}

void loop_watch(struct snpe_client *client)
{
    bool out;

    if (client->epoll_fd < 0 || client->link != LINK_UP)
        return;
    out = wire_pending(client->wire) > 0;
    if (out == client->watches_out)
        return;
    if (watch(client, EPOLL_CTL_MOD, client->fd, out ? EPOLLIN | EPOLLOUT : EPOLLIN) == 0)
        client->watches_out = out;
}

void loop_notify(struct snpe_client *client)
{
    static const uint64_t one = 1;

    if (client->done_fd >= 0 && !client->dispatching)
        (void)!write(client->done_fd, &one, sizeof(one)); /* it cannot block: the count is small */
}

void loop_arm(struct snpe_client *client, uint64_t expires_ns)
{
    const struct itimerspec when = {
        .it_value = {.tv_sec = (time_t)(expires_ns / 1000000000),
                     .tv_nsec = (long)(expires_ns % 1000000000)},
    };

    if (client->timer_fd < 0 || expires_ns == UINT64_MAX)
        return;
    if (client->timer_ns && client->timer_ns <= expires_ns)
        return;
    if (timerfd_settime(client->timer_fd, TFD_TIMER_ABSTIME, &when, NULL) == 0)
        client->timer_ns = expires_ns;
}

/* Sets the timer for what is under way now; it may have gone off for what is answered. */
static void rearm(struct snpe_client *client)
{
    uint64_t drained;

    if (client->timer_fd < 0)
        return;
    (void)!read(client->timer_fd, &drained, sizeof(drained));
    client->timer_ns = 0;
    list_foreach (it, &client->calls) {
        const struct call *call = list_entry(it, struct call, node);

        if (call->expires_ns)
            loop_arm(client, call->expires_ns);
    }
}

void loop_done(struct snpe_client *client)
{
    const int fds[] = {client->timer_fd, client->done_fd, client->epoll_fd};

    for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
        if (fds[i] >= 0)
            close(fds[i]);
    client->timer_fd = client->done_fd = client->epoll_fd = -1;
}

static int open_loop(struct snpe_client *client, struct fault *fault)
{
    int r;

    client->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    client->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    client->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    r = client->epoll_fd < 0 || client->done_fd < 0 || client->timer_fd < 0 ? -errno : 0;
    if (r == 0)
        r = watch(client, EPOLL_CTL_ADD, client->done_fd, EPOLLIN);
    if (r == 0)
        r = watch(client, EPOLL_CTL_ADD, client->timer_fd, EPOLLIN);
    if (r == 0 && client->link == LINK_UP)
        r = loop_remember(client);
    if (r < 0) {
        loop_done(client);
        return fail(fault, r, "no fd to wait on can be had: %s", error_get(r).text);
    }
    if (!list_empty(&client->done))
        loop_notify(client);
    rearm(client);
    loop_watch(client);
    return 0;
}

int snpe_fd(struct snpe_client *client)
{
    struct fault fault = {{0}};
    int r = client_enter(client, &fault);

    if (r == 0 && client->epoll_fd < 0)
        r = open_loop(client, &fault);
    return client_leave(client, r < 0 ? r : client->epoll_fd, &fault);
}

/* The jobs that are done by now; those that callbacks add are the next dispatch's. */
static int call_back(struct snpe_client *client)
{
    struct list done;
    int n = 0;

    list_init(&done);
    list_splice(&done, &client->done);
    for (struct list *it = list_pop(&done); it; it = list_pop(&done), n++)
        inference_call_back(list_entry(it, struct call, node));
    return n;
}

static int expire(struct snpe_client *client)
{
    const uint64_t now_ns = client_now(client);
    int n = 0;

    if (client->timer_ns && now_ns < client->timer_ns)
        return 0;
    for (struct list *it = client->calls.next; it != &client->calls;) {
        struct call *call = list_entry(it, struct call, node);

        it = it->next;
        if (!call->expires_ns || call->expires_ns > now_ns)
            continue;
        inference_expire(call);
        it = client->calls.next; /* the lock was given up: anything may have changed */
        n++;
    }
    rearm(client);
    return n;
}

int snpe_dispatch(struct snpe_client *client)
{
    struct fault fault = {{0}};
    uint64_t drained;
    int r = client_enter(client, &fault);

    if (r == 0) {
        client->dispatching = true;
        link_work(client);
        client->dispatching = false;
        if (client->done_fd >= 0)
            (void)!read(client->done_fd, &drained, sizeof(drained));
        call_changed(client);
        r = call_back(client);
        r += expire(client);
    }
    return client_leave(client, r, &fault);
}
