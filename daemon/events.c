#include "daemon/events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "config/config.h"
#include "daemon/request.h"

#define TALLY_NS UINT64_C(1000000000)
#define PROGRAM  "snped-events"
#define SOCKET   "events.ipc"

static struct text text_or_none(const char *text)
{
    return text ? text_of(text) : (struct text){0};
}

static struct text error_name(int code)
{
    return text_of(error_get(code).wire_name);
}

static struct text sentence(int code, const struct fault *fault)
{
    return text_of(fault && fault->text[0] ? fault->text : error_get(code).text);
}

static void post(struct events *events, enum event_kind kind, const struct event *what)
{
    struct event event = *what;
    int r;

    if (!events->enabled)
        return;
    event.event = text_of(event_kind_get(kind)->name);
    event.sequence = ++events->sequence;
    event.time_ns = clock_now_ns(events->clock);
    event.lost = events->lost;
    events->map.size = 0;
    r = pack_event(&event, &events->map);
    if (r == 0)
        r = publisher_send(&events->publisher, events->map.base, events->map.size);
    if (r == 0) {
        events->lost = 0;
    } else {
        events->lost++;
        events->lost_ever++;
    }
}

#define POST(events, kind, ...) post(events, EVENT_##kind, &(const struct event){__VA_ARGS__})

static void tell(struct events *events, struct events_tally *tally)
{
    tally->what.count = tally->count;
    tally->count = 0;
    tally->next_ns = clock_now_ns(events->clock) + TALLY_NS;
    list_remove(&tally->link);
    post(events, tally->kind, &tally->what);
}

static void on_timer(uv_timer_t *timer)
{
    struct events *events = timer->data;
    uint64_t now_ns = clock_now_ns(events->clock), next_ns = 0;

    list_foreach (it, &events->pending) {
        struct events_tally *tally = list_entry(it, struct events_tally, link);

        if (tally->next_ns <= now_ns)
            tell(events, tally);
        else if (!next_ns || tally->next_ns < next_ns)
            next_ns = tally->next_ns;
    }
    if (next_ns)
        uv_timer_start(timer, on_timer, (next_ns - now_ns) / 1000000 + 1, 0);
}

/* The first is told at once, those that follow within a second at its end. */
static void count(struct events *events, struct events_tally *tally, enum event_kind kind,
                  const struct event *what)
{
    uint64_t now_ns = clock_now_ns(events->clock);

    if (!events->enabled)
        return;
    tally->kind = kind;
    tally->what = *what;
    snprintf(tally->model, sizeof(tally->model), "%.*s", (int)what->model.size,
             what->model.size ? what->model.base : "");
    tally->what.model = text_of(tally->model);
    if (++tally->count == 1)
        list_append(&events->pending, &tally->link);
    if (tally->next_ns <= now_ns)
        tell(events, tally);
    else if (!uv_is_active((uv_handle_t *)&events->timer))
        uv_timer_start(&events->timer, on_timer, (tally->next_ns - now_ns) / 1000000 + 1, 0);
}

void events_tally_init(struct events_tally *tally)
{
    *tally = (struct events_tally){.count = 0};
    list_init(&tally->link);
}

void events_tally_done(struct events *events, struct events_tally *tally)
{
    if (tally->count)
        tell(events, tally);
}

/* PROGRAM beside the daemon's own file, whatever name that was started by. */
static int program_path(const struct config *config, char *out, size_t size, struct fault *fault)
{
    ssize_t n;
    char *slash;

    if (*config->events_program) {
        snprintf(out, size, "%s", config->events_program);
        return 0;
    }
    n = readlink("/proc/self/exe", out, size - sizeof(PROGRAM));
    if (n < 0)
        return fail(fault, E_SETTING,
                    "where snped lies cannot be read from /proc/self/exe: name snped-events in "
                    "[events] program, or set [events] enabled = no");
    out[n] = '\0';
    slash = strrchr(out, '/');
    memcpy(slash ? slash + 1 : out, PROGRAM, sizeof(PROGRAM));
    return 0;
}

/* Where the service manager gave us a folder, the daemon's socket lies in one that is not ours. */
static int preset_address(const struct config *config, char *out, size_t size)
{
    const char *path = config->daemon_socket, *slash = strrchr(path, '/');
    const char *ours = getenv("RUNTIME_DIRECTORY");

    if (ours && *ours)
        return snprintf(out, size, "ipc://%s/" SOCKET, ours);
    return snprintf(out, size, "ipc://%.*s" SOCKET, slash ? (int)(slash - path + 1) : 0, path);
}

static int address_of(const struct config *config, char *out, size_t size, struct fault *fault)
{
    int n = *config->events_address ? snprintf(out, size, "%s", config->events_address)
                                    : preset_address(config, out, size);

    if (strncmp(out, "ipc://", 6) != 0 || !out[6])
        return fail(fault, E_SETTING,
                    "[events] address: \"%.120s\" is none: write ipc:// and the path of a socket",
                    out);
    if (n > 113)
        return fail(fault, E_SETTING,
                    "[events] address: the path of the events' socket, %d bytes, is longer than "
                    "107: name a shorter one",
                    n - 6);
    return 0;
}

int events_start(struct events *events, uv_loop_t *loop, const struct clock *clock,
                 const struct config *config, struct fault *fault)
{
    char program[PATH_MAX], address[PUBLISHER_ADDRESS_SIZE];
    int r;

    list_init(&events->pending);
    if (!config->events_enabled)
        return 0;
    for (int device = 0; device < _DEVICE_MAX; device++)
        for (int class = 0; class < _CLASS_MAX; class ++)
            events_tally_init(&events->overload[device][class]);
    events->clock = clock;
    r = program_path(config, program, sizeof(program), fault);
    if (r == 0)
        r = address_of(config, address, sizeof(address), fault);
    if (r < 0)
        return r;
    r = buf_reserve(&events->map, EVENT_SIZE_MAX); /* and never more */
    if (r == 0)
        r = uv_timer_init(loop, &events->timer);
    events->timer.data = events;
    if (r == 0)
        r = publisher_start(&events->publisher, loop, program, address,
                            (unsigned int)config->daemon_socket_mode);
    if (r < 0)
        return fail(fault, r, "events: %s", uv_strerror(r));
    events->enabled = true;
    return 0;
}

void events_stop(struct events *events)
{
    events->enabled = false;
    publisher_stop(&events->publisher);
    buf_done(&events->map);
}

const char *events_address(const struct events *events)
{
    return publisher_address(&events->publisher);
}

void events_post_model_loading(struct events *events, const char *model)
{
    POST(events, MODEL_LOADING, .model = text_of(model));
}

void events_post_model_ready(struct events *events, const char *model, uint64_t generation,
                             enum runtime runtime, uint64_t took_us)
{
    POST(events, MODEL_READY, .model = text_of(model), .generation = generation,
         .runtime = text_of(runtime_get(runtime)->name), .took_us = took_us);
}

void events_post_model_failed(struct events *events, const char *model, int code,
                              const struct fault *fault)
{
    POST(events, MODEL_FAILED, .model = text_of(model), .error = error_name(code),
         .message = sentence(code, fault));
}

void events_post_model_unloaded(struct events *events, const char *model, uint64_t generation)
{
    POST(events, MODEL_UNLOADED, .model = text_of(model), .generation = generation);
}

void events_post_model_evicted(struct events *events, const char *model, uint64_t generation,
                               uint64_t bytes, const char *why)
{
    POST(events, MODEL_EVICTED, .model = text_of(model), .generation = generation, .bytes = bytes,
         .message = text_or_none(why));
}

void events_post_device_lost(struct events *events, enum device device, const char *model)
{
    POST(events, DEVICE_LOST, .device = text_of(device_get(device)->name),
         .model = text_or_none(model));
}

void events_post_device_back(struct events *events, enum device device, uint64_t took_us)
{
    POST(events, DEVICE_BACK, .device = text_of(device_get(device)->name), .took_us = took_us);
}

void events_post_device_wedged(struct events *events, enum device device, const char *model,
                               uint64_t took_us)
{
    POST(events, DEVICE_WEDGED, .device = text_of(device_get(device)->name),
         .model = text_or_none(model), .took_us = took_us);
}

void events_post_runtime_quarantined(struct events *events, enum runtime runtime, const char *why)
{
    const struct runtime_info *info = runtime_get(runtime);

    POST(events, RUNTIME_QUARANTINED, .runtime = text_of(info->name),
         .device = text_of(device_get(info->device)->name), .message = text_or_none(why));
}

void events_post_frame_dropped(struct events *events, struct events_tally *tally, const char *model,
                               uint64_t session, uint64_t stream)
{
    count(events, tally, EVENT_FRAME_DROPPED,
          &(const struct event){.model = text_of(model), .session = session, .stream = stream});
}

void events_post_overload(struct events *events, enum device device, enum job_class class, int code)
{
    count(events, &events->overload[device][class], EVENT_OVERLOAD,
          &(const struct event){.device = text_of(device_get(device)->name),
                                .class = text_of(class_name(class)),
                                .error = error_name(code)});
}

void events_post_config_reloaded(struct events *events, const char *what)
{
    POST(events, CONFIG_RELOADED, .message = text_or_none(what));
}

void events_post_config_refused(struct events *events, int code, const struct fault *fault)
{
    POST(events, CONFIG_REFUSED, .error = error_name(code), .message = sentence(code, fault));
}

void events_post_daemon_ready(struct events *events, uint32_t models, uint32_t failed)
{
    POST(events, DAEMON_READY, .models = models, .failed = failed);
}

void events_post_daemon_draining(struct events *events)
{
    POST(events, DAEMON_DRAINING, .models = 0);
}
