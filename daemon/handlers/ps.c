#include <errno.h>
#include <stdlib.h>

#include "base/base.h"
#include "base/error.h"
#include "daemon/handlers/handlers.h"
#include "daemon/job.h"
#include "daemon/models.h"
#include "daemon/server.h"
#include "daemon/session.h"

static void free_memory(void *p)
{
    free(*(void **)p);
}

static uint32_t count_calls(const struct session *session)
{
    uint32_t n = 0;

    list_foreach (it, &session->calls)
        n++;
    return n;
}

static void describe_held(const struct session *session, struct session_desc *desc)
{
    list_foreach (it, &session->holdings.list) {
        const struct holding *holding = list_entry(it, struct holding, link);
        const struct network_info *info = network_info(holding->ready->network);

        if (desc->n_networks == MESSAGE_HELD_MAX)
            break;
        desc->networks[desc->n_networks++] = (struct held_desc){
            .network = holding->number,
            .model = text_of(holding->generation->name),
            .runtime = text_of(runtime_get(info->runtime)->name),
            .why = text_of(info->why),
            .runs = holding->runs,
        };
    }
}

static uint64_t user_device_us(const struct session *session)
{
    const struct account *user = account_user(session->account);
    uint64_t sum = 0;

    for (int i = 0; i < _DEVICE_MAX; i++)
        sum += user->device_ns[i];
    return sum / 1000;
}

static void describe_session(const struct session *session, uint64_t now_ns,
                             struct session_desc *ret)
{
    static const char *const states[] = {"new", "open", "draining", "draining"};
    const struct session_stats *stats = &session->stats;

    *ret = (struct session_desc){
        .session = session->number,
        .pid = (uint32_t)session->peer.pid,
        .uid = session->peer.uid,
        .name = text_of(session->name),
        .state = text_of(states[session->state]),
        .ceiling = text_of(class_name(session->rights.ceiling)),
        .age_us = (now_ns - session->born_ns) / 1000,
        .calls = count_calls(session),
        .runs = stats->runs,
        .refused = stats->refused,
        .expired = stats->expired,
        .dropped = stats->dropped,
        .device_us = stats->device_ns / 1000,
        .user_device_us = user_device_us(session),
        .demoted = account_user(session->account)->n_demoted,
        .queue_p50_us = hist_quantile(&stats->queue_times, 500) / 1000,
        .queue_p99_us = hist_quantile(&stats->queue_times, 990) / 1000,
        .run_p50_us = hist_quantile(&stats->run_times, 500) / 1000,
        .run_p99_us = hist_quantile(&stats->run_times, 990) / 1000,
        .regions = session->regions.n,
        .region_bytes = session->regions.bytes,
    };
    describe_held(session, ret);
}

static void describe_job(const struct job *job, const struct sched_view *view, uint64_t now_ns,
                         struct job_desc *ret)
{
    uint64_t waited_ns = (view->started_ns ? view->started_ns : now_ns) - job->arrived_ns;

    *ret = (struct job_desc){
        .job = job->number,
        .session = job->owner.session,
        .model = text_of(job->model),
        .device = text_of(device_get(view->device)->name),
        .class = text_of(class_name(job->class)),
        .running = view->running,
        .waited_us = waited_ns / 1000,
        .ran_us = view->started_ns ? (now_ns - view->started_ns) / 1000 : 0,
        .deadline_ns = job->deadline_ns,
    };
}

static void list_sessions(const struct session *asks, struct ps_result *result)
{
    list_foreach (it, &asks->server->sessions) {
        const struct session *session = list_entry(it, struct session, link);

        if (!session_sees(asks, session->peer.uid))
            result->hidden_sessions++;
        else if (result->n_sessions == MESSAGE_SESSIONS_MAX)
            result->more_sessions++;
        else
            describe_session(session, result->now_ns, &result->sessions[result->n_sessions++]);
    }
}

static void list_jobs(const struct session *asks, struct ps_result *result)
{
    list_foreach (it, &asks->server->jobs) {
        const struct job *job = list_entry(it, struct job, under);
        struct sched_view view;

        sched_look(&asks->server->sched, job, &view);
        if (!view.queued && !view.running)
            continue;
        if (!session_sees(asks, job->owner.uid))
            result->hidden_jobs++;
        else if (result->n_jobs == MESSAGE_JOBS_MAX)
            result->more_jobs++;
        else
            describe_job(job, &view, result->now_ns, &result->jobs[result->n_jobs++]);
    }
}

/* What is too long for a frame is made shorter: half of it is counted instead. */
static void shorten(struct ps_result *result)
{
    uint32_t sessions = result->n_sessions - result->n_sessions / 2;
    uint32_t jobs = result->n_jobs - result->n_jobs / 2;

    result->n_sessions -= sessions;
    result->more_sessions += sessions;
    result->n_jobs -= jobs;
    result->more_jobs += jobs;
}

static int answer(const struct reply_to *to, struct ps_result *result)
{
    int r;

    do {
        r = pack_ps_result(result, reply_map(to));
        if (r == 0)
            r = reply_send(to, NULL, 0);
        if (r != E_TOO_LARGE || result->n_sessions + result->n_jobs == 0)
            return r;
        shorten(result);
    } while (true);
}

int handle_ps(struct request *request, struct fault *fault)
{
    const struct session *session = request->to.session;
    _cleanup_(free_memory) struct ps_result *result = NULL;
    struct ps_params params;
    int r = unpack_ps_params(request->frame->map, request->frame->map_size, &params, fault);

    if (r < 0)
        return r;
    result = calloc(1, sizeof(*result));
    if (!result)
        return -ENOMEM;
    result->now_ns = clock_now_ns(session->server->clock);
    list_sessions(session, result);
    list_jobs(session, result);
    return answer(&request->to, result);
}
