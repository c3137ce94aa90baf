/* why, trace: what the history tells. */
#include <errno.h>
#include <stdlib.h>

#include "base/base.h"
#include "daemon/handlers/handlers.h"
#include "daemon/server.h"
#include "daemon/session.h"
#include "daemon/why.h"

static void free_memory(void *p)
{
    free(*(void **)p);
}

int handle_why(struct request *request, struct fault *fault)
{
    char sentence[WHY_SENTENCE_MAX];
    struct why_params params;
    struct why_result result;
    int r = unpack_why_params(request->frame->map, request->frame->map_size, &params, fault);

    if (r == 0)
        r = why_find(request->to.session, params.job, &result, sentence, fault);
    if (r == 0)
        r = pack_why_result(&result, reply_map(&request->to));
    return r < 0 ? r : reply_send(&request->to, NULL, 0);
}

static bool is_of_job(const struct history_record *record)
{
    return record->kind == HISTORY_JOB || record->kind == HISTORY_STEP;
}

static void describe(const struct history_record *record, struct trace_record *ret)
{
    bool of_job = is_of_job(record);

    *ret = (struct trace_record){
        .kind = text_of(history_kind_name(record->kind)),
        .job = record->job,
        .session = record->owner.session,
        .client = text_of(record->owner.name),
        .model = text_of(record->model),
        .device = text_of(of_job ? device_get(record->device)->name : ""),
        .class = text_of(of_job ? class_name(record->class) : ""),
        .picked = text_of(of_job && record->began_ns ? queue_reason_name(record->reason) : ""),
        .lane = record->lane,
        .step = record->step,
        .steps = record->n_steps,
        .result = record->result,
        .arrived_ns = record->arrived_ns,
        .queued_ns = record->queued_ns,
        .began_ns = record->began_ns,
        .ended_ns = record->ended_ns,
        .answered_ns = record->answered_ns,
        .deadline_ns = record->deadline_ns,
        .run_us = record->run_ns / 1000,
    };
}

/* What the loop itself does is nobody's. */
static bool may_see(const struct session *session, const struct history_record *record)
{
    return record->kind == HISTORY_LOOP ? session->rights.admin
                                        : session_sees(session, record->owner.uid);
}

static void list_records(const struct session *session, uint64_t after, struct trace_result *result)
{
    const struct history *history = &session->server->history;
    uint64_t first = history_first(history), n = after < history->n ? after : history->n;

    result->lost = n < first ? first - n : 0;
    for (n += result->lost; n < history->n && result->n_records < MESSAGE_RECORDS_MAX; n++) {
        const struct history_record *record = history_get(history, n);

        if (may_see(session, record))
            describe(record, &result->records[result->n_records++]);
        else
            result->hidden++;
    }
    result->next = n;
}

int handle_trace(struct request *request, struct fault *fault)
{
    struct session *session = request->to.session;
    _cleanup_(free_memory) struct trace_result *result = NULL;
    struct trace_params params;
    int r = unpack_trace_params(request->frame->map, request->frame->map_size, &params, fault);

    if (r < 0)
        return r;
    result = calloc(1, sizeof(*result));
    if (!result)
        return -ENOMEM;
    result->now_ns = clock_now_ns(session->server->clock);
    list_records(session, params.after, result);
    if (params.on && session->rights.admin)
        tracer_on(&session->server->tracer);
    r = pack_trace_result(result, reply_map(&request->to));
    return r < 0 ? r : reply_send(&request->to, NULL, 0);
}
