#pragma once
/*
 * What bench-serve's files share: what is to be done and what came of it.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

enum serve_mode {
    SERVE_RUN,    /* RUNs of a number of clients */
    SERVE_ASK,    /* PING and STATS in turn */
    SERVE_CANCEL, /* a RUN that is taken back at once, then a PING */
    SERVE_LOCAL,  /* the engine in this process, without a daemon */
};

struct serve {
    enum serve_mode mode;
    const char *socket, *model, *runtime, *job_class, *options;
    uint32_t n_clients, n_outstanding, n_threads;
    uint32_t rate; /* calls a second, of all clients together; 0: as soon as one is answered */
    uint64_t deadline_us, ms;
    uint64_t warm_ms; /* before: calls are made, and not counted as within the time */
    int reconnect;    /* when the daemon went away, rather than fail */
};

/* Nanoseconds of each call of one kind. */
struct times {
    uint64_t *ns;
    size_t n, room;
};

#define SERVE_ERRORS 8

struct serve_result {
    uint64_t n_sent, n_right;
    uint64_t n_within; /* of those right, answered between begin and end */
    uint64_t n_held;   /* not sent, as all places were taken */
    uint64_t n_twice;  /* answered once more */
    uint64_t n_lost;   /* not answered at all */
    uint64_t n_late;   /* successes whose own queue_us and run_us end after the deadline */
    uint64_t n_late_here, late_here_most_ns; /* that were called back after it, and by how much */
    struct {
        int code;
        uint64_t n;
    } errors[SERVE_ERRORS];
    uint32_t n_errors;
    uint64_t run_most_us; /* the longest run of a success */
    uint64_t began_ns, ended_ns;
    struct times calls; /* that succeeded: from submission to callback; STATS, CANCEL */
    struct times pings;
};

/* -1 if memory is out. */
int times_add(struct times *times, uint64_t ns);
void serve_count_error(struct serve_result *result, int code);
/* "ready" to stdout, and then waits for a line on stdin, so that several begin together. */
int serve_wait(void);

/* 0 and *RESULT, or negative with FAULT. */
int serve_call(const struct serve *serve, struct serve_result *result, struct fault *fault);
int serve_local(const struct serve *serve, struct serve_result *result, struct fault *fault);
