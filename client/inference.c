#include "client/inference.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/class.h"
#include "base/error.h"
#include "client/loop.h"
#include "client/share.h"
#include "client/stage.h"
#include "client/stream.h"
#include "client/tensors.h"
#include "protocol/messages.h"
#include "protocol/method.h"

void inference_free_jobs(struct list *jobs)
{
    for (struct list *it = list_pop(jobs); it; it = list_pop(jobs))
        free(list_entry(it, struct job, spare));
}

static struct job *job_take(const struct inference_call *call)
{
    struct snpe_network *network = call->network;
    const struct snpe_network_info *info = network->info;
    struct list *spare = list_pop(&network->jobs);
    struct job *job;

    if (spare) {
        job = list_entry(spare, struct job, spare);
    } else {
        job = calloc(1,
                     sizeof(*job) + (info->n_inputs + info->n_outputs) * sizeof(struct job_tensor));
        if (!job)
            return NULL;
        list_init(&job->spare);
        job->inputs = job->tensors;
        job->outputs = job->tensors + info->n_inputs;
    }
    list_init(&job->call.node);
    job->network = load_ref(network);
    job->stream = call->stream ? stream_ref(call->stream) : NULL;
    job->stage = NULL;
    job->result = (struct snpe_push_result){.frame = call->frame};
    job->deadline_ns = call->deadline_ns;
    job->called_back = false;
    job->cancelled = false;
    job->call.expires_ns = 0;
    job->n_inputs = job->n_outputs = 0;
    return job;
}

static void job_return(struct job *job)
{
    struct snpe_network *network = job->network;

    stage_return(job);
    list_append(&network->jobs, &job->spare);
    if (job->stream)
        stream_unref(job->stream);
    load_unref(network);
}

/* The answer that nobody waits for any more. */
static void job_on_late(struct call *call)
{
    call->client->counters.late += call->client->link == LINK_UP;
    job_return(container_of(call, struct job, call));
}

static void job_on_done(struct call *call)
{
    struct job *job = container_of(call, struct job, call);

    if (job->stage)
        job->stage->job = NULL;
    if (job->stream && call->result == E_NO_STREAM)
        job->stream->handle.epoch = 0; /* its device was lost under it: the next use opens it */
    if (job->called_back) {
        list_append(&call->client->done, &call->node);
        loop_notify(call->client);
    }
    call_changed(call->client);
}

/* The staging region is known to the daemon, or will not be: JOB goes on, or ends. */
static void stage_known(struct handle *handle)
{
    const struct snpe_region *region = container_of(handle, struct snpe_region, handle);
    struct job *job = region->job;
    struct fault fault = {{0}};
    int r = handle->code;

    if (!job)
        return;
    if (r == 0 && job->cancelled)
        r = fail(&fault, E_CANCELLED, "cancelled before it was sent");
    else if (r < 0)
        fault = handle->fault;
    else
        r = inference_send(job);
    if (r == CALL_UNSENT) {
        r = E_DISCONNECTED;
        fault = handle->client->lost;
    }
    if (r < 0)
        call_finish(&job->call, r, *fault.text ? &fault : NULL);
}

/* Sends JOB, or first its staging region and JOB when that is known. As call_send. */
static int job_start(struct job *job)
{
    struct snpe_client *client = job->network->handle.client;

    job->call.on_answer = inference_on_answer;
    job->call.on_done = job_on_done;
    call_begin(client, &job->call, job->stream ? METHOD_STREAM_PUSH : METHOD_RUN);
    if (!job->stage || handle_ready(&job->stage->handle))
        return inference_send(job);
    job->stage->job = job;
    job->stage->handle.after = stage_known;
    return handle_start(&job->stage->handle);
}

/* Nobody waits for JOB any more: its memory is not the caller's from now on. */
static void job_leave(struct job *job)
{
    if (!job->call.sent) {
        if (job->stage)
            job->stage->job = NULL;
        call_drop(&job->call);
        job_return(job);
        return;
    }
    job->called_back = false;
    job->call.expires_ns = 0;
    job->call.on_answer = NULL;
    job->call.on_done = job_on_late;
    call_cancel(&job->call);
}

static int ensure_regions(const struct job_tensor *tensors, uint32_t n, uint64_t expires_ns,
                          struct fault *fault)
{
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < n; i++)
        if (tensors[i].region)
            r = handle_attempt(&tensors[i].region->handle, expires_ns, fault);
    return r;
}

static bool regions_ready(const struct job_tensor *tensors, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (tensors[i].region && !handle_ready(&tensors[i].region->handle))
            return false;
    return true;
}

/* What the job is one of: its stream, which needs the network, or the network. */
static struct handle *job_handle(const struct job *job)
{
    return job->stream ? &job->stream->handle : &job->network->handle;
}

/* Does the daemon know all that the job refers to on the connection that is up? */
static bool job_ready(const struct job *job)
{
    return handle_ready(&job->network->handle) && handle_ready(job_handle(job)) &&
           regions_ready(job->inputs, job->n_inputs) && regions_ready(job->outputs, job->n_outputs);
}

static int job_ensure(struct job *job, uint64_t expires_ns, struct fault *fault)
{
    int r = handle_attempt(job_handle(job), expires_ns, fault);

    for (uint32_t i = 0; r == 0 && i < job->n_any_of; i++)
        r = handle_attempt(&job->any_of[i]->handle, expires_ns, fault);
    if (r == 0)
        r = ensure_regions(job->inputs, job->n_inputs, expires_ns, fault);
    if (r == 0)
        r = ensure_regions(job->outputs, job->n_outputs, expires_ns, fault);
    if (r == 0 && !job_ready(job))
        return CALL_UNSENT; /* the connection was lost, and made again, while we waited */
    return r;
}

/* A call_attempt_fn. A job whose time is over is left to its answer, and *CONTEXT is then NULL. */
static int run_attempt(void *context, uint64_t expires_ns, struct fault *fault)
{
    struct job **job = context;
    int r = job_ensure(*job, expires_ns, fault);

    if (r == 0)
        r = job_start(*job);
    else
        return r;
    if (r == 0)
        r = call_wait(&(*job)->call, expires_ns, fault);
    if (r == E_TIMEOUT && (*job)->call.state == CALL_WAITS)
        job_leave(take_ptr(*job));
    else
        call_drop(&(*job)->call);
    return r;
}

/* What the caller says of the job beside its tensors. */
static int job_set(struct job *job, const struct inference_call *call, struct fault *fault)
{
    enum job_class class = call->class ? class_find(call->class, strlen(call->class)) : _CLASS_MAX;

    job->class = class < _CLASS_MAX ? class_name(class) : "";
    if (call->class && class == _CLASS_MAX)
        return fail(fault, E_BAD_PARAMS,
                    "there is no class '%.40s': it can be realtime, interactive or batch",
                    call->class);
    if (call->n_any_of > MESSAGE_NETWORKS_MAX)
        return fail(fault, E_BAD_PARAMS, "any_of holds %u networks, %d are the most",
                    call->n_any_of, MESSAGE_NETWORKS_MAX);
    for (uint32_t i = 0; i < call->n_any_of; i++)
        if (call->any_of[i]->handle.client != job->network->handle.client)
            return fail(fault, E_BAD_PARAMS, "any_of: network '%.60s' belongs to another client",
                        call->any_of[i]->info->name);
    job->n_any_of = call->n_any_of;
    if (job->n_any_of)
        memcpy(job->any_of, call->any_of, job->n_any_of * sizeof(job->any_of[0]));
    return 0;
}

/* A job for the caller's tensors, its inputs copied where they must be. */
static int job_new(const struct inference_call *call, struct job **ret, struct fault *fault)
{
    struct job *job = job_take(call);
    int r;

    if (!job)
        return -ENOMEM;
    r = job_set(job, call, fault);
    if (r == 0)
        r = tensors_fill(job, call, fault);
    if (r == 0)
        r = stage_choose(job, fault);
    if (r < 0)
        job_return(job);
    else
        *ret = job;
    return r;
}

/* Twice would move a state on by two. */
static bool is_once(const struct inference_call *call)
{
    return call->stream && stream_has_state(call->stream);
}

int inference_run(const struct inference_call *call, struct snpe_push_result *ret,
                  struct fault *fault)
{
    struct snpe_client *client = call->network->handle.client;
    uint64_t expires_ns = client_expiry(client, call->timeout_ms, client->call_ms);
    struct job *job;
    const struct call_plan plan = {run_attempt, &job, is_once(call)};
    int r = job_new(call, &job, fault);

    if (r < 0)
        return r;
    r = call_repeat(client, &plan, expires_ns, fault);
    if (r == 0)
        stage_deliver(job);
    if (r == 0)
        *ret = job->result;
    if (job)
        job_return(job);
    return r;
}

static void run_result(const struct snpe_push_result *from, struct snpe_run_result *to)
{
    *to = (struct snpe_run_result){
        .queue_us = from->queue_us,
        .run_us = from->run_us,
        .copied_bytes = from->copied_bytes,
        .staged_bytes = from->staged_bytes,
        .job = from->job,
        .network = from->network,
    };
}

static int take_options(const struct snpe_run_options *wanted, struct inference_call *call,
                        struct fault *fault)
{
    struct snpe_run_options options;
    int r = client_options(&options, sizeof(options), wanted, fault);

    if (r < 0)
        return r;
    call->deadline_ns = options.deadline_ns;
    call->timeout_ms = options.timeout_ms;
    call->class = options.job_class;
    call->any_of = options.any_of;
    call->n_any_of = options.n_any_of;
    return 0;
}

int snpe_run(struct snpe_network *network, const struct snpe_input *inputs, uint32_t n_inputs,
             const struct snpe_output *outputs, uint32_t n_outputs,
             const struct snpe_run_options *wanted, struct snpe_run_result *ret)
{
    struct inference_call call = {
        .network = network,
        .inputs = inputs,
        .outputs = outputs,
        .n_inputs = n_inputs,
        .n_outputs = n_outputs,
    };
    struct snpe_client *client = network->handle.client;
    struct snpe_push_result result;
    struct fault fault = {{0}};
    int r = client_enter(client, &fault);

    if (r == 0)
        r = take_options(wanted, &call, &fault);
    if (r == 0)
        r = inference_run(&call, &result, &fault);
    if (r == 0 && ret)
        run_result(&result, ret);
    return client_leave(client, r, &fault);
}

/* May JOB be sent now, without waiting for anything? */
static int check_submit(const struct job *job, struct fault *fault)
{
    const struct snpe_client *client = job->network->handle.client;
    const struct handle *network = &job->network->handle;

    if (network->dead)
        return fail(fault, network->code, "%s", network->fault.text);
    if (!job_ready(job))
        return fail(fault, E_DISCONNECTED,
                    "the daemon at '%.100s' is not connected, or does not know this network, "
                    "stream or region since it was restarted: call snpe_connect",
                    client->socket);
    if (wire_pending(client->wire) > CLIENT_PENDING_MOST)
        return fail(fault, -EAGAIN, "the daemon does not take what is sent: dispatch first");
    return 0;
}

static int submit(struct job *job, uint32_t timeout_ms, uint64_t *ticket, struct fault *fault)
{
    struct snpe_client *client = job->network->handle.client;
    int r = check_submit(job, fault);

    job->call.expires_ns = client_expiry(client, timeout_ms, client->call_ms);
    if (r == 0)
        r = job_start(job);
    if (r == CALL_UNSENT)
        r = fail(fault, E_DISCONNECTED, "%s", client->lost.text);
    if (r < 0) {
        call_drop(&job->call);
        job_return(job);
        return r;
    }
    loop_arm(client, job->call.expires_ns);
    if (ticket)
        *ticket = client->epoch << 32 | job->call.serial;
    return 0;
}

int inference_submit(const struct inference_call *call, const struct inference_back *back,
                     uint64_t *ticket, struct fault *fault)
{
    struct job *job;
    int r;

    if (!back->done && !back->pushed)
        return fail(fault, -EINVAL, "a submit or push needs a function to call back");
    r = job_new(call, &job, fault);
    if (r < 0)
        return r;
    job->called_back = true;
    job->back = *back;
    return submit(job, call->timeout_ms, ticket, fault);
}

int snpe_submit(struct snpe_network *network, const struct snpe_input *inputs, uint32_t n_inputs,
                const struct snpe_output *outputs, uint32_t n_outputs,
                const struct snpe_run_options *wanted, snpe_done_fn done, void *user,
                uint64_t *ticket)
{
    struct inference_call call = {
        .network = network,
        .inputs = inputs,
        .outputs = outputs,
        .n_inputs = n_inputs,
        .n_outputs = n_outputs,
    };
    const struct inference_back back = {done, NULL, user};
    struct snpe_client *client = network->handle.client;
    struct fault fault = {{0}};
    int r = client_enter(client, &fault);

    if (r == 0)
        r = take_options(wanted, &call, &fault);
    if (r == 0)
        r = inference_submit(&call, &back, ticket, &fault);
    return client_leave(client, r, &fault);
}

int snpe_cancel(struct snpe_client *client, uint64_t ticket)
{
    struct fault fault = {{0}};
    struct call *call;
    int r = client_enter(client, &fault);

    if (r == 0) {
        call = ticket >> 32 == (client->epoch & UINT32_MAX) ? call_find(client, (uint32_t)ticket)
                                                            : NULL;
        if (call && call->on_done == job_on_done) {
            container_of(call, struct job, call)->cancelled = true;
            call_cancel(call);
        } else {
            r = fail(&fault, -ENOENT, "no job with that ticket is under way");
        }
    }
    return client_leave(client, r, &fault);
}

/* Calls back, without the lock. After an error a frame's result is its number alone. */
static void tell(struct snpe_client *client, const struct inference_back *back, int code,
                 const struct snpe_push_result *from)
{
    const struct snpe_push_result none = {.frame = from->frame};
    struct snpe_run_result result;

    pthread_mutex_unlock(&client->lock);
    run_result(from, &result);
    if (back->pushed)
        back->pushed(back->user, code, code == 0 ? from : &none);
    else
        back->done(back->user, code, code == 0 ? &result : NULL);
    pthread_mutex_lock(&client->lock);
}

void inference_call_back(struct call *call)
{
    struct job *job = container_of(call, struct job, call);
    struct snpe_client *client = call->client;
    int r = call->result;

    if (r < 0)
        client_say(client, r, &call->fault);
    if (r == 0)
        stage_deliver(job);
    tell(client, &job->back, r, &job->result);
    job_return(job);
}

void inference_expire(struct call *call)
{
    struct job *job = container_of(call, struct job, call);
    const struct snpe_push_result result = {.frame = job->result.frame};
    const struct inference_back back = job->back;
    struct snpe_client *client = call->client;
    struct fault fault;

    (void)fail(&fault, E_TIMEOUT,
               "no answer came in time: the daemon is busy or hangs; give the job more time");
    client_say(client, E_TIMEOUT, &fault);
    job_leave(job);
    tell(client, &back, E_TIMEOUT, &result);
}
