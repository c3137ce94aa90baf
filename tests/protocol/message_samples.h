#pragma once
/*
 * One of every message, with the values that make_vectors.py writes as bytes; and a table of all
 * of them, so that a test may treat each like the others.
 */
#include "base/base.h"
#include "base/buf.h"
#include "protocol/messages.h"
#include "tests/protocol/message_vectors.h"

#define T(text)                                                                                    \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }
#define HEX16  "0123456789abcdef"
#define DIGEST HEX16 HEX16 HEX16 HEX16
#define NOW    81234567890123ull
#define X10    "xxxxxxxxxx"

#define IMAGE                                                                                      \
    {                                                                                              \
        .name = T("data"), .type = T("tf8"), .dims = {4, {1, 224, 224, 3}}, .size = 150528,        \
        .min = -1.5, .max = 2.25                                                                   \
    }
#define PROB                                                                                       \
    {                                                                                              \
        .name = T("prob"), .type = T("float32"), .dims = {1, {1000}}, .size = 4000                 \
    }
#define SCALAR                                                                                     \
    {                                                                                              \
        .name = T("score"), .type = T("float32"), .size = 4                                        \
    }
#define MODEL                                                                                      \
    {                                                                                              \
        .name = T("face"), .state = T("failed"), .generation = 3, .digest = T(DIGEST),             \
        .runtime = T("cpu"), .networks = 2, .memory_bytes = 1ull << 33, .runs = 70000,             \
        .keep = true, .pin = true, .ttl_ms = 300000, .error = T("layer conv1: " X10 X10 X10 X10)   \
    }
#define NETWORK                                                                                    \
    {                                                                                              \
        .runtime = T("cpu"), .inputs = {IMAGE}, .n_inputs = 1, .outputs = {PROB, SCALAR},          \
        .n_outputs = 2, .why = T("LSTM: dsp cannot"), .plan_bytes = 5000000, .slot_bytes = 600000, \
        .slots = 2, .launches = 31, .macs = 724406816, .runs = 12, .run_p50_us = 15000,            \
        .run_p99_us = 16000                                                                        \
    }

static const struct hello_params sample_hello_params = {1, 2, T("camera")};
static const struct hello_result sample_hello_result = {.version = 1,
                                                        .daemon = T("0.1.0"),
                                                        .session = 300,
                                                        .frame_most = 1 << 20,
                                                        .may_load = true,
                                                        .events = T("ipc:///run/snped/events.ipc"),
                                                        .may_admin = true,
                                                        .ceiling = T("interactive")};
static const struct ping_params sample_ping_params;
static const struct ping_result sample_ping_result;
static const struct load_params sample_load_params = {
    .name = T("face.dlc"),
    .keep = true,
    .ttl_ms = 60000,
    .perf = T("burst"),
    .runtimes = {T("dsp"), T("cpu")},
    .n_runtimes = 2,
    .input_dims = {{T("data"), {4, {1, 12, 12, 3}}}, {T("s"), {1, {2147483648}}}},
    .n_input_dims = 2,
    .outputs = {T("prob")},
    .n_outputs = 1,
    .types = {{T("data"), T("uint8")}},
    .n_types = 1,
};
static const struct load_result sample_load_result = {
    .network = 7,
    .name = T("face"),
    .generation = 1,
    .digest = T(DIGEST),
    .runtime = T("cpu"),
    .inputs = {IMAGE},
    .n_inputs = 1,
    .outputs = {PROB, SCALAR},
    .n_outputs = 2,
    .why = T("LSTM: dsp cannot"),
    .load_us = 400000,
    .memory_bytes = 3000000000,
};
static const struct unload_params sample_unload_params = {.name = T("face")};
static const struct unload_result sample_unload_result;
static const struct list_params sample_list_params;
static const struct list_result sample_list_result = {
    .models = {MODEL, {.name = T("b"), .state = T("ready"), .generation = 1}}, .n_models = 2};
static const struct info_params sample_info_params = {T("face")};
static const struct info_result sample_info_result = {.model = MODEL,
                                                      .version = T("2.1"),
                                                      .weight_bytes = 244000000,
                                                      .networks = {NETWORK, NETWORK},
                                                      .n_networks = 2};
static const struct region_add_params sample_region_add_params = {1 << 21};
static const struct region_add_result sample_region_add_result = {UINT32_MAX};
static const struct region_drop_params sample_region_drop_params = {128};
static const struct region_drop_result sample_region_drop_result;
static const struct run_params sample_run_params = {
    .network = 7,
    .inputs = {{.name = T("data"), .region = 2, .offset = 4096, .size = 150528}, {.size = 8}},
    .n_inputs = 2,
    .outputs = {{.name = T("prob"), .region = 2, .offset = 64, .size = 4000}},
    .n_outputs = 1,
    .deadline_ns = 81234567890123,
};
static const struct run_result sample_run_result = {
    .outputs = {{.name = T("prob"), .size = 4000}, {.name = T("score"), .offset = 4032, .size = 4}},
    .n_outputs = 2,
    .queue_us = 40,
    .run_us = 15000,
    .copied_bytes = 150528,
    .job = 70001,
};
static const struct cancel_params sample_cancel_params = {65536};
static const struct cancel_result sample_cancel_result = {false};
static const struct stats_params sample_stats_params;
static const struct stats_result sample_stats_result = {
    .daemon = T("0.1.0"),
    .state = T("starting"),
    .waits_for = T("face"),
    .uptime_us = 5000000,
    .sessions = 16,
    .regions = 17,
    .region_bytes = 1ull << 32,
    .models = 1,
    .networks = 10,
    .memory_bytes = 65535,
    .frames = 255,
    .refused = 256,
    .devices = {{.name = T("cpu"),
                 .lanes = 2,
                 .queued = 3,
                 .running = 1,
                 .memory_used = 1ull << 33,
                 .memory_most = 1ull << 34,
                 .jobs = 1ull << 40,
                 .failed = 4,
                 .expired = 5,
                 .cancelled = 6,
                 .busy_us = 123456789,
                 .run_p50_us = 900,
                 .run_p99_us = 1800,
                 .queue_p50_us = 70,
                 .queue_p99_us = 80,
                 .busy_1s_us = 900000,
                 .busy_10s_us = 5000000,
                 .state = T("recovering"),
                 .perf = T("burst"),
                 .losses = 2,
                 .recovery_p50_us = 40000,
                 .recovery_p99_us = 70000,
                 .recovery_most_us = 80000}},
    .n_devices = 1,
};
static const struct stream_open_params sample_stream_open_params = {
    .network = 7,
    .depth = 3,
    .policy = T("queue"),
    .class = T("realtime"),
    .period_us = 32000,
    .deadline_us = 1 << 20,
    .carry = {{T("hn"), T("h")}, {T("cn"), T("c")}},
    .n_carry = 2,
};
static const struct stream_open_result sample_stream_open_result = {2, 1ull << 40};
static const struct stream_push_params sample_stream_push_params = {
    .stream = 2,
    .frame = 1ull << 63,
    .inputs = {{.name = T("data"), .region = 2, .offset = 4096, .size = 150528}},
    .n_inputs = 1,
    .outputs = {{.name = T("prob")}},
    .n_outputs = 1,
    .deadline_ns = 81234567890123,
};
static const struct stream_push_result sample_stream_push_result = {
    .outputs = {{.name = T("prob"), .size = 4000}},
    .n_outputs = 1,
    .frame = 1ull << 63,
    .age_us = 16001,
    .queue_us = 40,
    .run_us = 15000,
    .copied_bytes = 150528,
    .dropped = 9,
    .job = 77,
};
static const struct stream_reset_params sample_stream_reset_params = {2};
static const struct stream_reset_result sample_stream_reset_result;
static const struct stream_close_params sample_stream_close_params = {UINT32_MAX};
static const struct stream_close_result sample_stream_close_result = {21, 6, 5, 4, 3, 2};
static const struct ps_params sample_ps_params;
static const struct ps_result sample_ps_result = {
    .now_ns = NOW,
    .sessions = {{.session = 300,
                  .pid = 4711,
                  .uid = 1000,
                  .name = T("camera"),
                  .state = T("open"),
                  .ceiling = T("realtime"),
                  .age_us = 90000000,
                  .calls = 2,
                  .runs = 70000,
                  .refused = 1,
                  .expired = 2,
                  .dropped = 3,
                  .device_us = 1ull << 33,
                  .user_device_us = 1ull << 34,
                  .demoted = 9,
                  .queue_p50_us = 40,
                  .queue_p99_us = 400,
                  .run_p50_us = 15000,
                  .run_p99_us = 16000,
                  .regions = 2,
                  .region_bytes = 1 << 21,
                  .networks = {{7, T("face"), T("cpu"), T("LSTM: dsp cannot"), 69999}},
                  .n_networks = 1},
                 {.session = 301, .pid = 1, .state = T("new"), .age_us = 5}},
    .n_sessions = 2,
    .jobs = {{.job = 70001,
              .session = 300,
              .model = T("face"),
              .device = T("cpu"),
              .class = T("realtime"),
              .running = true,
              .waited_us = 40,
              .ran_us = 900,
              .deadline_ns = NOW + 5},
             {.job = 70002, .model = T("b"), .device = T("gpu"), .class = T("batch")}},
    .n_jobs = 2,
    .more_sessions = 1,
    .more_jobs = 2,
    .hidden_sessions = 3,
    .hidden_jobs = 4,
};
static const struct why_params sample_why_params = {70001};
static const struct why_result sample_why_result = {
    .job = 70001,
    .session = 300,
    .state = T("ended"),
    .result = -5009,
    .uid = 1000,
    .lane = 1,
    .client = T("camera"),
    .model = T("face"),
    .device = T("cpu"),
    .class = T("batch"),
    .picked = T("turn"),
    .slot = true,
    .now_ns = NOW,
    .arrived_ns = NOW - 900,
    .queued_ns = NOW - 800,
    .started_ns = NOW - 700,
    .ended_ns = NOW - 600,
    .answered_ns = NOW - 500,
    .deadline_ns = NOW - 550,
    .run_us = 100,
    .before = {{.job = 70000,
                .session = 299,
                .client = T("mic"),
                .model = T("kws"),
                .class = T("realtime"),
                .run_us = 90,
                .running = true,
                .reason = T("class")}},
    .n_before = 1,
    .more = 7,
    .hidden = 6,
    .before_us = 95,
    .sentence = T("It waited 200 ns."),
};
static const struct trace_params sample_trace_params = {255, true};
static const struct trace_result sample_trace_result = {
    .next = 300,
    .lost = 4,
    .hidden = 5,
    .now_ns = NOW,
    .records = {{.kind = T("job"),
                 .job = 70001,
                 .session = 300,
                 .client = T("camera"),
                 .model = T("face"),
                 .device = T("cpu"),
                 .class = T("batch"),
                 .picked = T("turn"),
                 .lane = 1,
                 .step = 2,
                 .steps = 3,
                 .result = -5009,
                 .arrived_ns = NOW - 900,
                 .queued_ns = NOW - 800,
                 .began_ns = NOW - 700,
                 .ended_ns = NOW - 600,
                 .answered_ns = NOW - 500,
                 .deadline_ns = NOW - 550,
                 .run_us = 100},
                {.kind = T("loop"), .began_ns = 1, .ended_ns = 2}},
    .n_records = 2,
};
static const struct reload_params sample_reload_params;
static const struct reload_result sample_reload_result = {
    .changed = {T("[quota] models")},
    .n_changed = 1,
    .later = {T("[daemon] threads"), T("[device cpu] lanes")},
    .n_later = 2,
    .models = {{T("face"), T("failed"), T("there is no such file")}, {T("b"), T("loaded"), T("")}},
    .n_models = 2,
};
static const struct error_result sample_error_result = {
    .error = T("no-model"),
    .code = -5016,
    .snpe_code = 400,
    .message = T("no model is called \"fase\": did you mean \"face\"?"),
};

#define MESSAGE(name)                                                                              \
    static int any_pack_##name(const void *message, struct buf *out)                               \
    {                                                                                              \
        return pack_##name(message, out);                                                          \
    }                                                                                              \
    static int any_unpack_##name(const void *map, size_t size, void *ret, struct fault *fault)     \
    {                                                                                              \
        return unpack_##name(map, size, ret, fault);                                               \
    }
#define METHOD(id, number, name, params, result, fds, flags, text) MESSAGE(params) MESSAGE(result)
#include "protocol/methods.def"
MESSAGE(error_result)
#undef MESSAGE

static const struct sample {
    const char *name;
    const void *message;
    size_t message_size;
    const uint8_t *bytes;
    size_t size;
    int (*pack)(const void *message, struct buf *out);
    int (*unpack)(const void *map, size_t size, void *ret, struct fault *fault);
} samples[] = {
#define MESSAGE(name)                                                                              \
    {#name,           &sample_##name,   sizeof(struct name), vector_##name, sizeof(vector_##name), \
     any_pack_##name, any_unpack_##name},
#include "protocol/methods.def"
    MESSAGE(error_result)
#undef MESSAGE
#undef METHOD
};
