/* Runs that do not come back: their jobs are answered, their memory is left to them. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/daemon/pushes.h"
#include "tests/support/suite.h"

#define N 16

static struct house house;
static struct caller caller;

static void set_up(const char *floor, const char *options, const char *more)
{
    char settings[1024];

    snprintf(settings, sizeof(settings),
             "[daemon]\nwatchdog_floor = %s\n"
             "[runtime skel_a]\noptions = ops=all wedge=%s %s\n"
             "[device skel_a]\nquarantine = 0ms\n%s",
             floor, suite_path("wedge"), options, more);
    house_open(&house, settings);
    made_relu_file(suite_path("models/relu"), N, "one");
    caller_open(&caller, house.socket);
}

static void tear_down(void)
{
    caller_close(&caller);
    house_close(&house);
}

static uint32_t load(struct caller *by)
{
    const struct caller_load load = {.name = "relu", .fd = -1, .runtime = "skel_a"};
    struct caller_loaded loaded;

    ck_assert_answers(by, caller_load(by, &load, &loaded));
    return loaded.network;
}

static void wedge(void)
{
    suite_write(suite_path("wedge"), "", 0);
    proc_expect_log(house.proc, "does not come back after");
    proc_expect_log(house.proc, "device skel_a stopped answering");
}

static void let_go(void)
{
    suite_remove("wedge.held");
    proc_wait_err(house.proc, "has come back after all");
}

START_TEST(a_stuck_run_is_answered_and_the_next_one_runs)
{
    uint32_t network;

    set_up("100ms", "", "");
    network = load(&caller);
    ck_assert_answers(&caller, caller_run_relu(&caller, network, N, 0));
    wedge();
    ck_assert_refused(&caller, caller_run_relu(&caller, network, N, 1), E_DEVICE_LOST,
                      "device skel_a stopped answering");
    for (int i = 0; i < 8; i++) /* with a thread that is still stuck */
        ck_assert_answers(&caller, caller_run_relu(&caller, network, N, (float)i));
    proc_wait_err(house.proc, "is ready again");
    let_go();
    ck_assert_answers(&caller, caller_run_relu(&caller, network, N, 2));
    wedge(); /* and again, for the first is gone */
    ck_assert_int_eq(caller_run_relu(&caller, network, N, 3), E_DEVICE_LOST);
    ck_assert_answers(&caller, caller_run_relu(&caller, network, N, 4));
    let_go();
    tear_down();
}
END_TEST

/* The region that the stuck run writes to stays mapped in the daemon, whatever its owner does. */
START_TEST(its_client_may_go_away_and_unload_meanwhile)
{
    struct caller guest;
    struct caller_run run = {.in_size = N * 4, .out_offset = 4096, .out_size = N * 4};
    int fd = made_memfd(NULL, 8192, 1);
    uint32_t region;

    set_up("100ms", "", "");
    caller_open(&guest, house.socket);
    run.network = load(&guest);
    ck_assert_answers(&guest, caller_region_add(&guest, fd, 8192, &region));
    run.in_region = run.out_region = region;
    ck_assert_answers(&guest, caller_run(&guest, &run));
    wedge();
    ck_assert_int_eq(caller_run(&guest, &run), E_DEVICE_LOST);
    ck_assert_answers(&guest, caller_region_drop(&guest, region));
    ck_assert_answers(&guest, caller_unload(&guest, run.network, NULL));
    caller_close(&guest);
    close(fd);
    ck_assert_answers(&caller, caller_run_relu(&caller, load(&caller), N, 0));
    let_go();
    ck_assert_answers(&caller, caller_run_relu(&caller, load(&caller), N, 0));
    tear_down();
}
END_TEST

START_TEST(jobs_behind_a_stuck_one_wait_for_the_fresh_lane)
{
    uint32_t network, serials[4];
    float x[N] = {0};

    set_up("100ms", "", "lanes = 2\n");
    network = load(&caller);
    ck_assert_answers(&caller, caller_run_relu(&caller, network, N, 0));
    wedge();
    serials[0] = caller_send_run(
        &caller, &(struct caller_run){.network = network, .in = x, .in_size = sizeof(x)});
    for (int i = 1; i < 4; i++)
        serials[i] = caller_send_run(
            &caller, &(struct caller_run){.network = network, .in = x, .in_size = sizeof(x)});
    for (int i = 1; i < 4; i++) /* by the other lane, or by the fresh one */
        ck_assert_answers(&caller, caller_answer(&caller, serials[i]));
    ck_assert_int_eq(caller_answer(&caller, serials[0]), E_DEVICE_LOST);
    let_go();
    tear_down();
}
END_TEST

/* Nobody knows what a stuck thread may yet write into the state. */
START_TEST(a_stream_with_a_state_is_closed_and_one_without_goes_on)
{
    struct pushes_open open = {.depth = 2, .policy = "queue"};
    struct pushes_answer answer;
    uint32_t stream, other, stuck, waits;

    set_up("100ms", "", "");
    pushes_make_model();
    open.network = pushes_load(&caller, "skel_a");
    stream = pushes_open(&caller, &open);
    pushes_run(&caller, stream, 1, 0);
    pushes_run(&caller, stream, 2, 1);
    wedge();
    stuck = pushes_send(&caller, stream, 3, false);
    waits = pushes_send(&caller, stream, 4, false);
    pushes_receive(&caller, stuck, &answer);
    ck_assert_int_eq(answer.code, E_DEVICE_LOST);
    pushes_receive(&caller, waits, &answer);
    ck_assert_int_eq(answer.code, E_DEVICE_LOST);
    pushes_receive(&caller, pushes_send(&caller, stream, 5, false), &answer);
    ck_assert_int_eq(answer.code, E_NO_STREAM);
    stream = pushes_open(&caller, &open);
    pushes_run(&caller, stream, 6, 0);
    pushes_run(&caller, stream, 7, 6);
    let_go();
    open.stateless = true;
    other = pushes_open(&caller, &open);
    wedge();
    pushes_receive(&caller, pushes_send(&caller, other, 1, true), &answer);
    ck_assert_int_eq(answer.code, E_DEVICE_LOST);
    pushes_receive(&caller, pushes_send(&caller, other, 2, true), &answer);
    ck_assert_int_eq(answer.code, 0);
    pushes_run(&caller, stream, 8, 7);
    let_go();
    tear_down();
}
END_TEST

START_TEST(a_daemon_with_a_stuck_thread_still_stops)
{
    uint32_t network;

    set_up("100ms", "", "");
    network = load(&caller);
    wedge();
    ck_assert_int_eq(caller_run_relu(&caller, network, N, 0), E_DEVICE_LOST);
    proc_wait_err(house.proc, "is ready again");
    proc_expect_log(house.proc, "it is left behind");
    caller_close(&caller);
    proc_signal(house.proc, SIGTERM);
    ck_assert_int_eq(proc_wait(house.proc), -SIGTERM);
    ck_assert_int_eq(access(house.socket, F_OK), -1);
    proc_finish(house.proc, -SIGTERM);
    suite_remove("wedge.held");
    house_tidy();
}
END_TEST

/* Ten times longer than any run before, and no longer than it may take. */
START_TEST(a_slow_run_is_not_taken_for_a_stuck_one)
{
    uint32_t network;

    set_up("3s", "fault=slow@12", "");
    network = load(&caller);
    for (int i = 0; i < 12; i++)
        ck_assert_answers(&caller, caller_run_relu(&caller, network, N, (float)i));
    tear_down();
}
END_TEST

SUITE(a_stuck_run_is_answered_and_the_next_one_runs, its_client_may_go_away_and_unload_meanwhile,
      jobs_behind_a_stuck_one_wait_for_the_fresh_lane,
      a_stream_with_a_state_is_closed_and_one_without_goes_on,
      a_daemon_with_a_stuck_thread_still_stops, a_slow_run_is_not_taken_for_a_stuck_one);
