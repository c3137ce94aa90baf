/* What the fake answers when no test wants it otherwise. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "tests/client/fake.h"
#include "tests/support/suite.h"

#define ECHO_SIZE(shape) (shape_elements(shape) * sizeof(float))

static struct text text_of(const char *text)
{
    return (struct text){text, strlen(text)};
}

static bool is(struct text text, const char *name)
{
    return text.size == strlen(name) && memcmp(text.base, name, text.size) == 0;
}

static void answer_hello(struct fake_conn *conn, const struct frame *head)
{
    const struct hello_result result = {
        .version = FRAME_VERSION,
        .daemon = text_of("fake 1"),
        .session = conn->fake->n_connections,
        .frame_most = conn->fake->frame_most,
        .may_load = true,
        .ready = true,
    };
    struct buf map = {0};

    ck_assert_int_eq(pack_hello_result(&result, &map), 0);
    conn->greeted = true;
    fake_reply(conn, head, &map, NULL, 0);
}

static struct tensor_desc tensor_of(const char *name, const struct shape *dims)
{
    return (struct tensor_desc){
        .name = text_of(name), .type = text_of("float32"), .dims = *dims, .size = ECHO_SIZE(dims)};
}

static const char *find_model(const struct fake *fake, struct text name)
{
    for (uint32_t i = fake->n_models; i-- > 0;)
        if (is(name, fake->models[i].name))
            return fake->models[i].digest;
    return NULL;
}

static const char *digest_of_fd(struct fake *fake, struct text name, int fd)
{
    char bytes[64] = "";
    char *digest = fake->models[fake->n_models % FAKE_MODELS].digest;
    ssize_t n = pread(fd, bytes, sizeof(bytes), 0);
    unsigned sum = 0;

    ck_assert_int_ge(n, 0);
    for (ssize_t i = 0; i < n; i++)
        sum = sum * 31 + (unsigned char)bytes[i];
    snprintf(fake->models[fake->n_models % FAKE_MODELS].name, sizeof(fake->models[0].name), "%.*s",
             (int)name.size, name.base);
    snprintf(digest, 65, "%064x", sum);
    fake->n_models++;
    return digest;
}

static void fill_tensors(struct load_result *result, bool pair, const struct shape *dims)
{
    result->inputs[0] = tensor_of(pair ? "a" : "x", dims);
    result->outputs[0] = tensor_of(pair ? "sum" : "y", dims);
    if (pair) {
        result->inputs[1] = tensor_of("b", dims);
        result->outputs[1] = tensor_of("half/diff", dims);
    }
    result->n_inputs = result->n_outputs = pair ? 2 : 1;
}

static uint32_t new_network(struct fake_conn *conn, struct text name, const struct shape *dims)
{
    for (uint32_t i = 1; i < FAKE_NETWORKS; i++)
        if (!conn->networks[i].live) {
            snprintf(conn->networks[i].name, sizeof(conn->networks[i].name), "%.*s", (int)name.size,
                     name.base);
            conn->networks[i].dims = *dims;
            conn->networks[i].live = true;
            conn->fake->n_live_networks++;
            return i;
        }
    ck_abort_msg("too many networks");
}

static void answer_load(struct fake_conn *conn, struct wire_frame *frame)
{
    static _Thread_local struct load_params params;
    static _Thread_local struct load_result result;
    struct shape dims = {.rank = 2, .dim = {1, FAKE_WIDTH}};
    struct fault fault = {""};
    struct buf map = {0};
    char ours[65];
    const char *digest;

    ck_assert_msg(unpack_load_params(frame->map, frame->map_size, &params, &fault) == 0, "%s",
                  fault.text);
    memset(ours, conn->fake->digest, 64);
    ours[64] = '\0';
    if (frame->head.n_fds)
        digest = digest_of_fd(conn->fake, params.name, frame->fds[0]);
    else
        digest = is(params.name, "echo") || is(params.name, "pair")
                     ? ours
                     : find_model(conn->fake, params.name);
    if (!digest) {
        fake_error(conn, &frame->head, E_NO_MODEL, "no model of that name: load it from a file");
        return;
    }
    if (params.n_input_dims)
        dims = params.input_dims[0].dims;
    result = (struct load_result){
        .network = new_network(conn, params.name, &dims),
        .name = params.name,
        .generation = 1,
        .digest = text_of(digest),
        .runtime = text_of("cpu"),
        .why = text_of(params.n_runtimes > 1 ? "the first runtime is not here" : ""),
        .load_us = 1234,
        .memory_bytes = 4096,
    };
    fill_tensors(&result, is(params.name, "pair"), &dims);
    ck_assert_int_eq(pack_load_result(&result, &map), 0);
    fake_reply(conn, &frame->head, &map, NULL, 0);
}

static void answer_region_add(struct fake_conn *conn, struct wire_frame *frame)
{
    struct region_add_params params;
    struct region_add_result result = {0};
    struct buf map = {0};

    ck_assert_int_eq(unpack_region_add_params(frame->map, frame->map_size, &params, NULL), 0);
    ck_assert_uint_eq(frame->head.n_fds, 1);
    for (uint32_t i = 1; i < FAKE_REGIONS && !result.region; i++)
        if (!conn->regions[i].base) {
            conn->regions[i].base =
                mmap(NULL, params.size, PROT_READ | PROT_WRITE, MAP_SHARED, frame->fds[0], 0);
            ck_assert_ptr_ne(conn->regions[i].base, MAP_FAILED);
            conn->regions[i].size = params.size;
            result.region = i;
        }
    conn->fake->n_live_regions++;
    ck_assert_int_eq(pack_region_add_result(&result, &map), 0);
    fake_reply(conn, &frame->head, &map, NULL, 0);
}

static void answer_region_drop(struct fake_conn *conn, struct wire_frame *frame)
{
    struct region_drop_params params;
    struct buf map = {0};

    ck_assert_int_eq(unpack_region_drop_params(frame->map, frame->map_size, &params, NULL), 0);
    ck_assert_uint_lt(params.region, FAKE_REGIONS);
    ck_assert_ptr_nonnull(conn->regions[params.region].base);
    munmap(conn->regions[params.region].base, conn->regions[params.region].size);
    conn->regions[params.region].base = NULL;
    conn->fake->n_live_regions--;
    ck_assert_int_eq(pack_region_drop_result(&(struct region_drop_result){0}, &map), 0);
    fake_reply(conn, &frame->head, &map, NULL, 0);
}

static float *place_of(struct fake_conn *conn, const struct tensor_place *place,
                       const uint8_t *tail, size_t tail_size)
{
    const unsigned char *base = place->region ? conn->regions[place->region].base : tail;
    size_t size = place->region ? conn->regions[place->region].size : tail_size;

    ck_assert_uint_lt(place->region, FAKE_REGIONS);
    ck_assert_ptr_nonnull(base);
    ck_assert_uint_eq(place->offset % 64, 0);
    ck_assert_uint_le(place->offset + place->size, size);
    return (float *)(uintptr_t)(base + place->offset);
}

static void compute(bool pair, const float *const in[2], const char *name, size_t n, float *out)
{
    bool sum = strcmp(name, "sum") == 0;

    for (size_t i = 0; i < n; i++)
        out[i] = !pair ? in[0][i] : sum ? in[0][i] + in[1][i] : (in[0][i] - in[1][i]) / 2;
}

static void answer_run(struct fake_conn *conn, struct wire_frame *frame)
{
    static _Thread_local struct run_params params;
    static _Thread_local struct run_result result;
    struct wire_part parts[2];
    uint32_t n_parts = 0;
    const float *in[2] = {NULL};
    struct buf map = {0};
    bool pair;
    size_t n;

    ck_assert_int_eq(unpack_run_params(frame->map, frame->map_size, &params, NULL), 0);
    ck_assert_uint_lt(params.network, FAKE_NETWORKS);
    ck_assert(conn->networks[params.network].live);
    n = shape_elements(&conn->networks[params.network].dims);
    pair = strcmp(conn->networks[params.network].name, "pair") == 0;
    ck_assert_uint_eq(params.n_inputs, pair ? 2 : 1);
    for (uint32_t i = 0; i < params.n_inputs; i++) {
        bool second = is(params.inputs[i].name, "b");

        ck_assert_uint_eq(params.inputs[i].size, n * sizeof(float));
        in[second] = place_of(conn, &params.inputs[i], frame->tail, frame->tail_size);
    }
    result = (struct run_result){.queue_us = 7, .run_us = 11};
    for (uint32_t i = 0; i < params.n_outputs; i++) {
        struct tensor_place *place = &params.outputs[i];
        char name[64];
        float *out;

        snprintf(name, sizeof(name), "%.*s", (int)place->name.size, place->name.base);
        if (place->region) {
            compute(pair, in, name, n, place_of(conn, place, NULL, 0));
            continue;
        }
        out = malloc(n * sizeof(float));
        ck_assert_ptr_nonnull(out);
        compute(pair, in, name, n, out);
        parts[n_parts++] = (struct wire_part){out, n * sizeof(float)};
        place->offset = wire_part_offset(parts, n_parts - 1);
        result.outputs[result.n_outputs++] = *place;
        result.copied_bytes += place->size;
    }
    ck_assert_int_eq(pack_run_result(&result, &map), 0);
    fake_reply(conn, &frame->head, &map, parts, n_parts);
    for (uint32_t i = 0; i < n_parts; i++)
        free((void *)(uintptr_t)parts[i].base);
}

static void answer_unload(struct fake_conn *conn, struct wire_frame *frame)
{
    struct unload_params params;
    struct buf map = {0};

    ck_assert_int_eq(unpack_unload_params(frame->map, frame->map_size, &params, NULL), 0);
    if (params.network) {
        ck_assert(conn->networks[params.network].live);
        conn->networks[params.network].live = false;
        conn->fake->n_live_networks--;
    } else if (!find_model(conn->fake, params.name)) {
        fake_error(conn, &frame->head, E_NO_MODEL, "no model of that name is loaded");
        return;
    }
    ck_assert_int_eq(pack_unload_result(&(struct unload_result){0}, &map), 0);
    fake_reply(conn, &frame->head, &map, NULL, 0);
}

static struct model_desc model_of(const char *name)
{
    return (struct model_desc){
        .name = text_of(name),
        .state = text_of("ready"),
        .generation = 2,
        .digest = text_of("00ff"),
        .runtime = text_of("cpu"),
        .networks = 1,
        .memory_bytes = 1 << 20,
        .runs = 42,
        .keep = true,
    };
}

static void answer_list(struct fake_conn *conn, const struct frame *head)
{
    static _Thread_local struct list_result result;
    struct buf map = {0};

    result.models[0] = model_of("echo");
    result.models[1] = model_of("broken");
    result.models[1].state = text_of("failed");
    result.models[1].error = text_of("layer 'conv1' is of no known type");
    result.n_models = 2;
    ck_assert_int_eq(pack_list_result(&result, &map), 0);
    fake_reply(conn, head, &map, NULL, 0);
}

static void answer_info(struct fake_conn *conn, struct wire_frame *frame)
{
    static _Thread_local struct info_result result;
    const struct shape dims = {.rank = 2, .dim = {1, FAKE_WIDTH}};
    struct info_params params;
    struct buf map = {0};

    ck_assert_int_eq(unpack_info_params(frame->map, frame->map_size, &params, NULL), 0);
    if (!is(params.name, "echo")) {
        fake_error(conn, &frame->head, E_NO_MODEL, "no model of that name is loaded");
        return;
    }
    result.model = model_of("echo");
    result.version = text_of("v1.2");
    result.weight_bytes = 1000;
    result.n_networks = 1;
    result.networks[0] = (struct network_desc){
        .runtime = text_of("cpu"),
        .inputs[0] = tensor_of("x", &dims),
        .outputs[0] = tensor_of("y", &dims),
        .n_inputs = 1,
        .n_outputs = 1,
        .plan_bytes = 64,
        .slot_bytes = 128,
        .slots = 2,
        .launches = 1,
        .macs = 5000000,
        .runs = 42,
        .run_p50_us = 90,
        .run_p99_us = 120,
    };
    ck_assert_int_eq(pack_info_result(&result, &map), 0);
    fake_reply(conn, &frame->head, &map, NULL, 0);
}

static void answer_stats(struct fake_conn *conn, const struct frame *head)
{
    const struct stats_result result = {
        .daemon = text_of("fake 1"),
        .state = text_of(conn->fake->state),
        .waits_for = text_of(strcmp(conn->fake->state, "starting") ? "" : "model 'face': layer 3"),
        .uptime_us = 61000000,
        .sessions = 1,
        .models = 2,
        .devices[0] = {.name = text_of("cpu"), .lanes = 1, .jobs = 42, .run_p50_us = 90},
        .n_devices = 1,
    };
    struct buf map = {0};

    ck_assert_int_eq(pack_stats_result(&result, &map), 0);
    fake_reply(conn, head, &map, NULL, 0);
}

static void answer_cancel(struct fake_conn *conn, const struct frame *head)
{
    struct buf map = {0};

    ck_assert_int_eq(pack_cancel_result(&(struct cancel_result){false}, &map), 0);
    fake_reply(conn, head, &map, NULL, 0);
}

static void answer_ping(struct fake_conn *conn, const struct frame *head)
{
    struct buf map = {0};

    ck_assert_int_eq(pack_ping_result(&(struct ping_result){0}, &map), 0);
    fake_reply(conn, head, &map, NULL, 0);
}

void fake_answer(struct fake_conn *conn, struct wire_frame *frame)
{
    ck_assert(frame->head.kind == FRAME_CALL);
    ck_assert(conn->greeted == (frame->head.method != METHOD_HELLO));
    switch (frame->head.method) {
    case METHOD_HELLO:
        answer_hello(conn, &frame->head);
        break;
    case METHOD_PING:
        answer_ping(conn, &frame->head);
        break;
    case METHOD_LOAD:
        answer_load(conn, frame);
        break;
    case METHOD_UNLOAD:
        answer_unload(conn, frame);
        break;
    case METHOD_LIST:
        answer_list(conn, &frame->head);
        break;
    case METHOD_INFO:
        answer_info(conn, frame);
        break;
    case METHOD_REGION_ADD:
        answer_region_add(conn, frame);
        break;
    case METHOD_REGION_DROP:
        answer_region_drop(conn, frame);
        break;
    case METHOD_RUN:
        answer_run(conn, frame);
        break;
    case METHOD_CANCEL:
        answer_cancel(conn, &frame->head);
        break;
    case METHOD_STATS:
        answer_stats(conn, &frame->head);
        break;
    default:
        ck_assert_msg(fake_answer_watch(conn, frame) || fake_answer_stream(conn, frame),
                      "method %u", frame->head.method);
    }
}
