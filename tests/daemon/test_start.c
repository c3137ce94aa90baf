/* How it begins: settings, models.d, what it answers until it is ready. */
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

#define BY_NAME(...) (&(struct caller_load){.fd = -1, __VA_ARGS__})

static void write_text(const char *name, const char *text)
{
    suite_write(suite_path(name), text, strlen(text));
}

static void make_folders(void)
{
    mkdir(suite_path("models"), 0755);
    mkdir(suite_path("models.d"), 0755);
}

static int is(const struct text *text, const char *want)
{
    return text->size == strlen(want) && memcmp(text->base, want, text->size) == 0;
}

START_TEST(models_of_models_d_are_ready_before_the_daemon_is)
{
    static struct list_result list;
    struct house house;
    struct caller caller;
    struct caller_loaded loaded;

    make_folders();
    made_relu_file(suite_path("models/relu.dlc"), 16, "one");
    write_text("models.d/relu.conf", "[model]\ninput_dims = x=1,8\nwarm_runs = 3\n");
    write_text("models.d/other.conf",
               suite_text("[model]\nfile = %s\n", suite_path("models/relu.dlc")));
    house_open(&house, "");
    caller_open(&caller, house.socket);
    ck_assert_answers(&caller, caller_list(&caller, &list));
    ck_assert_uint_eq(list.n_models, 2);
    ck_assert(is(&list.models[0].name, "other"));
    ck_assert(is(&list.models[0].state, "ready"));
    ck_assert(list.models[0].keep);
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "relu", .n = 8), &loaded));
    ck_assert_uint_eq(loaded.load_us, 0);
    ck_assert_answers(&caller, caller_run_relu(&caller, loaded.network, 8, 0));
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_model_that_cannot_be_had_is_listed_as_failed_and_the_rest_serves)
{
    static struct list_result list;
    struct house house;
    struct caller caller;

    make_folders();
    made_relu_file(suite_path("models/good"), 16, "one");
    write_text("models/bad", "this is no archive");
    write_text("models.d/bad.conf", "[model]\n");
    write_text("models.d/good.conf", "[model]\n");
    write_text("models.d/gone.conf", "[model]\n");
    write_text("models.d/wrong.conf", "[model]\nfiles = x\n");
    house_open(&house, "");
    proc_expect_log(house.proc, "model bad:");
    proc_expect_log(house.proc, "model gone:");
    proc_expect_log(house.proc, "model wrong:");
    caller_open(&caller, house.socket);
    ck_assert_answers(&caller, caller_list(&caller, &list));
    ck_assert_uint_eq(list.n_models, 4);
    for (uint32_t i = 0; i < list.n_models; i++)
        ck_assert(is(&list.models[i].state, is(&list.models[i].name, "good") ? "ready" : "failed"));
    ck_assert_ptr_nonnull(memmem(list.models[0].error.base, list.models[0].error.size,
                                 "wrong.conf:2: [model] files", 27));
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "good"), NULL));
    /* A load of the name that succeeds makes it good. */
    made_relu_file(suite_path("models/gone"), 4, "two");
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "gone"), NULL));
    ck_assert_answers(&caller, caller_unload(&caller, 0, "bad"));
    ck_assert_answers(&caller, caller_list(&caller, &list));
    ck_assert_uint_eq(list.n_models, 3);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(while_it_starts_it_says_what_it_waits_for_and_loads_wait)
{
    static struct list_result list;
    struct stats_result stats;
    struct house house;
    struct caller caller;
    struct caller_loaded loaded;

    make_folders();
    made_relu_file(suite_path("models/slow"), 16, "one");
    made_relu_file(suite_path("models/relu"), 16, "two");
    write_text("models.d/slow.conf", "[model]\nruntimes = skel_a\n");
    house_begin(&house, "[runtime skel_a]\noptions = ops=all compile_us=500000\n");
    proc_wait_notify(house.proc, "STATUS=loading slow (1 of 1 models)");
    caller_open(&caller, house.socket);
    ck_assert_answers(&caller, caller_ping(&caller));
    ck_assert_answers(&caller, caller_stats(&caller, &stats));
    ck_assert(is(&stats.state, "starting"));
    ck_assert(is(&stats.waits_for, "slow (1 of 1 models)"));
    ck_assert_answers(&caller, caller_list(&caller, &list));
    ck_assert_uint_eq(list.n_models, 1);
    ck_assert(is(&list.models[0].state, "loading"));
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "relu"), &loaded));
    ck_assert_answers(&caller, caller_stats(&caller, &stats));
    ck_assert(is(&stats.state, "ready"));
    proc_wait_notify(house.proc, "READY=1");
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_model_with_keep_no_goes_with_its_last_client)
{
    static struct list_result list;
    struct house house;
    struct caller one, two;

    make_folders();
    made_relu_file(suite_path("models/relu"), 16, "one");
    write_text("models.d/relu.conf", "[model]\nkeep = no\n");
    house_open(&house, "");
    caller_open(&two, house.socket);
    ck_assert_answers(&two, caller_list(&two, &list));
    ck_assert_uint_eq(list.n_models, 1);
    caller_open(&one, house.socket);
    ck_assert_answers(&one, caller_load(&one, BY_NAME(.name = "relu"), NULL));
    caller_close(&one);
    do
        ck_assert_answers(&two, caller_list(&two, &list));
    while (list.n_models);
    caller_close(&two);
    house_close(&house);
}
END_TEST

static void check_config(const char *conf, int status, const char *words)
{
    struct proc *proc;

    write_text("a.conf", conf);
    proc = proc_start_args(suite_bin("snped"), "--config", suite_path("a.conf"), "--models-d",
                           suite_path("models.d"), "--check-config", NULL);
    ck_assert_int_eq(proc_wait(proc), status);
    if (status)
        ck_assert_msg(strstr(proc_err(proc), words) != NULL, "%s", proc_err(proc));
    else
        ck_assert_str_eq(proc_out(proc), words);
    proc_finish(proc, status);
}

START_TEST(check_config_names_file_line_and_key)
{
    make_folders();
    check_config("[daemon]\nlog = info\n", 0, "ok\n");
    check_config("[daemon]\n\nsocket_mod = 1\n", 1, "/a.conf:3: [daemon] socket_mod: ");
    write_text("models.d/m.conf", "[model]\nwarm_runs = -1\n");
    check_config("", 1, "models.d/m.conf:2: [model] warm_runs: \"-1\" is not a number");
    suite_remove("a.conf");
    suite_remove("models");
    suite_remove("models.d");
}
END_TEST

static void prints(const char *option, const char *words)
{
    struct proc *proc = proc_start_args(suite_bin("snped"), option, NULL);

    ck_assert_int_eq(proc_wait(proc), 0);
    ck_assert_msg(strstr(proc_out(proc), words) != NULL, "%s", proc_out(proc));
    proc_finish(proc, 0);
}

START_TEST(it_says_what_it_is_and_takes)
{
    struct proc *proc;

    prints("--version", "snped " SNPED_VERSION);
    prints("--help", "--check-config");
    prints("--print-config", "#socket = /run/snped/snped.sock");
    proc = proc_start_args(suite_bin("snped"), "--port", "80", NULL);
    ck_assert_int_eq(proc_wait(proc), 2);
    proc_finish(proc, 2);
}
END_TEST

START_TEST(a_setting_that_is_wrong_ends_it_with_one_line)
{
    struct proc *proc;

    write_text("a.conf", "[queue]\ndepth = 0\n");
    proc = proc_start_args(suite_bin("snped"), "--config", suite_path("a.conf"), NULL);
    ck_assert_int_eq(proc_wait(proc), 1);
    ck_assert_ptr_nonnull(strstr(proc_err(proc), "a.conf:2: [queue] depth: 0 is not between"));
    proc_finish(proc, 1);
    suite_remove("a.conf");
}
END_TEST

START_TEST(the_watchdog_is_fed_only_while_the_lanes_come_back)
{
    const char *env[] = {"WATCHDOG_USEC=200000", NULL};
    struct house house;
    struct caller caller;
    struct caller_loaded loaded;
    static const float x[4] = {0};

    make_folders();
    made_relu_file(suite_path("models/relu"), 4, "one");
    house_begin_with(&house,
                     "[daemon]\nwatchdog_floor = 100ms\n"
                     "[runtime skel_a]\noptions = ops=all fault=hang@2\n",
                     env);
    proc_wait_notify(house.proc, "READY=1");
    proc_wait_notify(house.proc, "WATCHDOG=1");
    proc_expect_log(house.proc, "is given up");
    proc_expect_log(house.proc, "stopped answering");
    proc_expect_log(house.proc, "a second run does not come back");
    proc_expect_log(house.proc, "a device's lane does not come back");
    proc_expect_log(house.proc, "second signal");
    caller_open(&caller, house.socket);
    ck_assert_answers(&caller,
                      caller_load(&caller, BY_NAME(.name = "relu", .runtime = "skel_a"), &loaded));
    for (int i = 0; i < 2; i++) /* the first is given up; opened anew, it hangs in the second */
        caller_send_run(&caller, &(struct caller_run){
                                     .network = loaded.network, .in = x, .in_size = sizeof(x)});
    ck_assert_int_eq(caller_answer(&caller, caller.serial - 1), E_DEVICE_LOST);
    proc_wait_err(house.proc, "a device's lane does not come back");
    ck_assert_answers(&caller, caller_ping(&caller));
    proc_signal(house.proc, SIGTERM);
    proc_wait_err(house.proc, "ending what is under way");
    proc_signal(house.proc, SIGTERM);
    caller_close(&caller);
    proc_finish(house.proc, -SIGTERM);
    house_tidy();
}
END_TEST

SUITE(models_of_models_d_are_ready_before_the_daemon_is,
      a_model_that_cannot_be_had_is_listed_as_failed_and_the_rest_serves,
      while_it_starts_it_says_what_it_waits_for_and_loads_wait,
      a_model_with_keep_no_goes_with_its_last_client, check_config_names_file_line_and_key,
      it_says_what_it_is_and_takes, a_setting_that_is_wrong_ends_it_with_one_line,
      the_watchdog_is_fed_only_while_the_lanes_come_back);
