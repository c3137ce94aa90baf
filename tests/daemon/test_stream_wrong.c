/* What a stream refuses, and what its session and its user may hold. */
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/daemon/pushes.h"
#include "tests/support/suite.h"

#define SIZE (PUSHES_N * sizeof(float))

struct visit {
    struct house house;
    struct caller caller;
    uint32_t network;
};

static void begin(struct visit *visit, const char *settings)
{
    house_open(&visit->house, settings);
    pushes_make_model();
    caller_open(&visit->caller, visit->house.socket);
    visit->network = pushes_load(&visit->caller, "cpu");
}

static void end(struct visit *visit)
{
    caller_close(&visit->caller);
    house_close(&visit->house);
}

static struct text text_of(const char *text)
{
    return (struct text){text, strlen(text)};
}

static int open_params(struct caller *caller, const struct stream_open_params *params)
{
    ck_assert_int_eq(pack_stream_open_params(params, &caller->map), 0);
    return caller_answer(caller, caller_send(caller, METHOD_STREAM_OPEN, NULL, 0, -1));
}

/* A push with these places and a tail of SIZE zeros. */
static int push_params(struct caller *caller, const struct stream_push_params *params, size_t size)
{
    static const char zeros[4096] = {0};
    const struct wire_part part = {zeros, size};

    ck_assert_uint_le(size, sizeof(zeros));
    ck_assert_int_eq(pack_stream_push_params(params, &caller->map), 0);
    return caller_answer(caller, caller_send(caller, METHOD_STREAM_PUSH, &part, size ? 1 : 0, -1));
}

START_TEST(an_open_says_what_is_wrong_with_it)
{
    struct stream_open_params params = {.network = 1};
    struct visit visit;

    begin(&visit, "");
    params.network = 9;
    ck_assert_refused(&visit.caller, open_params(&visit.caller, &params), E_NO_MODEL,
                      "network 9 is none that this connection holds");
    params.network = 1;
    params.depth = 65;
    ck_assert_refused(&visit.caller, open_params(&visit.caller, &params), E_BAD_PARAMS,
                      "depth 65: at most 64 frames wait");
    params.depth = 64;
    params.policy = text_of("newer");
    ck_assert_refused(&visit.caller, open_params(&visit.caller, &params), E_BAD_PARAMS,
                      "policy \"newer\" is neither");
    params.policy = text_of("queue");
    params.class = text_of("urgent");
    ck_assert_refused(&visit.caller, open_params(&visit.caller, &params), E_BAD_PARAMS,
                      "class \"urgent\" is none");
    params.class = text_of("batch");
    params.period_us = UINT64_MAX;
    ck_assert_refused(&visit.caller, open_params(&visit.caller, &params), E_BAD_PARAMS,
                      "at most an hour");
    params.period_us = 0;
    params.deadline_us = 3600000001;
    ck_assert_refused(&visit.caller, open_params(&visit.caller, &params), E_BAD_PARAMS,
                      "at most an hour");
    params.deadline_us = 3600000000;
    ck_assert_answers(&visit.caller, open_params(&visit.caller, &params));
    end(&visit);
}
END_TEST

START_TEST(what_is_carried_must_be_there_and_once)
{
    struct stream_open_params params = {.network = 1, .n_carry = 1};
    struct visit visit;

    begin(&visit, "");
    params.carry[0] = (struct carry_pair){text_of("z"), text_of("b")};
    ck_assert_refused(&visit.caller, open_params(&visit.caller, &params), E_NO_TENSOR,
                      "carry: the network has no output \"z\"");
    params.carry[0] = (struct carry_pair){text_of("p"), text_of("p")};
    ck_assert_refused(&visit.caller, open_params(&visit.caller, &params), E_NO_TENSOR,
                      "carry: the network has no input \"p\"");
    params.n_carry = 2;
    params.carry[0] = (struct carry_pair){text_of("p"), text_of("b")};
    params.carry[1] = (struct carry_pair){text_of("q"), text_of("b")};
    ck_assert_refused(&visit.caller, open_params(&visit.caller, &params), E_BAD_PARAMS,
                      "is named twice");
    params.carry[1] = (struct carry_pair){text_of("p"), text_of("a")};
    ck_assert_refused(&visit.caller, open_params(&visit.caller, &params), E_BAD_PARAMS,
                      "is named twice");
    params.carry[1] = (struct carry_pair){text_of("q"), text_of("a")};
    ck_assert_answers(&visit.caller, open_params(&visit.caller, &params));
    end(&visit);
}
END_TEST

START_TEST(what_is_carried_must_be_of_one_size_and_type)
{
    const struct caller_load load = {.name = "relu", .fd = -1, .typed = "x"};
    struct stream_open_params params = {.n_carry = 1};
    struct caller_loaded loaded;
    struct visit visit;

    begin(&visit, "");
    made_relu_file(suite_path("models/relu"), 4, "one");
    ck_assert_answers(&visit.caller, caller_load(&visit.caller, &load, &loaded));
    params.network = loaded.network;
    params.carry[0] = (struct carry_pair){text_of("y"), text_of("x")};
    ck_assert_refused(&visit.caller, open_params(&visit.caller, &params), E_TENSOR_SIZE,
                      "output y (16 bytes) and input x (4 bytes) differ in size or type");
    end(&visit);
}
END_TEST

START_TEST(a_push_gives_what_is_not_carried_and_no_more)
{
    struct stream_push_params params = {.n_inputs = 1};
    struct visit visit;
    uint32_t region;
    int fd = made_memfd(NULL, 4096, 1);

    begin(&visit, "");
    params.stream = pushes_open(&visit.caller, &(struct pushes_open){.network = 1});
    ck_assert_answers(&visit.caller, caller_region_add(&visit.caller, fd, 4096, &region));
    params.inputs[0] = (struct tensor_place){text_of("b"), 0, 0, SIZE};
    ck_assert_refused(&visit.caller, push_params(&visit.caller, &params, SIZE), E_BAD_PARAMS,
                      "input b is carried by the stream: a push does not give it");
    params.inputs[0] = (struct tensor_place){text_of("a"), 0, 0, SIZE + 4};
    ck_assert_refused(&visit.caller, push_params(&visit.caller, &params, SIZE + 4), E_TENSOR_SIZE,
                      "input a: expected 1x4 float32, which is 16 bytes, 20 bytes came");
    params.n_inputs = 0;
    ck_assert_refused(&visit.caller, push_params(&visit.caller, &params, 0), E_TENSOR_SIZE,
                      "input a: expected 1x4 float32");
    params.n_inputs = 2;
    params.inputs[0] = params.inputs[1] = (struct tensor_place){.size = SIZE};
    ck_assert_refused(&visit.caller, push_params(&visit.caller, &params, SIZE), E_NO_TENSOR,
                      "the network has 1 inputs, more came");
    params.n_inputs = params.n_outputs = 1;
    params.outputs[0] = (struct tensor_place){text_of("p"), region, 0, SIZE};
    ck_assert_refused(&visit.caller, push_params(&visit.caller, &params, SIZE), E_BAD_PARAMS,
                      "output p is carried by the stream: it can be had inline");
    params.outputs[0].region = 0;
    ck_assert_answers(&visit.caller, push_params(&visit.caller, &params, SIZE));
    close(fd);
    end(&visit);
}
END_TEST

START_TEST(a_carried_output_can_be_read_inline)
{
    static const float frames[] = {3, 3, 3, 3};
    const struct wire_part part = {frames, sizeof(frames)};
    struct stream_push_params params = {.n_inputs = 1, .n_outputs = 2};
    struct stream_push_result result;
    struct visit visit;

    begin(&visit, "");
    params.stream = pushes_open(&visit.caller, &(struct pushes_open){.network = 1});
    params.inputs[0].size = SIZE;
    params.outputs[0] = (struct tensor_place){.name = text_of("q")};
    params.outputs[1] = (struct tensor_place){.name = text_of("p")};
    pushes_run(&visit.caller, params.stream, 2, 0);
    ck_assert_int_eq(pack_stream_push_params(&params, &visit.caller.map), 0);
    ck_assert_answers(
        &visit.caller,
        caller_answer(&visit.caller, caller_send(&visit.caller, METHOD_STREAM_PUSH, &part, 1, -1)));
    ck_assert_int_eq(unpack_stream_push_result(visit.caller.frame.map, visit.caller.frame.map_size,
                                               &result, NULL),
                     0);
    ck_assert_uint_eq(result.n_outputs, 2);
    ck_assert_mem_eq(result.outputs[0].name.base, "p", 1);
    ck_assert_mem_eq(visit.caller.frame.tail, frames, SIZE);
    ck_assert_float_eq(*(const float *)(const void *)(visit.caller.frame.tail + 64), 2);
    pushes_run(&visit.caller, params.stream, 4, 3); /* and it is still the state */
    end(&visit);
}
END_TEST

START_TEST(a_stream_is_its_sessions_alone)
{
    struct stream_close_result counts;
    struct caller stranger;
    struct visit visit;
    uint32_t stream;

    begin(&visit, "");
    stream = pushes_open(&visit.caller, &(struct pushes_open){.network = 1});
    pushes_run(&visit.caller, stream, 1, 0);
    caller_open(&stranger, visit.house.socket);
    ck_assert_int_eq(caller_answer(&stranger, pushes_send(&stranger, stream, 2, false)),
                     E_NO_STREAM);
    ck_assert_int_eq(pushes_reset(&stranger, stream), E_NO_STREAM);
    ck_assert_int_eq(pushes_close(&stranger, stream, &counts), E_NO_STREAM);
    caller_close(&stranger);
    pushes_run(&visit.caller, stream, 3, 1);
    end(&visit);
}
END_TEST

START_TEST(streams_and_their_states_are_charged_and_paid_back)
{
    struct stream_close_result counts;
    struct visit visit;
    uint32_t first, second;

    begin(&visit, "[quota]\nsession_streams = 2\nsession_region_bytes = 300\n");
    first = pushes_open(&visit.caller, &(struct pushes_open){.network = 1});
    second = pushes_open(&visit.caller, &(struct pushes_open){.network = 1});
    ck_assert_refused(&visit.caller,
                      pushes_try_open(&visit.caller, &(struct pushes_open){.network = 1}), E_QUOTA,
                      "this connection has used 2 of its 2 streams");
    ck_assert_answers(&visit.caller, pushes_close(&visit.caller, first, &counts));
    ck_assert_answers(&visit.caller, pushes_close(&visit.caller, second, &counts));
    ck_assert_int_eq(pushes_close(&visit.caller, second, &counts), E_NO_STREAM);
    first = pushes_open(&visit.caller, &(struct pushes_open){.network = 1});
    ck_assert_uint_eq(first, 3);
    end(&visit);
}
END_TEST

START_TEST(a_state_counts_as_bytes_of_regions)
{
    struct visit visit;

    begin(&visit, "[quota]\nsession_region_bytes = 200\n");
    pushes_open(&visit.caller, &(struct pushes_open){.network = 1});
    ck_assert_refused(&visit.caller,
                      pushes_try_open(&visit.caller, &(struct pushes_open){.network = 1}), E_QUOTA,
                      "this connection has used 128 of its 200 bytes of regions, 128 more");
    pushes_open(&visit.caller, &(struct pushes_open){.network = 1, .stateless = true});
    end(&visit);
}
END_TEST

SUITE(an_open_says_what_is_wrong_with_it, what_is_carried_must_be_there_and_once,
      what_is_carried_must_be_of_one_size_and_type, a_push_gives_what_is_not_carried_and_no_more,
      a_carried_output_can_be_read_inline, a_stream_is_its_sessions_alone,
      streams_and_their_states_are_charged_and_paid_back, a_state_counts_as_bytes_of_regions);
