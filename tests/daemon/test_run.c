/* What RUN takes, and what it says about the rest. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

#define BY_NAME(...) (&(struct caller_load){.fd = -1, __VA_ARGS__})

struct visit {
    struct house house;
    struct caller caller;
    struct caller_loaded loaded;
};

/* A daemon with a network of N floats, loaded. */
static void begin(struct visit *visit, uint32_t n)
{
    house_open(&visit->house, "");
    made_relu_file(suite_path("models/relu"), n, "one");
    caller_open(&visit->caller, visit->house.socket);
    ck_assert_answers(&visit->caller,
                      caller_load(&visit->caller, BY_NAME(.name = "relu"), &visit->loaded));
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

/* A run with these places and a tail of SIZE zeros. */
static int run_params(struct caller *caller, const struct run_params *params, size_t size)
{
    static const char zeros[4096] = {0};
    const struct wire_part part = {zeros, size};

    ck_assert_uint_le(size, sizeof(zeros));
    ck_assert_int_eq(pack_run_params(params, &caller->map), 0);
    return caller_answer(caller, caller_send(caller, METHOD_RUN, &part, size ? 1 : 0, -1));
}

START_TEST(a_wrong_size_says_what_was_expected_and_what_came)
{
    static const float x[17] = {0};
    struct visit visit;

    begin(&visit, 16);
    ck_assert_refused(
        &visit.caller,
        caller_run(&visit.caller, &(struct caller_run){.network = 1, .in = x, .in_size = 68}),
        E_TENSOR_SIZE, "input x: expected 1x16 float32, which is 64 bytes, 68 bytes came");
    ck_assert_answers(&visit.caller, caller_run_relu(&visit.caller, 1, 16, 0));
    end(&visit);
}
END_TEST

START_TEST(a_wrong_name_or_number_of_tensors_is_named)
{
    struct run_params params = {.network = 1, .n_inputs = 1};
    struct visit visit;

    begin(&visit, 16);
    params.inputs[0] = (struct tensor_place){text_of("data"), 0, 0, 64};
    ck_assert_refused(&visit.caller, run_params(&visit.caller, &params, 64), E_NO_TENSOR,
                      "the network has no input \"data\"; it has: x");
    params.n_inputs = 0;
    ck_assert_refused(&visit.caller, run_params(&visit.caller, &params, 64), E_TENSOR_SIZE,
                      "input x: expected 1x16 float32, which is 64 bytes, 0 bytes came");
    params.n_inputs = 2;
    params.inputs[0].name = params.inputs[1].name = text_of("");
    ck_assert_refused(&visit.caller, run_params(&visit.caller, &params, 64), E_NO_TENSOR,
                      "the network has 1 inputs, more came");
    params.inputs[0].name = params.inputs[1].name = text_of("x");
    params.inputs[1].size = 64;
    ck_assert_refused(&visit.caller, run_params(&visit.caller, &params, 64), E_NO_TENSOR,
                      "input x is given twice");
    params.n_inputs = 1;
    params.n_outputs = 1;
    params.outputs[0] = (struct tensor_place){text_of("z"), 0, 0, 0};
    ck_assert_refused(&visit.caller, run_params(&visit.caller, &params, 64), E_NO_TENSOR,
                      "the network has no output \"z\"; it has: y");
    params.network = 7;
    ck_assert_refused(&visit.caller, run_params(&visit.caller, &params, 64), E_NO_MODEL,
                      "network 7 is none that this connection holds");
    end(&visit);
}
END_TEST

START_TEST(an_input_must_lie_in_the_tail_on_a_multiple_of_64)
{
    struct run_params params = {.network = 1, .n_inputs = 1};
    static const struct {
        uint64_t offset;
        size_t tail;
    } wrong[] = {{0, 0}, {0, 63}, {64, 64}, {4, 128}, {UINT64_MAX - 63, 128}, {1u << 20, 64}};
    struct visit visit;

    begin(&visit, 16);
    params.inputs[0] = (struct tensor_place){text_of(""), 0, 0, 64};
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        params.inputs[0].offset = wrong[i].offset;
        ck_assert_refused(&visit.caller, run_params(&visit.caller, &params, wrong[i].tail),
                          E_TENSOR_SIZE, "are not in the frame's tail");
    }
    params.inputs[0].offset = 64;
    ck_assert_answers(&visit.caller, run_params(&visit.caller, &params, 128));
    end(&visit);
}
END_TEST

START_TEST(outputs_too_large_to_travel_inline_are_asked_for_by_region)
{
    struct visit visit;
    uint32_t n = (1 << 18) + 16;
    uint32_t region;
    size_t size = n * sizeof(float);
    int fd = made_memfd(NULL, 2 * size, 1);

    begin(&visit, n);
    ck_assert_answers(&visit.caller, caller_region_add(&visit.caller, fd, 2 * size, &region));
    ck_assert_refused(
        &visit.caller,
        caller_run(&visit.caller,
                   &(struct caller_run){.network = 1, .in_region = region, .in_size = size}),
        E_TOO_LARGE, "give a region for them");
    ck_assert_answers(&visit.caller,
                      caller_run(&visit.caller, &(struct caller_run){.network = 1,
                                                                     .in_region = region,
                                                                     .in_size = size,
                                                                     .out_region = region,
                                                                     .out_offset = size,
                                                                     .out_size = size}));
    close(fd);
    end(&visit);
}
END_TEST

START_TEST(a_megabyte_travels_inline)
{
    struct visit visit;

    begin(&visit, 1 << 18);
    ck_assert_answers(&visit.caller, caller_run_relu(&visit.caller, 1, 1 << 18, 0));
    ck_assert_answers(&visit.caller, caller_run_relu(&visit.caller, 1, 1 << 18, 7));
    end(&visit);
}
END_TEST

START_TEST(tensors_are_placed_by_name_in_any_order)
{
    struct run_params params = {.network = 1, .n_inputs = 2, .n_outputs = 1};
    float x[32] = {[0] = 1, [16] = 2};
    const struct wire_part part = {x, sizeof(x)};
    struct run_result result;
    struct visit visit;
    struct buf dlc;

    house_open(&visit.house, "");
    made_pair(16, &dlc);
    suite_write(suite_path("models/pair"), dlc.base, dlc.size);
    buf_done(&dlc);
    caller_open(&visit.caller, visit.house.socket);
    ck_assert_answers(&visit.caller,
                      caller_load(&visit.caller,
                                  BY_NAME(.name = "pair", .output = "p", .second = "q"),
                                  &visit.loaded));
    ck_assert_uint_eq(visit.loaded.n_inputs, 2);
    params.inputs[0] = (struct tensor_place){text_of("b"), 0, 0, 64};
    params.inputs[1] = (struct tensor_place){text_of("a"), 0, 64, 64};
    params.outputs[0] = (struct tensor_place){text_of("q"), 0, 0, 0};
    ck_assert_int_eq(pack_run_params(&params, &visit.caller.map), 0);
    ck_assert_answers(
        &visit.caller,
        caller_answer(&visit.caller, caller_send(&visit.caller, METHOD_RUN, &part, 1, -1)));
    ck_assert_int_eq(
        unpack_run_result(visit.caller.frame.map, visit.caller.frame.map_size, &result, NULL), 0);
    ck_assert_uint_eq(result.n_outputs, 1); /* q alone */
    ck_assert_mem_eq(result.outputs[0].name.base, "q", 1);
    ck_assert_float_eq(*(const float *)(const void *)visit.caller.frame.tail, 1);
    params.n_outputs = 0;
    ck_assert_int_eq(pack_run_params(&params, &visit.caller.map), 0);
    ck_assert_answers(
        &visit.caller,
        caller_answer(&visit.caller, caller_send(&visit.caller, METHOD_RUN, &part, 1, -1)));
    ck_assert_int_eq(
        unpack_run_result(visit.caller.frame.map, visit.caller.frame.map_size, &result, NULL), 0);
    ck_assert_uint_eq(result.n_outputs, 2);
    ck_assert_uint_eq(result.outputs[1].offset, 64);
    ck_assert_float_eq(*(const float *)(const void *)visit.caller.frame.tail, 2); /* p, of a */
    end(&visit);
}
END_TEST

START_TEST(a_quick_network_answers_before_a_slow_one)
{
    static const float x[4] = {1, -1, 2, -2};
    struct house house;
    struct caller caller;
    struct caller_loaded slow, quick;
    uint32_t first, second;

    house_open(&house, "[runtime skel_a]\noptions = ops=all delay_us=200000\n");
    made_relu_file(suite_path("models/relu"), 4, "one");
    caller_open(&caller, house.socket);
    ck_assert_answers(&caller,
                      caller_load(&caller, BY_NAME(.name = "relu", .runtime = "skel_a"), &slow));
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "relu"), &quick));
    first = caller_send_run(
        &caller, &(struct caller_run){.network = slow.network, .in = x, .in_size = sizeof(x)});
    second = caller_send_run(
        &caller, &(struct caller_run){.network = quick.network, .in = x, .in_size = sizeof(x)});
    ck_assert_answers(&caller, caller_answer(&caller, second));
    ck_assert_answers(&caller, caller_answer(&caller, first));
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(no_answer_carries_bytes_of_another)
{
    struct visit visit;
    float x[15], y[15];
    const uint8_t *tail;

    begin(&visit, 15); /* 60 bytes: 4 of padding in every tail */
    for (int round = 0; round < 8; round++) {
        made_numbers(x, y, 15, (float)round);
        ck_assert_answers(
            &visit.caller,
            caller_run(&visit.caller, &(struct caller_run){.network = 1, .in = x, .in_size = 60}));
        tail = visit.caller.frame.tail;
        ck_assert_mem_eq(tail, y, 60);
        ck_assert_uint_eq(visit.caller.frame.tail_size, 60);
    }
    end(&visit);
}
END_TEST

SUITE(a_wrong_size_says_what_was_expected_and_what_came, a_wrong_name_or_number_of_tensors_is_named,
      an_input_must_lie_in_the_tail_on_a_multiple_of_64,
      outputs_too_large_to_travel_inline_are_asked_for_by_region, a_megabyte_travels_inline,
      tensors_are_placed_by_name_in_any_order, a_quick_network_answers_before_a_slow_one,
      no_answer_carries_bytes_of_another);
