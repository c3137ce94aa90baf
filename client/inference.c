#include "client/inference.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "client/loop.h"
#include "client/share.h"
#include "client/stage.h"
#include "client/tensors.h"
#include "protocol/messages.h"
#include "protocol/method.h"

void inference_free_jobs(struct list *jobs)
{
    for (struct list *it = list_pop(jobs); it; it = list_pop(jobs))
        free(list_entry(it, struct job, spare));
}

static struct job *job_take(struct snpe_network *network)
{
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
    job->stage = NULL;
    job->result = (struct snpe_run_result){0};
    job->done = NULL;
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
    load_unref(network);
}

static void fill_place(const struct job *job, const struct job_tensor *tensor,
                       struct tensor_place *to)
{
    const struct snpe_region *region = tensor->region ? tensor->region : job->stage;

    *to = (struct tensor_place){
        .name = {tensor->info->name, strlen(tensor->info->name)},
        .region = region ? region->handle.id : 0,
        .offset = region ? tensor->offset : 0,
        .size = tensor->info->size,
    };
}

/* Packs and sends RUN; all it refers to is known to the daemon. As call_send. */
static int job_send(struct job *job)
{
    struct snpe_client *client = job->call.client;
    struct wire_part parts[WIRE_PARTS_MAX];
    struct run_params params;
    uint32_t n_parts = 0;
    int r;

    params.network = job->network->handle.id;
    params.deadline_ns = job->deadline_ns;
    params.n_inputs = job->n_inputs;
    params.n_outputs = job->n_outputs;
    for (uint32_t i = 0; i < job->n_inputs; i++) {
        fill_place(job, &job->inputs[i], &params.inputs[i]);
        if (params.inputs[i].region)
            continue;
        parts[n_parts++] = (struct wire_part){job->inputs[i].data, job->inputs[i].info->size};
        params.inputs[i].offset = wire_part_offset(parts, n_parts - 1);
    }
    for (uint32_t i = 0; i < job->n_outputs; i++)
        fill_place(job, &job->outputs[i], &params.outputs[i]);
    client->pack.size = 0;
    r = pack_run_params(&params, &client->pack);
    return r < 0 ? r : call_send(&job->call, parts, n_parts, -1);
}

static struct job_tensor *place_output(struct job *job, const struct tensor_place *place)
{
    for (uint32_t i = 0; i < job->n_outputs; i++) {
        struct job_tensor *output = &job->outputs[i];

        if (output->data && !job->stage && !output->came &&
            strlen(output->info->name) == place->name.size &&
            memcmp(output->info->name, place->name.base, place->name.size) == 0)
            return output;
    }
    return NULL;
}

static int take_inline(struct job *job, const struct wire_frame *frame,
                       const struct tensor_place *place, struct fault *fault)
{
    struct job_tensor *output = place_output(job, place);

    if (!output)
        return fail(fault, E_BAD_FRAME, "the answer holds output '%.*s', which was not asked for",
                    (int)(place->name.size < 60 ? place->name.size : 60), place->name.base);
    if (place->size != output->info->size || place->offset > frame->tail_size ||
        place->size > frame->tail_size - place->offset)
        return fail(fault, E_BAD_FRAME,
                    "the answer puts output '%.60s' at %llu, %llu bytes, of a tail of %zu",
                    output->info->name, (unsigned long long)place->offset,
                    (unsigned long long)place->size, frame->tail_size);
    memcpy(output->data, frame->tail + place->offset, place->size);
    output->came = true;
    return 0;
}

static int job_on_answer(struct call *call, const struct wire_frame *frame, struct fault *fault)
{
    struct job *job = container_of(call, struct job, call);
    struct run_result result;
    int r = unpack_run_result(frame->map, frame->map_size, &result, fault);

    for (uint32_t i = 0; r == 0 && i < result.n_outputs; i++)
        if (result.outputs[i].region == 0)
            r = take_inline(job, frame, &result.outputs[i], fault);
    for (uint32_t i = 0; r == 0 && i < job->n_outputs && !job->stage; i++)
        if (job->outputs[i].data && !job->outputs[i].came)
            r = fail(fault, E_BAD_FRAME, "the answer lacks output '%.60s'",
                     job->outputs[i].info->name);
    if (r < 0)
        return r;
    job->result.queue_us = result.queue_us;
    job->result.run_us = result.run_us;
    job->result.copied_bytes = result.copied_bytes;
    job->result.job = result.job;
    return 0;
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
    if (job->done) {
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
        r = job_send(job);
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

    job->call.on_answer = job_on_answer;
    job->call.on_done = job_on_done;
    call_begin(client, &job->call, METHOD_RUN);
    if (!job->stage || handle_ready(&job->stage->handle))
        return job_send(job);
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
    job->done = NULL;
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

/* Does the daemon know the network and the caller's regions on the connection that is up? */
static bool job_ready(const struct job *job)
{
    return handle_ready(&job->network->handle) && regions_ready(job->inputs, job->n_inputs) &&
           regions_ready(job->outputs, job->n_outputs);
}

static int job_ensure(struct job *job, uint64_t expires_ns, struct fault *fault)
{
    int r = handle_attempt(&job->network->handle, expires_ns, fault);

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

/* A job for the caller's tensors, its inputs copied where they must be. */
static int job_new(struct snpe_network *network, const struct snpe_input *inputs, uint32_t n_inputs,
                   const struct snpe_output *outputs, uint32_t n_outputs, struct job **ret,
                   struct fault *fault)
{
    struct job *job = job_take(network);
    int r;

    if (!job)
        return -ENOMEM;
    r = tensors_fill(job, inputs, n_inputs, outputs, n_outputs, fault);
    if (r == 0)
        r = stage_choose(job, fault);
    if (r < 0)
        job_return(job);
    else
        *ret = job;
    return r;
}

static int run(struct job *job, const struct snpe_run_options *options, struct snpe_run_result *ret,
               struct fault *fault)
{
    struct snpe_client *client = job->network->handle.client;
    uint64_t expires_ns = client_expiry(client, options->timeout_ms, client->call_ms);
    const struct call_plan plan = {run_attempt, &job, false};
    int r;

    job->deadline_ns = options->deadline_ns;
    r = call_repeat(client, &plan, expires_ns, fault);
    if (r == 0)
        stage_deliver(job);
    if (r == 0 && ret)
        *ret = job->result;
    if (job)
        job_return(job);
    return r;
}

int snpe_run(struct snpe_network *network, const struct snpe_input *inputs, uint32_t n_inputs,
             const struct snpe_output *outputs, uint32_t n_outputs,
             const struct snpe_run_options *wanted, struct snpe_run_result *ret)
{
    struct snpe_client *client = network->handle.client;
    struct fault fault = {{0}};
    struct snpe_run_options options;
    struct job *job;
    int r = client_enter(client, &fault);

    if (r == 0)
        r = client_options(&options, sizeof(options), wanted, &fault);
    if (r == 0)
        r = job_new(network, inputs, n_inputs, outputs, n_outputs, &job, &fault);
    if (r == 0)
        r = run(job, &options, ret, &fault);
    return client_leave(client, r, &fault);
}

/* May JOB be sent now, without waiting for anything? */
static int check_submit(const struct job *job, struct fault *fault)
{
    const struct handle *network = &job->network->handle;

    if (network->dead)
        return fail(fault, network->code, "%s", network->fault.text);
    if (!job_ready(job))
        return fail(fault, E_DISCONNECTED,
                    "the daemon at '%.100s' is not connected, or does not know this network or "
                    "region since it was restarted: call snpe_connect",
                    network->client->socket);
    if (wire_pending(network->client->wire) > CLIENT_PENDING_MOST)
        return fail(fault, -EAGAIN, "the daemon does not take what is sent: dispatch first");
    return 0;
}

static int submit(struct job *job, const struct snpe_run_options *options, uint64_t *ticket,
                  struct fault *fault)
{
    struct snpe_client *client = job->network->handle.client;
    int r = check_submit(job, fault);

    job->deadline_ns = options->deadline_ns;
    job->call.expires_ns = client_expiry(client, options->timeout_ms, client->call_ms);
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

int snpe_submit(struct snpe_network *network, const struct snpe_input *inputs, uint32_t n_inputs,
                const struct snpe_output *outputs, uint32_t n_outputs,
                const struct snpe_run_options *wanted, snpe_done_fn done, void *user,
                uint64_t *ticket)
{
    struct snpe_client *client = network->handle.client;
    struct fault fault = {{0}};
    struct snpe_run_options options;
    struct job *job;
    int r = client_enter(client, &fault);

    if (r == 0 && !done)
        r = fail(&fault, -EINVAL, "snpe_submit needs a function to call back");
    if (r == 0)
        r = client_options(&options, sizeof(options), wanted, &fault);
    if (r == 0)
        r = job_new(network, inputs, n_inputs, outputs, n_outputs, &job, &fault);
    if (r == 0) {
        job->done = done;
        job->user = user;
        r = submit(job, &options, ticket, &fault);
    }
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

void inference_call_back(struct call *call)
{
    struct job *job = container_of(call, struct job, call);
    struct snpe_client *client = call->client;
    int r = call->result;

    if (r < 0)
        client_say(client, r, &call->fault);
    if (r == 0)
        stage_deliver(job);
    pthread_mutex_unlock(&client->lock);
    job->done(job->user, r, r == 0 ? &job->result : NULL);
    pthread_mutex_lock(&client->lock);
    job_return(job);
}

void inference_expire(struct call *call)
{
    struct job *job = container_of(call, struct job, call);
    struct snpe_client *client = call->client;
    snpe_done_fn done = job->done;
    void *user = job->user;
    struct fault fault;

    (void)fail(&fault, E_TIMEOUT,
               "no answer came in time: the daemon is busy or hangs; give the job more time");
    client_say(client, E_TIMEOUT, &fault);
    job_leave(job);
    pthread_mutex_unlock(&client->lock);
    done(user, E_TIMEOUT, NULL);
    pthread_mutex_lock(&client->lock);
}
