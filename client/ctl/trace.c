/*
 * trace: the daemon's records as Chrome's trace events, which ui.perfetto.dev shows too (the format
 * is told in "Trace Event Format", Google, 2016): process 1 is the daemon, with a track for the
 * loop, the loader and each lane; process 2 has every job from its call to its answer. Arrows lead
 * from the loop, where a job arrived, to the lane that ran it, and on to the next step's.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "base/clock.h"
#include "base/str.h"
#include "client/ctl/ctl.h"

#define ASK_AGAIN_MS 100
#define FLUSH_BYTES  65536
#define TIME_MOST_MS 3600000

#define DAEMON      1 /* processes of the trace */
#define CLIENTS     2
#define LOOP        1 /* threads of the daemon */
#define LOADER      2
#define FIRST_LANE  10
#define LANES_MOST  100 /* of one device, in the numbers of threads */
#define DEVICES     16  /* whose tracks are named */
#define TRACKS_MOST 64

struct trace {
    struct ctl *ctl;
    struct json json;
    uint64_t began_ns; /* of the trace; times count from it */
    uint64_t lost, hidden, n;
    char names[DEVICES][24]; /* of devices, in the order they came */
    uint32_t n_devices;
    uint64_t tracks[TRACKS_MOST]; /* that have their name */
    uint32_t n_tracks;
};

static double us_of(const struct trace *trace, uint64_t ns)
{
    return ns >= trace->began_ns ? (double)(ns - trace->began_ns) / 1000
                                 : -(double)(trace->began_ns - ns) / 1000;
}

static void begin_event(struct trace *trace, const char *phase, const char *name, uint64_t process,
                        uint64_t thread)
{
    struct json *json = &trace->json;

    json_object(json, NULL);
    json_text(json, "ph", phase);
    json_text(json, "name", name);
    json_u64(json, "pid", process);
    json_u64(json, "tid", thread);
}

static void name_track(struct trace *trace, const char *what, const char *name, uint64_t process,
                       uint64_t thread)
{
    begin_event(trace, "M", what, process, thread);
    json_object(&trace->json, "args");
    json_text(&trace->json, "name", name);
    json_object_end(&trace->json);
    json_object_end(&trace->json);
}

/* The lane's track, named when it is seen first. */
static uint64_t lane_track(struct trace *trace, const struct snpe_record *record)
{
    uint32_t device = 0;
    uint64_t track;
    char name[64];

    while (device < trace->n_devices && strncmp(trace->names[device], record->device, 23) != 0)
        device++;
    if (device == trace->n_devices && device < DEVICES) {
        snprintf(trace->names[device], sizeof(trace->names[device]), "%s", record->device);
        trace->n_devices++;
    }
    track = FIRST_LANE + device * LANES_MOST + record->lane % LANES_MOST;
    for (uint32_t i = 0; i < trace->n_tracks; i++)
        if (trace->tracks[i] == track)
            return track;
    if (trace->n_tracks < TRACKS_MOST)
        trace->tracks[trace->n_tracks++] = track;
    snprintf(name, sizeof(name), "%.20s lane %u", record->device, record->lane);
    name_track(trace, "thread_name", name, DAEMON, track);
    return track;
}

static void add_args(struct trace *trace, const struct snpe_record *record)
{
    struct json *json = &trace->json;

    json_object(json, "args");
    if (record->job)
        json_u64(json, "job", record->job);
    if (record->session)
        json_u64(json, "session", record->session);
    if (*record->client)
        json_text(json, "client", record->client);
    if (*record->class_name)
        json_text(json, "class", record->class_name);
    if (*record->picked)
        json_text(json, "picked", record->picked);
    if (record->result)
        json_text(json, "result", snpe_error_name(record->result));
    if (record->deadline_ns)
        json_f64(json, "deadline_us", us_of(trace, record->deadline_ns));
    if (record->run_us)
        json_u64(json, "run_us", record->run_us);
    json_object_end(json);
}

static void add_slice(struct trace *trace, const struct snpe_record *record, const char *name,
                      uint64_t track, uint64_t from_ns, uint64_t to_ns)
{
    begin_event(trace, "X", name, DAEMON, track);
    json_f64(&trace->json, "ts", us_of(trace, from_ns));
    json_f64(&trace->json, "dur", to_ns > from_ns ? (double)(to_ns - from_ns) / 1000 : 0);
    add_args(trace, record);
    json_object_end(&trace->json);
}

/* A point of the arrow of RECORD's job: "s" where it begins, "t" on its way, "f" where it ends. */
static void add_arrow(struct trace *trace, const struct snpe_record *record, const char *phase,
                      uint64_t track, uint64_t at_ns)
{
    begin_event(trace, phase, "job", DAEMON, track);
    json_text(&trace->json, "cat", "job");
    json_u64(&trace->json, "id", record->job);
    json_f64(&trace->json, "ts", us_of(trace, at_ns));
    if (*phase == 'f')
        json_text(&trace->json, "bp", "e");
    json_object_end(&trace->json);
}

static void add_span(struct trace *trace, const struct snpe_record *record, const char *phase,
                     const char *name, uint64_t at_ns)
{
    begin_event(trace, phase, name, CLIENTS, record->session);
    json_text(&trace->json, "cat", "job");
    json_u64(&trace->json, "id", record->job);
    json_f64(&trace->json, "ts", us_of(trace, at_ns));
    if (name == record->model && *phase == 'b')
        add_args(trace, record);
    json_object_end(&trace->json);
}

/* From the call to the answer, with what it waited for inside. */
static void add_life(struct trace *trace, const struct snpe_record *record)
{
    const uint64_t until_ns = record->began_ns ? record->began_ns : record->answered_ns;

    add_span(trace, record, "b", record->model, record->arrived_ns);
    add_span(trace, record, "b", "queue", record->queued_ns);
    add_span(trace, record, "e", "queue", until_ns);
    if (record->ended_ns) {
        add_span(trace, record, "b", "device", record->began_ns);
        add_span(trace, record, "e", "device", record->ended_ns);
        add_span(trace, record, "b", "answer", record->ended_ns);
        add_span(trace, record, "e", "answer", record->answered_ns);
    }
    add_span(trace, record, "e", record->model, record->answered_ns);
}

static void add_job(struct trace *trace, const struct snpe_record *record)
{
    uint64_t track;

    add_slice(trace, record, "call", LOOP, record->arrived_ns, record->queued_ns);
    add_life(trace, record);
    if (!record->ended_ns)
        return;
    add_arrow(trace, record, "s", LOOP, record->arrived_ns);
    if (record->steps > 1)
        return; /* its steps come by themselves */
    track = lane_track(trace, record);
    add_slice(trace, record, record->model, track, record->began_ns, record->ended_ns);
    add_arrow(trace, record, "f", track, record->began_ns);
}

static void add_step(struct trace *trace, const struct snpe_record *record)
{
    uint64_t track = lane_track(trace, record);
    char name[300];

    snprintf(name, sizeof(name), "%.200s, step %u of %u", record->model, record->step + 1,
             record->steps);
    add_slice(trace, record, name, track, record->began_ns, record->ended_ns);
    add_arrow(trace, record, record->step + 1 < record->steps ? "t" : "f", track, record->began_ns);
}

static void add_phase(struct trace *trace, const struct snpe_record *record)
{
    char name[300];

    snprintf(name, sizeof(name), "%.20s %.200s", record->kind, record->model);
    add_slice(trace, record, name, LOADER, record->began_ns, record->ended_ns);
}

static void add_record(struct trace *trace, const struct snpe_record *record)
{
    trace->n++;
    if (strcmp(record->kind, "job") == 0)
        add_job(trace, record);
    else if (strcmp(record->kind, "step") == 0)
        add_step(trace, record);
    else if (strcmp(record->kind, "loop") == 0)
        add_slice(trace, record, "turn", LOOP, record->began_ns, record->ended_ns);
    else
        add_phase(trace, record);
}

static int flush(struct trace *trace)
{
    struct ctl *ctl = trace->ctl;
    struct buf *text = &trace->json.text;

    if (trace->json.error < 0)
        return trace->json.error;
    if (text->size && fwrite(text->base, 1, text->size, ctl->out) != text->size)
        return fail(ctl->fault, -EIO, "the trace cannot be written: %s", strerror(errno));
    text->size = 0;
    return 0;
}

/* Everything that was recorded since *CURSOR. */
static int take_records(struct trace *trace, uint64_t *cursor)
{
    uint32_t n;

    do {
        struct snpe_records *records = NULL;
        int r = ctl_check(trace->ctl, snpe_trace(trace->ctl->client, *cursor, 1, &records));

        for (uint32_t i = 0; r == 0 && i < records->n_records; i++)
            add_record(trace, records->records[i]);
        if (r == 0 && trace->json.text.size > FLUSH_BYTES)
            r = flush(trace);
        if (r < 0) {
            snpe_free(records);
            return r;
        }
        n = records->n_records + (uint32_t)(records->hidden > 0);
        trace->lost += records->lost;
        trace->hidden += records->hidden;
        n = records->next == *cursor ? 0 : n;
        *cursor = records->next;
        snpe_free(records);
    } while (n);
    return 0;
}

static int begin(struct trace *trace, uint64_t *cursor)
{
    struct snpe_records *records = NULL;
    int r = ctl_check(trace->ctl, snpe_trace(trace->ctl->client, UINT64_MAX, 1, &records));

    if (r < 0)
        return r;
    trace->began_ns = records->now_ns;
    *cursor = records->next;
    snpe_free(records);
    json_object(&trace->json, NULL);
    json_text(&trace->json, "displayTimeUnit", "ms");
    json_list(&trace->json, "traceEvents");
    name_track(trace, "process_name", "snped", DAEMON, 0);
    name_track(trace, "process_name", "jobs", CLIENTS, 0);
    name_track(trace, "thread_name", "loop", DAEMON, LOOP);
    name_track(trace, "thread_name", "loader", DAEMON, LOADER);
    return 0;
}

static int end(struct trace *trace)
{
    int r;

    json_list_end(&trace->json);
    json_object_end(&trace->json);
    r = json_end(&trace->json);
    if (r == 0)
        r = flush(trace);
    if (r < 0)
        return r;
    fprintf(trace->ctl->err, "snpectl: %llu records", (unsigned long long)trace->n);
    if (trace->lost)
        fprintf(trace->ctl->err, ", %llu more were lost ([daemon] history in snped.conf)",
                (unsigned long long)trace->lost);
    if (trace->hidden)
        fprintf(trace->ctl->err, ", %llu more are other users' or the daemon's own",
                (unsigned long long)trace->hidden);
    fputs("\n", trace->ctl->err);
    return 0;
}

static int record(struct trace *trace, uint64_t time_ms)
{
    uint64_t until_ns = clock_now_ns(&clock_monotonic) + time_ms * 1000000, cursor = 0;
    int r = begin(trace, &cursor);

    while (r == 0) {
        uint64_t now_ns = clock_now_ns(&clock_monotonic);
        uint64_t left_ms = now_ns < until_ns ? (until_ns - now_ns) / 1000000 + 1 : 0;

        if (left_ms)
            (void)poll(NULL, 0, (int)(left_ms < ASK_AGAIN_MS ? left_ms : ASK_AGAIN_MS));
        r = take_records(trace, &cursor);
        if (!left_ms)
            break;
    }
    return r == 0 ? end(trace) : r;
}

int command_trace(struct ctl *ctl)
{
    struct trace trace = {.ctl = ctl};
    uint64_t time_ms;
    int r;

    if (str_duration_ms(ctl->words[0], &time_ms) < 0 || time_ms == 0 || time_ms > TIME_MOST_MS)
        return fail(ctl->fault, -EINVAL, "'%.40s' is no time up to 1h: write 500ms or 5s",
                    ctl->words[0]);
    if (isatty(fileno(ctl->out)))
        return fail(ctl->fault, -EINVAL,
                    "a trace is for a file: snpectl trace %.40s > trace.json, then open it at "
                    "ui.perfetto.dev",
                    ctl->words[0]);
    r = record(&trace, time_ms);
    json_done(&trace.json);
    return r;
}
