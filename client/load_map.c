#include "client/load_map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "protocol/messages.h"

static struct text text_of(const char *text)
{
    return (struct text){text ? text : "", text ? strlen(text) : 0};
}

static int check_count(uint32_t n, uint32_t most, const void *list, const char *what,
                       struct fault *fault)
{
    if (n > most)
        return fail(fault, -EINVAL, "%u %s: a load takes at most %u", n, what, most);
    if (n && !list)
        return fail(fault, -EINVAL, "%u %s are announced and none given", n, what);
    return 0;
}

static int check_options(const struct snpe_load_options *options, struct fault *fault)
{
    int r = check_count(options->n_runtimes, MESSAGE_RUNTIMES_MAX, options->runtimes, "runtimes",
                        fault);

    if (r == 0)
        r = check_count(options->n_input_dims, MESSAGE_TENSORS_MAX, options->input_dims,
                        "input dims", fault);
    if (r == 0)
        r = check_count(options->n_outputs, MESSAGE_TENSORS_MAX, options->outputs, "outputs",
                        fault);
    if (r == 0)
        r = check_count(options->n_types, MESSAGE_TENSORS_MAX, options->types, "types", fault);
    for (uint32_t i = 0; r == 0 && i < options->n_input_dims; i++)
        if (options->input_dims[i].dims.rank > SNPE_RANK_MAX)
            r = fail(fault, -EINVAL, "input dims %u: rank %u, at most %d are possible", i,
                     options->input_dims[i].dims.rank, SNPE_RANK_MAX);
    return r;
}

static void fill_params(const char *name, const struct snpe_load_options *options,
                        struct load_params *params)
{
    params->name = text_of(name);
    params->keep = options->keep;
    params->ttl_ms = options->ttl_ms;
    params->perf = text_of(options->perf ? options->perf : "");
    for (; params->n_runtimes < options->n_runtimes; params->n_runtimes++)
        params->runtimes[params->n_runtimes] = text_of(options->runtimes[params->n_runtimes]);
    for (; params->n_outputs < options->n_outputs; params->n_outputs++)
        params->outputs[params->n_outputs] = text_of(options->outputs[params->n_outputs]);
    for (uint32_t i = 0; i < options->n_input_dims; i++) {
        struct named_dims *to = &params->input_dims[params->n_input_dims++];

        to->name = text_of(options->input_dims[i].name);
        to->dims.rank = options->input_dims[i].dims.rank;
        memcpy(to->dims.dim, options->input_dims[i].dims.dim, sizeof(to->dims.dim));
    }
    for (uint32_t i = 0; i < options->n_types; i++)
        params->types[params->n_types++] =
            (struct named_type){text_of(options->types[i].name), text_of(options->types[i].type)};
}

int load_map_pack(const char *name, const struct snpe_load_options *options, struct buf *out,
                  struct fault *fault)
{
    struct load_params *params;
    int r = check_options(options, fault);

    if (r < 0)
        return r;
    params = calloc(1, sizeof(*params));
    if (!params)
        return -ENOMEM;
    fill_params(name, options, params);
    r = pack_load_params(params, out);
    free(params);
    if (r == E_TOO_LARGE)
        return fail(fault, -EINVAL, "a name of this load is longer than %d bytes",
                    MESSAGE_NAME_MAX);
    return r;
}
