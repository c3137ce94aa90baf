#include "protocol/fdset.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

void fdset_done(struct fdset *set)
{
    for (; set->n > 0; set->n--) {
        close(set->fds[set->first]);
        set->first = (set->first + 1) % FDSET_MAX;
    }
}

void fdset_steal(struct fdset *set, uint32_t n, int *out)
{
    for (uint32_t i = 0; i < n; i++) {
        out[i] = set->fds[set->first];
        set->first = (set->first + 1) % FDSET_MAX;
    }
    set->n -= n;
}

static void put(struct fdset *set, int fd)
{
    if (fdset_room(set) == 0) {
        close(fd);
        return;
    }
    set->fds[(set->first + set->n) % FDSET_MAX] = fd;
    set->n++;
}

int fdset_take(struct fdset *set, struct msghdr *message)
{
    int n = 0;

    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        size_t bytes = c->cmsg_len - CMSG_LEN(0);

        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        for (size_t at = 0; at + sizeof(int) <= bytes; at += sizeof(int), n++) {
            int fd;

            memcpy(&fd, CMSG_DATA(c) + at, sizeof(fd));
            put(set, fd);
        }
    }
    if (!(message->msg_flags & MSG_CTRUNC))
        return n;
    fdset_done(set);
    return n < FRAME_FDS_MAX ? -EMFILE : E_BAD_FRAME;
}
