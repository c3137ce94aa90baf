/* The fake's streams: frames are answered at once, so that none ever waits. */
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "tests/client/fake.h"
#include "tests/support/suite.h"

static bool is(struct text text, const char *name)
{
    return text.size == strlen(name) && memcmp(text.base, name, text.size) == 0;
}

static void answer_open(struct fake_conn *conn, struct wire_frame *frame)
{
    static _Thread_local struct stream_open_params params;
    struct stream_open_result result = {.stream = 1};
    struct buf map = {0};

    ck_assert_int_eq(unpack_stream_open_params(frame->map, frame->map_size, &params, NULL), 0);
    ck_assert_uint_lt(params.network, FAKE_NETWORKS);
    ck_assert(conn->networks[params.network].live);
    if (params.n_carry && (!is(params.carry[0].output, "sum") || !is(params.carry[0].input, "b"))) {
        fake_error(conn, &frame->head, E_NO_TENSOR, "carry: no such tensor");
        return;
    }
    while (conn->streams[result.stream].live)
        ck_assert_uint_lt(++result.stream, FAKE_STREAMS);
    memset(&conn->streams[result.stream], 0, sizeof(conn->streams[0]));
    conn->streams[result.stream].network = params.network;
    conn->streams[result.stream].carries = params.n_carry > 0;
    conn->streams[result.stream].live = true;
    result.carry_bytes = params.n_carry ? 2 * sizeof(conn->streams[0].state) : 0;
    ck_assert_int_eq(pack_stream_open_result(&result, &map), 0);
    fake_reply(conn, &frame->head, &map, NULL, 0);
}

static bool is_live(const struct fake_conn *conn, uint32_t stream)
{
    return stream > 0 && stream < FAKE_STREAMS && conn->streams[stream].live;
}

/* Inputs are inline and called a and b, the only output is the sum. */
static void add_up(struct fake_conn *conn, const struct stream_push_params *params,
                   const struct wire_frame *frame)
{
    float *sum = conn->streams[params->stream].state, given[2][FAKE_WIDTH] = {{0}};
    bool carries = conn->streams[params->stream].carries;

    ck_assert_uint_eq(params->n_inputs, carries ? 1 : 2);
    for (uint32_t i = 0; i < params->n_inputs; i++) {
        ck_assert_uint_eq(params->inputs[i].size, sizeof(given[0]));
        ck_assert_uint_le(params->inputs[i].offset + sizeof(given[0]), frame->tail_size);
        memcpy(given[is(params->inputs[i].name, "b")], frame->tail + params->inputs[i].offset,
               sizeof(given[0]));
    }
    for (int i = 0; i < FAKE_WIDTH; i++)
        sum[i] = given[0][i] + (carries ? sum[i] : given[1][i]);
}

static void answer_push(struct fake_conn *conn, struct wire_frame *frame)
{
    static _Thread_local struct stream_push_params params;
    static _Thread_local struct stream_push_result result;
    struct wire_part part;
    struct buf map = {0};

    ck_assert_int_eq(unpack_stream_push_params(frame->map, frame->map_size, &params, NULL), 0);
    if (!is_live(conn, params.stream)) {
        fake_error(conn, &frame->head, E_NO_STREAM, "stream 1 is none");
        return;
    }
    add_up(conn, &params, frame);
    ck_assert_uint_eq(params.n_outputs, 1);
    part = (struct wire_part){conn->streams[params.stream].state, sizeof(conn->streams[0].state)};
    result = (struct stream_push_result){.frame = params.frame,
                                         .age_us = 23,
                                         .queue_us = 7,
                                         .run_us = 11,
                                         .dropped = 3,
                                         .job = 99,
                                         .n_outputs = 1};
    result.outputs[0] = params.outputs[0];
    ck_assert_int_eq(pack_stream_push_result(&result, &map), 0);
    fake_reply(conn, &frame->head, &map, &part, 1);
}

static void answer_reset(struct fake_conn *conn, struct wire_frame *frame)
{
    struct stream_reset_params params;
    struct buf map = {0};

    ck_assert_int_eq(unpack_stream_reset_params(frame->map, frame->map_size, &params, NULL), 0);
    ck_assert(is_live(conn, params.stream));
    memset(conn->streams[params.stream].state, 0, sizeof(conn->streams[0].state));
    ck_assert_int_eq(pack_stream_reset_result(&(struct stream_reset_result){0}, &map), 0);
    fake_reply(conn, &frame->head, &map, NULL, 0);
}

static void answer_close(struct fake_conn *conn, struct wire_frame *frame)
{
    struct stream_close_params params;
    struct buf map = {0};

    ck_assert_int_eq(unpack_stream_close_params(frame->map, frame->map_size, &params, NULL), 0);
    ck_assert(is_live(conn, params.stream));
    conn->streams[params.stream].live = false;
    ck_assert_int_eq(pack_stream_close_result(&(struct stream_close_result){0}, &map), 0);
    fake_reply(conn, &frame->head, &map, NULL, 0);
}

bool fake_answer_stream(struct fake_conn *conn, struct wire_frame *frame)
{
    static const struct {
        uint16_t method;
        void (*answer)(struct fake_conn *conn, struct wire_frame *frame);
    } answers[] = {
        {METHOD_STREAM_OPEN, answer_open},
        {METHOD_STREAM_PUSH, answer_push},
        {METHOD_STREAM_RESET, answer_reset},
        {METHOD_STREAM_CLOSE, answer_close},
    };

    for (size_t i = 0; i < ARRAY_SIZE(answers); i++)
        if (answers[i].method == frame->head.method) {
            answers[i].answer(conn, frame);
            return true;
        }
    return false;
}
