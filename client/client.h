#pragma once
/*
 * The inside of libsnpe-client: one lock, one connection, the calls under way on it.
 *
 *     link_up -> call_begin -> call_send -> call_turn* -> call_end        a call that blocks
 *     link_up -> call_begin -> call_send                                  one that is called back
 *
 * Threads: every function here wants the client's lock held, and call_turn and link_up give it up
 * while they wait. Of the threads that wait one is the reader: it polls the socket without the lock
 * and takes in everybody's answers; the others sleep until something changed. A reader that leaves
 * wakes them, and one of them is the next. Whoever changes what the reader must know (its call is
 * answered, there is more to write, the connection is lost) kicks it through an eventfd.
 *
 * A connection that is lost is only marked; its fd and buffers go when nobody polls them any more,
 * just before the next one is made. EPOCH counts connections: what carries another epoch than the
 * client's is not known to the daemon any more.
 */
#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/base.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/list.h"
#include "base/spin.h"
#include "client/snpe-client.h"

#define CLIENT_THREADS      32          /* whose sentences are kept */
#define CLIENT_PENDING_MOST (16u << 20) /* bytes that may wait for the socket; see snpe_submit */

enum link_state {
    LINK_NONE, /* never connected */
    LINK_UP,
    LINK_LOST, /* marked; LOST_CODE and LOST tell why */
};

struct sentence {
    pthread_t thread;
    uint64_t order; /* 0: the slot is free; else greater is later */
    struct fault fault;
};

struct snpe_client {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* something a waiting thread may wait for */
    const struct clock *clock;
    pid_t pid;     /* who made it: a child of it has the memory, but not the connection */
    pid_t lock_in; /* the process in which LOCK is good */

    char *socket;
    char *name;
    uint32_t call_ms, load_ms, reconnect_ms;
    bool no_reconnect;

    enum link_state link;
    bool connecting; /* a thread is busy making the next connection */
    bool reading;    /* a thread polls the socket */
    bool closing;    /* snpe_client_free is at work */
    uint32_t n_waiting;
    int fd, kick_fd;  /* the socket; an eventfd that wakes the reader */
    struct spin spin; /* the reader's */
    struct wire *wire;
    uint64_t epoch;
    uint32_t frame_most; /* the daemon's */
    char events[SNPE_EVENTS_SIZE];
    int lost_code;
    struct fault lost;

    uint32_t serial;
    struct list calls; /* struct call: under way */
    struct list done;  /* struct call: answered, to be called back by snpe_dispatch */
    struct list networks, regions, streams, sources;
    struct buf pack; /* the map that is being written */
    uint64_t passes; /* of snpe_connect over the handles */

    int epoll_fd, done_fd, timer_fd; /* -1 until snpe_fd */
    uint64_t timer_ns;               /* when the timer goes off; 0: it is not set */
    bool watches_out;                /* epoll also waits for room in the socket */
    bool dispatching;                /* snpe_dispatch takes in answers, and looks at done itself */

    struct snpe_counters counters;
    uint64_t sentences_kept;
    struct sentence sentences[CLIENT_THREADS];
};

/*
 * Takes the lock. In a child it may be held for ever by a thread that is not there: it is made
 * anew.
 */
void client_lock(struct snpe_client *client);

/*
 * A public call begins and ends with these: ENTER takes the lock, and fails with E_STATE in a child
 * of the process that made the client; LEAVE keeps the sentence of a failure (that of errors.def if
 * FAULT is empty), gives the lock back and returns R.
 */
int client_enter(struct snpe_client *client, struct fault *fault);
int client_leave(struct snpe_client *client, int r, const struct fault *fault);

/* Keeps the sentence of CODE (FAULT's, or errors.def's if that is empty) for this thread. */
void client_say(struct snpe_client *client, int code, const struct fault *fault);

/*
 * Options of the caller's, whose first member is their size, into RET of SIZE bytes: NULL is all
 * zeros, a shorter struct of an older program has zeros behind its end. -EINVAL for size 0,
 * E_NOT_BUILT for a setting that this library does not know.
 */
int client_options(void *ret, size_t size, const void *options, struct fault *fault);

uint64_t client_now(const struct snpe_client *client);
/* MS from now, or PRESET_MS if that is 0; never for SNPE_FOREVER. */
uint64_t client_expiry(const struct snpe_client *client, uint32_t ms, uint32_t preset_ms);
/* Milliseconds until EXPIRES_NS for poll, rounded up; -1 for never. */
int client_poll_ms(const struct snpe_client *client, uint64_t expires_ns);
