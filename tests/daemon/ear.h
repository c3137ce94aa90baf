#pragma once
/* A subscriber of the daemon's events, by nanomsg as any user's would be. */
#include <stdint.h>

#include "protocol/event.h"

struct ear {
    int socket;
    void *held; /* the memory of the event that came last */
    struct event event;
};

/* Returns when it is connected, so that no event after that is missed. */
void ear_open(struct ear *ear, const char *address);
/* Waits until it is connected again. */
void ear_wait(struct ear *ear);
/* The next event, which lives until the one after; the test fails if none comes. */
const struct event *ear_next(struct ear *ear);
/* The next event of that kind; those before it are skipped. */
const struct event *ear_next_of(struct ear *ear, enum event_kind kind);
void ear_close(struct ear *ear);
