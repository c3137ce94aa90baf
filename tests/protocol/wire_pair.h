#pragma once
/*
 * Two wires over a socketpair, and a raw end for what a well-behaved wire never does. Headers are
 * made by hand where a test wants a wrong one.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/base.h"
#include "base/error.h"
#include "protocol/wire.h"
#include "tests/support/suite.h"

#define PAIR_MOST   (8u << 20)
#define PAIR_BUDGET ((size_t)64 << 10)

struct pair {
    int fds[2]; /* a's and b's */
    struct wire *a, *b;
};

static inline void pair_open(struct pair *pair)
{
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair->fds), 0);
    ck_assert_int_eq(wire_new(pair->fds[0], PAIR_MOST, &pair->a), 0);
    ck_assert_int_eq(wire_new(pair->fds[1], PAIR_MOST, &pair->b), 0);
}

/* The sender's end is closed; nothing else can come. */
static inline void pair_hang_up(struct pair *pair)
{
    close(pair->fds[0]);
    pair->fds[0] = -1;
}

static inline void pair_close(struct pair *pair)
{
    wire_free(pair->a);
    wire_free(pair->b);
    if (pair->fds[0] >= 0)
        close(pair->fds[0]);
    close(pair->fds[1]);
}

/* Bytes straight into b's socket, by one send. */
static inline void pair_inject(struct pair *pair, const void *bytes, size_t size)
{
    ck_assert_int_eq(send(pair->fds[0], bytes, size, MSG_DONTWAIT), (ssize_t)size);
}

/* A frame for b: MAP "" is one empty map. Returns what wire_send did. */
static inline int pair_send(struct pair *pair, uint32_t serial, const struct wire_part *parts,
                            uint32_t n_parts)
{
    const struct frame head = {.kind = FRAME_CALL, .method = 9, .serial = serial};

    return wire_send(pair->a, &head, "\x80", 1, parts, n_parts, NULL);
}

/* Takes in all that there is; what wire_fill said last. */
static inline int pair_fill(struct pair *pair)
{
    int r;

    do
        r = wire_fill(pair->b, PAIR_BUDGET);
    while (r == 1);
    return r;
}

/* The next frame at b, after as many turns of flush and fill as it needs. */
static inline int pair_next(struct pair *pair, struct wire_frame *ret)
{
    for (;;) {
        int r = wire_next(pair->b, ret);

        if (r != 0)
            return r;
        ck_assert_int_ge(wire_flush(pair->a), 0);
        r = wire_fill(pair->b, PAIR_BUDGET);
        if (r < 0)
            return r;
    }
}

/* Bytes that differ all over, so that a shift or a swap shows. */
static inline void fill_pattern(uint8_t *bytes, size_t size, uint32_t seed)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)((i * 2654435761u >> 13) + seed * 37);
}
