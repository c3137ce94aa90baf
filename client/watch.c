/* What the daemon tells about its clients and jobs: ps, why, trace. */
#include <errno.h>

#include "client/answer.h"
#include "client/report.h"
#include "protocol/method.h"

static int pack_ps(const struct exchange *exchange, struct buf *out)
{
    return pack_ps_params(exchange->params, out);
}

static int pack_why(const struct exchange *exchange, struct buf *out)
{
    return pack_why_params(exchange->params, out);
}

static int pack_trace(const struct exchange *exchange, struct buf *out)
{
    return pack_trace_params(exchange->params, out);
}

static const struct snpe_held *copy_held(struct arena *arena, const struct held_desc *from)
{
    struct snpe_held *to = arena_alloc(arena, sizeof(*to));
    bool whole = to != NULL;

    if (!to)
        return NULL;
    report_text(arena, from->model, &to->model, &whole);
    report_text(arena, from->runtime, &to->runtime, &whole);
    report_text(arena, from->why, &to->why, &whole);
    to->runs = from->runs;
    to->network = from->network;
    return whole ? to : NULL;
}

static const struct snpe_held *const *copy_networks(struct arena *arena,
                                                    const struct session_desc *from)
{
    const struct snpe_held **list = arena_alloc(arena, (from->n_networks + 1) * sizeof(*list));

    for (uint32_t i = 0; list && i < from->n_networks; i++) {
        list[i] = copy_held(arena, &from->networks[i]);
        if (!list[i])
            return NULL;
    }
    return list;
}

static const struct snpe_session *copy_session(struct arena *arena, const struct session_desc *from)
{
    struct snpe_session *to = arena_alloc(arena, sizeof(*to));
    bool whole = to != NULL;

    if (!to)
        return NULL;
    *to = (struct snpe_session){
        .session = from->session,
        .age_us = from->age_us,
        .runs = from->runs,
        .refused = from->refused,
        .expired = from->expired,
        .dropped = from->dropped,
        .device_us = from->device_us,
        .user_device_us = from->user_device_us,
        .demoted = from->demoted,
        .region_bytes = from->region_bytes,
        .queue_p50_us = from->queue_p50_us,
        .queue_p99_us = from->queue_p99_us,
        .run_p50_us = from->run_p50_us,
        .run_p99_us = from->run_p99_us,
        .pid = from->pid,
        .uid = from->uid,
        .calls = from->calls,
        .regions = from->regions,
        .n_networks = from->n_networks,
        .networks = copy_networks(arena, from),
    };
    report_text(arena, from->name, &to->name, &whole);
    report_text(arena, from->state, &to->state, &whole);
    report_text(arena, from->ceiling, &to->ceiling, &whole);
    return whole && to->networks ? to : NULL;
}

static const struct snpe_job *copy_job(struct arena *arena, const struct job_desc *from)
{
    struct snpe_job *to = arena_alloc(arena, sizeof(*to));
    bool whole = to != NULL;

    if (!to)
        return NULL;
    report_text(arena, from->model, &to->model, &whole);
    report_text(arena, from->device, &to->device, &whole);
    report_text(arena, from->class, &to->class_name, &whole);
    to->job = from->job;
    to->session = from->session;
    to->waited_us = from->waited_us;
    to->ran_us = from->ran_us;
    to->deadline_ns = from->deadline_ns;
    to->running = from->running;
    return whole ? to : NULL;
}

static int copy_overview(struct arena *arena, const struct ps_result *from,
                         struct snpe_overview *to)
{
    const struct snpe_session **sessions =
        arena_alloc(arena, (from->n_sessions + 1) * sizeof(*sessions));
    const struct snpe_job **jobs = arena_alloc(arena, (from->n_jobs + 1) * sizeof(*jobs));
    bool whole = sessions && jobs;

    for (uint32_t i = 0; whole && i < from->n_sessions; i++) {
        sessions[i] = copy_session(arena, &from->sessions[i]);
        whole = sessions[i] != NULL;
    }
    for (uint32_t i = 0; whole && i < from->n_jobs; i++) {
        jobs[i] = copy_job(arena, &from->jobs[i]);
        whole = jobs[i] != NULL;
    }
    *to = (struct snpe_overview){
        .now_ns = from->now_ns,
        .n_sessions = from->n_sessions,
        .n_jobs = from->n_jobs,
        .more_sessions = from->more_sessions,
        .more_jobs = from->more_jobs,
        .hidden_sessions = from->hidden_sessions,
        .hidden_jobs = from->hidden_jobs,
        .sessions = sessions,
        .jobs = jobs,
    };
    return whole ? 0 : -ENOMEM;
}

static int ps_on_answer(struct call *call, const struct wire_frame *frame, struct fault *fault)
{
    const struct report *report = call->context;
    int r = unpack_ps_result(frame->map, frame->map_size, report->result, fault);

    return r < 0 ? r : copy_overview(answer_arena(report->answer), report->result, report->answer);
}

static const struct snpe_blocker *copy_blocker(struct arena *arena, const struct blocker_desc *from)
{
    struct snpe_blocker *to = arena_alloc(arena, sizeof(*to));
    bool whole = to != NULL;

    if (!to)
        return NULL;
    report_text(arena, from->client, &to->client, &whole);
    report_text(arena, from->model, &to->model, &whole);
    report_text(arena, from->class, &to->class_name, &whole);
    report_text(arena, from->reason, &to->reason, &whole);
    to->job = from->job;
    to->session = from->session;
    to->run_us = from->run_us;
    to->running = from->running;
    return whole ? to : NULL;
}

static int copy_blockers(struct arena *arena, const struct why_result *from, struct snpe_wait *to)
{
    const struct snpe_blocker **list = arena_alloc(arena, (from->n_before + 1) * sizeof(*list));

    if (!list)
        return -ENOMEM;
    for (uint32_t i = 0; i < from->n_before; i++) {
        list[i] = copy_blocker(arena, &from->before[i]);
        if (!list[i])
            return -ENOMEM;
    }
    to->n_before = from->n_before;
    to->before = list;
    return 0;
}

static bool copy_words(struct arena *arena, const struct why_result *from, struct snpe_wait *to)
{
    bool whole = true;

    report_text(arena, from->sentence, &to->sentence, &whole);
    report_text(arena, from->state, &to->state, &whole);
    report_text(arena, from->client, &to->client, &whole);
    report_text(arena, from->model, &to->model, &whole);
    report_text(arena, from->device, &to->device, &whole);
    report_text(arena, from->class, &to->class_name, &whole);
    report_text(arena, from->picked, &to->picked, &whole);
    return whole;
}

static int copy_wait(struct arena *arena, const struct why_result *from, struct snpe_wait *to)
{
    *to = (struct snpe_wait){
        .job = from->job,
        .session = from->session,
        .now_ns = from->now_ns,
        .arrived_ns = from->arrived_ns,
        .queued_ns = from->queued_ns,
        .started_ns = from->started_ns,
        .ended_ns = from->ended_ns,
        .answered_ns = from->answered_ns,
        .deadline_ns = from->deadline_ns,
        .run_us = from->run_us,
        .before_us = from->before_us,
        .uid = from->uid,
        .lane = from->lane,
        .more = from->more,
        .hidden = from->hidden,
        .result = from->result,
        .slot = from->slot,
    };
    return copy_words(arena, from, to) ? copy_blockers(arena, from, to) : -ENOMEM;
}

static int why_on_answer(struct call *call, const struct wire_frame *frame, struct fault *fault)
{
    const struct report *report = call->context;
    int r = unpack_why_result(frame->map, frame->map_size, report->result, fault);

    return r < 0 ? r : copy_wait(answer_arena(report->answer), report->result, report->answer);
}

static const struct snpe_record *copy_record(struct arena *arena, const struct trace_record *from)
{
    struct snpe_record *to = arena_alloc(arena, sizeof(*to));
    bool whole = to != NULL;

    if (!to)
        return NULL;
    *to = (struct snpe_record){
        .job = from->job,
        .session = from->session,
        .arrived_ns = from->arrived_ns,
        .queued_ns = from->queued_ns,
        .began_ns = from->began_ns,
        .ended_ns = from->ended_ns,
        .answered_ns = from->answered_ns,
        .deadline_ns = from->deadline_ns,
        .run_us = from->run_us,
        .lane = from->lane,
        .step = from->step,
        .steps = from->steps,
        .result = from->result,
    };
    report_text(arena, from->kind, &to->kind, &whole);
    report_text(arena, from->client, &to->client, &whole);
    report_text(arena, from->model, &to->model, &whole);
    report_text(arena, from->device, &to->device, &whole);
    report_text(arena, from->class, &to->class_name, &whole);
    report_text(arena, from->picked, &to->picked, &whole);
    return whole ? to : NULL;
}

static int copy_records(struct arena *arena, const struct trace_result *from,
                        struct snpe_records *to)
{
    const struct snpe_record **list = arena_alloc(arena, (from->n_records + 1) * sizeof(*list));

    if (!list)
        return -ENOMEM;
    for (uint32_t i = 0; i < from->n_records; i++) {
        list[i] = copy_record(arena, &from->records[i]);
        if (!list[i])
            return -ENOMEM;
    }
    *to = (struct snpe_records){
        .next = from->next,
        .now_ns = from->now_ns,
        .lost = from->lost,
        .hidden = from->hidden,
        .n_records = from->n_records,
        .records = list,
    };
    return 0;
}

static int trace_on_answer(struct call *call, const struct wire_frame *frame, struct fault *fault)
{
    const struct report *report = call->context;
    int r = unpack_trace_result(frame->map, frame->map_size, report->result, fault);

    return r < 0 ? r : copy_records(answer_arena(report->answer), report->result, report->answer);
}

int snpe_ps(struct snpe_client *client, struct snpe_overview **ret)
{
    const struct ps_params params = {0};
    struct exchange exchange = {client, METHOD_PS, pack_ps, ps_on_answer, &params, NULL};
    void *answer;
    int r = report_fetch(&exchange, sizeof(struct ps_result), sizeof(**ret), &answer);

    if (r == 0)
        *ret = answer;
    return r;
}

int snpe_why(struct snpe_client *client, uint64_t job, struct snpe_wait **ret)
{
    const struct why_params params = {job};
    struct exchange exchange = {client, METHOD_WHY, pack_why, why_on_answer, &params, NULL};
    void *answer;
    int r = report_fetch(&exchange, sizeof(struct why_result), sizeof(**ret), &answer);

    if (r == 0)
        *ret = answer;
    return r;
}

int snpe_trace(struct snpe_client *client, uint64_t after, int on, struct snpe_records **ret)
{
    const struct trace_params params = {after, on != 0};
    struct exchange exchange = {client, METHOD_TRACE, pack_trace, trace_on_answer, &params, NULL};
    void *answer;
    int r = report_fetch(&exchange, sizeof(struct trace_result), sizeof(**ret), &answer);

    if (r == 0)
        *ret = answer;
    return r;
}
