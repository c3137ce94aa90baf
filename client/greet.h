#pragma once
/*
 * A new connection up to the answer to HELLO. Touches no client, so no lock is needed.
 */
#include <stdint.h>

#include "base/clock.h"
#include "base/fault.h"
#include "client/snpe-client.h"

struct wire;

struct greeting {
    int fd;
    struct wire *wire;
    uint32_t frame_most;
    char events[SNPE_EVENTS_SIZE]; /* where they are published; "" */
};

/*
 * One try, not later than EXPIRES_NS. *RET is owned by the caller. E_DISCONNECTED: nobody listens
 * at SOCKET, or who listened went away; -EAGAIN: its queue of connections is full; E_VERSION,
 * E_TIMEOUT, E_BAD_FRAME, what the daemon answers, -EACCES and other -errno.
 */
int greet(const char *socket, const char *name, const struct clock *clock, uint64_t expires_ns,
          struct greeting *ret, struct fault *fault);
void greeting_done(struct greeting *greeting);
