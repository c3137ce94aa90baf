/*
 * Who is next, over the socket: classes, deadlines, turns, floors, aging, shedding. sched/ itself
 * is held against its rules by tests/sched.
 */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "tests/daemon/asks.h"
#include "tests/support/suite.h"

#define MS 1000000ull

static struct asks asks;

static uint32_t send_class(const char *class)
{
    return asks_send(&asks.caller, &(struct ask){.network = asks.network, .class = class});
}

static uint32_t send_due(uint64_t in_ns)
{
    return asks_send(&asks.caller,
                     &(struct ask){.network = asks.network,
                                   .deadline_ns = clock_now_ns(&clock_monotonic) + in_ns});
}

#define expect_order(...)                                                                          \
    do {                                                                                           \
        const uint32_t serials[] = {__VA_ARGS__};                                                  \
                                                                                                   \
        for (size_t i = 0; i < sizeof(serials) / sizeof(serials[0]); i++)                          \
            asks_expect(&asks.caller, serials[i]);                                                 \
    } while (0)

START_TEST(classes_go_before_each_other_whatever_came_first)
{
    uint32_t held, batch[3], interactive, unnamed, realtime;

    asks_open(&asks, ASKS_STRICT, "");
    held = asks_hold(&asks, "realtime");
    for (int i = 0; i < 3; i++)
        batch[i] = send_class("batch");
    interactive = send_class("interactive");
    unnamed = send_class(NULL);
    realtime = send_class("realtime");
    asks_settle(&asks.caller);
    asks_let_go();
    expect_order(held, realtime, interactive, unnamed, batch[0], batch[1], batch[2]);
    asks_close(&asks);
}
END_TEST

START_TEST(a_class_that_is_unknown_or_above_the_ceiling_is_refused)
{
    asks_open(&asks, suite_text("[policy]\nbatch_users = %u\n", (unsigned)getuid()), "");
    ck_assert_refused(&asks.caller, caller_answer(&asks.caller, send_class("urgent")), E_BAD_PARAMS,
                      "realtime, interactive or batch");
    ck_assert_refused(&asks.caller, caller_answer(&asks.caller, send_class("realtime")), E_DENIED,
                      "realtime");
    ck_assert_refused(&asks.caller, caller_answer(&asks.caller, send_class("interactive")),
                      E_DENIED, "batch_users");
    asks_expect(&asks.caller, send_class("batch"));
    asks_close(&asks);
}
END_TEST

START_TEST(who_is_held_to_batch_and_names_no_class_waits_as_batch)
{
    static struct ps_result ps;
    const struct ps_params params = {0};
    uint32_t held, waits;

    asks_open(&asks, suite_text("[policy]\nbatch_users = %u\n", (unsigned)getuid()), "");
    held = asks_hold(&asks, NULL);
    waits = send_class(NULL);
    ck_assert_int_eq(pack_ps_params(&params, &asks.caller.map), 0);
    ck_assert_answers(&asks.caller, caller_answer(&asks.caller, caller_send(&asks.caller, METHOD_PS,
                                                                            NULL, 0, -1)));
    ck_assert_int_eq(unpack_ps_result(asks.caller.frame.map, asks.caller.frame.map_size, &ps, NULL),
                     0);
    ck_assert_uint_eq(ps.n_jobs, 2);
    for (uint32_t i = 0; i < ps.n_jobs; i++)
        ck_assert(ps.jobs[i].class.size == 5 && memcmp(ps.jobs[i].class.base, "batch", 5) == 0);
    asks_let_go();
    expect_order(held, waits);
    asks_close(&asks);
}
END_TEST

START_TEST(a_deadline_that_cannot_be_kept_is_refused_before_it_waits)
{
    uint32_t held, before[3], behind;

    asks_open(&asks, "", "delay_us=100000");
    held = asks_hold(&asks, "realtime");
    for (int i = 0; i < 3; i++)
        before[i] = send_class("realtime");
    ck_assert_refused(&asks.caller, caller_answer(&asks.caller, send_due(200 * MS)), E_DEADLINE,
                      "after its deadline");
    behind = send_due(20000 * MS);
    asks_settle(&asks.caller);
    asks_let_go();
    expect_order(held, before[0], before[1], before[2], behind);
    asks_close(&asks);
}
END_TEST

START_TEST(of_a_class_the_earliest_deadline_is_the_next)
{
    uint32_t held, none, far, near, middle;

    asks_open(&asks, ASKS_STRICT, "");
    held = asks_hold(&asks, "realtime");
    none = send_class(NULL);
    far = send_due(60000 * MS);
    near = send_due(40000 * MS);
    middle = send_due(50000 * MS);
    asks_settle(&asks.caller);
    asks_let_go();
    expect_order(held, near, middle, far, none);
    asks_close(&asks);
}
END_TEST

static void receive_all(struct caller *by, int n)
{
    for (int i = 0; i < n; i++) {
        ck_assert_int_eq(caller_receive(by), 1);
        ck_assert_msg(by->code == 0, "%d: %s", by->code, by->text);
    }
}

static void guest_open(struct caller *guest, struct ask *ask)
{
    caller_open(guest, asks.socket);
    *ask = (struct ask){.network = asks_load(guest, "skel_b", 0)};
}

/* While both wait, neither has had the device for more than a run longer than the other; the first
 * job is the one that was held. N: the guest's jobs. */
static void expect_fair(int n)
{
    const struct trace_record *jobs[MESSAGE_RECORDS_MAX];
    uint32_t n_jobs = asks_find_ended(&asks, jobs);
    int64_t ahead_ns = 0, longest_ns = 0;

    for (uint32_t i = 1; i < n_jobs && n > 0; i++) {
        int64_t ran_ns = (int64_t)(jobs[i]->ended_ns - jobs[i]->began_ns);
        bool ours = jobs[i]->session == jobs[0]->session;

        n -= !ours;
        longest_ns = ran_ns > longest_ns ? ran_ns : longest_ns;
        ahead_ns += ours ? ran_ns : -ran_ns;
        ck_assert_msg(ahead_ns <= 2 * longest_ns && -ahead_ns <= 2 * longest_ns,
                      "after %u jobs %lld us ahead; the longest took %lld us", i,
                      (long long)ahead_ns / 1000, (long long)longest_ns / 1000);
    }
    ck_assert_int_eq(n, 0);
}

START_TEST(connections_take_turns_whoever_asks_for_more)
{
    struct caller guest;
    struct ask ask;

    asks_open(&asks, ASKS_STRICT, "delay_us=2000");
    guest_open(&guest, &ask);
    asks_hold(&asks, "realtime");
    for (int i = 0; i < 8; i++)
        send_class(NULL);
    asks_settle(&asks.caller);
    for (int i = 0; i < 4; i++)
        asks_send(&guest, &ask);
    asks_settle(&guest);
    asks_let_go();
    receive_all(&asks.caller, 9);
    receive_all(&guest, 4);
    expect_fair(4);
    caller_close(&guest);
    asks_close(&asks);
}
END_TEST

START_TEST(nobody_gets_the_device_to_himself_by_far_deadlines)
{
    const struct trace_record *jobs[MESSAGE_RECORDS_MAX];
    struct caller guest;
    struct ask ask;

    asks_open(&asks, "[queue]\nfloor_interactive = 0\nfloor_batch = 0\naging = 30s\n",
              "delay_us=2000");
    guest_open(&guest, &ask);
    asks_hold(&asks, "realtime");
    for (int i = 0; i < 8; i++)
        send_due(600000 * MS);
    asks_settle(&asks.caller);
    asks_send(&guest, &ask);
    asks_settle(&guest);
    asks_let_go();
    receive_all(&asks.caller, 9);
    receive_all(&guest, 1);
    caller_close(&guest);
    ck_assert_uint_eq(asks_find_ended(&asks, jobs), 10);
    /* The held one, at most one with a deadline, the guest's. */
    ck_assert(jobs[1]->session != jobs[0]->session || jobs[2]->session != jobs[0]->session);
    asks_close(&asks);
}
END_TEST

START_TEST(a_full_queue_sheds_the_lowest_class_for_a_higher_one)
{
    struct error_result error;
    uint32_t held, batch[3], interactive;

    asks_open(&asks, ASKS_STRICT "depth = 3\n", "");
    held = asks_hold(&asks, "realtime");
    for (int i = 0; i < 3; i++)
        batch[i] = send_class("batch");
    interactive = send_class("interactive");
    ck_assert_int_eq(caller_answer(&asks.caller, batch[2]), E_QUEUE_FULL); /* the last that came */
    ck_assert_int_eq(
        unpack_error_result(asks.caller.frame.map, asks.caller.frame.map_size, &error, NULL), 0);
    ck_assert(error.retryable);
    ck_assert_int_eq(caller_answer(&asks.caller, send_class("batch")), E_QUEUE_FULL);
    asks_settle(&asks.caller);
    asks_let_go();
    expect_order(held, interactive, batch[0], batch[1]);
    asks_close(&asks);
}
END_TEST

/* Forty urgent jobs, ten others behind them: how many of these are answered before the last urgent
 * one. */
static int count_overtakes(const char *more)
{
    uint32_t last_urgent = 0;
    int n = 0;

    asks_open(&asks, more, "delay_us=5000");
    for (int i = 0; i < 40; i++)
        last_urgent = send_class("interactive");
    for (int i = 0; i < 10; i++)
        send_class("batch");
    for (;;) {
        receive_all(&asks.caller, 1);
        if (asks.caller.frame.head.serial == last_urgent)
            break;
        n += asks.caller.frame.head.serial > last_urgent;
    }
    receive_all(&asks.caller, 10 - n);
    asks_close(&asks);
    return n;
}

START_TEST(batch_is_given_its_floor_under_a_flood)
{
    int n = count_overtakes("[queue]\naging = 0ms\nfloor_batch = 20\n");

    /* A fifth of fifty; on a busy machine some of the forty have run before the ten come. */
    ck_assert_msg(n >= 3, "%d of 10", n);
}
END_TEST

START_TEST(without_a_floor_batch_waits_for_the_flood_to_end)
{
    ck_assert_int_eq(count_overtakes("[queue]\naging = 0ms\nfloor_batch = 0\n"), 0);
}
END_TEST

/* A batch job of the guest's behind six of interactive, all held for 150 ms: whether it is the last
 * to run. */
static bool batch_is_last(const char *more)
{
    const struct trace_record *jobs[MESSAGE_RECORDS_MAX];
    const struct timespec pause = {0, 150000000};
    struct caller guest;
    struct ask ask;
    uint32_t n;

    asks_open(&asks, more, "delay_us=2000");
    guest_open(&guest, &ask);
    asks_hold(&asks, "realtime");
    for (int i = 0; i < 6; i++)
        send_class("interactive");
    asks_settle(&asks.caller);
    ask.class = "batch";
    asks_send(&guest, &ask);
    asks_settle(&guest);
    nanosleep(&pause, NULL); /* time itself is what is waited for */
    asks_let_go();
    receive_all(&asks.caller, 7);
    receive_all(&guest, 1);
    caller_close(&guest);
    n = asks_find_ended(&asks, jobs);
    asks_close(&asks);
    ck_assert_uint_eq(n, 8);
    return jobs[7]->session != jobs[0]->session;
}

START_TEST(who_has_waited_for_long_rises_above_its_class)
{
    ck_assert(!batch_is_last("[queue]\nfloor_batch = 0\naging = 100ms\n"));
}
END_TEST

START_TEST(without_aging_nobody_rises)
{
    ck_assert(batch_is_last("[queue]\nfloor_batch = 0\naging = 0ms\n"));
}
END_TEST

SUITE(classes_go_before_each_other_whatever_came_first,
      a_class_that_is_unknown_or_above_the_ceiling_is_refused,
      who_is_held_to_batch_and_names_no_class_waits_as_batch,
      a_deadline_that_cannot_be_kept_is_refused_before_it_waits,
      of_a_class_the_earliest_deadline_is_the_next, connections_take_turns_whoever_asks_for_more,
      nobody_gets_the_device_to_himself_by_far_deadlines,
      a_full_queue_sheds_the_lowest_class_for_a_higher_one, batch_is_given_its_floor_under_a_flood,
      without_a_floor_batch_waits_for_the_flood_to_end,
      who_has_waited_for_long_rises_above_its_class, without_aging_nobody_rises);
