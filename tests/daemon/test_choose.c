/* Which of several networks runs a call (any_of). */
#include <string.h>

#include "base/error.h"
#include "tests/daemon/asks.h"
#include "tests/support/proc.h"
#include "tests/support/suite.h"

static struct asks asks;

/* A second network, on skel_a. */
static void set_up(const char *skel_a, const char *skel_b, uint32_t *ret)
{
    asks_open(
        &asks,
        suite_text("[queue]\naging = 0ms\n[runtime skel_a]\noptions = ops=all lose=%s shut=%s "
                   "%s\n",
                   suite_path("lose"), suite_path("shut"), skel_a),
        skel_b);
    *ret = asks_load(&asks.caller, "skel_a", 0);
}

static uint32_t send_either(uint32_t first, uint32_t other)
{
    return asks_send(&asks.caller,
                     &(struct ask){.network = first, .any_of = {other}, .n_any_of = 1});
}

START_TEST(of_several_networks_the_one_that_ends_first_runs)
{
    uint32_t slow;

    set_up("delay_us=200000", "delay_us=2000", &slow);
    for (int i = 0; i < 3; i++)
        ck_assert_uint_eq(asks_expect(&asks.caller, send_either(slow, asks.network)), asks.network);
    ck_assert_uint_eq(asks_expect(&asks.caller, send_either(asks.network, slow)), asks.network);
    asks_close(&asks);
}
END_TEST

START_TEST(a_quick_device_that_many_wait_for_is_left_to_them)
{
    uint32_t other, held, waits[4], either;

    set_up("delay_us=60000", "delay_us=30000", &other);
    held = asks_hold(&asks, "realtime");
    for (int i = 0; i < 4; i++)
        waits[i] =
            asks_send(&asks.caller, &(struct ask){.network = asks.network, .class = "realtime"});
    either = send_either(asks.network, other); /* 120 ms and 30 against 60 */
    ck_assert_uint_eq(asks_expect(&asks.caller, either), other);
    asks_let_go();
    asks_expect(&asks.caller, held);
    for (int i = 0; i < 4; i++)
        asks_expect(&asks.caller, waits[i]);
    asks_close(&asks);
}
END_TEST

START_TEST(of_two_that_are_alike_the_one_that_ran_stays)
{
    uint32_t other, chosen;

    set_up("delay_us=200000", "delay_us=200000", &other); /* an eighth is more than any jitter */
    chosen = asks_expect(&asks.caller, send_either(asks.network, other));
    for (int i = 0; i < 4; i++)
        ck_assert_uint_eq(asks_expect(&asks.caller, send_either(asks.network, other)), chosen);
    asks_close(&asks);
}
END_TEST

START_TEST(what_cannot_stand_for_the_first_is_refused)
{
    struct ask ask = {.n_any_of = 1};
    uint32_t other, wide;
    struct caller guest;

    set_up("", "", &other);
    wide = asks_load(&asks.caller, "skel_a", 2 * ASKS_N);
    ck_assert_refused(&asks.caller, caller_answer(&asks.caller, send_either(asks.network, wide)),
                      E_TENSOR_SIZE, "other inputs or outputs");
    ck_assert_refused(&asks.caller, caller_answer(&asks.caller, send_either(asks.network, 77)),
                      E_NO_MODEL, "network 77 is none that this connection holds");
    ck_assert_refused(&asks.caller, caller_answer(&asks.caller, send_either(77, asks.network)),
                      E_NO_MODEL, "network 77");
    caller_open(&guest, asks.socket);
    ask.network = asks_load(&guest, "skel_b", 0); /* its only one */
    ask.any_of[0] = other;
    ck_assert_refused(&guest, caller_answer(&guest, asks_send(&guest, &ask)), E_NO_MODEL,
                      "is none that this connection holds");
    ck_assert_answers(&asks.caller, caller_unload(&asks.caller, other, NULL));
    ck_assert_refused(&asks.caller, caller_answer(&asks.caller, send_either(asks.network, other)),
                      E_NO_MODEL, "it was unloaded");
    caller_close(&guest);
    asks_close(&asks);
}
END_TEST

START_TEST(sixteen_times_the_same_is_one_run)
{
    struct ask ask = {.n_any_of = MESSAGE_NETWORKS_MAX};
    const struct trace_record *jobs[MESSAGE_RECORDS_MAX];

    asks_open(&asks, "", "");
    ask.network = asks.network;
    for (int i = 0; i < MESSAGE_NETWORKS_MAX; i++)
        ask.any_of[i] = asks.network;
    ck_assert_uint_eq(asks_expect(&asks.caller, asks_send(&asks.caller, &ask)), asks.network);
    ck_assert_uint_eq(asks_find_ended(&asks, jobs), 1);
    asks_close(&asks);
}
END_TEST

/* skel_a is lost, and stays so until the file "shut" is gone. */
static uint32_t lose_a(uint32_t other)
{
    uint32_t serial;

    proc_expect_log(asks.proc, "stopped answering");
    proc_expect_log(asks.proc, "does not come back yet");
    suite_write(suite_path("shut"), "", 0);
    suite_write(suite_path("lose"), "", 0);
    serial = asks_send(&asks.caller, &(struct ask){.network = other});
    proc_wait_err(asks.proc, "does not come back yet");
    return serial;
}

START_TEST(a_device_that_is_lost_is_passed_over)
{
    uint32_t quick, waits;

    set_up("", "delay_us=20000", &quick);
    ck_assert_uint_eq(asks_expect(&asks.caller, send_either(asks.network, quick)), quick);
    waits = lose_a(quick);
    ck_assert_uint_eq(asks_expect(&asks.caller, send_either(asks.network, quick)), asks.network);
    ck_assert_uint_eq(asks_expect(&asks.caller, send_either(quick, asks.network)), asks.network);
    suite_remove("shut");
    asks_expect(&asks.caller, waits);
    asks_close(&asks);
}
END_TEST

START_TEST(a_network_that_a_quarantine_moved_still_stands_for_the_first)
{
    uint32_t moved;

    set_up("fault=lost@2", "delay_us=200000", &moved);
    proc_expect_log(asks.proc, "stopped answering");
    proc_expect_log(asks.proc, "was lost twice within a minute");
    for (int i = 0; i < 3; i++)
        asks_send(&asks.caller, &(struct ask){.network = moved});
    proc_wait_err(asks.proc, "was lost twice within a minute");
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(caller_receive(&asks.caller), 1); /* lost, or run by the processor */
    ck_assert_uint_eq(asks_expect(&asks.caller, send_either(asks.network, moved)), moved);
    asks_close(&asks);
}
END_TEST

SUITE(of_several_networks_the_one_that_ends_first_runs,
      a_quick_device_that_many_wait_for_is_left_to_them,
      of_two_that_are_alike_the_one_that_ran_stays, what_cannot_stand_for_the_first_is_refused,
      sixteen_times_the_same_is_one_run, a_device_that_is_lost_is_passed_over,
      a_network_that_a_quarantine_moved_still_stands_for_the_first);
