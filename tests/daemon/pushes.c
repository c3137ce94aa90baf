#include "tests/daemon/pushes.h"

#include <string.h>

#include "tests/daemon/made.h"
#include "tests/support/suite.h"

#define SIZE (PUSHES_N * sizeof(float))

static struct text text_of(const char *text)
{
    return (struct text){text, strlen(text)};
}

void pushes_make_model(void)
{
    struct buf dlc;

    made_pair(PUSHES_N, &dlc);
    suite_write(suite_path("models/pair"), dlc.base, dlc.size);
    buf_done(&dlc);
}

uint32_t pushes_load(struct caller *caller, const char *runtime)
{
    const struct caller_load load = {
        .name = "pair", .fd = -1, .runtime = runtime, .output = "p", .second = "q"};
    struct caller_loaded loaded;

    ck_assert_answers(caller, caller_load(caller, &load, &loaded));
    ck_assert_str_eq(loaded.runtime, runtime);
    return loaded.network;
}

int pushes_try_open(struct caller *caller, const struct pushes_open *open)
{
    struct stream_open_params params = {
        .network = open->network,
        .depth = open->depth,
        .policy = text_of(open->policy ? open->policy : ""),
        .period_us = open->period_us,
        .deadline_us = open->deadline_us,
        .carry = {{text_of("p"), text_of("b")}},
        .n_carry = !open->stateless,
    };
    struct stream_open_result result;
    int code;

    ck_assert_int_eq(pack_stream_open_params(&params, &caller->map), 0);
    code = caller_answer(caller, caller_send(caller, METHOD_STREAM_OPEN, NULL, 0, -1));
    if (code < 0)
        return code;
    ck_assert_int_eq(
        unpack_stream_open_result(caller->frame.map, caller->frame.map_size, &result, NULL), 0);
    /* Two buffers, each on cache lines of its own. */
    ck_assert_uint_eq(result.carry_bytes, open->stateless ? 0 : 128);
    return (int)result.stream;
}

uint32_t pushes_open(struct caller *caller, const struct pushes_open *open)
{
    int r = pushes_try_open(caller, open);

    ck_assert_msg(r > 0, "%d: %s", r, caller->text);
    return (uint32_t)r;
}

uint32_t pushes_send(struct caller *caller, uint32_t stream, uint64_t frame, bool stateless)
{
    float tail[2 * 16];
    const struct stream_push_params params = {
        .stream = stream,
        .frame = frame,
        .inputs = {{.size = SIZE}, {.offset = 64, .size = SIZE}},
        .n_inputs = stateless ? 2 : 1,
    };
    const struct wire_part part = {tail, stateless ? 64 + SIZE : SIZE};

    for (size_t i = 0; i < ARRAY_SIZE(tail); i++)
        tail[i] = (float)frame;
    ck_assert_int_eq(pack_stream_push_params(&params, &caller->map), 0);
    return caller_send(caller, METHOD_STREAM_PUSH, &part, 1, -1);
}

/* The value that all of the tensor called NAME has. */
static float value_of(const struct caller *caller, const struct stream_push_result *result,
                      char name)
{
    for (uint32_t i = 0; i < result->n_outputs; i++) {
        const struct tensor_place *place = &result->outputs[i];
        float values[PUSHES_N];

        if (place->name.base[0] != name)
            continue;
        ck_assert_uint_le(place->offset + place->size, caller->frame.tail_size);
        ck_assert_uint_eq(place->size, SIZE);
        memcpy(values, caller->frame.tail + place->offset, SIZE);
        for (int k = 1; k < PUSHES_N; k++)
            ck_assert_float_eq(values[k], values[0]);
        return values[0];
    }
    ck_abort_msg("no output %c came", name);
}

void pushes_receive(struct caller *caller, uint32_t serial, struct pushes_answer *ret)
{
    struct stream_push_result result;

    *ret = (struct pushes_answer){.code = caller_answer(caller, serial)};
    if (ret->code < 0)
        return;
    ck_assert_int_eq(
        unpack_stream_push_result(caller->frame.map, caller->frame.map_size, &result, NULL), 0);
    ret->frame = result.frame;
    ret->dropped = result.dropped;
    ret->copied_bytes = result.copied_bytes;
    ret->age_us = result.age_us;
    ret->queue_us = result.queue_us;
    ret->run_us = result.run_us;
    ret->q = value_of(caller, &result, 'q');
}

void pushes_run(struct caller *caller, uint32_t stream, uint64_t frame, float want)
{
    struct pushes_answer answer;

    pushes_receive(caller, pushes_send(caller, stream, frame, false), &answer);
    ck_assert_msg(answer.code == 0, "%d: %s", answer.code, caller->text);
    ck_assert_uint_eq(answer.frame, frame);
    ck_assert_float_eq(answer.q, want);
}

uint32_t pushes_send_reset(struct caller *caller, uint32_t stream)
{
    const struct stream_reset_params params = {stream};

    ck_assert_int_eq(pack_stream_reset_params(&params, &caller->map), 0);
    return caller_send(caller, METHOD_STREAM_RESET, NULL, 0, -1);
}

int pushes_reset(struct caller *caller, uint32_t stream)
{
    return caller_answer(caller, pushes_send_reset(caller, stream));
}

uint32_t pushes_send_close(struct caller *caller, uint32_t stream)
{
    const struct stream_close_params params = {stream};

    ck_assert_int_eq(pack_stream_close_params(&params, &caller->map), 0);
    return caller_send(caller, METHOD_STREAM_CLOSE, NULL, 0, -1);
}

int pushes_close(struct caller *caller, uint32_t stream, struct stream_close_result *ret)
{
    int code = caller_answer(caller, pushes_send_close(caller, stream));

    if (code == 0)
        ck_assert_int_eq(
            unpack_stream_close_result(caller->frame.map, caller->frame.map_size, ret, NULL), 0);
    return code;
}
