/* Devices that are lost, and what clients see of it: success, or an error that may be retried. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

#define N 16

static struct house house;
static struct caller caller;

/* The skeleton with OPTIONS, and with MORE settings; its words lose= and shut= name files. */
static void set_up(const char *options, const char *more)
{
    char settings[1024];

    snprintf(settings, sizeof(settings),
             "[runtime skel_a]\noptions = ops=all lose=%s %s\n"
             "[runtime skel_b]\noptions = ops=all\n%s",
             suite_path("lose"), options, more);
    house_open(&house, settings);
    made_relu_file(suite_path("models/relu"), N, "one");
    caller_open(&caller, house.socket);
}

static void tear_down(void)
{
    caller_close(&caller);
    house_close(&house);
}

static uint32_t load(struct caller *by, uint32_t n)
{
    const struct caller_load load = {.name = "relu", .fd = -1, .runtime = "skel_a", .n = n};
    struct caller_loaded loaded;

    ck_assert_answers(by, caller_load(by, &load, &loaded));
    ck_assert_str_eq(loaded.runtime, "skel_a");
    return loaded.network;
}

static void lose(void)
{
    suite_write(suite_path("lose"), "", 0);
    proc_expect_log(house.proc, "stopped answering");
}

static struct device_desc device(const char *name)
{
    struct stats_result stats;

    ck_assert_answers(&caller, caller_stats(&caller, &stats));
    for (uint32_t i = 0; i < stats.n_devices; i++)
        if (stats.devices[i].name.size == strlen(name) &&
            memcmp(stats.devices[i].name.base, name, strlen(name)) == 0)
            return stats.devices[i];
    ck_abort_msg("STATS tells of no %s", name);
}

START_TEST(a_run_whose_device_is_lost_is_run_again)
{
    uint32_t network, other;

    set_up("", "");
    network = load(&caller, 0);
    other = load(&caller, 8);
    ck_assert_answers(&caller, caller_run_relu(&caller, network, N, 0));
    lose();
    ck_assert_answers(&caller, caller_run_relu(&caller, network, N, 1));
    proc_wait_err(house.proc, "device skel_a is ready again");
    ck_assert_answers(&caller, caller_run_relu(&caller, other, 8, 2));
    ck_assert_answers(&caller, caller_run_relu(&caller, network, N, 3));
    ck_assert_uint_eq(device("skel_a").failed, 0);
    tear_down();
}
END_TEST

START_TEST(without_retry_the_run_is_answered_device_lost_and_the_next_succeeds)
{
    uint32_t network;

    set_up("", "[device skel_a]\nretry = no\n");
    network = load(&caller, 0);
    lose();
    ck_assert_refused(&caller, caller_run_relu(&caller, network, N, 0), E_DEVICE_LOST,
                      "device skel_a stopped answering");
    ck_assert_answers(&caller, caller_run_relu(&caller, network, N, 1));
    tear_down();
}
END_TEST

/* Each time it is opened it has two runs: the warm one, and one more. */
START_TEST(a_run_that_is_lost_twice_is_answered_and_the_daemon_goes_on)
{
    uint32_t network;
    int lost = 0;

    set_up("fault=lost@2", "[device skel_a]\nquarantine = 0ms\n");
    proc_expect_log(house.proc, "stopped answering");
    network = load(&caller, 0);
    for (int i = 0; i < 20; i++) {
        int code = caller_run_relu(&caller, network, N, (float)i);

        ck_assert_msg(code == 0 || code == E_DEVICE_LOST, "%d: %s", code, caller.text);
        lost += code == E_DEVICE_LOST;
    }
    ck_assert_int_eq(lost, 20); /* the run after the warm one is the one that is lost */
    tear_down();
}
END_TEST

static uint32_t send_run(uint32_t network, const float *x, uint64_t deadline_ns)
{
    return caller_send_run(
        &caller, &(struct caller_run){
                     .network = network, .in = x, .in_size = N * 4, .deadline_ns = deadline_ns});
}

static void wait_for_state(const char *state)
{
    struct device_desc found;

    do
        found = device("skel_a");
    while (found.state.size != strlen(state) || memcmp(found.state.base, state, found.state.size));
}

START_TEST(runs_wait_while_the_device_comes_back_and_deadlines_pass)
{
    static struct list_result list;
    float x[N] = {0};
    uint32_t network, retried, waits, late, cancelled, other_network;
    struct caller_loaded loaded;
    char shut[256];
    bool found;

    snprintf(shut, sizeof(shut), "shut=%s", suite_path("shut"));
    set_up(shut, "");
    network = load(&caller, 0);
    ck_assert_answers(
        &caller,
        caller_load(&caller, &(struct caller_load){.name = "relu", .fd = -1, .runtime = "skel_b"},
                    &loaded));
    other_network = loaded.network;
    suite_write(suite_path("shut"), "", 0);
    lose();
    proc_expect_log(house.proc, "does not come back yet: the skeleton's device is shut");
    retried = send_run(network, x, 0);
    proc_wait_err(house.proc, "does not come back yet");
    wait_for_state("recovering");
    ck_assert_answers(&caller, caller_list(&caller, &list));
    ck_assert_uint_eq(list.models[0].state.size, strlen("recovering"));
    ck_assert_mem_eq(list.models[0].state.base, "recovering", strlen("recovering"));
    waits = send_run(network, x, 0);
    cancelled = send_run(network, x, 0);
    late = send_run(network, x, clock_now_ns(&clock_monotonic) + 20000000);
    ck_assert_int_eq(caller_answer(&caller, late), E_DEADLINE);
    ck_assert_answers(&caller, caller_run_relu(&caller, other_network, N, 0)); /* another device */
    ck_assert_answers(&caller, caller_cancel(&caller, cancelled, &found));
    ck_assert(found);
    suite_remove("shut");
    ck_assert_answers(&caller, caller_answer(&caller, retried)); /* in front of who came later */
    ck_assert_answers(&caller, caller_answer(&caller, waits));
    wait_for_state("ready");
    tear_down();
}
END_TEST

static void expect_runtime(struct caller *by, const char *runtime, uint32_t state_of)
{
    static struct list_result list;

    do
        ck_assert_answers(by, caller_list(by, &list));
    while (list.models[state_of].runtime.size != strlen(runtime) ||
           memcmp(list.models[state_of].runtime.base, runtime, strlen(runtime)) != 0);
}

START_TEST(a_second_loss_within_a_minute_moves_networks_until_the_time_is_over)
{
    const struct caller_load late = {.name = "relu", .fd = -1, .runtime = "skel_a", .n = 4};
    struct caller_loaded loaded;
    uint32_t network;

    set_up("", "[device skel_a]\nquarantine = 300ms\n");
    proc_expect_log(house.proc, "was lost twice within a minute");
    network = load(&caller, 0);
    lose();
    ck_assert_answers(&caller, caller_run_relu(&caller, network, N, 0));
    wait_for_state("ready");
    lose();
    ck_assert_answers(&caller, caller_run_relu(&caller, network, N, 1)); /* on cpu */
    wait_for_state("quarantined");
    expect_runtime(&caller, "cpu", 0);
    ck_assert_answers(&caller, caller_load(&caller, &late, &loaded));
    ck_assert_str_eq(loaded.runtime, "cpu");
    ck_assert_ptr_nonnull(strstr(loaded.why, "not on skel_a: runtime skel_a was lost more than"));
    ck_assert_answers(&caller, caller_run_relu(&caller, loaded.network, 4, 1));
    proc_wait_err(house.proc, "runtime skel_a is used again");
    expect_runtime(&caller, "skel_a", 0);
    wait_for_state("ready");
    ck_assert_answers(&caller, caller_run_relu(&caller, network, N, 2));
    ck_assert_answers(&caller, caller_run_relu(&caller, loaded.network, 4, 3));
    ck_assert_uint_ge(device("skel_a").jobs, 4);
    tear_down();
}
END_TEST

/* Two lanes, both under load, and clients that go away in the middle. */
START_TEST(both_lanes_come_back_and_clients_may_go_away)
{
    struct caller others[4];
    uint32_t networks[4];
    float x[N] = {0};

    set_up("delay_us=2000", "[device skel_a]\nlanes = 2\nquarantine = 0ms\n");
    proc_expect_log(house.proc, "stopped answering");
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 4; i++) {
            caller_open(&others[i], house.socket);
            networks[i] = load(&others[i], i % 2 ? 0 : N);
        }
        suite_write(suite_path("lose"), "", 0);
        for (int k = 0; k < 32; k++)
            caller_send_run(
                &others[k % 4],
                &(struct caller_run){.network = networks[k % 4], .in = x, .in_size = sizeof(x)});
        for (int i = 0; i < 4; i++) {
            for (int k = 0; i % 2 && k < 8; k++) {
                ck_assert_int_eq(caller_receive(&others[i]), 1);
                ck_assert_msg(others[i].code == 0, "%s", others[i].text);
            }
            caller_close(&others[i]);
        }
    }
    ck_assert_answers(&caller, caller_ping(&caller));
    tear_down();
}
END_TEST

START_TEST(the_daemon_stops_while_a_device_is_lost)
{
    uint32_t network, serial;
    char shut[256];
    float x[N] = {0};

    snprintf(shut, sizeof(shut), "shut=%s", suite_path("shut"));
    set_up(shut, "[daemon]\nstop_timeout = 50ms\n");
    network = load(&caller, 0);
    suite_write(suite_path("shut"), "", 0);
    lose();
    proc_expect_log(house.proc, "does not come back yet");
    proc_expect_log(house.proc, "stop_timeout is over");
    serial = send_run(network, x, 0);
    proc_wait_err(house.proc, "does not come back yet");
    proc_signal(house.proc, SIGTERM);
    ck_assert_int_eq(caller_answer(&caller, serial), E_DRAINING);
    ck_assert(caller_is_closed(&caller));
    ck_assert_int_eq(proc_wait(house.proc), 0);
    suite_remove("shut");
    tear_down();
}
END_TEST

SUITE(a_run_whose_device_is_lost_is_run_again,
      without_retry_the_run_is_answered_device_lost_and_the_next_succeeds,
      a_run_that_is_lost_twice_is_answered_and_the_daemon_goes_on,
      runs_wait_while_the_device_comes_back_and_deadlines_pass,
      a_second_loss_within_a_minute_moves_networks_until_the_time_is_over,
      both_lanes_come_back_and_clients_may_go_away, the_daemon_stops_while_a_device_is_lost);
