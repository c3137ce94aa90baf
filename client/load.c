#include "client/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "client/answer.h"
#include "client/inference.h"
#include "client/load_map.h"
#include "client/share.h"
#include "protocol/messages.h"
#include "protocol/method.h"

/* What a tensor takes of RUN's map besides its name: keys, numbers, and room for keys to come. */
#define PLACE_BOUND 128
#define RUN_BOUND   512

static struct source *source_find(struct snpe_client *client, const char *name)
{
    struct source *found = NULL;

    list_foreach (it, &client->sources) {
        struct source *source = list_entry(it, struct source, node);

        if (strcmp(source->name, name) == 0)
            found = source; /* the last one: that name's file now */
    }
    if (found)
        found->refs++;
    return found;
}

static void source_unref(struct source *source)
{
    if (!source || --source->refs)
        return;
    list_remove(&source->node);
    if (source->fd >= 0)
        close(source->fd);
    free(source);
}

static int source_new(struct snpe_client *client, const char *name, int fd, struct source **ret)
{
    size_t size = strlen(name) + 1;
    struct source *source = calloc(1, sizeof(*source) + size);

    if (!source)
        return -ENOMEM;
    memcpy(source->name, name, size);
    source->refs = 1;
    list_append(&client->sources, &source->node);
    source->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (source->fd < 0) {
        int r = -errno;

        source_unref(source);
        return r;
    }
    *ret = source;
    return 0;
}

static int load_send(struct handle *handle, struct call *call)
{
    const struct snpe_network *network = container_of(handle, struct snpe_network, handle);
    struct snpe_client *client = handle->client;
    const struct source *source = network->source;
    int fd = source && source->epoch != client->epoch ? source->fd : -1;
    int r;

    client->pack.size = 0;
    r = buf_append(&client->pack, network->map.base, network->map.size);
    return r < 0 ? r : call_send(call, NULL, 0, fd);
}

static void unload(struct snpe_client *client, uint32_t id)
{
    const struct unload_params params = {.network = id};

    client->pack.size = 0;
    if (pack_unload_params(&params, &client->pack) == 0)
        call_post(client, METHOD_UNLOAD);
}

/* SIZE up to the next multiple of SNPE_ALIGN added to *SUM; that becomes 0 for good if too much. */
static void add_aligned(size_t *sum, uint64_t size)
{
    if (*sum == 0 || size > PTRDIFF_MAX / 2 || *sum > PTRDIFF_MAX / 2)
        *sum = 0;
    else
        *sum += mem_round(size);
}

static void measure(struct snpe_network *network)
{
    const struct snpe_network_info *info = network->info;

    network->map_bound = RUN_BOUND;
    network->stage_size = SNPE_ALIGN;
    for (uint32_t i = 0; i < info->n_inputs + info->n_outputs; i++) {
        const struct snpe_tensor_info *tensor =
            i < info->n_inputs ? info->inputs[i] : info->outputs[i - info->n_inputs];

        network->map_bound += PLACE_BOUND + strlen(tensor->name);
        add_aligned(&network->stage_size, tensor->size);
    }
}

static int keep_info(struct snpe_network *network, const struct load_result *result)
{
    struct arena *arena = &network->arena;
    struct snpe_network_info *info = arena_alloc(arena, sizeof(*info));

    if (!info)
        return -ENOMEM;
    info->name = answer_text(arena, result->name);
    info->digest = answer_text(arena, result->digest);
    info->runtime = answer_text(arena, result->runtime);
    info->why = answer_text(arena, result->why);
    info->generation = result->generation;
    info->load_us = result->load_us;
    info->memory_bytes = result->memory_bytes;
    info->n_inputs = result->n_inputs;
    info->n_outputs = result->n_outputs;
    info->inputs = answer_tensors(arena, result->inputs, result->n_inputs);
    info->outputs = answer_tensors(arena, result->outputs, result->n_outputs);
    if (!info->name || !info->digest || !info->runtime || !info->why || !info->inputs ||
        !info->outputs)
        return -ENOMEM;
    network->info = info;
    measure(network);
    return 0;
}

static bool same_text(const char *kept, struct text now)
{
    return strlen(kept) == now.size && memcmp(kept, now.base, now.size) == 0;
}

static bool same_tensors(const struct snpe_tensor_info *const *kept, uint32_t n_kept,
                         const struct tensor_desc *now, uint32_t n_now)
{
    if (n_kept != n_now)
        return false;
    for (uint32_t i = 0; i < n_now; i++)
        if (!same_text(kept[i]->name, now[i].name) || !same_text(kept[i]->type, now[i].type) ||
            kept[i]->size != now[i].size || kept[i]->dims.rank != now[i].dims.rank ||
            memcmp(kept[i]->dims.dim, now[i].dims.dim, now[i].dims.rank * sizeof(uint32_t)))
            return false;
    return true;
}

/* The caller's network is what it was, or it is none any more. */
static int check_same(struct snpe_network *network, const struct load_result *now,
                      struct fault *fault)
{
    const struct snpe_network_info *info = network->info;

    if (same_text(info->digest, now->digest) &&
        same_tensors(info->inputs, info->n_inputs, now->inputs, now->n_inputs) &&
        same_tensors(info->outputs, info->n_outputs, now->outputs, now->n_outputs))
        return 0;
    network->handle.dead = true;
    return fail(fault, E_STALE,
                "the daemon was restarted and has another model under the name '%.64s' now (digest "
                "%.16s..., it was %.16s...): free this network and load it again",
                info->name, now->digest.size >= 16 ? now->digest.base : "????????????????",
                info->digest);
}

static int take_result(struct snpe_network *network, const struct load_result *result,
                       struct fault *fault)
{
    if (result->network == 0)
        return fail(fault, E_BAD_FRAME, "the daemon gave a network the number 0");
    return network->info ? check_same(network, result, fault) : keep_info(network, result);
}

static int load_on_answer(struct handle *handle, const struct wire_frame *frame,
                          struct fault *fault)
{
    struct snpe_network *network = container_of(handle, struct snpe_network, handle);
    struct load_result *result = malloc(sizeof(*result)); /* too large for a stack of anybody's */
    int r = -ENOMEM;

    if (!result)
        return r;
    r = unpack_load_result(frame->map, frame->map_size, result, fault);
    if (r == 0) {
        r = take_result(network, result, fault);
        if (r < 0)
            unload(handle->client, result->network);
        else
            handle->id = result->network;
    }
    if (r == 0 && network->source)
        network->source->epoch = handle->client->epoch;
    free(result);
    return r;
}

static int load_on_late(struct call *call, const struct wire_frame *frame, struct fault *fault)
{
    struct load_result *result = malloc(sizeof(*result));
    int r = -ENOMEM;

    if (result)
        r = unpack_load_result(frame->map, frame->map_size, result, fault);
    if (r == 0)
        unload(call->client, result->network);
    free(result);
    return r;
}

static const struct handle_ops load_ops = {
    .method = METHOD_LOAD,
    .send = load_send,
    .on_answer = load_on_answer,
    .on_late = load_on_late,
};

struct snpe_network *load_ref(struct snpe_network *network)
{
    network->refs++;
    return network;
}

void load_unref(struct snpe_network *network)
{
    if (--network->refs)
        return;
    for (struct list *it = list_pop(&network->stages); it; it = list_pop(&network->stages))
        share_free(list_entry(it, struct snpe_region, spare));
    inference_free_jobs(&network->jobs);
    source_unref(network->source);
    buf_done(&network->map);
    arena_done(&network->arena);
    free(network);
}

void load_free(struct snpe_network *network)
{
    if (handle_ready(&network->handle))
        unload(network->handle.client, network->handle.id);
    handle_forget(&network->handle);
    network->handle.dead = true; /* a stream that still refers to it is not to load it again */
    network->handle.code = fail(&network->handle.fault, E_NO_MODEL, "the network was freed");
    load_unref(network);
}

static int make(struct snpe_client *client, const char *name, int fd,
                const struct snpe_load_options *options, struct snpe_network **ret,
                struct fault *fault)
{
    struct snpe_network *network = calloc(1, sizeof(*network));
    int r = 0;

    if (!network)
        return -ENOMEM;
    network->refs = 1;
    network->handle.client = client;
    network->handle.ops = &load_ops;
    list_init(&network->handle.node);
    list_init(&network->stages);
    list_init(&network->jobs);
    if (fd >= 0)
        r = source_new(client, name, fd, &network->source);
    else
        network->source = source_find(client, name);
    if (r < 0)
        (void)fail(fault, r, "fd %d of model '%.64s' cannot be duplicated: %s", fd, name,
                   error_get(r).text);
    else
        r = load_map_pack(name, options, &network->map, fault);
    if (r < 0)
        load_unref(network);
    else
        *ret = network;
    return r;
}

static int load(struct snpe_client *client, const char *name, int fd,
                const struct snpe_load_options *wanted, struct snpe_network **ret,
                struct fault *fault)
{
    struct snpe_load_options options;
    struct snpe_network *network = NULL;
    int r = client_options(&options, sizeof(options), wanted, fault);

    if (r == 0 && (!name || !*name))
        r = fail(fault, -EINVAL, "a load needs a name for the model");
    if (r == 0)
        r = make(client, name, fd, &options, &network, fault);
    if (r < 0)
        return r;
    r = handle_ensure(&network->handle, client_expiry(client, options.timeout_ms, client->load_ms),
                      fault);
    if (r < 0) {
        load_free(network);
        return r;
    }
    list_append(&client->networks, &network->handle.node);
    *ret = network;
    return 0;
}

int snpe_load(struct snpe_client *client, const char *name, const struct snpe_load_options *options,
              struct snpe_network **ret)
{
    struct fault fault = {{0}};
    int r = client_enter(client, &fault);

    if (r == 0)
        r = load(client, name, -1, options, ret, &fault);
    return client_leave(client, r, &fault);
}

int snpe_load_fd(struct snpe_client *client, const char *name, int fd,
                 const struct snpe_load_options *options, struct snpe_network **ret)
{
    struct fault fault = {{0}};
    int r = client_enter(client, &fault);

    if (r == 0 && fd < 0)
        r = fail(&fault, -EBADF, "fd %d is none", fd);
    if (r == 0)
        r = load(client, name, fd, options, ret, &fault);
    return client_leave(client, r, &fault);
}

int snpe_load_file(struct snpe_client *client, const char *name, const char *path,
                   const struct snpe_load_options *options, struct snpe_network **ret)
{
    struct fault fault = {{0}};
    _cleanup_(close_fdp) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    int code = errno, r = client_enter(client, &fault);

    if (r == 0 && fd < 0)
        r = fail(&fault, -code, "model file '%.160s' cannot be opened: %s", path, strerror(code));
    if (r == 0)
        r = load(client, name, fd, options, ret, &fault);
    return client_leave(client, r, &fault);
}

void snpe_network_free(struct snpe_network *network)
{
    struct snpe_client *client;

    if (!network)
        return;
    client = network->handle.client;
    client_lock(client);
    load_free(network);
    pthread_mutex_unlock(&client->lock);
}

const struct snpe_network_info *snpe_network_get_info(const struct snpe_network *network)
{
    return network->info;
}
