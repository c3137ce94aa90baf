#pragma once
/*
 * A stream: a declared sequence of runs of one network. Its frames run one after another in the
 * order pushed, so at most one of them is with the scheduler; the others wait here.
 *
 *   stream_push --> waiting --stream_next--> current --job_finish, stream_on_end--> counted
 *                      \--replaced, cancelled, closed--> job_finish
 *
 * The state of a stream is what some outputs of one frame leave for some inputs of the next. It
 * lies in two halves: a frame reads one and writes the other, and they change places when it has
 * succeeded; so a frame that failed, or never ran, leaves the state as it was, and nothing is
 * copied. Eras count the resets: a frame knows the era that it was pushed in, the state the era of
 * the frame that wrote it, and a frame of a later era begins from zeros, which the lane writes.
 *
 * The loop's thread only, but for what a job's spans point at. A stream lives until it is closed
 * and its last frame is answered.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/class.h"
#include "base/fault.h"
#include "base/list.h"
#include "base/region.h"
#include "daemon/admission.h"
#include "daemon/events.h"
#include "daemon/quota.h"

#define STREAM_DEPTH_MAX 64

struct job;
struct ready;
struct server;

enum stream_policy { STREAM_NEWEST, STREAM_QUEUE };

struct stream_carry {
    uint32_t output, input;
    size_t offset, size; /* in each half of the state */
};

/* pushed is the sum of the others, of those that wait, and of the current one. */
struct stream_counts {
    uint64_t pushed, done, dropped, expired, cancelled, failed;
};

struct stream_spec {
    uint32_t network; /* the session's number of it */
    uint32_t depth;
    enum stream_policy policy;
    enum job_class class;
    uint64_t period_ns, deadline_ns; /* 0: none */
};

struct stream {
    struct list link; /* in its session's streams, while it is open */
    struct server *server;
    uint32_t number; /* the session's */
    uint32_t refs;   /* its session, and each of its jobs */
    bool closed, advancing;
    struct stream_spec spec;
    struct stream_counts counts;
    struct events_tally drops; /* that were not told of yet */

    struct job *current; /* with the scheduler */
    struct list waiting;
    uint32_t n_waiting;

    struct stream_carry *carry;
    uint32_t n_carry;
    struct region state; /* both halves */
    size_t half_size;
    uint32_t half;           /* which one the next frame reads */
    uint64_t era, state_era; /* 0: nothing wrote it yet */
    struct charge count, bytes;
    struct admission promise; /* of its device, if it has a period */
};

/* A session's. */
struct streams {
    struct list list;
    uint32_t last; /* number given */
};

void streams_init(struct streams *streams);

/* A new stream without a number; on no list. 0 and *RET, or E_QUOTA, -ENOMEM. */
int stream_new(struct server *server, struct account *account, const struct stream_spec *spec,
               struct stream **ret, struct fault *fault);
/* Gives STREAM the next number. */
void streams_add(struct streams *streams, struct stream *take_stream);
/* NULL if there is none of that number. */
struct stream *streams_find(const struct streams *streams, uint32_t number);
void stream_unref(struct stream *stream); /* NULL is fine */
DEFINE_CLEANUP(struct stream *, stream_unref);

/*
 * The memory of a state of N pairs whose tensors are known, for a stream that has none yet. Takes
 * over what CARRY points at, also when it fails. 0, or E_QUOTA, -ENOMEM.
 */
int stream_carry(struct stream *stream, struct account *account, struct stream_carry *take_carry,
                 uint32_t n, struct fault *fault);

/* Marks what of JOB's tensors the stream carries. E_STALE if its network is not what it was. */
int stream_claim(const struct stream *stream, struct job *job, struct fault *fault);

/*
 * Takes JOB as the latest frame: its tensors are placed and its call has begun. 0: it is the
 * stream's, and may have been answered already. E_QUEUE_FULL: it is still the caller's.
 */
int stream_push(struct stream *stream, struct job *job, struct fault *fault);

/* Takes a frame back from wherever it waits. True: it is the caller's, to be finished. False: it
 * runs, or has ended. */
bool stream_take_back(struct stream *stream, struct job *job);

/* Frames pushed from now on begin with a state of zeros. */
void stream_reset(struct stream *stream);

/* Takes no more frames; those that wait are answered E_CANCELLED. The session's reference goes. */
void stream_close(struct stream *stream);
/* Those of network NUMBER; 0: all. */
void streams_close(struct streams *streams, uint32_t network);

/* job_finish's, for a job with a stream: counts RESULT and moves the state on; and, after the job
 * was freed, sends the next frame on its way. */
void stream_on_end(struct stream *stream, struct job *job, int result);
/* job_abandon's: a stuck thread may write the state yet, so a stream that has one is closed. Its
 * frames that wait are answered E_DEVICE_LOST. */
void stream_on_abandon(struct stream *stream, struct job *job);
void stream_next(struct stream *stream);
