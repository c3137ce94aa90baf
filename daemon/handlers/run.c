#include <errno.h>

#include "base/error.h"
#include "daemon/choose.h"
#include "daemon/handlers/handlers.h"
#include "daemon/job.h"
#include "daemon/models.h"
#include "daemon/server.h"
#include "daemon/session.h"
#include "daemon/tensors.h"

static void on_cancel(struct call *call, int code)
{
    struct job *job = container_of(call, struct job, call);

    atomic_store_explicit(&job->cancelled, code, memory_order_relaxed);
    if (sched_cancel(&job->server->sched, job))
        job_finish(job);
}

/* It came too late to be a job; it counts as one. */
static void count_expired(struct device_stats *stats)
{
    stats->jobs++;
    stats->expired++;
}

static int fill(struct request *request, struct job *job, const struct run_params *params,
                struct fault *fault)
{
    struct session *session = request->to.session;
    const struct tensor_places places = {params->inputs, params->outputs, params->n_inputs,
                                         params->n_outputs};
    int r = tensors_place(request, job, &places, fault);

    if (r == 0)
        r = call_begin(&job->call, request, on_cancel, fault);
    if (r < 0)
        return r;
    job->arrived_ns = request->arrived_ns;
    job->deadline_ns = params->deadline_ns;
    job->queued_ns = clock_now_ns(session->server->clock);
    job_demote(job);
    r = sched_submit(&session->server->sched, job, fault);
    if (r == E_QUEUE_FULL)
        events_post_overload(&session->server->events, network_device(job->network, 0), job->class,
                             r);
    if (r == E_DEADLINE)
        count_expired(&session->server->stats.devices[network_device(job->network, 0)]);
    return r;
}

int handle_run(struct request *request, struct fault *fault)
{
    struct session *session = request->to.session;
    struct run_params params;
    struct holding *holding;
    enum job_class class;
    struct job *job;
    int r = unpack_run_params(request->frame->map, request->frame->map_size, &params, fault);

    if (r == 0)
        r = policy_class_named(&session->rights, params.class.base, params.class.size, &class,
                               fault);
    if (r == 0)
        r = choose_network(session, &params, class, &holding, fault);
    if (r < 0)
        return r;
    job = job_new(session->server, holding->ready, holding->generation->name);
    if (!job)
        return -ENOMEM;
    job_own(job, session, holding);
    job->class = class;
    r = fill(request, job, &params, fault);
    if (r < 0)
        job_free(job);
    return r;
}
