/* What the daemon tells about itself and its models, and the calls that ask for little else. */
#include "client/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "client/answer.h"
#include "client/call.h"
#include "protocol/method.h"

void report_text(struct arena *arena, struct text from, const char **to, bool *whole)
{
    *to = answer_text(arena, from);
    *whole = *whole && *to;
}

static int pack_list(const struct exchange *exchange, struct buf *out)
{
    return pack_list_params(exchange->params, out);
}

static int pack_info(const struct exchange *exchange, struct buf *out)
{
    return pack_info_params(exchange->params, out);
}

static int pack_stats(const struct exchange *exchange, struct buf *out)
{
    return pack_stats_params(exchange->params, out);
}

static int pack_ping(const struct exchange *exchange, struct buf *out)
{
    return pack_ping_params(exchange->params, out);
}

static int pack_unload(const struct exchange *exchange, struct buf *out)
{
    return pack_unload_params(exchange->params, out);
}

static const struct snpe_model *copy_model(struct arena *arena, const struct model_desc *from)
{
    struct snpe_model *to = arena_alloc(arena, sizeof(*to));
    bool whole = to != NULL;

    if (!to)
        return NULL;
    report_text(arena, from->name, &to->name, &whole);
    report_text(arena, from->state, &to->state, &whole);
    report_text(arena, from->digest, &to->digest, &whole);
    report_text(arena, from->runtime, &to->runtime, &whole);
    report_text(arena, from->error, &to->error, &whole);
    to->generation = from->generation;
    to->memory_bytes = from->memory_bytes;
    to->runs = from->runs;
    to->networks = from->networks;
    to->keep = from->keep;
    return whole ? to : NULL;
}

static int list_on_answer(struct call *call, const struct wire_frame *frame, struct fault *fault)
{
    const struct report *report = call->context;
    struct snpe_models *models = report->answer;
    struct arena *arena = answer_arena(models);
    struct list_result *result = report->result;
    const struct snpe_model **list;
    int r = unpack_list_result(frame->map, frame->map_size, result, fault);

    if (r < 0)
        return r;
    list = arena_alloc(arena, (result->n_models + 1) * sizeof(*list));
    if (!list)
        return -ENOMEM;
    for (uint32_t i = 0; i < result->n_models; i++) {
        list[i] = copy_model(arena, &result->models[i]);
        if (!list[i])
            return -ENOMEM;
    }
    models->n_models = result->n_models;
    models->models = list;
    return 0;
}

static const struct snpe_model_network *copy_network(struct arena *arena,
                                                     const struct network_desc *from)
{
    struct snpe_model_network *to = arena_alloc(arena, sizeof(*to));
    bool whole = to != NULL;

    if (!to)
        return NULL;
    report_text(arena, from->runtime, &to->runtime, &whole);
    report_text(arena, from->why, &to->why, &whole);
    to->plan_bytes = from->plan_bytes;
    to->slot_bytes = from->slot_bytes;
    to->macs = from->macs;
    to->runs = from->runs;
    to->run_p50_us = from->run_p50_us;
    to->run_p99_us = from->run_p99_us;
    to->slots = from->slots;
    to->launches = from->launches;
    to->n_inputs = from->n_inputs;
    to->n_outputs = from->n_outputs;
    to->inputs = answer_tensors(arena, from->inputs, from->n_inputs);
    to->outputs = answer_tensors(arena, from->outputs, from->n_outputs);
    return whole && to->inputs && to->outputs ? to : NULL;
}

static int info_on_answer(struct call *call, const struct wire_frame *frame, struct fault *fault)
{
    const struct report *report = call->context;
    struct snpe_model_info *info = report->answer;
    struct arena *arena = answer_arena(info);
    struct info_result *result = report->result;
    const struct snpe_model_network **list;
    int r = unpack_info_result(frame->map, frame->map_size, result, fault);
    bool whole = true;

    if (r < 0)
        return r;
    info->model = copy_model(arena, &result->model);
    report_text(arena, result->version, &info->version, &whole);
    list = arena_alloc(arena, (result->n_networks + 1) * sizeof(*list));
    if (!info->model || !list || !whole)
        return -ENOMEM;
    for (uint32_t i = 0; i < result->n_networks; i++) {
        list[i] = copy_network(arena, &result->networks[i]);
        if (!list[i])
            return -ENOMEM;
    }
    info->weight_bytes = result->weight_bytes;
    info->n_networks = result->n_networks;
    info->networks = list;
    return 0;
}

static const struct snpe_device *copy_device(struct arena *arena, const struct device_desc *from)
{
    struct snpe_device *to = arena_alloc(arena, sizeof(*to));

    if (!to)
        return NULL;
    *to = (struct snpe_device){
        .name = answer_text(arena, from->name),
        .lanes = from->lanes,
        .queued = from->queued,
        .running = from->running,
        .jobs = from->jobs,
        .failed = from->failed,
        .expired = from->expired,
        .cancelled = from->cancelled,
        .busy_us = from->busy_us,
        .run_p50_us = from->run_p50_us,
        .run_p99_us = from->run_p99_us,
        .queue_p50_us = from->queue_p50_us,
        .queue_p99_us = from->queue_p99_us,
        .memory_used = from->memory_used,
        .memory_most = from->memory_most,
        .busy_1s_us = from->busy_1s_us,
        .busy_10s_us = from->busy_10s_us,
        .state = answer_text(arena, from->state),
        .perf = answer_text(arena, from->perf),
        .losses = from->losses,
        .recovery_p50_us = from->recovery_p50_us,
        .recovery_p99_us = from->recovery_p99_us,
        .recovery_most_us = from->recovery_most_us,
    };
    return to->name && to->state && to->perf ? to : NULL;
}

static int copy_devices(struct arena *arena, const struct stats_result *from,
                        struct snpe_daemon_stats *to)
{
    const struct snpe_device **list = arena_alloc(arena, (from->n_devices + 1) * sizeof(*list));

    if (!list)
        return -ENOMEM;
    for (uint32_t i = 0; i < from->n_devices; i++) {
        list[i] = copy_device(arena, &from->devices[i]);
        if (!list[i])
            return -ENOMEM;
    }
    to->n_devices = from->n_devices;
    to->devices = list;
    return 0;
}

static int stats_on_answer(struct call *call, const struct wire_frame *frame, struct fault *fault)
{
    const struct report *report = call->context;
    struct snpe_daemon_stats *stats = report->answer;
    struct arena *arena = answer_arena(stats);
    const struct stats_result *result = report->result;
    bool whole = true;
    int r = unpack_stats_result(frame->map, frame->map_size, report->result, fault);

    if (r < 0)
        return r;
    report_text(arena, result->daemon, &stats->version, &whole);
    report_text(arena, result->state, &stats->state, &whole);
    report_text(arena, result->waits_for, &stats->waits_for, &whole);
    stats->uptime_us = result->uptime_us;
    stats->sessions = result->sessions;
    stats->regions = result->regions;
    stats->region_bytes = result->region_bytes;
    stats->models = result->models;
    stats->networks = result->networks;
    stats->memory_bytes = result->memory_bytes;
    stats->frames = result->frames;
    stats->refused = result->refused;
    return whole ? copy_devices(arena, result, stats) : -ENOMEM;
}

/* One call that says nothing but yes or no, or what EXCHANGE's on_answer makes of it. */
static int ask(struct exchange *exchange)
{
    struct snpe_client *client = exchange->client;
    bool loads = exchange->method == METHOD_RELOAD; /* models, before it is answered */
    uint64_t most_ms = loads ? client->load_ms : client->call_ms;
    struct fault fault = {{0}};
    int r = client_enter(client, &fault);

    if (r == 0)
        r = call_exchange(exchange, client_expiry(client, most_ms, 0), &fault);
    return client_leave(client, r, &fault);
}

int report_fetch(struct exchange *exchange, size_t result_size, size_t answer_size, void **ret)
{
    struct report report = {.answer = answer_new(answer_size), .result = malloc(result_size)};
    int r = -ENOMEM;

    exchange->context = &report;
    if (report.answer && report.result)
        r = ask(exchange);
    free(report.result);
    if (r < 0)
        snpe_free(report.answer);
    else
        *ret = report.answer;
    return r;
}

int snpe_list(struct snpe_client *client, struct snpe_models **ret)
{
    const struct list_params params = {0};
    struct exchange exchange = {client, METHOD_LIST, pack_list, list_on_answer, &params, NULL};
    void *answer;
    int r = report_fetch(&exchange, sizeof(struct list_result), sizeof(**ret), &answer);

    if (r == 0)
        *ret = answer;
    return r;
}

int snpe_info(struct snpe_client *client, const char *name, struct snpe_model_info **ret)
{
    const struct info_params params = {.name = {name, strlen(name)}};
    struct exchange exchange = {client, METHOD_INFO, pack_info, info_on_answer, &params, NULL};
    void *answer;
    int r = report_fetch(&exchange, sizeof(struct info_result), sizeof(**ret), &answer);

    if (r == 0)
        *ret = answer;
    return r;
}

int snpe_stats(struct snpe_client *client, struct snpe_daemon_stats **ret)
{
    const struct stats_params params = {0};
    struct exchange exchange = {client, METHOD_STATS, pack_stats, stats_on_answer, &params, NULL};
    void *answer;
    int r = report_fetch(&exchange, sizeof(struct stats_result), sizeof(**ret), &answer);

    if (r == 0)
        *ret = answer;
    return r;
}

int snpe_ping(struct snpe_client *client)
{
    const struct ping_params params = {0};
    struct exchange exchange = {client, METHOD_PING, pack_ping, NULL, &params, NULL};

    return ask(&exchange);
}

/* Once: done twice it would say that there is no such model. */
int snpe_unload(struct snpe_client *client, const char *name)
{
    const struct unload_params params = {.name = {name, strlen(name)}};
    struct exchange exchange = {client, METHOD_UNLOAD, pack_unload, NULL, &params, NULL};
    struct fault fault = {{0}};
    int r = client_enter(client, &fault);

    if (r == 0)
        r = call_exchange_once(&exchange, client_expiry(client, client->call_ms, 0), &fault);
    return client_leave(client, r, &fault);
}
