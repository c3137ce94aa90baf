#include "client/stage.h"

#include <string.h>

#include "base/error.h"
#include "client/share.h"

/* Bytes of plain tensors, each aligned. */
static uint64_t plain_bytes(const struct job_tensor *tensors, uint32_t n)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < n; i++)
        if (tensors[i].data)
            sum += mem_round(tensors[i].info->size);
    return sum;
}

static bool fits_inline(const struct job *job)
{
    const struct snpe_network *network = job->network;
    uint64_t most = network->handle.client->frame_most;

    return network->map_bound + plain_bytes(job->inputs, job->n_inputs) <= most &&
           network->map_bound + plain_bytes(job->outputs, job->n_outputs) <= most;
}

static int take(struct job *job, struct fault *fault)
{
    struct snpe_network *network = job->network;
    struct list *spare = list_pop(&network->stages);
    int r;

    if (spare) {
        job->stage = list_entry(spare, struct snpe_region, spare);
        return 0;
    }
    r = share_new(network->handle.client, network->stage_size, &job->stage);
    if (r < 0)
        return fail(fault, r, "%zu bytes of shared memory for tensors of '%.64s': %s",
                    network->stage_size, network->info->name, error_get(r).text);
    network->handle.client->counters.staged_regions++;
    return 0;
}

static uint64_t lay_out(struct job_tensor *tensors, uint32_t n, uint64_t at)
{
    for (uint32_t i = 0; i < n; i++)
        if (tensors[i].data) {
            tensors[i].offset = at;
            at += mem_round(tensors[i].info->size);
        }
    return at;
}

static char *place_of(const struct job *job, const struct job_tensor *tensor)
{
    return (char *)job->stage->base + tensor->offset;
}

/* Megabytes are copied: not while others wait for the lock. The job is nobody else's yet. */
static void copy_inputs(struct job *job)
{
    pthread_mutex_t *lock = &job->network->handle.client->lock;

    pthread_mutex_unlock(lock);
    for (uint32_t i = 0; i < job->n_inputs; i++)
        if (job->inputs[i].data) {
            memcpy(place_of(job, &job->inputs[i]), job->inputs[i].data, job->inputs[i].info->size);
            job->result.staged_bytes += job->inputs[i].info->size;
        }
    pthread_mutex_lock(lock);
}

int stage_choose(struct job *job, struct fault *fault)
{
    struct snpe_client *client = job->network->handle.client;
    uint64_t bytes =
        plain_bytes(job->inputs, job->n_inputs) + plain_bytes(job->outputs, job->n_outputs);
    int r;

    if (bytes == 0)
        return 0;
    if (fits_inline(job)) {
        client->counters.inline_bytes += bytes;
        return 0;
    }
    if (job->network->stage_size == 0)
        return fail(fault, E_TOO_LARGE, "the tensors of '%.64s' do not fit into memory together",
                    job->network->info->name);
    r = take(job, fault);
    if (r < 0)
        return r;
    (void)lay_out(job->outputs, job->n_outputs, lay_out(job->inputs, job->n_inputs, 0));
    copy_inputs(job);
    return 0;
}

void stage_deliver(struct job *job)
{
    pthread_mutex_t *lock = &job->network->handle.client->lock;

    if (!job->stage)
        return;
    pthread_mutex_unlock(lock);
    for (uint32_t i = 0; i < job->n_outputs; i++)
        if (job->outputs[i].data) {
            memcpy(job->outputs[i].data, place_of(job, &job->outputs[i]),
                   job->outputs[i].info->size);
            job->result.staged_bytes += job->outputs[i].info->size;
        }
    pthread_mutex_lock(lock);
}

void stage_return(struct job *job)
{
    if (!job->stage)
        return;
    job->network->handle.client->counters.staged_bytes += job->result.staged_bytes;
    job->stage->job = NULL;
    list_append(&job->network->stages, &job->stage->spare);
    job->stage = NULL;
}
