#include "client/tensors.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "client/share.h"
#include "client/stream.h"

static const char *names_of(const struct snpe_tensor_info *const *infos, uint32_t n, char *out,
                            size_t size)
{
    size_t at = 0;

    out[0] = '\0';
    for (uint32_t i = 0; i < n && at < size; i++)
        at += (size_t)snprintf(out + at, size - at, "%s%.40s", i ? ", " : "", infos[i]->name);
    return out;
}

/* The Ith that the job's stream does not carry; NULL if there are not so many. */
static const struct snpe_tensor_info *find_next(const struct job *job, bool input,
                                                const struct snpe_tensor_info *const *infos,
                                                uint32_t n, uint32_t i)
{
    for (uint32_t k = 0; k < n; k++)
        if (!stream_carries(job->stream, input, infos[k]->name) && i-- == 0)
            return infos[k];
    return NULL;
}

static const struct snpe_tensor_info *find_named(const struct snpe_tensor_info *const *infos,
                                                 uint32_t n, const char *name)
{
    for (uint32_t k = 0; k < n; k++)
        if (strcmp(infos[k]->name, name) == 0)
            return infos[k];
    return NULL;
}

static int no_tensor(const struct snpe_network_info *info, bool input, const char *name,
                     struct fault *fault)
{
    char names[120];

    names_of(input ? info->inputs : info->outputs, input ? info->n_inputs : info->n_outputs, names,
             sizeof(names));
    return fail(fault, E_NO_TENSOR, "network '%.40s' has no %s '%.40s': it has %s", info->name,
                input ? "input" : "output", name ? name : "more", names);
}

static int wrong_size(const struct snpe_tensor_info *tensor, uint64_t size, struct fault *fault)
{
    char dims[STR_SHAPE_SIZE];
    struct shape shape = {.rank = tensor->dims.rank};

    memcpy(shape.dim, tensor->dims.dim, sizeof(shape.dim));
    return fail(fault, E_TENSOR_SIZE, "'%.60s' has %llu bytes (%.8s %s), %llu were given",
                tensor->name, (unsigned long long)tensor->size, tensor->type,
                str_shape(&shape, dims, sizeof(dims)), (unsigned long long)size);
}

static int check_span(const struct job *job, const struct job_tensor *tensor, struct fault *fault)
{
    const struct snpe_region *region = tensor->region;

    if (region->handle.client != job->network->handle.client)
        return fail(fault, E_NO_REGION, "the region of '%.60s' belongs to another client",
                    tensor->info->name);
    if (tensor->offset % SNPE_ALIGN)
        return fail(fault, E_REGION_BOUNDS, "'%.60s' begins at %llu, which is no multiple of %d",
                    tensor->info->name, (unsigned long long)tensor->offset, SNPE_ALIGN);
    if (tensor->offset > region->size || tensor->info->size > region->size - tensor->offset)
        return fail(fault, E_REGION_BOUNDS,
                    "'%.60s' ends outside its region: %llu bytes from %llu, the region has %zu",
                    tensor->info->name, (unsigned long long)tensor->info->size,
                    (unsigned long long)tensor->offset, region->size);
    return 0;
}

/* One tensor of the caller's. FROM's type is that of inputs, which outputs have member for member.
 */
static int take_tensor(struct job *job, bool input, const struct snpe_output *from, uint32_t i,
                       struct job_tensor *to, struct fault *fault)
{
    const struct snpe_network_info *info = job->network->info;
    const struct snpe_tensor_info *const *infos = input ? info->inputs : info->outputs;
    uint32_t n = input ? info->n_inputs : info->n_outputs;
    const struct snpe_tensor_info *tensor =
        from->name ? find_named(infos, n, from->name) : find_next(job, input, infos, n, i);

    if (!tensor)
        return no_tensor(info, input, from->name, fault);
    if (from->size != tensor->size)
        return wrong_size(tensor, from->size, fault);
    if (!from->data == !from->region)
        return fail(fault, -EINVAL, "'%.60s' needs either memory or a region", tensor->name);
    *to = (struct job_tensor){
        .info = tensor, .data = from->data, .region = from->region, .offset = from->offset};
    return from->region ? check_span(job, to, fault) : 0;
}

static struct snpe_output as_output(const struct snpe_input *input)
{
    struct snpe_output output = {
        .name = input->name, .region = input->region, .offset = input->offset, .size = input->size};

    memcpy(&output.data, &input->data, sizeof(output.data)); /* only ever read */
    return output;
}

int tensors_fill(struct job *job, const struct inference_call *call, struct fault *fault)
{
    const struct snpe_network_info *info = job->network->info;
    int r = 0;

    if (call->n_inputs > info->n_inputs)
        return fail(fault, E_NO_TENSOR, "network '%.64s' has %u inputs, %u were given", info->name,
                    info->n_inputs, call->n_inputs);
    if (call->n_outputs > info->n_outputs)
        return fail(fault, E_NO_TENSOR, "network '%.64s' has %u outputs, %u were given", info->name,
                    info->n_outputs, call->n_outputs);
    if (call->n_outputs == 0)
        return fail(fault, -EINVAL, "a run of '%.64s' without outputs: name at least one",
                    info->name);
    for (uint32_t i = 0; i < call->n_inputs && r == 0; i++) {
        const struct snpe_output input = as_output(&call->inputs[i]);

        r = take_tensor(job, true, &input, i, &job->inputs[i], fault);
        job->n_inputs += r == 0;
    }
    for (uint32_t i = 0; i < call->n_outputs && r == 0; i++) {
        r = take_tensor(job, false, &call->outputs[i], i, &job->outputs[i], fault);
        job->n_outputs += r == 0;
    }
    return r;
}
