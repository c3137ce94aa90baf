#pragma once
/*
 * A daemon whose skel_b can be held, one caller with a network there, and calls with a class, a
 * deadline and other networks.
 */
#include "tests/daemon/caller.h"

#define ASKS_N 4 /* floats in x */

/* Classes and deadlines alone decide: a run that was held has a long time to its name, and lower
 * classes would be owed their shares of it. */
#define ASKS_STRICT "[queue]\naging = 0ms\nfloor_interactive = 0\nfloor_batch = 0\n"

struct asks {
    struct proc *proc;
    const char *socket;
    struct caller caller;
    uint32_t network; /* of caller's, on skel_b */
};

/* SKEL_B are options beside ops and wedge; MORE are sections before it. */
void asks_open(struct asks *asks, const char *more, const char *skel_b);
void asks_close(struct asks *asks);
/* The number of relu for RUNTIME, with N floats in x; 0: ASKS_N. */
uint32_t asks_load(struct caller *by, const char *runtime, uint32_t n);

struct ask {
    uint32_t network;
    const char *class; /* NULL: none named */
    uint64_t deadline_ns;
    uint32_t any_of[MESSAGE_NETWORKS_MAX], n_any_of;
};
uint32_t asks_send(struct caller *by, const struct ask *ask);
/* The next answer is that of SERIAL, a success: the number of the network that ran. */
uint32_t asks_expect(struct caller *by, uint32_t serial);

/* A run of CLASS that keeps skel_b until it is let go, so that those behind it wait. */
uint32_t asks_hold(struct asks *asks, const char *class);
void asks_let_go(void);
/* All that was sent before has been read. */
void asks_settle(struct caller *by);

/* Jobs that have ended, first to last, without those of the daemon's own; at most
 * MESSAGE_RECORDS_MAX. They live until the next call. */
uint32_t asks_find_ended(struct asks *asks, const struct trace_record **ret);
