/* status, ping. */
#include <poll.h>
#include <string.h>

#include "base/base.h"
#include "base/clock.h"
#include "client/ctl/ctl.h"
#include "client/ctl/table.h"
#include "client/ctl/units.h"

#define LOOK_AGAIN_MS 200

void ctl_json_device(struct json *json, const struct snpe_device *device)
{
    json_text(json, "name", device->name);
    json_u64(json, "lanes", device->lanes);
    json_u64(json, "queued", device->queued);
    json_u64(json, "running", device->running);
    json_u64(json, "memory_used", device->memory_used);
    json_u64(json, "memory_most", device->memory_most);
    json_u64(json, "jobs", device->jobs);
    json_u64(json, "failed", device->failed);
    json_u64(json, "expired", device->expired);
    json_u64(json, "cancelled", device->cancelled);
    json_u64(json, "busy_us", device->busy_us);
    json_u64(json, "run_p50_us", device->run_p50_us);
    json_u64(json, "run_p99_us", device->run_p99_us);
    json_u64(json, "queue_p50_us", device->queue_p50_us);
    json_u64(json, "queue_p99_us", device->queue_p99_us);
    json_u64(json, "busy_1s_us", device->busy_1s_us);
    json_u64(json, "busy_10s_us", device->busy_10s_us);
    json_text(json, "state", device->state);
    json_text(json, "perf", device->perf);
    json_u64(json, "losses", device->losses);
    json_u64(json, "recovery_p50_us", device->recovery_p50_us);
    json_u64(json, "recovery_p99_us", device->recovery_p99_us);
    json_u64(json, "recovery_most_us", device->recovery_most_us);
}

void ctl_json_stats(struct json *json, const struct snpe_daemon_stats *stats)
{
    json_text(json, "version", stats->version);
    json_text(json, "state", stats->state);
    json_text(json, "waits_for", stats->waits_for);
    json_u64(json, "uptime_us", stats->uptime_us);
    json_u64(json, "sessions", stats->sessions);
    json_u64(json, "regions", stats->regions);
    json_u64(json, "region_bytes", stats->region_bytes);
    json_u64(json, "models", stats->models);
    json_u64(json, "networks", stats->networks);
    json_u64(json, "memory_bytes", stats->memory_bytes);
    json_u64(json, "frames", stats->frames);
    json_u64(json, "refused", stats->refused);
}

static int print_stats_json(struct ctl *ctl, const struct snpe_daemon_stats *stats)
{
    struct json json = {0};

    json_object(&json, NULL);
    ctl_json_stats(&json, stats);
    json_list(&json, "devices");
    for (uint32_t i = 0; i < stats->n_devices; i++) {
        json_object(&json, NULL);
        ctl_json_device(&json, stats->devices[i]);
        json_object_end(&json);
    }
    json_list_end(&json);
    json_object_end(&json);
    return ctl_print_json(ctl, &json);
}

/* A line only where something was lost: the table has to fit 80 columns. */
static void print_losses(struct ctl *ctl, const struct snpe_device *device)
{
    char name[64], state[64], text[UNITS_SIZE];

    table_clean(device->name, name, sizeof(name));
    if (device->failed || device->expired || device->cancelled)
        fprintf(ctl->out, "%s: %llu failed, %llu expired, %llu cancelled\n", name,
                (unsigned long long)device->failed, (unsigned long long)device->expired,
                (unsigned long long)device->cancelled);
    if (device->losses)
        fprintf(ctl->out, "%s: %s, lost %llu times, ready again after %s at most\n", name,
                table_clean(device->state, state, sizeof(state)),
                (unsigned long long)device->losses,
                units_us(device->recovery_most_us, text, sizeof(text)));
}

static int print_devices(struct ctl *ctl, const struct snpe_daemon_stats *stats)
{
    static const char *const heads[] = {"DEVICE",   ">QUEUED", ">RUNNING",  ">JOBS", ">BUSY",
                                        ">RUN p50", ">p99",    ">WAIT p50", ">p99"};
    struct table table;
    char text[UNITS_SIZE];
    int r;

    table_init(&table, heads, ARRAY_SIZE(heads));
    for (uint32_t i = 0; i < stats->n_devices; i++) {
        const struct snpe_device *device = stats->devices[i];
        const uint64_t counts[] = {device->queued, device->running, device->jobs};
        const uint64_t times[] = {device->busy_us, device->run_p50_us, device->run_p99_us,
                                  device->queue_p50_us, device->queue_p99_us};

        table_text(&table, device->name);
        for (size_t k = 0; k < ARRAY_SIZE(counts); k++)
            table_printf(&table, "%llu", (unsigned long long)counts[k]);
        for (size_t k = 0; k < ARRAY_SIZE(times); k++)
            table_text(&table, units_us(times[k], text, sizeof(text)));
    }
    r = table_print(&table, ctl->colour, ctl->out);
    table_done(&table);
    for (uint32_t i = 0; i < stats->n_devices; i++)
        print_losses(ctl, stats->devices[i]);
    return r;
}

static int print_stats(struct ctl *ctl, const struct snpe_daemon_stats *stats)
{
    char a[300], b[UNITS_SIZE];

    fprintf(ctl->out, "snped %s: ", table_clean(stats->version, a, sizeof(a)));
    ctl_print_state(ctl, stats->state);
    fprintf(ctl->out, ", up for %s\n", units_us(stats->uptime_us, a, sizeof(a)));
    if (*stats->waits_for)
        fprintf(ctl->out, "waits for: %s\n", table_clean(stats->waits_for, a, sizeof(a)));
    fprintf(ctl->out, "models %llu, networks %llu, together %s\n",
            (unsigned long long)stats->models, (unsigned long long)stats->networks,
            units_bytes(stats->memory_bytes, a, sizeof(a)));
    fprintf(ctl->out, "clients %llu, with %llu regions of %s\n",
            (unsigned long long)stats->sessions, (unsigned long long)stats->regions,
            units_bytes(stats->region_bytes, b, sizeof(b)));
    fprintf(ctl->out, "calls %llu, of which refused %llu\n", (unsigned long long)stats->frames,
            (unsigned long long)stats->refused);
    return print_devices(ctl, stats);
}

/* Waits while the daemon starts, and says on stderr what for whenever that changes. */
static int wait_until_ready(struct ctl *ctl, struct snpe_daemon_stats **ret)
{
    uint64_t began_ns = clock_now_ns(&clock_monotonic);
    char said[300] = "";

    for (;;) {
        char clean[300];
        int r = ctl_check(ctl, snpe_stats(ctl->client, ret));

        if (r < 0 || ctl->no_wait || strcmp((*ret)->state, "starting") != 0)
            return r;
        if (ctl->timeout_ms &&
            clock_now_ns(&clock_monotonic) - began_ns > ctl->timeout_ms * 1000000)
            return 0;
        table_clean((*ret)->waits_for, clean, sizeof(clean));
        if (strcmp(said, clean) != 0)
            fprintf(ctl->err, "snpectl: the daemon is starting: waiting for %s\n", clean);
        memcpy(said, clean, sizeof(said));
        snpe_free(*ret);
        *ret = NULL;
        (void)poll(NULL, 0, LOOK_AGAIN_MS);
    }
}

int command_status(struct ctl *ctl)
{
    struct snpe_daemon_stats *stats = NULL;
    int r = wait_until_ready(ctl, &stats);

    if (r == 0)
        r = ctl->json ? print_stats_json(ctl, stats) : print_stats(ctl, stats);
    snpe_free(stats);
    return r;
}

int command_ping(struct ctl *ctl)
{
    struct json json = {0};
    char text[UNITS_SIZE];
    uint64_t began_ns, us;
    int r = ctl_check(ctl, snpe_connect(ctl->client));

    began_ns = clock_now_ns(&clock_monotonic);
    if (r == 0)
        r = ctl_check(ctl, snpe_ping(ctl->client));
    us = (clock_now_ns(&clock_monotonic) - began_ns) / 1000;
    if (r < 0)
        return r;
    if (!ctl->json) {
        fprintf(ctl->out, "snped answered in %s\n", units_us(us, text, sizeof(text)));
        return 0;
    }
    json_object(&json, NULL);
    json_u64(&json, "round_trip_us", us);
    json_object_end(&json);
    return ctl_print_json(ctl, &json);
}
