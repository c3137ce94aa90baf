#include "daemon/stream.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/mem.h"
#include "daemon/job.h"
#include "daemon/models.h"
#include "daemon/server.h"

void streams_init(struct streams *streams)
{
    streams->last = 0;
    list_init(&streams->list);
}

int stream_new(struct server *server, struct account *account, const struct stream_spec *spec,
               struct stream **ret, struct fault *fault)
{
    _cleanup_(stream_unrefp) struct stream *stream = calloc(1, sizeof(*stream));
    int r;

    if (!stream)
        return -ENOMEM;
    list_init(&stream->link);
    list_init(&stream->waiting);
    admission_init(&stream->promise);
    events_tally_init(&stream->drops);
    stream->server = server;
    stream->refs = 1;
    stream->spec = *spec;
    stream->era = 1;
    r = charge_take(account, QUOTA_STREAMS, 1, &stream->count, fault);
    if (r < 0)
        return r;
    *ret = take_ptr(stream);
    return 0;
}

void streams_add(struct streams *streams, struct stream *take_stream)
{
    take_stream->number = ++streams->last;
    list_append(&streams->list, &take_stream->link);
}

struct stream *streams_find(const struct streams *streams, uint32_t number)
{
    list_foreach (it, &streams->list) {
        struct stream *stream = list_entry(it, struct stream, link);

        if (stream->number == number)
            return stream;
    }
    return NULL;
}

void stream_unref(struct stream *stream)
{
    if (!stream || --stream->refs > 0)
        return;
    mem_free(stream->state.base);
    free(stream->carry);
    charge_return(&stream->count);
    charge_return(&stream->bytes);
    free(stream);
}

int stream_carry(struct stream *stream, struct account *account, struct stream_carry *take_carry,
                 uint32_t n, struct fault *fault)
{
    size_t size = 0;
    int r;

    stream->carry = take_carry;
    stream->n_carry = n;
    for (uint32_t i = 0; i < n; i++) {
        take_carry[i].offset = size;
        size += mem_round(take_carry[i].size);
    }
    r = charge_take(account, QUOTA_REGION_BYTES, 2 * size, &stream->bytes, fault);
    if (r < 0 || n == 0)
        return r;
    stream->half_size = size;
    stream->state = (struct region){
        .id = ++stream->server->last_region,
        .fd = -1,
        .base = mem_alloc(2 * size),
        .size = 2 * size,
    };
    return stream->state.base ? 0 : -ENOMEM;
}

int stream_claim(const struct stream *stream, struct job *job, struct fault *fault)
{
    const struct network_info *info = network_info(job->network);

    for (uint32_t i = 0; i < stream->n_carry; i++) {
        const struct stream_carry *carry = &stream->carry[i];

        if (carry->output >= info->n_outputs || carry->input >= info->n_inputs ||
            info->outputs[carry->output].size != carry->size ||
            info->inputs[carry->input].size != carry->size)
            return fail(fault, E_STALE,
                        "the network of stream %u was made anew with other tensors: open the "
                        "stream again",
                        stream->number);
        job->outputs[carry->output].carried = true;
        job->inputs[carry->input].carried = true;
    }
    return 0;
}

static struct span span_of(const struct stream *stream, const struct stream_carry *carry,
                           uint32_t half)
{
    return (struct span){&stream->state, NULL, half * stream->half_size + carry->offset,
                         carry->size};
}

/* Hands JOB to the scheduler, on the state as it is now, and on the network as it is now: it may
 * have been made anew while JOB waited. */
static int start(struct stream *stream, struct job *job, struct fault *fault)
{
    int r;

    if (job->ready->out)
        return fail(fault, job->ready->out, "%s", job->ready->out_fault.text);
    network_unref(job->network);
    job->network = network_ref(job->ready->network);
    for (uint32_t i = 0; i < stream->n_carry; i++) {
        const struct stream_carry *carry = &stream->carry[i];

        job->in[carry->input] = span_of(stream, carry, stream->half);
        job->out[carry->output] = span_of(stream, carry, !stream->half);
    }
    job->fresh = stream->state_era != job->era;
    job->queued_ns = clock_now_ns(stream->server->clock);
    job_demote(job);
    r = sched_submit(&stream->server->sched, job, fault);
    if (r == 0)
        stream->current = job;
    return r;
}

static struct job *first_waiting(struct stream *stream)
{
    struct list *link = list_pop(&stream->waiting);

    if (!link)
        return NULL;
    stream->n_waiting--;
    return list_entry(link, struct job, link);
}

/*
 * The oldest frame that does not run yet, if one more waits than may. That is the current one if
 * the scheduler can still give it back; while as many as may wait behind it, it cannot: the latest
 * of them would have replaced it otherwise.
 */
static struct job *find_replaced(struct stream *stream)
{
    if (stream->n_waiting > stream->spec.depth)
        return first_waiting(stream);
    if (stream->n_waiting == stream->spec.depth && stream->current &&
        sched_cancel(&stream->server->sched, stream->current))
        return stream->current;
    return NULL;
}

/*
 * Ends a frame that did not run, and will not. Whoever takes its call back meanwhile, as its answer
 * cannot be written and ends the session, is told that it is too late.
 */
static void end(struct job *job, int result, const struct fault *fault)
{
    job->state = JOB_DONE;
    job->retried = true;
    job->result = result;
    job->fault = fault;
    job_finish(job);
}

static void replace_oldest(struct stream *stream, uint64_t by)
{
    struct job *job = find_replaced(stream);
    struct fault fault;

    if (!job)
        return;
    (void)fail(&fault, E_DROPPED,
               "frame %" PRIu64 " was replaced by frame %" PRIu64 ": stream %u keeps the newest %u",
               job->frame, by, stream->number, stream->spec.depth);
    end(job, E_DROPPED, &fault);
}

/* A frame that the scheduler refuses ends here, which calls stream_next again. */
static void advance(struct stream *stream)
{
    struct fault fault = {""};
    struct job *job;
    int r = -1;

    while (r < 0 && !stream->current && !stream->closed && (job = first_waiting(stream))) {
        r = start(stream, job, &fault);
        if (r < 0)
            end(job, r, &fault);
    }
}

void stream_next(struct stream *stream)
{
    if (stream->advancing)
        return;
    stream->advancing = true;
    advance(stream);
    stream->advancing = false;
}

int stream_push(struct stream *stream, struct job *job, struct fault *fault)
{
    uint64_t frame = job->frame;

    if (stream->spec.policy == STREAM_QUEUE && stream->n_waiting == stream->spec.depth)
        return fail(fault, E_QUEUE_FULL,
                    "%u frames wait in stream %u, its depth: push more slowly, or open it with "
                    "policy \"newest\"",
                    stream->n_waiting, stream->number);
    job->stream = stream;
    job->era = stream->era;
    stream->refs += 2; /* the job's, and ours: an answer that cannot be written ends the session */
    stream->counts.pushed++;
    list_append(&stream->waiting, &job->link);
    stream->n_waiting++;
    if (stream->spec.policy == STREAM_NEWEST)
        replace_oldest(stream, frame);
    stream_next(stream);
    stream_unref(stream);
    return 0;
}

bool stream_take_back(struct stream *stream, struct job *job)
{
    if (job == stream->current)
        return sched_cancel(&stream->server->sched, job);
    if (job->state == JOB_DONE)
        return false;
    job->state = JOB_DONE;
    list_remove(&job->link);
    stream->n_waiting--;
    return true;
}

void stream_reset(struct stream *stream)
{
    stream->era++;
}

static void close_with(struct stream *stream, int result)
{
    struct job *job;

    if (stream->closed)
        return;
    stream->closed = true;
    list_remove(&stream->link);
    admission_leave(&stream->promise);
    events_tally_done(&stream->server->events, &stream->drops);
    while ((job = first_waiting(stream)))
        end(job, result, NULL);
    if (stream->current && sched_cancel(&stream->server->sched, stream->current))
        end(stream->current, result, NULL);
    stream_unref(stream);
}

void stream_close(struct stream *stream)
{
    close_with(stream, E_CANCELLED);
}

void stream_on_abandon(struct stream *stream, struct job *job)
{
    stream_on_end(stream, job, E_DEVICE_LOST);
    if (stream->n_carry)
        close_with(stream, E_DEVICE_LOST);
    else
        stream_next(stream);
}

static struct stream *find_open(const struct streams *streams, uint32_t network)
{
    list_foreach (it, &streams->list) {
        struct stream *stream = list_entry(it, struct stream, link);

        if (network == 0 || stream->spec.network == network)
            return stream;
    }
    return NULL;
}

/* One by one: an answer that cannot be written ends the session, and closes the others. */
void streams_close(struct streams *streams, uint32_t network)
{
    struct stream *stream;

    while ((stream = find_open(streams, network)))
        stream_close(stream);
}

static uint64_t *count_of(struct stream_counts *counts, int result)
{
    switch (result) {
    case 0:
        return &counts->done;
    case E_DROPPED:
        return &counts->dropped;
    case E_DEADLINE:
        return &counts->expired;
    case E_CANCELLED:
    case E_DRAINING:
        return &counts->cancelled;
    default:
        return &counts->failed;
    }
}

void stream_on_end(struct stream *stream, struct job *job, int result)
{
    ++*count_of(&stream->counts, result);
    if (result == E_DROPPED && !stream->closed)
        events_post_frame_dropped(&stream->server->events, &stream->drops, job->model,
                                  job->owner.session, stream->number);
    if (job != stream->current)
        return;
    stream->current = NULL;
    if (result < 0)
        return;
    stream->half = !stream->half;
    stream->state_era = job->era;
}
