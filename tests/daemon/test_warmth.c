/* Votes for a device's power, as the tests' double writes them down. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

#define N 8

static struct house house;
static struct caller caller;

static void set_up(const char *model_conf)
{
    char settings[512];

    snprintf(settings, sizeof(settings),
             "[runtime skel_a]\noptions = ops=all lose=%s votes=%s\n"
             "[device skel_a]\nburst_hold = 60ms\nidle = 200ms\n",
             suite_path("lose"), suite_path("votes"));
    mkdir(suite_path("models"), 0755);
    mkdir(suite_path("models.d"), 0755);
    made_relu_file(suite_path("models/relu"), N, "one");
    if (model_conf)
        suite_write(suite_path("models.d/relu.conf"), model_conf, strlen(model_conf));
    house_open(&house, settings);
    caller_open(&caller, house.socket);
}

static void tear_down(void)
{
    caller_close(&caller);
    house_close(&house);
    suite_remove("votes");
}

static uint32_t load(const char *perf)
{
    struct load_params params = {.name = {"relu", 4}, .perf = {perf, strlen(perf)}};
    static struct load_result result;

    params.runtimes[params.n_runtimes++] = (struct text){"skel_a", 6};
    ck_assert_int_eq(pack_load_params(&params, &caller.map), 0);
    ck_assert_answers(&caller,
                      caller_answer(&caller, caller_send(&caller, METHOD_LOAD, NULL, 0, -1)));
    ck_assert_int_eq(unpack_load_result(caller.frame.map, caller.frame.map_size, &result, NULL), 0);
    return result.network;
}

static void votes(char *text, size_t size)
{
    FILE *file = fopen(suite_path("votes"), "re");
    size_t n = file ? fread(text, 1, size - 1, file) : 0;

    text[n] = '\0';
    if (file)
        fclose(file);
}

/* Returns when that is all that was voted for; until then it is the beginning of it. */
static void wait_for_votes(const char *want)
{
    char text[512];

    do {
        votes(text, sizeof(text));
        ck_assert_msg(strncmp(text, want, strlen(text)) == 0, "voted: %s", text);
        ck_assert_answers(&caller, caller_ping(&caller));
    } while (strcmp(text, want) != 0);
}

static void expect_perf(const char *want)
{
    struct stats_result stats;
    struct text perf = {"", 0};

    ck_assert_answers(&caller, caller_stats(&caller, &stats));
    for (uint32_t i = 0; i < stats.n_devices; i++)
        if (stats.devices[i].name.size == 6 && memcmp(stats.devices[i].name.base, "skel_a", 6) == 0)
            perf = stats.devices[i].perf;
    ck_assert_msg(perf.size == strlen(want) && memcmp(perf.base, want, perf.size) == 0,
                  "%.*s instead of %s", (int)perf.size, perf.base, want);
}

START_TEST(burst_is_held_and_an_idle_device_saves_power)
{
    uint32_t network;

    set_up(NULL);
    network = load("burst");
    expect_perf("");
    ck_assert_answers(&caller, caller_run_relu(&caller, network, N, 0));
    wait_for_votes("burst\nbalanced\npower_saver\n");
    expect_perf("power_saver");
    ck_assert_answers(&caller, caller_run_relu(&caller, network, N, 1));
    wait_for_votes("burst\nbalanced\npower_saver\nburst\nbalanced\npower_saver\n");
    tear_down();
}
END_TEST

START_TEST(models_d_says_it_for_who_does_not)
{
    uint32_t network;

    set_up("[model]\nruntimes = skel_a\nperf = sustained_high_performance\n");
    network = load("");
    ck_assert_answers(&caller, caller_run_relu(&caller, network, N, 0));
    wait_for_votes("sustained_high_performance\npower_saver\n");
    network = load("high_performance");
    ck_assert_answers(&caller, caller_run_relu(&caller, network, N, 0));
    wait_for_votes("sustained_high_performance\npower_saver\nhigh_performance\npower_saver\n");
    tear_down();
}
END_TEST

START_TEST(a_device_that_was_opened_again_is_asked_again)
{
    uint32_t network;

    set_up(NULL);
    network = load("high_performance");
    ck_assert_answers(&caller, caller_run_relu(&caller, network, N, 0));
    wait_for_votes("high_performance\npower_saver\n");
    suite_write(suite_path("lose"), "", 0);
    proc_expect_log(house.proc, "stopped answering");
    ck_assert_answers(&caller, caller_run_relu(&caller, network, N, 1));
    wait_for_votes(
        "high_performance\npower_saver\nhigh_performance\nhigh_performance\npower_saver\n");
    tear_down();
}
END_TEST

START_TEST(an_unknown_profile_is_refused)
{
    struct load_params params = {.name = {"relu", 4}, .perf = {"turbo", 5}};

    set_up(NULL);
    suite_write(suite_path("votes"), "", 0); /* there will be none */
    ck_assert_int_eq(pack_load_params(&params, &caller.map), 0);
    ck_assert_refused(&caller,
                      caller_answer(&caller, caller_send(&caller, METHOD_LOAD, NULL, 0, -1)),
                      E_BAD_PARAMS, "there is no turbo");
    tear_down();
}
END_TEST

SUITE(burst_is_held_and_an_idle_device_saves_power, models_d_says_it_for_who_does_not,
      a_device_that_was_opened_again_is_asked_again, an_unknown_profile_is_refused);
