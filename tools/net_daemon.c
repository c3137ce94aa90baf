/*
 * A network in the daemon: the tensors lie in one region, which the daemon's kernels read and
 * write.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "base/error.h"
#include "base/mem.h"
#include "client/snpe-client.h"
#include "tools/net.h"

struct remote {
    struct net net;
    struct snpe_client *client;
    struct snpe_network *network;
    struct snpe_region *region;
    struct snpe_input *inputs;
    struct snpe_output *outputs;
    struct snpe_model_info *info;
    struct arena arena;
};

static int daemon_fault(const struct remote *remote, int code, struct fault *fault)
{
    const char *sentence = snpe_last_error(remote->client);

    return fail(fault, code, "%s", *sentence ? sentence : snpe_strerror(code));
}

static void remote_close(struct net *net)
{
    struct remote *remote = container_of(net, struct remote, net);

    snpe_free(remote->info);
    snpe_client_free(remote->client);
    arena_done(&remote->arena);
    free(remote);
}

static int remote_run(struct net *net, struct fault *fault)
{
    struct remote *remote = container_of(net, struct remote, net);
    const struct snpe_run_options options = {.size = sizeof(options), .timeout_ms = SNPE_FOREVER};
    int r;

    r = snpe_run(remote->network, remote->inputs, net->n_inputs, remote->outputs, net->n_outputs,
                 &options, NULL);
    return r < 0 ? daemon_fault(remote, r, fault) : 0;
}

static const struct net_ops remote_ops = {remote_run, remote_close};

static void to_dims(const struct shape *shape, struct snpe_dims *ret)
{
    ret->rank = shape->rank;
    memcpy(ret->dim, shape->dim, sizeof(ret->dim));
}

static struct snpe_named_dims *dims_of(struct remote *remote, const struct derive *derive)
{
    struct snpe_named_dims *dims =
        arena_alloc(&remote->arena, (derive->n_dims + 1) * sizeof(*dims));

    for (uint32_t i = 0; dims && i < derive->n_dims; i++) {
        dims[i].name = derive->dims[i].name;
        to_dims(&derive->dims[i].shape, &dims[i].dims);
    }
    return dims;
}

/* A name of our own, so that two runs at once do not replace each other's model. */
static const char *name_of(struct remote *remote, const char *container)
{
    const char *slash = strrchr(container, '/');
    char name[200];
    int n;

    n = snprintf(name, sizeof(name), "net-run-%ld-%.100s", (long)getpid(),
                 slash ? slash + 1 : container);
    return arena_text(&remote->arena, name, (size_t)n);
}

static int load(struct remote *remote, const struct net_options *options, const char *name,
                struct fault *fault)
{
    const char *runtimes[_RUNTIME_MAX];
    struct snpe_load_options load = {
        .size = sizeof(load),
        .runtimes = runtimes,
        .n_runtimes = options->n_order,
        .input_dims = dims_of(remote, &options->derive),
        .n_input_dims = options->derive.n_dims,
        .outputs = options->derive.outputs,
        .n_outputs = options->derive.n_outputs,
        .perf = options->perf,
    };
    int r;

    if (!load.input_dims || !name)
        return fail(fault, -ENOMEM, "out of memory");
    for (uint32_t i = 0; i < options->n_order; i++)
        runtimes[i] = runtime_get(options->order[i])->name;
    r = snpe_load_file(remote->client, name, options->container, &load, &remote->network);
    if (r == 0)
        r = snpe_info(remote->client, snpe_network_get_info(remote->network)->name, &remote->info);
    return r < 0 ? daemon_fault(remote, r, fault) : 0;
}

static size_t place(struct remote *remote, const struct snpe_tensor_info *const *infos, uint32_t n,
                    struct net_tensor *tensors, size_t offset)
{
    for (uint32_t i = 0; i < n; i++) {
        tensors[i].name = infos[i]->name;
        tensors[i].size = infos[i]->size;
        tensors[i].color_space = -1;
        tensors[i].shape.rank = infos[i]->dims.rank;
        memcpy(tensors[i].shape.dim, infos[i]->dims.dim, sizeof(tensors[i].shape.dim));
        if (remote->region)
            tensors[i].data = (char *)snpe_region_base(remote->region) + offset;
        offset += mem_round(tensors[i].size);
    }
    return offset;
}

static void name_spans(struct remote *remote)
{
    const struct net *net = &remote->net;
    const char *base = snpe_region_base(remote->region);

    for (uint32_t i = 0; i < net->n_inputs; i++)
        remote->inputs[i] =
            snpe_in_region(net->inputs[i].name, remote->region,
                           (uint64_t)((char *)net->inputs[i].data - base), net->inputs[i].size);
    for (uint32_t i = 0; i < net->n_outputs; i++)
        remote->outputs[i] =
            snpe_out_region(net->outputs[i].name, remote->region,
                            (uint64_t)((char *)net->outputs[i].data - base), net->outputs[i].size);
}

static int share_memory(struct remote *remote, struct fault *fault)
{
    const struct snpe_network_info *info = snpe_network_get_info(remote->network);
    struct net *net = &remote->net;
    struct net_tensor *tensors;
    size_t size;
    int r;

    tensors = arena_alloc(&remote->arena, (info->n_inputs + info->n_outputs) * sizeof(*tensors));
    remote->inputs = arena_alloc(&remote->arena, info->n_inputs * sizeof(*remote->inputs));
    remote->outputs = arena_alloc(&remote->arena, info->n_outputs * sizeof(*remote->outputs));
    if (!tensors || !remote->inputs || !remote->outputs)
        return fail(fault, -ENOMEM, "out of memory");
    size = place(remote, info->inputs, info->n_inputs, tensors, 0);
    size = place(remote, info->outputs, info->n_outputs, tensors + info->n_inputs, size);
    r = snpe_region_new(remote->client, size, &remote->region);
    if (r < 0)
        return daemon_fault(remote, r, fault);
    size = place(remote, info->inputs, info->n_inputs, tensors, 0);
    place(remote, info->outputs, info->n_outputs, tensors + info->n_inputs, size);
    net->inputs = tensors;
    net->n_inputs = info->n_inputs;
    net->outputs = tensors + info->n_inputs;
    net->n_outputs = info->n_outputs;
    net->runtime = info->runtime;
    net->why = info->why;
    net->model_version = remote->info->version;
    name_spans(remote);
    return 0;
}

static int make_ready(struct remote *remote, const struct net_options *options, struct fault *fault)
{
    const struct snpe_client_options wanted = {
        .size = sizeof(wanted),
        .socket = options->socket,
        .name = "snpe-net-run",
    };
    int r;

    r = snpe_client_new(&wanted, &remote->client);
    if (r == -ENAMETOOLONG)
        return fail(fault, r, "the socket's path is too long: 107 bytes are the most");
    if (r < 0)
        return fail(fault, r, "--socket: %.200s", snpe_strerror(r));
    r = load(remote, options, name_of(remote, options->container), fault);
    return r < 0 ? r : share_memory(remote, fault);
}

int net_daemon_open(const struct net_options *options, struct net **ret, struct fault *fault)
{
    struct remote *remote = calloc(1, sizeof(*remote));
    int r;

    if (!remote)
        return fail(fault, -ENOMEM, "out of memory");
    remote->net.ops = &remote_ops;
    r = make_ready(remote, options, fault);
    if (r < 0) {
        remote_close(&remote->net);
        return r;
    }
    *ret = &remote->net;
    return 0;
}
