/* What the honest daemon says of its clients and jobs. */
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "tests/client/fake.h"
#include "tests/client/made.h"

#define NOW 81000000000000ull
#define MS  1000000ull

static struct text text_of(const char *text)
{
    return (struct text){text, strlen(text)};
}

/* Two clients: one that is at home here, and one whose name is up to no good. */
#define EVIL                                                                                       \
    "\033[2J\033]0;owned\a\r\n\xc2\x9b"                                                            \
    "31m\xe2\x80\xae\xd7\x90\xff\177"

static void answer_ps(struct fake_conn *conn, const struct frame *head)
{
    static _Thread_local struct ps_result result;
    struct buf map = {0};

    result = (struct ps_result){.now_ns = NOW, .hidden_sessions = 3, .hidden_jobs = 1};
    result.sessions[0] = (struct session_desc){
        .session = 4,
        .pid = 4711,
        .uid = 1000,
        .name = text_of("caméra"),
        .state = text_of("open"),
        .ceiling = text_of("realtime"),
        .age_us = 61000000,
        .calls = 1,
        .runs = 100 + 7 * (uint64_t)fake_count(conn->fake, METHOD_PS),
        .refused = 2,
        .expired = 1,
        .dropped = 5,
        .device_us = 2500000,
        .queue_p50_us = 40,
        .queue_p99_us = 900,
        .run_p50_us = 15000,
        .run_p99_us = 16000,
        .regions = 1,
        .region_bytes = 4096,
        .networks = {{1, text_of("echo"), text_of("cpu"), text_of("dsp: no Hexagon here"), 107}},
        .n_networks = 1,
    };
    result.sessions[1] = (struct session_desc){
        .session = 5, .pid = 1, .uid = 0, .name = text_of(EVIL), .state = text_of("open")};
    result.n_sessions = 2;
    result.jobs[0] = (struct job_desc){.job = 70001,
                                       .session = 4,
                                       .model = text_of("echo"),
                                       .device = text_of("cpu"),
                                       .class = text_of("realtime"),
                                       .running = true,
                                       .waited_us = 40,
                                       .ran_us = 1500};
    result.n_jobs = 1;
    ck_assert_int_eq(pack_ps_result(&result, &map), 0);
    fake_reply(conn, head, &map, NULL, 0);
}

static void answer_why(struct fake_conn *conn, struct wire_frame *frame)
{
    static _Thread_local struct why_result result;
    struct why_params params;
    struct buf map = {0};

    ck_assert_int_eq(unpack_why_params(frame->map, frame->map_size, &params, NULL), 0);
    if (params.job != 70001) {
        fake_error(conn, &frame->head, E_BAD_PARAMS, "that job is too long ago");
        return;
    }
    result = (struct why_result){
        .job = params.job,
        .session = 4,
        .state = text_of("ended"),
        .uid = 1000,
        .client = text_of("caméra"),
        .model = text_of("echo"),
        .device = text_of("cpu"),
        .class = text_of("batch"),
        .picked = text_of("turn"),
        .now_ns = NOW,
        .arrived_ns = NOW - 100 * MS,
        .queued_ns = NOW - 100 * MS + 20000,
        .started_ns = NOW - 80 * MS,
        .ended_ns = NOW - 65 * MS,
        .answered_ns = NOW - 64 * MS,
        .run_us = 15000,
        .before = {{.job = 70000,
                    .session = 5,
                    .client = text_of(EVIL),
                    .model = text_of("echo"),
                    .class = text_of("realtime"),
                    .run_us = 19000,
                    .reason = text_of("class")}},
        .n_before = 1,
        .more = 2,
        .hidden = 2,
        .before_us = 19900,
        .sentence = text_of("It waited."),
    };
    ck_assert_int_eq(pack_why_result(&result, &map), 0);
    fake_reply(conn, &frame->head, &map, NULL, 0);
}

/* One of each kind, of a moment that was 5 ms long, at the first call that does not begin. */
static const struct trace_record moment[] = {
    {.kind = {"read", 4}, .model = {"echo", 4}, .began_ns = NOW, .ended_ns = NOW + MS},
    {.kind = {"loop", 4}, .began_ns = NOW, .ended_ns = NOW + MS},
    {.kind = {"job", 3},
     .job = 1,
     .session = 4,
     .client = {"cam\"era\n", 8},
     .model = {"echo", 4},
     .device = {"cpu", 3},
     .class = {"realtime", 8},
     .lane = 1,
     .steps = 1,
     .arrived_ns = NOW + 100000,
     .queued_ns = NOW + 120000,
     .began_ns = NOW + MS,
     .ended_ns = NOW + 2 * MS,
     .answered_ns = NOW + 3 * MS,
     .run_us = 999},
    {.kind = {"step", 4},
     .job = 2,
     .model = {"two", 3},
     .device = {"gpu", 3},
     .step = 0,
     .steps = 2,
     .began_ns = NOW + MS,
     .ended_ns = NOW + 2 * MS},
    {.kind = {"step", 4},
     .job = 2,
     .model = {"two", 3},
     .device = {"cpu", 3},
     .step = 1,
     .steps = 2,
     .began_ns = NOW + 2 * MS,
     .ended_ns = NOW + 3 * MS},
    {.kind = {"job", 3},
     .job = 2,
     .model = {"two", 3},
     .device = {"gpu", 3},
     .steps = 2,
     .arrived_ns = NOW + 200000,
     .queued_ns = NOW + 210000,
     .began_ns = NOW + MS,
     .ended_ns = NOW + 3 * MS,
     .answered_ns = NOW + 4 * MS},
    {.kind = {"job", 3}, /* one that expired */
     .job = 3,
     .model = {"echo", 4},
     .device = {"cpu", 3},
     .steps = 1,
     .result = E_DEADLINE,
     .arrived_ns = NOW + 300000,
     .queued_ns = NOW + 310000,
     .answered_ns = NOW + 5 * MS},
};

static void answer_trace(struct fake_conn *conn, struct wire_frame *frame)
{
    static _Thread_local struct trace_result result;
    struct trace_params params;
    struct buf map = {0};

    ck_assert_int_eq(unpack_trace_params(frame->map, frame->map_size, &params, NULL), 0);
    result = (struct trace_result){.next = 20, .now_ns = NOW};
    if (params.after == 20) {
        result.next = 30;
        result.lost = 3;
        memcpy(result.records, moment, sizeof(moment));
        result.n_records = sizeof(moment) / sizeof(moment[0]);
    } else if (params.after == 30) {
        result.next = 30;
    }
    ck_assert_int_eq(pack_trace_result(&result, &map), 0);
    fake_reply(conn, &frame->head, &map, NULL, 0);
}

bool fake_answer_watch(struct fake_conn *conn, struct wire_frame *frame)
{
    if (frame->head.method == METHOD_PS)
        answer_ps(conn, &frame->head);
    else if (frame->head.method == METHOD_WHY)
        answer_why(conn, frame);
    else if (frame->head.method == METHOD_TRACE)
        answer_trace(conn, frame);
    else
        return false;
    return true;
}
