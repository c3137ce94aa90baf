/* snpectl watch, with snped itself and what publishes for it. */
#include <signal.h>
#include <string.h>
#include <time.h>

#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

static void load(const struct house *house, const char *name, int status)
{
    struct proc *proc =
        proc_start_args(suite_bin("snpectl"), "load", name, "--socket", house->socket, NULL);

    proc_finish(proc, status);
}

/* Listening: what it prints first is the failure that it was tried with. */
static struct proc *watch(const struct house *house, const char *option, const char *value)
{
    struct proc *proc = proc_start_args(suite_bin("snpectl"), "watch", "--socket", house->socket,
                                        option, value, NULL);

    proc_wait_err(proc, "watching ipc://");
    do
        load(house, "nothing", 1);
    while (!strstr(proc_out(proc), "nothing"));
    return proc;
}

static void end(struct proc *watcher)
{
    proc_signal(watcher, SIGINT);
    proc_finish(watcher, 0);
}

START_TEST(a_line_an_event_with_time_and_kind)
{
    struct house house;
    struct proc *watcher;
    const char *line;
    struct tm time = {0};

    house_open(&house, "");
    made_relu_file(suite_path("models/relu"), 16, "one");
    watcher = watch(&house, NULL, NULL);
    load(&house, "relu", 0);
    load(&house, "gone", 1);
    line = proc_wait_out(watcher, "model=relu");
    ck_assert_ptr_eq(strptime(line, "%H:%M:%S.", &time), line + strlen("12:34:56."));
    ck_assert_str_eq(line + strlen("12:34:56.789"), " model-loading       model=relu");
    line = proc_wait_out(watcher, "model-ready");
    ck_assert_ptr_nonnull(strstr(line, " model=relu generation=1 runtime=cpu took_us="));
    line = proc_wait_out(watcher, "model=gone error");
    ck_assert_ptr_nonnull(strstr(line, " model=gone error=no-model: no model gone is loaded"));
    end(watcher);
    house_close(&house);
}
END_TEST

START_TEST(json_is_an_object_a_line_and_only_chooses)
{
    struct house house;
    struct proc *json, *only;
    const char *line;

    house_open(&house, "");
    made_relu_file(suite_path("models/relu"), 16, "one");
    json = watch(&house, "--json", NULL);
    only = watch(&house, "--only", "model-failed,model-ready");
    load(&house, "relu", 0);
    ck_assert_ptr_nonnull(strstr(proc_wait_out(only, "relu"), "model-ready"));
    line = proc_wait_out(json, "\"model\":\"relu\"");
    ck_assert_ptr_eq(strstr(line, "{\"event\":\"model-loading\",\"sequence\":"), line);
    line = proc_wait_out(json, "{\"event\":\"model-ready\",\"sequence\":");
    ck_assert_ptr_nonnull(strstr(line, "\"model\":\"relu\",\"generation\":1,\"runtime\":\"cpu\""));
    end(json);
    end(only);
    only = proc_start_args(suite_bin("snpectl"), "watch", "--only", "weather", NULL);
    proc_wait_err(only, "--only 'weather' is no kind of event");
    proc_finish(only, 2);
    house_close(&house);
}
END_TEST

START_TEST(it_goes_on_when_the_daemon_is_started_again)
{
    struct house house;
    struct proc *watcher;

    house_open(&house, "");
    watcher = watch(&house, NULL, NULL);
    proc_signal(house.proc, SIGTERM);
    proc_wait_out(watcher, "daemon-draining");
    proc_finish(house.proc, 0);
    proc_wait_err(watcher, "is gone; waiting");
    house_tidy();
    house_open(&house, "");
    proc_wait_err(watcher, "watching ipc://");
    made_relu_file(suite_path("models/relu"), 16, "one");
    load(&house, "relu", 0);
    proc_wait_out(watcher, "model-ready");
    end(watcher);
    house_close(&house);
}
END_TEST

START_TEST(a_daemon_without_events_is_told_as_such)
{
    struct house house;
    struct proc *watcher;

    house_open(&house, "[events]\nenabled = no\n");
    watcher = proc_start_args(suite_bin("snpectl"), "watch", "--socket", house.socket, NULL);
    proc_wait_err(watcher, "the daemon publishes no events");
    proc_finish(watcher, 1);
    house_close(&house);
}
END_TEST

SUITE(a_line_an_event_with_time_and_kind, json_is_an_object_a_line_and_only_chooses,
      it_goes_on_when_the_daemon_is_started_again, a_daemon_without_events_is_told_as_such);
