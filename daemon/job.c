#include "daemon/job.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "base/mem.h"
#include "daemon/models.h"
#include "daemon/record.h"
#include "daemon/regions.h"
#include "daemon/server.h"
#include "daemon/session.h"
#include "daemon/stream.h"
#include "engine/engine.h"

static void on_done(struct done_item *item)
{
    job_finish(container_of(item, struct job, done));
}

/* The job and its five arrays are one block. */
static struct job *job_alloc(const struct network_info *info)
{
    uint32_t n = info->n_inputs + info->n_outputs;
    size_t steps_size = info->n_steps * sizeof(struct job_step);
    struct job *job = calloc(1, sizeof(*job) + steps_size +
                                    n * (sizeof(struct span) + sizeof(struct job_tensor)));

    if (!job)
        return NULL;
    list_init(&job->link);
    list_init(&job->under);
    job->n_inputs = info->n_inputs;
    job->n_outputs = info->n_outputs;
    job->n_steps = info->n_steps;
    job->steps = (struct job_step *)(job + 1);
    job->in = (struct span *)(job->steps + info->n_steps);
    job->out = job->in + info->n_inputs;
    job->inputs = (struct job_tensor *)(job->in + n);
    job->outputs = job->inputs + info->n_inputs;
    return job;
}

struct job *job_new(struct server *server, struct ready *ready, const char *model)
{
    struct list *link = list_pop(&ready->free_jobs);
    struct job *job =
        link ? list_entry(link, struct job, link) : job_alloc(network_info(ready->network));

    if (!job)
        return NULL;
    server->n_jobs++;
    wedge_on_job(&server->wedge);
    job->number = ++server->last_job;
    list_append(&server->jobs, &job->under);
    owner_of(NULL, &job->owner);
    job->held = 0;
    job->votes_for = -1;
    history_copy_name(job->model, sizeof(job->model), model);
    job->slotless = false;
    job->queued_ns = 0;
    job->server = server;
    job->ready = ready_hold(ready);
    job->network = network_ref(ready->network);
    job->done.on_done = on_done;
    call_begin_internal(&job->call);
    job->on_end = NULL;
    job->state = JOB_IDLE;
    job->step = 0;
    job->slot = NULL;
    job->body = NULL;
    atomic_store_explicit(&job->cancelled, 0, memory_order_relaxed);
    job->retried = false;
    job->result = 0;
    job->fault = NULL;
    job->class = CLASS_INTERACTIVE;
    job->stream = NULL;
    job->deadline_ns = job->started_ns = job->run_ns = job->lane_ns = job->copied_bytes = 0;
    memset(job->inputs, 0, (job->n_inputs + job->n_outputs) * sizeof(struct job_tensor));
    return job;
}

static void begin_vote(struct job *job)
{
    job->votes_for = (int)network_device(job->network, 0);
    warmth_begin(&job->server->warmth, job->votes_for, job->perf);
}

/* A stream's next frame is waited for twice as long as it may take. */
static void end_vote(struct job *job)
{
    uint64_t period_ns = job->stream ? job->stream->spec.period_ns : 0;
    uint64_t due_ns = period_ns ? clock_now_ns(job->server->clock) + 2 * period_ns : 0;

    if (job->votes_for >= 0)
        warmth_end(&job->server->warmth, job->votes_for, job->perf, due_ns);
    job->votes_for = -1;
}

void job_own(struct job *job, const struct session *session, const struct holding *holding)
{
    owner_of(session, &job->owner);
    job->held = holding->number;
    job->perf = holding->perf;
    begin_vote(job);
}

void job_free(struct job *job)
{
    struct server *server = job->server;

    end_vote(job);
    list_remove(&job->under);
    for (uint32_t i = 0; i < job->n_inputs + job->n_outputs; i++)
        regions_unpin(job->inputs[i].region); /* the outputs follow the inputs */
    call_end(&job->call);
    if (job->body)
        wire_give_back(job->body);
    if (job->slot)
        sched_release(&server->sched, job);
    network_unref(job->network);
    list_append(&job->ready->free_jobs, &job->link);
    ready_release(job->ready);
    server->n_jobs--;
    server_on_idle(server);
}

void job_demote(struct job *job)
{
    job->class = quota_class(job->call.charge.account, job->class, network_device(job->network, 0),
                             job->queued_ns);
}

/* Points the spans of what is not in a region into the slot's memory, and fills the inputs. */
static int take_in(struct job *job)
{
    const struct span *in = slot_inputs(job->slot), *out = slot_outputs(job->slot);

    if (!in || !out)
        return -ENOMEM;
    for (uint32_t i = 0; i < job->n_inputs; i++) {
        const struct job_tensor *input = &job->inputs[i];

        if (input->carried && job->fresh)
            memset(span_base(&job->in[i]), 0, job->in[i].size);
        if (input->region || input->carried)
            continue;
        job->in[i] = in[i];
        if (input->from)
            memcpy(span_base(&in[i]), input->from, in[i].size);
        else
            memset(span_base(&in[i]), 0, in[i].size);
        job->copied_bytes += in[i].size;
    }
    for (uint32_t i = 0; i < job->n_outputs; i++)
        if (!job->outputs[i].region && !job->outputs[i].carried)
            job->out[i] = out[i];
    return 0;
}

/* Does the answer read the slot's memory? */
static bool answers_from_slot(const struct job *job)
{
    for (uint32_t i = 0; i < job->n_outputs; i++)
        if (job->outputs[i].wanted && !job->outputs[i].carried)
            return true;
    return false;
}

/* Who needs it no more gives it to the next at once: that one does not wait for the loop, and finds
 * the scratch memory in the cache. */
static void let_go_of_slot(struct job *job)
{
    if (job->step == network_info(job->network)->n_steps && !answers_from_slot(job))
        sched_release(&job->server->sched, job);
}

void job_run_step(struct job *job, uint32_t lane)
{
    struct job_step step = {
        .lane = lane, .reason = job->item.reason, .began_ns = clock_now_ns(job->server->clock)};
    struct run_times times = {0};
    int r = 0;

    if (job->step == 0)
        r = take_in(job);
    if (r == 0)
        r = slot_run(job->slot, job->step, job->in, job->out, &times);
    job->run_ns += times.run_ns;
    job->copied_bytes += times.copied_bytes;
    step.ended_ns = clock_now_ns(job->server->clock);
    if (job->step < job->n_steps)
        job->steps[job->step] = step;
    job->step++;
    job->result = r;
    if (r == 0)
        let_go_of_slot(job);
}

/* What the caller is told, whatever the lane brought about. */
static int outcome(const struct job *job, uint64_t now_ns)
{
    int cancelled = atomic_load_explicit(&job->cancelled, memory_order_relaxed);

    if (cancelled)
        return cancelled;
    if (job->result == 0 && job->deadline_ns && now_ns > job->deadline_ns)
        return E_DEADLINE; /* nobody is helped by a late success */
    return job->result;
}

/* Of the device, that is: not when the caller or we ourselves wanted no result any more. */
static bool is_failure(int result)
{
    return result < 0 && result != E_DEADLINE && result != E_CANCELLED && result != E_DRAINING &&
           result != E_DROPPED && result != E_QUEUE_FULL;
}

/* When its lanes worked, for the load of late. */
static void count_busy(const struct job *job)
{
    for (uint32_t i = 0; i < job->step && i < job->n_steps; i++) {
        enum device device = network_device(job->network, i);

        busy_add(&job->server->stats.devices[device].busy, job->steps[i].began_ns,
                 job->steps[i].ended_ns);
    }
}

static void count_for_session(const struct job *job, int result)
{
    struct session *session = job->call.to.session;
    struct holding *holding;

    if (!session)
        return;
    session->stats.expired += result == E_DEADLINE;
    session->stats.dropped += result == E_DROPPED;
    if (!job->started_ns)
        return;
    session->stats.device_ns += job->run_ns;
    hist_add(&session->stats.queue_times, job->started_ns - job->arrived_ns);
    hist_add(&session->stats.run_times, job->run_ns);
    holding = result == 0 ? holdings_find(&session->holdings, job->held) : NULL;
    session->stats.runs += result == 0;
    if (holding && holding->ready == job->ready)
        holding->runs++;
}

static void count(struct job *job, int result, uint64_t now_ns)
{
    enum device device = network_device(job->network, 0);
    struct device_stats *stats = &job->server->stats.devices[device];

    stats->jobs++;
    stats->failed += is_failure(result);
    stats->expired += result == E_DEADLINE;
    stats->cancelled += result == E_CANCELLED;
    if (!job->started_ns)
        return;
    stats->busy_ns += job->run_ns;
    account_ran(job->call.charge.account, device, job->run_ns, now_ns);
    hist_add(&stats->queue_times, job->started_ns - job->arrived_ns);
    hist_add(&stats->run_times, job->run_ns);
    if (result == 0) {
        job->ready->runs++;
        hist_add(&job->ready->run_times, job->run_ns);
        ready_learn(job->ready, job->lane_ns);
        job->ready->classes |= job->stream || job->on_end ? 0 : 1u << job->class;
    }
}

/* What both kinds of answer say. */
struct answer {
    struct wire_part parts[MESSAGE_TENSORS_MAX];
    uint64_t size; /* of the tail */
    union {
        struct run_result run;
        struct stream_push_result push;
    };
};

static void place_output(const struct job *job, uint32_t i, struct answer *answer,
                         struct tensor_place *outputs, uint32_t *n_outputs)
{
    const struct tensor_info *info = &network_info(job->network)->outputs[i];
    uint32_t n = (*n_outputs)++;

    answer->parts[n] = (struct wire_part){span_base(&job->out[i]), info->size};
    outputs[n] = (struct tensor_place){
        .name = text_of(info->name),
        .offset = answer->size,
        .size = info->size,
    };
    answer->size += mem_round(info->size);
}

static void place_outputs(const struct job *job, struct answer *answer,
                          struct tensor_place *outputs, uint32_t *n_outputs)
{
    answer->size = 0;
    *n_outputs = 0;
    for (uint32_t i = 0; i < job->n_outputs; i++)
        if (job->outputs[i].wanted)
            place_output(job, i, answer, outputs, n_outputs);
}

static int reply_run(const struct job *job)
{
    struct answer answer;
    struct run_result *result = &answer.run;
    int r;

    place_outputs(job, &answer, result->outputs, &result->n_outputs);
    result->queue_us = (job->started_ns - job->arrived_ns) / 1000;
    result->run_us = job->run_ns / 1000;
    result->copied_bytes = job->copied_bytes;
    result->job = job->number;
    result->network = job->held;
    r = pack_run_result(result, reply_map(&job->call.to));
    return r < 0 ? r : reply_send(&job->call.to, answer.parts, result->n_outputs);
}

static int reply_push(const struct job *job, uint64_t now_ns)
{
    struct answer answer;
    struct stream_push_result *result = &answer.push;
    int r;

    place_outputs(job, &answer, result->outputs, &result->n_outputs);
    result->frame = job->frame;
    result->age_us = (now_ns - job->arrived_ns) / 1000;
    result->queue_us = (job->started_ns - job->arrived_ns) / 1000;
    result->run_us = job->run_ns / 1000;
    result->copied_bytes = job->copied_bytes;
    result->dropped = job->stream->counts.dropped;
    result->job = job->number;
    r = pack_stream_push_result(result, reply_map(&job->call.to));
    return r < 0 ? r : reply_send(&job->call.to, answer.parts, result->n_outputs);
}

static void fail_reply(const struct job *job, int result)
{
    struct fault fault = {""};

    if (result == E_DEVICE_LOST)
        fail(&fault, result,
             "device %s stopped answering while this ran, and is opened again: try again",
             device_get(network_device(job->network, 0))->name);
    else if (result == E_QUARANTINED)
        fault = job->ready->out_fault;
    else if (result == E_DEADLINE)
        fail(&fault, result,
             "the deadline passed before job %" PRIu64 " was done: 'snpectl why %" PRIu64
             "' tells what it waited for",
             job->number, job->number);
    reply_error(&job->call.to, result, job->fault ? job->fault : &fault);
}

/* Answers the call, if anybody waits for it. Returns what it was answered with. */
static int answer(const struct job *job, int result, uint64_t now_ns)
{
    if (!job->call.to.session)
        return result;
    if (result == 0)
        result = job->stream ? reply_push(job, now_ns) : reply_run(job);
    if (result < 0)
        fail_reply(job, result);
    return result;
}

/* As if it had never run, on READY's present network. */
static void renew(struct job *job)
{
    if (job->slot)
        slot_release(take_ptr(job->slot));
    network_unref(job->network);
    job->network = network_ref(job->ready->network);
    if (job->votes_for >= 0 && job->votes_for != (int)network_device(job->network, 0)) {
        end_vote(job);
        begin_vote(job);
    }
    job->step = 0;
    job->result = 0;
    job->started_ns = job->run_ns = job->copied_bytes = 0;
}

static bool may_retry(const struct job *job, uint64_t now_ns)
{
    const struct config *config = job->server->config;

    return job->result == E_DEVICE_LOST && !job->retried && !job->ready->out &&
           config->devices[network_device(job->network, 0)].retry &&
           !atomic_load_explicit(&job->cancelled, memory_order_relaxed) &&
           (!job->deadline_ns || now_ns < job->deadline_ns);
}

void job_resume(struct job *job)
{
    renew(job);
    if (job->ready->out) {
        job->result = job->ready->out;
        job_finish(job);
    } else {
        sched_requeue(&job->server->sched, job);
    }
}

void job_finish(struct job *job)
{
    uint64_t now_ns = clock_now_ns(job->server->clock);
    struct stream *stream = job->stream;
    int result;

    if (may_retry(job, now_ns)) {
        job->retried = true;
        job_resume(job);
        return;
    }
    result = outcome(job, now_ns);
    count(job, result, now_ns);
    count_busy(job);
    count_for_session(job, result);
    record_job(job, result, now_ns);
    if (result == E_QUEUE_FULL)
        events_post_overload(&job->server->events, network_device(job->network, 0), job->class,
                             result);
    if (job->on_end)
        job->on_end(job, result);
    else
        result = answer(job, result, now_ns);
    if (stream)
        stream_on_end(stream, job, result);
    job_free(job);
    if (stream)
        stream_next(stream);
    stream_unref(stream);
}

/* What the thread may be writing now is not read: how long it ran, and how far it came. */
void job_abandon(struct job *job)
{
    struct server *server = job->server;
    struct device_stats *stats = &server->stats.devices[job->device];

    network_abandon(job->network);
    record_abandoned(job, clock_now_ns(server->clock));
    end_vote(job);
    list_remove(&job->under);
    stats->jobs++;
    stats->failed++;
    if (job->on_end)
        job->on_end(job, E_DEVICE_LOST);
    else if (job->call.to.session)
        fail_reply(job, E_DEVICE_LOST);
    call_end(&job->call);
    if (job->stream)
        stream_on_abandon(job->stream, job);
    ready_release(take_ptr(job->ready));
    server->n_jobs--;
    server_on_idle(server);
}

void job_let_go(struct job *job)
{
    for (uint32_t i = 0; i < job->n_inputs + job->n_outputs; i++)
        regions_unpin(job->inputs[i].region);
    if (job->body)
        wire_give_back(job->body);
    stream_unref(job->stream);
}

void job_bury(struct job *job)
{
    if (job->slot)
        slot_release(job->slot);
    network_unref(job->network);
    free(job);
}
