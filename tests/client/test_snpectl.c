/* snpectl against a scripted daemon: what it prints, writes and exits with. */
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "tests/client/made.h"
#include "tests/client/snpectl.h"
#include "tests/support/proc.h"

static void write_floats(const char *name, float first)
{
    float x[FAKE_WIDTH];

    made_numbers(x, FAKE_WIDTH, first);
    suite_write(name, x, sizeof(x));
}

static float read_float(const char *path, size_t i)
{
    size_t size;
    float *x = suite_read(path, &size), value;

    ck_assert_uint_eq(size, FAKE_WIDTH * sizeof(float));
    value = x[i];
    free(x);
    return value;
}

START_TEST(exit_statuses_tell_usage_no_daemon_and_refusal_apart)
{
    ck_assert_int_eq(CTL("status"), 3);
    ck_assert_has(err, "no daemon listens at '/nowhere/sock': start it with 'systemctl start "
                       "snped.socket'");
    ck_assert_int_eq(CTL("fly"), 2);
    ck_assert_has(err, "no command 'fly'");
    ck_assert_int_eq(CTL("info"), 2);
    ck_assert_has(err, "a name is missing: snpectl info NAME");
    ck_assert_int_eq(CTL("info", "a", "b"), 2);
    ck_assert_int_eq(CTL("status", "--count", "3"), 2);
    ck_assert_int_eq(CTL("run", "m", "--count", "0"), 2);
    ck_assert_int_eq(CTL("run", "m", "--input-dims", "x=1x"), 2);
    ck_assert_has(err, "--input-dims 'x=1x' is no NAME=DIMS");
    ck_assert_int_eq(CTL("run", "m", "--timeout", "soon"), 2);
    ck_assert_int_eq(CTL("run", "m", "--runtime", "cpu,,gpu"), 2);
    ck_assert_int_eq(CTL("--help"), 0);
    ck_assert_has(out, "3 no daemon");
    ck_assert_int_eq(CTL("run", "--help"), 0);
    ck_assert_has(out, "usage: snpectl run NAME [FILE]");
    ck_assert_int_eq(CTL("--version"), 0);
    ck_assert_str_eq(out, "snpectl " SNPED_VERSION "\n");
    fake_start(&fake, "sock");
    ck_assert_int_eq(CTL("unload", "none"), 1);
    ck_assert_str_eq(err, "snpectl: no model of that name is loaded\n");
    ck_assert_int_eq(CTL("--timeout", "10s", "ping"), 0);
    ck_assert_int_eq(CTL("--json", "ping"), 0);
    ck_assert_has(out, "{\"round_trip_us\":");
    fake_end(&fake);
}
END_TEST

START_TEST(a_path_that_leads_nowhere_is_told_as_such)
{
    fake_start(&fake, "sock");
    ck_assert_int_eq(CTL("load", "./nowhere.dlc"), 1);
    ck_assert_has(err, "'./nowhere.dlc' cannot be opened: No such file or directory");
    fake_end(&fake);
}
END_TEST

START_TEST(a_failure_with_json_is_json_too)
{
    fake_start(&fake, "sock");
    ck_assert_int_eq(CTL("--json", "unload", "none"), 1);
    ck_assert_str_eq(out, "{\"error\":{\"name\":\"no-model\",\"code\":-5016,\"retryable\":false,"
                          "\"message\":\"no model of that name is loaded\"}}\n");
    fake_end(&fake);
}
END_TEST

START_TEST(list_is_a_table_or_json)
{
    fake_start(&fake, "sock");
    ck_assert_int_eq(CTL("list"), 0);
    ck_assert_str_eq(out, "NAME    STATE   RUNTIME  NETWORKS   MEMORY  RUNS  KEPT  DIGEST\n"
                          "echo    ready   cpu             1  1.0 MiB    42  yes   00ff\n"
                          "broken  failed  cpu             1  1.0 MiB    42  yes   00ff\n"
                          "broken failed: layer 'conv1' is of no known type\n");
    ck_assert_int_eq(CTL("list", "--json"), 0);
    ck_assert_has(out, "{\"models\":[{\"name\":\"echo\",\"state\":\"ready\",\"generation\":2,"
                       "\"digest\":\"00ff\",\"runtime\":\"cpu\",\"networks\":1,"
                       "\"memory_bytes\":1048576,\"runs\":42,\"keep\":true,\"error\":\"\"},");
    ck_assert_int_eq(CTL("list", "--names"), 0);
    ck_assert_str_eq(out, "echo\nbroken\n");
    fake_end(&fake);
}
END_TEST

START_TEST(info_tells_all_about_a_model)
{
    fake_start(&fake, "sock");
    ck_assert_int_eq(CTL("info", "echo"), 0);
    ck_assert_has(out, "echo: ready, generation 2, version v1.2\n");
    ck_assert_has(out, "network 1 on cpu: 5.0 M multiply-accumulates, 1 launches, plan 64 B, "
                       "2 job slots of 128 B each\n"
                       "42 runs: half within 90 us, 99 of 100 within 120 us\n"
                       "TENSOR  NAME  TYPE     DIMS  BYTES\n"
                       "input   x     float32  1x16     64\n"
                       "output  y     float32  1x16     64\n");
    ck_assert_int_eq(CTL("info", "echo", "--json"), 0);
    ck_assert_has(out, "\"inputs\":[{\"name\":\"x\",\"type\":\"float32\",\"dims\":[1,16],"
                       "\"size\":64}]");
    fake_end(&fake);
}
END_TEST

START_TEST(load_takes_a_path_or_a_name_of_the_repository)
{
    fake_start(&fake, "sock");
    suite_write("det1.dlc", "model bytes", 11);
    ck_assert_int_eq(CTL("load", "face", "det1.dlc"), 0);
    ck_assert_has(out, "'face' is loaded on cpu: took 1.2 ms and 4.0 KiB\n");
    ck_assert_str_eq(fake.models[0].name, "face");
    ck_assert_int_eq(CTL("load", "./det1.dlc"), 0);
    ck_assert_str_eq(fake.models[1].name, "det1");
    ck_assert_int_eq(CTL("load", "echo"), 0);
    ck_assert_uint_eq(fake.n_models, 2);
    ck_assert_int_eq(CTL("load", "face", "det2.dlc"), 1);
    ck_assert_has(err, "no file 'det2.dlc' here");
    ck_assert_has(err, "snpectl load det2.dlc");
    ck_assert_int_eq(CTL("load", "face", "no/det2.dlc"), 1);
    ck_assert_has(err, "'no/det2.dlc' cannot be opened: No such file");
    ck_assert_int_eq(CTL("load", "echo", "--input-dims", "x=1x32", "--json"), 0);
    ck_assert_has(out, "\"dims\":[1,32],\"size\":128");
    suite_remove("det1.dlc");
    fake_end(&fake);
}
END_TEST

START_TEST(run_reads_and_writes_raw_files)
{
    fake_start(&fake, "sock");
    write_floats("a.raw", 10);
    write_floats("b.raw", 4);
    ck_assert_int_eq(
        CTL("run", "pair", "--input", "b=b.raw", "--input", "a.raw", "--out", "deep/er"), 0);
    ck_assert_has(out, "'pair' ran in ");
    ck_assert_has(out, "output deep/er/half/diff.raw (64 B)\n");
    ck_assert_float_eq(read_float("deep/er/sum.raw", 2), 18);
    ck_assert_float_eq(read_float("deep/er/half/diff.raw", 2), 3);
    ck_assert_int_eq(
        CTL("run", "pair", "--input", "a:=a.raw", "--input", "b:=b.raw", "--count", "20", "--json"),
        0);
    ck_assert_has(out, "{\"model\":\"pair\",\"runtime\":\"cpu\",\"runs\":20,\"p50_us\":");
    ck_assert_uint_eq(fake_count(&fake, METHOD_RUN), 21);
    ck_assert_int_eq(CTL("run", "pair", "-i", "a.raw", "-i", "b.raw"), 0);
    ck_assert_has(out, "output 'sum': the largest of 16 values is 44, at 15\n");
    suite_remove("a.raw");
    suite_remove("b.raw");
    suite_remove("deep");
    fake_end(&fake);
}
END_TEST

START_TEST(run_says_what_was_expected_and_what_came)
{
    fake_start(&fake, "sock");
    write_floats("a.raw", 10);
    suite_write("short.raw", "1234", 4);
    ck_assert_int_eq(CTL("run", "pair", "--input", "a=a.raw"), 1);
    ck_assert_has(err, "input 'b' (float32 1x16) has no file: add --input b=FILE");
    ck_assert_int_eq(CTL("run", "pair", "-i", "a=short.raw", "-i", "b=a.raw"), 1);
    ck_assert_has(err, "'short.raw' has 4 bytes, input 'a' (float32 1x16) takes 64");
    ck_assert_int_eq(CTL("run", "pair", "-i", "c=a.raw"), 1);
    ck_assert_has(err, "has no input 'c'");
    ck_assert_int_eq(CTL("run", "pair", "-i", "a.raw", "-i", "a.raw", "-i", "a.raw"), 1);
    ck_assert_has(err, "has 2 inputs, 3 files were given");
    ck_assert_int_eq(CTL("run", "pair", "-i", "a=none.raw", "-i", "b=a.raw"), 1);
    ck_assert_has(err, "'none.raw' cannot be opened: No such file or directory");
    ck_assert_int_eq(CTL("run", "pair", "-i", "a=a.raw", "-i", "b=a.raw", "-o", "a.raw/x"), 1);
    ck_assert_has(err, "folder 'a.raw/x'");
    suite_remove("a.raw");
    suite_remove("short.raw");
    fake_end(&fake);
}
END_TEST

/* Answers LOAD with an output of an evil name. */
static bool evil_name(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    const char *name = context;
    struct tensor_desc x = {.name = {"x", 1},
                            .type = {"float32", 7},
                            .dims = {2, {1, FAKE_WIDTH}},
                            .size = FAKE_WIDTH * sizeof(float)};
    struct tensor_desc y = x;
    struct load_result result = {
        .network = 1,
        .name = {"m", 1},
        .digest = {"00", 2},
        .runtime = {"cpu", 3},
        .inputs[0] = x,
        .n_inputs = 1,
        .n_outputs = 1,
    };
    struct run_result ran = {.run_us = 1};
    struct buf map = {0};

    y.name = (struct text){name, strlen(name)};
    result.outputs[0] = y;
    if (frame->head.method == METHOD_LOAD)
        ck_assert_int_eq(pack_load_result(&result, &map), 0);
    else if (frame->head.method == METHOD_RUN)
        ck_assert_int_eq(pack_run_result(&ran, &map), 0);
    else
        return frame->head.method == METHOD_UNLOAD;
    fake_reply(conn, &frame->head, &map, NULL, 0);
    return true;
}

START_TEST(no_output_leaves_its_folder)
{
    static char name[40];
    static const char *const bad[] = {"../y", "a/../../y", "..", "./y", "link/y"};

    ck_assert_int_eq(mkdir("o", 0777), 0);
    ck_assert_int_eq(mkdir("elsewhere", 0777), 0);
    ck_assert_int_eq(symlink("../elsewhere", "o/link"), 0);
    write_floats("x.raw", 1);
    fake.hook = evil_name;
    fake.context = name;
    fake_start(&fake, "sock");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        fake_pause(&fake);
        snprintf(name, sizeof(name), "%s", bad[i]);
        fake_resume(&fake);
        if (strcmp(bad[i], "..") == 0) /* "...raw" is a name like any other */
            ck_assert_int_eq(CTL("run", "m", "-i", "x.raw", "-o", "o"), 0);
        else {
            ck_assert_int_eq(CTL("run", "m", "-i", "x.raw", "-o", "o"), 1);
            ck_assert_has(err, "its name leads out of 'o'");
        }
    }
    ck_assert_int_eq(access("y.raw", F_OK), -1);
    ck_assert_int_eq(access("elsewhere/y.raw", F_OK), -1);
    fake_pause(&fake);
    snprintf(name, sizeof(name), "//abs//y:0");
    fake_resume(&fake);
    ck_assert_int_eq(CTL("run", "m", "-i", "x.raw", "-o", "o"), 0);
    ck_assert_int_eq(access("o/abs/y:0.raw", F_OK), 0);
    suite_remove("o");
    suite_remove("elsewhere");
    suite_remove("x.raw");
    fake_end(&fake);
}
END_TEST

/* Ready after a few looks. */
static bool become_ready(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    if (frame->head.method == METHOD_STATS && ++*(int *)context == 3)
        conn->fake->state = "ready";
    return false;
}

START_TEST(status_waits_while_the_daemon_starts_and_says_for_what)
{
    int n = 0;

    fake.hook = become_ready;
    fake.context = &n;
    fake.state = "starting";
    fake_start(&fake, "sock");
    ck_assert_int_eq(CTL("status"), 0);
    ck_assert_str_eq(err, "snpectl: the daemon is starting: waiting for model 'face': layer 3\n");
    ck_assert_has(out, "snped fake 1: ready, up for 1 min 1 s\n");
    ck_assert_has(out, "DEVICE  QUEUED  RUNNING  JOBS");
    fake_pause(&fake);
    fake.state = "starting";
    fake_resume(&fake);
    ck_assert_int_eq(CTL("status", "--no-wait", "--json"), 0);
    ck_assert_has(out, "\"state\":\"starting\",\"waits_for\":\"model 'face': layer 3\"");
    ck_assert_int_eq(CTL("status", "--timeout", "1s"), 0);
    ck_assert_has(out, "waits for: model 'face'");
    fake_end(&fake);
}
END_TEST

START_TEST(output_that_cannot_be_written_is_a_failure)
{
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    int status;
    pid_t pid;

    fake_start(&fake, "sock");
    pid = fork();
    if (pid == 0) {
        dup2(full, STDOUT_FILENO);
        dup2(full, STDERR_FILENO);
        execl(suite_bin("snpectl"), "snpectl", "list", "--socket", fake.path, (char *)NULL);
        _exit(99);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(WEXITSTATUS(status), 1);
    close(full);
    fake_end(&fake);
}
END_TEST

/* What snpectl writes to a terminal, up to its end. */
static const char *on_terminal(const char *no_color)
{
    static char text[4096];
    int master, status;
    size_t at = 0;
    pid_t pid = forkpty(&master, NULL, NULL, NULL);

    if (pid == 0) {
        setenv("TERM", "xterm", 1);
        setenv("NO_COLOR", no_color, 1);
        execl(suite_bin("snpectl"), "snpectl", "list", "--socket", fake.path, (char *)NULL);
        _exit(99);
    }
    ck_assert_int_gt(pid, 0);
    for (ssize_t n = 1; n > 0 && at<sizeof(text) - 1; at += n> 0 ? (size_t)n : 0)
        n = read(master, text + at, sizeof(text) - 1 - at);
    text[at] = '\0';
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(WEXITSTATUS(status), 0);
    close(master);
    return text;
}

START_TEST(colour_is_for_terminals_that_want_it)
{
    fake_start(&fake, "sock");
    ck_assert_has(on_terminal(""), "\033[1mNAME");
    ck_assert_ptr_null(strchr(on_terminal("1"), '\033'));
    fake_end(&fake);
}
END_TEST

/* A model whose name would like to write to the terminal. */
static bool loud_name(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    struct list_result *result = context;
    struct buf map = {0};

    if (frame->head.method != METHOD_LIST)
        return false;
    result->models[0] = (struct model_desc){.name = {"a\033]0;x\007\xc2\x9b\xff\"\xe2\x82\xac", 14},
                                            .state = {"ready", 5}};
    result->n_models = 1;
    ck_assert_int_eq(pack_list_result(result, &map), 0);
    fake_reply(conn, &frame->head, &map, NULL, 0);
    return true;
}

START_TEST(names_cannot_drive_the_terminal_nor_break_the_json)
{
    static struct list_result result;

    fake.hook = loud_name;
    fake.context = &result;
    fake_start(&fake, "sock");
    ck_assert_int_eq(CTL("list"), 0);
    ck_assert_has(out, "\na?]0;x???\"\xe2\x82\xac  ready");
    ck_assert_int_eq(CTL("list", "--json"), 0);
    ck_assert_has(out, "\"name\":\"a\\u001b]0;x\\u0007\xc2\x9b\\ufffd\\\"\xe2\x82\xac\"");
    fake_end(&fake);
}
END_TEST

SUITE(exit_statuses_tell_usage_no_daemon_and_refusal_apart,
      a_path_that_leads_nowhere_is_told_as_such, a_failure_with_json_is_json_too,
      list_is_a_table_or_json, info_tells_all_about_a_model,
      load_takes_a_path_or_a_name_of_the_repository, run_reads_and_writes_raw_files,
      run_says_what_was_expected_and_what_came, no_output_leaves_its_folder,
      status_waits_while_the_daemon_starts_and_says_for_what,
      output_that_cannot_be_written_is_a_failure, colour_is_for_terminals_that_want_it,
      names_cannot_drive_the_terminal_nor_break_the_json);
