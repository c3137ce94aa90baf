/* What is promised to streams with a period, and how a promise ends. */
#include <signal.h>
#include <string.h>

#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/pushes.h"
#include "tests/support/suite.h"

#define PERIOD_US 500000

static struct house house;
static struct caller caller;

/* A run takes 100 ms. */
static void begin(const char *more)
{
    house_open(&house, suite_text("[runtime skel_b]\noptions = ops=all delay_us=100000\n%s", more));
    pushes_make_model();
    caller_open(&caller, house.socket);
}

static void end(void)
{
    caller_close(&caller);
    house_close(&house);
}

static int try_period(struct caller *by, uint32_t network, uint64_t period_us)
{
    return pushes_try_open(
        by, &(struct pushes_open){.network = network, .period_us = period_us, .depth = 1});
}

/* Opens streams until one is refused, and returns how many there are. */
static int fill(struct caller *by, uint32_t network)
{
    int n = 0, code;

    while ((code = try_period(by, network, PERIOD_US)) > 0)
        n++;
    ck_assert_msg(code == E_NO_CAPACITY, "%d: %s", code, by->text);
    return n;
}

START_TEST(streams_are_promised_what_is_there_and_the_next_is_told_what_is_free)
{
    struct stream_close_result counts;
    uint32_t network;
    int n;

    begin("");
    network = pushes_load(&caller, "skel_b");
    n = fill(&caller, network);
    /* A fifth each of the 80 percent that may be promised; a busy machine finds a run longer. */
    ck_assert_msg(n >= 1 && n <= 4, "%d", n);
    ck_assert_refused(&caller, try_period(&caller, network, PERIOD_US), E_NO_CAPACITY,
                      "are free for streams");
    ck_assert_refused(&caller, try_period(&caller, network, PERIOD_US), E_NO_CAPACITY,
                      "of the device");
    ck_assert_answers(&caller, pushes_close(&caller, 1, &counts));
    ck_assert_int_gt(try_period(&caller, network, PERIOD_US), 0);
    end();
}
END_TEST

START_TEST(a_session_that_ends_gives_its_promises_back)
{
    struct caller guest;
    struct stats_result stats;
    int n;

    begin("");
    for (int i = 0; i < 3; i++) {
        caller_open(&guest, house.socket);
        n = fill(&guest, pushes_load(&guest, "skel_b"));
        ck_assert_int_ge(n, 1);
        caller_close(&guest);
        do
            ck_assert_answers(&caller, caller_stats(&caller, &stats));
        while (stats.sessions > 1);
    }
    end();
}
END_TEST

START_TEST(an_unload_gives_the_promises_of_its_streams_back)
{
    uint32_t network;

    begin("");
    for (int i = 0; i < 3; i++) {
        network = pushes_load(&caller, "skel_b");
        ck_assert_int_ge(fill(&caller, network), 1);
        ck_assert_answers(&caller, caller_unload(&caller, network, NULL));
    }
    end();
}
END_TEST

START_TEST(a_period_that_nobody_means_is_refused)
{
    uint32_t network;

    begin("");
    network = pushes_load(&caller, "skel_b");
    ck_assert_refused(&caller, try_period(&caller, network, 999), E_BAD_PARAMS,
                      "period_us is at least 1000");
    ck_assert_refused(&caller, try_period(&caller, network, 3600000001), E_BAD_PARAMS,
                      "at most an hour");
    ck_assert_refused(&caller, try_period(&caller, network, UINT64_MAX), E_BAD_PARAMS,
                      "at most an hour");
    /* A run of 100 ms never fits into 1 ms. */
    ck_assert_refused(&caller, try_period(&caller, network, 1000), E_NO_CAPACITY,
                      "% of the device");
    ck_assert_int_gt(try_period(&caller, network, 3600000000), 0);
    end();
}
END_TEST

START_TEST(a_stream_without_a_period_needs_no_promise)
{
    uint32_t network;

    begin("[queue]\nstream_load = 1\n");
    network = pushes_load(&caller, "skel_b");
    ck_assert_int_eq(fill(&caller, network), 0);
    for (int i = 0; i < 8; i++)
        ck_assert_int_gt(try_period(&caller, network, 0), 0);
    pushes_run(&caller, 8, 1, 0);
    end();
}
END_TEST

SUITE(streams_are_promised_what_is_there_and_the_next_is_told_what_is_free,
      a_session_that_ends_gives_its_promises_back, an_unload_gives_the_promises_of_its_streams_back,
      a_period_that_nobody_means_is_refused, a_stream_without_a_period_needs_no_promise);
