#include "tests/daemon/ear.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include <nanomsg/nn.h>
#include <nanomsg/pubsub.h>

#include "tests/support/proc.h"
#include "tests/support/suite.h"

#define PATIENCE_MS (PROC_PATIENCE_S * 1000)

static void wait_for_connection(const struct ear *ear)
{
    for (int ms = 0; ms < PATIENCE_MS; ms++) {
        if (nn_get_statistic(ear->socket, NN_STAT_CURRENT_CONNECTIONS) == 1)
            return;
        poll(NULL, 0, 1); /* nanomsg tells of a connection in no other way */
    }
    ck_abort_msg("no connection to the events");
}

static bool has_event(const struct ear *ear)
{
    struct pollfd fd = {.events = POLLIN};
    size_t size = sizeof(fd.fd);

    ck_assert_int_eq(nn_getsockopt(ear->socket, NN_SOL_SOCKET, NN_RCVFD, &fd.fd, &size), 0);
    return poll(&fd, 1, 10) == 1;
}

uint64_t ear_open(struct ear *ear, const char *address,
                  void (*fail_model)(void *context, const char *model), void *context)
{
    int patience = PATIENCE_MS, often = 10;

    *ear = (struct ear){.socket = nn_socket(AF_SP, NN_SUB)};
    ck_assert_int_ge(ear->socket, 0);
    nn_setsockopt(ear->socket, NN_SUB, NN_SUB_SUBSCRIBE, "", 0);
    nn_setsockopt(ear->socket, NN_SOL_SOCKET, NN_RCVTIMEO, &patience, sizeof(patience));
    nn_setsockopt(ear->socket, NN_SOL_SOCKET, NN_RECONNECT_IVL, &often, sizeof(often));
    ck_assert_int_ge(nn_connect(ear->socket, address), 0);
    wait_for_connection(ear);
    do
        fail_model(context, "sync");
    while (!has_event(ear));
    fail_model(context, "end");
    while (ear_next_of(ear, EVENT_MODEL_FAILED)->model.size != strlen("end"))
        ;
    return ear->event.sequence;
}

const struct event *ear_next(struct ear *ear)
{
    struct fault fault = {""};
    int n;

    if (ear->held)
        nn_freemsg(ear->held);
    ear->held = NULL;
    n = nn_recv(ear->socket, &ear->held, NN_MSG, 0);
    ck_assert_msg(n >= 0, "no event: %s", nn_strerror(errno));
    ck_assert_msg(unpack_event(ear->held, (size_t)n, &ear->event, &fault) == 0, "%s", fault.text);
    return &ear->event;
}

const struct event *ear_next_of(struct ear *ear, enum event_kind kind)
{
    const char *name = event_kind_get(kind)->name;
    const struct event *event;

    do
        event = ear_next(ear);
    while (event->event.size != strlen(name) || memcmp(event->event.base, name, strlen(name)) != 0);
    return event;
}

void ear_close(struct ear *ear)
{
    if (ear->held)
        nn_freemsg(ear->held);
    nn_close(ear->socket);
}
