#pragma once
/*
 * What happened of late: a ring of records of fixed size, in memory taken at the start. A record is
 * written when the thing has ended, without allocating; the oldest is overwritten. Everything in it
 * is a copy, as what it tells of is gone. The loop's thread only.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/class.h"
#include "base/runtime.h"
#include "sched/queue.h"

#define HISTORY_CLIENT_MAX 32 /* bytes of a name, with the 0; what is longer is cut */
#define HISTORY_MODEL_MAX  48

struct session;

enum history_kind {
#define HISTORY(id, name, text) HISTORY_##id,
#include "daemon/history.def"
#undef HISTORY
    _HISTORY_MAX,
};

/* Whose something is; it outlives the session. Session 0 is the daemon itself. */
struct owner {
    uint64_t session;
    uid_t uid;
    char name[HISTORY_CLIENT_MAX];
};

/* Times are 0 where nothing of the kind happened. */
struct history_record {
    enum history_kind kind;
    struct owner owner;
    char model[HISTORY_MODEL_MAX];
    uint64_t job;             /* its number; 0 of what is no job's */
    uintptr_t network;        /* tells networks apart, nothing else */
    enum device device;       /* JOB, STEP */
    enum job_class class;     /* JOB, STEP */
    enum queue_reason reason; /* JOB, STEP: why it was the next when it began */
    uint32_t lane, step, n_steps;
    bool slot; /* JOB: when it was its turn, its network had no free slot */
    int result;
    uint64_t arrived_ns, queued_ns, began_ns, ended_ns, answered_ns, deadline_ns, run_ns;
};

struct history {
    struct history_record *records;
    size_t size;
    uint64_t n; /* written so far; the Nth from 0 on lies at N % size */
};

/* SIZE: at least 1. 0 or -ENOMEM; then only history_done. */
int history_init(struct history *history, size_t size);
void history_done(struct history *history);

const char *history_kind_name(enum history_kind kind);

/* The next record, of that kind and else zero, to be filled. */
struct history_record *history_add(struct history *history, enum history_kind kind);

/* The first record that is still there. */
uint64_t history_first(const struct history *history);
/* The one with number N, which is still there. */
const struct history_record *history_get(const struct history *history, uint64_t n);
/* The record of the job with that number, or NULL if it is not there any more. */
const struct history_record *history_find_job(const struct history *history, uint64_t job);

/* Who SESSION is; NULL: the daemon. */
void owner_of(const struct session *session, struct owner *ret);
/* FROM into TO of SIZE bytes; what does not fit is cut off behind a whole character. */
void history_copy_name(char *to, size_t size, const char *from);
