#include "daemon/handlers/handlers.h"
#include "daemon/server.h"
#include "daemon/session.h"

static uint32_t count_lanes(const struct server *server, enum device device)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < server->n_lanes; i++)
        n += server->lanes[i].device == device && server->lanes[i].state == LANE_WORKS;
    return n;
}

/* With what runs now and is not counted yet. */
static uint64_t busy_us(const struct server *server, enum device device, uint64_t now_ns,
                        uint64_t window_ns)
{
    uint64_t sum = busy_sum(&server->stats.devices[device].busy, now_ns, window_ns);

    for (uint32_t i = 0; i < server->n_lanes; i++) {
        const struct lane *lane = &server->lanes[i];
        uint64_t since_ns = atomic_load_explicit(&lane->busy_since_ns, memory_order_relaxed);

        if (lane->device == device && since_ns && since_ns < now_ns)
            sum += now_ns - since_ns < window_ns ? now_ns - since_ns : window_ns;
    }
    return sum / 1000;
}

static void describe_device(struct server *server, enum device device, struct device_desc *ret)
{
    const struct device_stats *stats = &server->stats.devices[device];
    const struct recovery_device *lost = &server->recovery.devices[device];
    enum perf_profile perf = warmth_asked(&server->sched, device);
    uint64_t now_ns = clock_now_ns(server->clock);

    *ret = (struct device_desc){
        .name = text_of(device_get(device)->name),
        .lanes = count_lanes(server, device),
        .memory_used = keeper_used(&server->models, device),
        .memory_most = server->config->devices[device].memory,
        .jobs = stats->jobs,
        .failed = stats->failed,
        .expired = stats->expired,
        .cancelled = stats->cancelled,
        .busy_us = stats->busy_ns / 1000,
        .run_p50_us = hist_quantile(&stats->run_times, 500) / 1000,
        .run_p99_us = hist_quantile(&stats->run_times, 990) / 1000,
        .queue_p50_us = hist_quantile(&stats->queue_times, 500) / 1000,
        .queue_p99_us = hist_quantile(&stats->queue_times, 990) / 1000,
        .busy_1s_us = busy_us(server, device, now_ns, 1000000000),
        .busy_10s_us = busy_us(server, device, now_ns, 10000000000),
        .state = text_of(recovery_state(&server->recovery, device)),
        .perf = text_of(perf < _PERF_MAX ? perf_name(perf) : ""),
        .losses = lost->n_losses,
        .recovery_p50_us = hist_quantile(&lost->times, 500) / 1000,
        .recovery_p99_us = hist_quantile(&lost->times, 990) / 1000,
        .recovery_most_us = lost->times.max_ns / 1000,
    };
    sched_counts(&server->sched, device, &ret->queued, &ret->running);
}

static uint64_t count(const struct list *head)
{
    uint64_t n = 0;

    list_foreach (it, head)
        n++;
    return n;
}

static void count_regions(const struct server *server, struct stats_result *result)
{
    list_foreach (it, &server->sessions) {
        const struct session *session = list_entry(it, struct session, link);

        result->sessions++;
        result->regions += session->regions.n;
        result->region_bytes += session->regions.bytes;
    }
}

int handle_stats(struct request *request, struct fault *fault)
{
    static const char *const states[] = {"starting", "ready", "draining", "draining"};
    struct server *server = request->to.session->server;
    char waits_for[MODEL_NAME_MAX + 64];
    struct stats_params params;
    struct stats_result result = {.n_devices = 0};
    int r = unpack_stats_params(request->frame->map, request->frame->map_size, &params, fault);

    if (r < 0)
        return r;
    result.daemon = text_of(SNPED_VERSION);
    result.state = text_of(states[server->state]);
    result.waits_for = text_of(loads_text(server, waits_for, sizeof(waits_for)));
    result.uptime_us = (clock_now_ns(server->clock) - server->born_ns) / 1000;
    result.models = server->models.n_names;
    result.networks = count(&server->models.networks);
    result.memory_bytes = models_memory(&server->models);
    result.frames = server->stats.frames;
    result.refused = server->stats.refused;
    count_regions(server, &result);
    for (int i = 0; i < _DEVICE_MAX && i < MESSAGE_DEVICES_MAX; i++)
        if (count_lanes(server, i))
            describe_device(server, i, &result.devices[result.n_devices++]);
    r = pack_stats_result(&result, reply_map(&request->to));
    return r < 0 ? r : reply_send(&request->to, NULL, 0);
}
