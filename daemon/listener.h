#pragma once
/*
 * The socket: inherited from the service manager, or bound here. A daemon that runs out of file
 * descriptors goes on accepting with one that it keeps in reserve, only to close at once, so that a
 * connection that cannot be had does not wake the loop for ever.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <uv.h>

#include "base/fault.h"

struct listener {
    uv_poll_t poll;
    int fd, reserve;
    bool own; /* bound here: the path is ours to remove */
    dev_t device;
    ino_t inode; /* of the path, to remove no other's */
    const char *path;
    void (*on_connection)(struct listener *listener, int take_fd);
    void *context;
};

struct listener_spec {
    const char *path; /* stays the caller's until listener_close */
    mode_t mode;
};

/*
 * The inherited socket if there is one, else a socket at PATH: its directory must exist; a socket
 * there that nobody answers on is replaced. 0, or -EADDRINUSE, E_SETTING, -errno with the path.
 */
int listener_open(struct listener *listener, const struct listener_spec *spec, struct fault *fault);

/* Hands out connections, on the loop. */
int listener_start(struct listener *listener, uv_loop_t *loop);

/* No more connections; the path goes if it is ours. The loop must run once more. */
void listener_close(struct listener *listener);
