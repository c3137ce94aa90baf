/* What a job says on the wire, and what it takes from there. */
#include <string.h>

#include "base/error.h"
#include "client/inference.h"
#include "client/share.h"
#include "client/stream.h"
#include "protocol/messages.h"

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

/* All places, and the parts of the tail, which *N_PARTS counts. */
static void fill_places(const struct job *job, struct tensor_place *inputs,
                        struct tensor_place *outputs, struct wire_part *parts, uint32_t *n_parts)
{
    for (uint32_t i = 0; i < job->n_inputs; i++) {
        fill_place(job, &job->inputs[i], &inputs[i]);
        if (inputs[i].region)
            continue;
        parts[(*n_parts)++] = (struct wire_part){job->inputs[i].data, job->inputs[i].info->size};
        inputs[i].offset = wire_part_offset(parts, *n_parts - 1);
    }
    for (uint32_t i = 0; i < job->n_outputs; i++)
        fill_place(job, &job->outputs[i], &outputs[i]);
}

static int send_run(struct job *job)
{
    struct buf *pack = &job->call.client->pack;
    struct wire_part parts[WIRE_PARTS_MAX];
    struct run_params params;
    uint32_t n_parts = 0;
    int r;

    params.network = job->network->handle.id;
    params.deadline_ns = job->deadline_ns;
    params.class = (struct text){job->class, strlen(job->class)};
    params.n_any_of = 0;
    for (uint32_t i = 0; i < job->n_any_of; i++)
        if (handle_ready(&job->any_of[i]->handle))
            params.any_of[params.n_any_of++].network = job->any_of[i]->handle.id;
    params.n_inputs = job->n_inputs;
    params.n_outputs = job->n_outputs;
    fill_places(job, params.inputs, params.outputs, parts, &n_parts);
    pack->size = 0;
    r = pack_run_params(&params, pack);
    return r < 0 ? r : call_send(&job->call, parts, n_parts, -1);
}

static int send_push(struct job *job)
{
    struct buf *pack = &job->call.client->pack;
    struct wire_part parts[WIRE_PARTS_MAX];
    struct stream_push_params params;
    uint32_t n_parts = 0;
    int r;

    params.stream = job->stream->handle.id;
    params.frame = job->result.frame;
    params.deadline_ns = job->deadline_ns;
    params.n_inputs = job->n_inputs;
    params.n_outputs = job->n_outputs;
    fill_places(job, params.inputs, params.outputs, parts, &n_parts);
    pack->size = 0;
    r = pack_stream_push_params(&params, pack);
    return r < 0 ? r : call_send(&job->call, parts, n_parts, -1);
}

int inference_send(struct job *job)
{
    return job->stream ? send_push(job) : send_run(job);
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

static int take_outputs(struct job *job, const struct wire_frame *frame,
                        const struct tensor_place *places, uint32_t n, struct fault *fault)
{
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < n; i++)
        if (places[i].region == 0)
            r = take_inline(job, frame, &places[i], fault);
    for (uint32_t i = 0; r == 0 && i < job->n_outputs && !job->stage; i++)
        if (job->outputs[i].data && !job->outputs[i].came)
            r = fail(fault, E_BAD_FRAME, "the answer lacks output '%.60s'",
                     job->outputs[i].info->name);
    return r;
}

/* Which of the job's networks the daemon knows by that number. */
static const struct snpe_network *network_of(const struct job *job, uint32_t id)
{
    for (uint32_t i = 0; i < job->n_any_of; i++)
        if (job->any_of[i]->handle.id == id)
            return job->any_of[i];
    return job->network;
}

static int take_run(struct job *job, const struct wire_frame *frame, struct fault *fault)
{
    struct run_result result;
    int r = unpack_run_result(frame->map, frame->map_size, &result, fault);

    if (r == 0)
        r = take_outputs(job, frame, result.outputs, result.n_outputs, fault);
    if (r < 0)
        return r;
    job->result.queue_us = result.queue_us;
    job->result.run_us = result.run_us;
    job->result.copied_bytes = result.copied_bytes;
    job->result.job = result.job;
    job->result.network = network_of(job, result.network);
    return 0;
}

static int take_push(struct job *job, const struct wire_frame *frame, struct fault *fault)
{
    struct stream_push_result result;
    int r = unpack_stream_push_result(frame->map, frame->map_size, &result, fault);

    if (r == 0)
        r = take_outputs(job, frame, result.outputs, result.n_outputs, fault);
    if (r < 0)
        return r;
    job->result.age_us = result.age_us;
    job->result.queue_us = result.queue_us;
    job->result.run_us = result.run_us;
    job->result.copied_bytes = result.copied_bytes;
    job->result.dropped = result.dropped;
    job->result.job = result.job;
    job->result.network = job->network;
    job->result.restarted = job->stream->restarted;
    job->stream->restarted = false;
    return 0;
}

int inference_on_answer(struct call *call, const struct wire_frame *frame, struct fault *fault)
{
    struct job *job = container_of(call, struct job, call);

    return job->stream ? take_push(job, frame, fault) : take_run(job, frame, fault);
}
