#include "daemon/load.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "daemon/holdings.h"
#include "daemon/models.h"
#include "daemon/record.h"
#include "daemon/server.h"
#include "daemon/session.h"

#define TTL_MOST_MS 31536000000 /* a year, as in models.d */

static int out_of_memory(struct fault *fault)
{
    return fail(fault, -ENOMEM, "load: out of memory");
}

/* A name of the model's as a string. The wire's may hold a byte 0; no model's does. */
static int copy_name(struct load *load, const struct text *text, const char *key, const char **ret,
                     struct fault *fault)
{
    if (memchr(text->base, 0, text->size) || text->size == 0)
        return fail(fault, E_BAD_PARAMS, "%s: a name is empty or holds a byte 0", key);
    *ret = arena_text(&load->arena, text->base, text->size);
    return *ret ? 0 : out_of_memory(fault);
}

static int unknown_runtime(const struct text *text, struct fault *fault)
{
    char names[160] = "";

    for (int i = 0; i < _RUNTIME_MAX; i++) {
        size_t used = strlen(names);

        snprintf(names + used, sizeof(names) - used, " %s", runtime_get(i)->name);
    }
    return fail(fault, E_BAD_PARAMS, "runtimes: there is no \"%.*s\"; there are:%s",
                (int)(text->size < 30 ? text->size : 30), text->base, names);
}

static int take_order(struct load *load, const struct load_params *params, struct fault *fault)
{
    const struct runtime_order *preset = &load->server->config->daemon_runtimes;
    uint32_t n = params->n_runtimes ? params->n_runtimes : preset->n;
    enum runtime *order = arena_alloc(&load->arena, n * sizeof(*order));

    if (!order)
        return out_of_memory(fault);
    memcpy(order, preset->runtimes, (params->n_runtimes ? 0 : n) * sizeof(*order));
    for (uint32_t i = 0; i < params->n_runtimes; i++) {
        const struct runtime_info *info;
        const char *name;
        int r = copy_name(load, &params->runtimes[i], "runtimes", &name, fault);

        if (r < 0)
            return r;
        info = runtime_find(name);
        if (!info)
            return unknown_runtime(&params->runtimes[i], fault);
        order[i] = info->id;
    }
    load->options.order = order;
    load->options.n_order = n;
    return 0;
}

static int by_dims_name(const void *a, const void *b)
{
    return strcmp(((const struct input_dims *)a)->name, ((const struct input_dims *)b)->name);
}

static int take_dims(struct load *load, const struct load_params *params, struct fault *fault)
{
    struct input_dims *dims = arena_alloc(&load->arena, (params->n_input_dims + 1) * sizeof(*dims));
    size_t bytes;
    int r = dims ? 0 : out_of_memory(fault);

    for (uint32_t i = 0; r == 0 && i < params->n_input_dims; i++) {
        dims[i].shape = params->input_dims[i].dims;
        r = copy_name(load, &params->input_dims[i].name, "input_dims", &dims[i].name, fault);
        if (r == 0 && shape_check(&dims[i].shape, 4, &bytes) < 0)
            r = fail(fault, E_SHAPE, "input_dims: those of %.80s are no shape of up to 2 GiB",
                     dims[i].name);
    }
    if (r < 0)
        return r;
    qsort(dims, params->n_input_dims, sizeof(*dims), by_dims_name);
    for (uint32_t i = 1; i < params->n_input_dims; i++)
        if (strcmp(dims[i - 1].name, dims[i].name) == 0)
            return fail(fault, E_BAD_PARAMS, "input_dims: %.80s is named twice", dims[i].name);
    load->derive.dims = dims;
    load->derive.n_dims = params->n_input_dims;
    return 0;
}

static int take_outputs(struct load *load, const struct load_params *params, struct fault *fault)
{
    const char **outputs = arena_alloc(&load->arena, (params->n_outputs + 1) * sizeof(*outputs));
    int r = outputs ? 0 : out_of_memory(fault);

    for (uint32_t i = 0; r == 0 && i < params->n_outputs; i++)
        r = copy_name(load, &params->outputs[i], "outputs", &outputs[i], fault);
    load->derive.outputs = outputs;
    load->derive.n_outputs = params->n_outputs;
    return r;
}

static int parse_dtype(const struct text *text, enum dtype *ret)
{
    static const struct {
        const char *name;
        enum dtype dtype;
    } types[] = {{"float32", DTYPE_F32}, {"uint8", DTYPE_U8}};

    for (size_t i = 0; i < ARRAY_SIZE(types); i++)
        if (strlen(types[i].name) == text->size &&
            memcmp(types[i].name, text->base, text->size) == 0) {
            *ret = types[i].dtype;
            return 0;
        }
    return E_BAD_PARAMS;
}

static int by_edge_name(const void *a, const void *b)
{
    return strcmp(((const struct edge_type *)a)->name, ((const struct edge_type *)b)->name);
}

static int take_types(struct load *load, const struct load_params *params, struct fault *fault)
{
    struct edge_type *edges = arena_alloc(&load->arena, (params->n_types + 1) * sizeof(*edges));
    int r = edges ? 0 : out_of_memory(fault);

    for (uint32_t i = 0; r == 0 && i < params->n_types; i++) {
        r = copy_name(load, &params->types[i].name, "types", &edges[i].name, fault);
        if (r == 0 && parse_dtype(&params->types[i].type, &edges[i].dtype) < 0)
            r = fail(fault, E_BAD_PARAMS, "types: that of %.80s is neither float32 nor uint8",
                     edges[i].name);
    }
    if (r < 0)
        return r;
    qsort(edges, params->n_types, sizeof(*edges), by_edge_name);
    load->options.edges = edges;
    load->options.n_edges = params->n_types;
    return 0;
}

/* Everything that makes it another network of the same bytes, in one spelling. */
static int write_suffix(struct load *load, struct buf *out)
{
    const struct network_options *options = &load->options;
    const struct derive *derive = &load->derive;
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < options->n_order; i++)
        r = buf_printf(out, ",%s", runtime_get(options->order[i])->name);
    for (uint32_t i = 0; r == 0 && i < derive->n_dims; i++) {
        char dims[STR_SHAPE_SIZE];

        r = buf_printf(out, ";dims %zu:%s=%s", strlen(derive->dims[i].name), derive->dims[i].name,
                       str_shape(&derive->dims[i].shape, dims, sizeof(dims)));
    }
    for (uint32_t i = 0; r == 0 && i < derive->n_outputs; i++)
        r = buf_printf(out, ";output %zu:%s", strlen(derive->outputs[i]), derive->outputs[i]);
    for (uint32_t i = 0; r == 0 && i < options->n_edges; i++)
        r = buf_printf(out, ";type %zu:%s=%d", strlen(options->edges[i].name),
                       options->edges[i].name, (int)options->edges[i].dtype);
    return r;
}

static int make_suffix(struct load *load, struct fault *fault)
{
    _cleanup_(buf_done) struct buf text = {0};
    int r = write_suffix(load, &text);

    if (r == 0)
        load->suffix = arena_text(&load->arena, (const char *)text.base, text.size);
    return r == 0 && load->suffix ? 0 : out_of_memory(fault);
}

/*
 * A model is called by what its file is called without .dlc, so that "face" and "face.dlc" are one.
 * NAME is as it was asked for: first that file is looked for, then the one with .dlc.
 */
static int take_name(struct load *load, const struct text *name, struct fault *fault)
{
    static const char suffix[] = ".dlc";
    size_t size = name->size, end = strlen(suffix);
    bool has_suffix = size > end && memcmp(name->base + size - end, suffix, end) == 0;
    char with[MODEL_NAME_MAX + sizeof(suffix)];
    int r = model_name_check(name->base, size, fault);

    if (r < 0)
        return r;
    load->name = arena_text(&load->arena, name->base, has_suffix ? size - end : size);
    load->file = arena_text(&load->arena, name->base, size);
    snprintf(with, sizeof(with), "%.*s%s", (int)size, name->base, has_suffix ? "" : suffix);
    load->alternative = arena_text(&load->arena, with, strlen(with));
    return load->name && load->file && load->alternative ? 0 : out_of_memory(fault);
}

static int take_perf(struct load *load, const struct text *perf, struct fault *fault)
{
    load->perf = perf->size ? perf_find(perf->base, perf->size) : _PERF_MAX;
    if (perf->size && load->perf == _PERF_MAX)
        return fail(fault, E_BAD_PARAMS,
                    "perf: there is no %.*s; there are power_saver, system_settings, balanced, "
                    "sustained_high_performance, high_performance and burst",
                    (int)(perf->size < 40 ? perf->size : 40), perf->base);
    return 0;
}

static int fill(struct load *load, const struct load_params *params, struct fault *fault)
{
    int r = take_name(load, &params->name, fault);

    if (r == 0)
        r = take_order(load, params, fault);
    if (r == 0)
        r = take_dims(load, params, fault);
    if (r == 0)
        r = take_outputs(load, params, fault);
    if (r == 0)
        r = take_types(load, params, fault);
    if (r == 0)
        r = make_suffix(load, fault);
    if (r == 0)
        r = take_perf(load, &params->perf, fault);
    if (r < 0)
        return r;
    load->options.derive = &load->derive;
    load->options.fallback = true; /* to the processor, whole: the reply says why */
    load->keep = params->keep;
    load->ttl_ms = params->ttl_ms < TTL_MOST_MS ? params->ttl_ms : TTL_MOST_MS;
    load->dir = arena_text(&load->arena, load->server->config->daemon_models,
                           strlen(load->server->config->daemon_models));
    if (!load->dir)
        return out_of_memory(fault);
    load->spare = generation_new(load->name);
    return load->spare ? 0 : out_of_memory(fault);
}

static void discard(struct load *load)
{
    if (!load)
        return;
    if (load->fd >= 0)
        close(load->fd);
    generation_free(load->spare);
    mem_free(load->bytes);
    model_unref(load->model);
    arena_done(&load->arena);
    free(load->key);
    free(load);
}
DEFINE_CLEANUP(struct load *, discard);

static struct load *load_new(struct server *server)
{
    struct load *load = calloc(1, sizeof(*load));

    if (!load)
        return NULL;
    list_init(&load->link);
    call_begin_internal(&load->call);
    owner_of(NULL, &load->owner);
    load->server = server;
    load->fd = -1;
    load->warm_runs = 1;
    return load;
}

int load_of_config(struct server *server, const struct model_config *config, struct load **ret,
                   struct fault *fault)
{
    _cleanup_(discardp) struct load *load = load_new(server);
    struct load_params params = {.name = text_of(config->name)};
    int r;

    if (!load)
        return out_of_memory(fault);
    for (; params.n_runtimes < config->runtimes.n; params.n_runtimes++)
        params.runtimes[params.n_runtimes] =
            text_of(runtime_get(config->runtimes.runtimes[params.n_runtimes])->name);
    for (uint32_t i = 0; i < config->input_dims.n; i++)
        params.input_dims[params.n_input_dims++] =
            (struct named_dims){text_of(config->input_dims.names[i]), config->input_dims.dims[i]};
    for (uint32_t i = 0; i < config->outputs.n; i++)
        params.outputs[params.n_outputs++] = text_of(config->outputs.names[i]);
    for (uint32_t i = 0; i < config->types.n; i++)
        params.types[params.n_types++] =
            (struct named_type){text_of(config->types.names[i]), text_of(config->types.types[i])};
    params.keep = true;
    r = fill(load, &params, fault);
    if (r < 0)
        return r;
    if (config->file[0])
        load->file = load->alternative =
            arena_text(&load->arena, config->file, strlen(config->file));
    if (!load->file)
        return out_of_memory(fault);
    load->internal = true;
    load->keep_to_first = !config->keep;
    load->pin = config->pin;
    load->perf = (enum perf_profile)config->perf;
    load->ttl_ms = config->ttl;
    load->warm_runs = (uint32_t)config->warm_runs;
    *ret = take_ptr(load);
    return 0;
}

static void on_cancel(struct call *call, int code)
{
    loads_cancel(container_of(call, struct load, call), code);
}

int load_of_request(struct request *request, const struct load_params *params, struct load **ret,
                    struct fault *fault)
{
    struct session *session = request->to.session;
    _cleanup_(discardp) struct load *load = load_new(session->server);
    struct holding *holding = calloc(1, sizeof(*holding));
    int r = load && holding ? fill(load, params, fault) : out_of_memory(fault);

    if (r == 0)
        r = charge_take(session->account, QUOTA_NETWORKS, 1, &holding->count, fault);
    if (r == 0)
        r = call_begin(&load->call, request, on_cancel, fault);
    if (r < 0) {
        if (holding)
            charge_return(&holding->count);
        free(holding);
        return r;
    }
    list_init(&holding->link);
    owner_of(session, &load->owner);
    load->holding = holding;
    if (request->frame->head.n_fds) {
        load->fd = request->frame->fds[0];
        request->frame->fds[0] = -1;
    }
    *ret = take_ptr(load);
    return 0;
}

uint64_t load_warms(struct load *load)
{
    uint64_t now_ns = clock_now_ns(load->server->clock);

    load->phase = LOAD_WARMING;
    if (!load->spans[LOAD_WARMING].began_ns)
        load->spans[LOAD_WARMING].began_ns = now_ns;
    return now_ns;
}

static void trash(struct loader_task *task)
{
    discard(container_of(task, struct load, task));
}

void load_free(struct load *load)
{
    record_load(load);
    if (load->holding)
        holding_free(&load->server->models, load->holding);
    ready_release(load->ready);
    call_end(&load->call);
    load->holding = NULL;
    load->ready = NULL;
    load->task.run = trash;
    loader_post(&load->server->loader, &load->task);
}
