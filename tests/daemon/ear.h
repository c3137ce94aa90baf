#pragma once
/* A subscriber of the daemon's events, by nanomsg as any user's would be. */
#include <stdint.h>

#include "protocol/event.h"

struct ear {
    int socket;
    void *held; /* the memory of the event that came last */
    struct event event;
};

/* Returns when it is connected. The other end may take a moment longer to see it so, and what it
 * publishes by then is missed: FAIL_MODEL, which makes an event model-failed of MODEL, is called
 * until one comes, and all that it made are read. Returns the sequence of the last event. */
uint64_t ear_open(struct ear *ear, const char *address,
                  void (*fail_model)(void *context, const char *model), void *context);
/* The next event, which lives until the one after; the test fails if none comes. */
const struct event *ear_next(struct ear *ear);
/* The next event of that kind; those before it are skipped. */
const struct event *ear_next_of(struct ear *ear, enum event_kind kind);
void ear_close(struct ear *ear);
