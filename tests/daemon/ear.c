#include "tests/daemon/ear.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include <nanomsg/nn.h>
#include <nanomsg/pubsub.h>

#include "tests/support/proc.h"
#include "tests/support/suite.h"

#define PATIENCE_MS (PROC_PATIENCE_S * 1000)

void ear_wait(struct ear *ear)
{
    for (int ms = 0; ms < PATIENCE_MS; ms++) {
        if (nn_get_statistic(ear->socket, NN_STAT_CURRENT_CONNECTIONS) == 1)
            return;
        poll(NULL, 0, 1); /* nanomsg tells of a connection in no other way */
    }
    ck_abort_msg("no connection to the events");
}

void ear_open(struct ear *ear, const char *address)
{
    int patience = PATIENCE_MS, often = 10;

    *ear = (struct ear){.socket = nn_socket(AF_SP, NN_SUB)};
    ck_assert_int_ge(ear->socket, 0);
    nn_setsockopt(ear->socket, NN_SUB, NN_SUB_SUBSCRIBE, "", 0);
    nn_setsockopt(ear->socket, NN_SOL_SOCKET, NN_RCVTIMEO, &patience, sizeof(patience));
    nn_setsockopt(ear->socket, NN_SOL_SOCKET, NN_RECONNECT_IVL, &often, sizeof(often));
    ck_assert_int_ge(nn_connect(ear->socket, address), 0);
    ear_wait(ear);
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
