#pragma once
/*
 * File descriptors received and not yet given to a frame, in the order of their arrival; owned.
 * A ring of fixed size: who fills it looks first whether there is room.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "protocol/frame.h"

#define FDSET_MAX 64

struct fdset {
    int fds[FDSET_MAX];
    uint32_t first, n;
};

/* Zero-initialise to begin. */
void fdset_done(struct fdset *set); /* closes them */

static inline uint32_t fdset_room(const struct fdset *set)
{
    return FDSET_MAX - set->n;
}

/* The first N, at most as many as there are, into OUT: they are the caller's then. */
void fdset_steal(struct fdset *set, uint32_t n, int *out);

/*
 * Takes all fds that came with MESSAGE; there is room for FRAME_FDS_MAX. Returns how many, or
 * E_BAD_FRAME: the peer sent more at once; or -EMFILE: the kernel could not give us all of them,
 * mostly because this process has too many open. Then those that came are closed.
 */
int fdset_take(struct fdset *set, struct msghdr *message);
