#pragma once
/*
 * The program that publishes events, kept running: nanomsg ends its process when memory is out, and
 * so lives in one of its own. The loop's thread only; nothing here waits, but publisher_stop.
 *
 *   OFF --publisher_start--> STARTING --on_word--> READY
 *                               ^  |                 |
 *                     on_retry  |  +------ lose -----+
 *                               +------- AWAY <------+
 *
 * It gets one datagram for each event, by a pair of sockets, and ends when they are closed, as they
 * are when the daemon is gone. Its own only datagrams say that it is ready, or why it cannot be.
 */
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <uv.h>

#define PUBLISHER_ADDRESS_SIZE 128

enum publisher_state { PUBLISHER_OFF, PUBLISHER_STARTING, PUBLISHER_READY, PUBLISHER_AWAY };

struct publisher {
    uv_poll_t poll;
    uv_timer_t retry;
    char program[PATH_MAX], address[PUBLISHER_ADDRESS_SIZE], mode[8];
    enum publisher_state state;
    int fd; /* -1: none */
    pid_t pid;
    bool broken; /* it was not ready when it ended, or there is no such program */
    bool bound;  /* it has made its socket, which is to be removed */
    uint64_t backoff_ms, starts;
};

/* PROGRAM publishes at ADDRESS, whose socket gets MODE. What fails is logged once and tried again;
 * 0, or what libuv says. PUBLISHER is zeroed. */
int publisher_start(struct publisher *publisher, uv_loop_t *loop, const char *program,
                    const char *address, unsigned int mode);
/* Where events can be had now, or as soon as it is back; "": nowhere. */
const char *publisher_address(const struct publisher *publisher);
/* One event. 0, or -errno when it is lost. Never waits and never allocates. */
int publisher_send(struct publisher *publisher, const void *base, size_t size);
/* Once the loop has ended: lets it publish what it has got, for half a second at most. */
void publisher_stop(struct publisher *publisher);
