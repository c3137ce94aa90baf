/* snpe-net-run as a user runs it: what it says, its exit status, what lies there afterwards. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/daemon/house.h"
#include "tests/support/proc.h"
#include "tests/support/suite.h"
#include "tests/tools/made.h"

#define RULE "-------------------------------------------------------------------------------\n"
#define HEAD                                                                                       \
    RULE "Model String: N/A\n"                                                                     \
         "SNPE v" SNPED_VERSION "\n" RULE

/* What a finished program said. */
struct answer {
    const char *out, *err;
};

/* Runs the tool with ARGS, which NULL ends, and expects STATUS. */
static struct answer run(int status, const char *const *args)
{
    const char *argv[24] = {suite_bin("snpe-net-run")};
    struct answer answer;
    struct proc *proc;
    size_t n = 1;

    while (*args)
        argv[n++] = *args++;
    proc = proc_start(&(struct proc_spec){.argv = argv});
    ck_assert_msg(proc_wait(proc) == status, "exit %d, not %d: %s", proc_wait(proc), status,
                  proc_err(proc));
    answer = (struct answer){proc_out(proc), proc_err(proc)};
    proc_finish(proc, status);
    return answer;
}

#define RUN(status, ...) run(status, (const char *const[]){__VA_ARGS__, NULL})
/* m.dlc on the lines of the file "list". */
#define RUN_LIST(status, ...)                                                                      \
    RUN(status, "--container", "m.dlc", "--input_list", "list", ##__VA_ARGS__)

static void assert_says(const char *text, const char *what)
{
    ck_assert_msg(strstr(text, what) != NULL, "\"%s\" is not in:\n%s", what, text);
}

static void write_list(const char *text)
{
    suite_write(suite_path("list"), text, strlen(text));
}

static bool exists(const char *name)
{
    return access(suite_path(name), F_OK) == 0;
}

static void tidy(void)
{
    suite_remove("m.dlc");
    suite_remove("list");
    if (exists("x"))
        suite_remove("x");
    if (exists("output"))
        suite_remove("output");
}

START_TEST(a_line_is_a_result)
{
    struct answer answer;

    made_rows("m.dlc", 1);
    made_raw("x", -2, 4);
    made_raw("z", 7, 4);
    write_list("x\nz\n");
    answer = RUN_LIST(0);
    ck_assert_str_eq(answer.out, HEAD "Processing DNN input(s):\nx\nProcessing DNN input(s):\nz\n");
    ck_assert_str_eq(answer.err, "");
    made_check_relu("output/Result_0/y.raw", -2, 4);
    made_check_relu("output/Result_1/y.raw", 7, 4);
    ck_assert(!exists("output/Result_2"));
    RUN_LIST(0, "--output_dir", "else/where");
    made_check_relu("else/where/Result_1/y.raw", 7, 4);
    suite_remove("else");
    suite_remove("z");
    tidy();
}
END_TEST

static void make_two(void)
{
    const struct made_path paths[] = {{"a", "p/q:0", {1, 2}}, {"b", "/r", {1, 3}}};

    made_dlc("m.dlc", paths, 2);
    made_raw("x", -1, 2);
    made_raw("z", -1, 3);
}

START_TEST(inputs_and_outputs_have_names)
{
    struct answer answer;

    make_two();
    /* Of layers and of tensors, both together; slashes make folders. */
    write_list("#relu_a\n%/r\nb:=z   a:=x\n");
    answer = RUN_LIST(0);
    ck_assert_str_eq(answer.out, HEAD "Processing DNN input(s):\nz\nx\n");
    made_check_relu("output/Result_0/p/q:0.raw", -1, 2);
    made_check_relu("output/Result_0/r.raw", -1, 3);
    suite_remove("output");
    /* Without, the last layer's. */
    write_list("a:=x b:=z\n");
    RUN_LIST(0);
    made_check_relu("output/Result_0/r.raw", -1, 3);
    ck_assert(!exists("output/Result_0/p"));
    write_list("#relu_c\nz\n");
    assert_says(RUN_LIST(1).err, "relu_c");
    write_list("#relu_a relu_b\nz\n");
    assert_says(RUN_LIST(1).err, "line 2: the network has 2 inputs (a, ...): write name:=path for");
    write_list("#relu_a relu_b\na:=x\n");
    assert_says(RUN_LIST(1).err, "line 2: 1 of 2 inputs are given");
    write_list("#relu_a\nb:=z\n");
    assert_says(RUN_LIST(1).err, "line 2: the network has no input b; its first is a");
    suite_remove("z");
    tidy();
}
END_TEST

START_TEST(a_list_that_is_none_is_refused_by_line)
{
    made_rows("m.dlc", 1);
    write_list("");
    ck_assert_str_eq(RUN_LIST(1).err, "snpe-net-run: error: list: names no input\n");
    write_list("\n#y\n");
    assert_says(RUN_LIST(1).err, "list: names no input");
    write_list("a:=\n");
    assert_says(RUN_LIST(1).err, "list:1: expected name:=path");
    suite_write(suite_path("list"), "x\n\0", 3);
    assert_says(RUN_LIST(1).err, "list: not a text file");
    assert_says(RUN(1, "--container", "m.dlc", "--input_list", "none").err,
                "cannot read none: No such file or directory");
    ck_assert(!exists("output"));
    tidy();
}
END_TEST

START_TEST(an_input_that_does_not_fit_says_what_was_expected_and_what_came)
{
    struct answer answer;

    made_rows("m.dlc", 1);
    made_raw("x", -1, 3);
    write_list("x\n");
    answer = RUN_LIST(1);
    ck_assert_str_eq(answer.err, "snpe-net-run: error: input x (float32 1x4): x: expected 16 "
                                 "bytes, the file has 12\n");
    write_list("none\n");
    assert_says(RUN_LIST(1).err, "cannot read none: No such file or directory");
    ck_assert(!exists("output"));
    /* What ran before stays. */
    made_raw("z", -1, 4);
    write_list("z\nx\n");
    assert_says(RUN_LIST(1).err, "expected 16 bytes, the file has 12");
    made_check_relu("output/Result_0/y.raw", -1, 4);
    ck_assert(!exists("output/Result_1"));
    suite_remove("z");
    tidy();
}
END_TEST

START_TEST(a_tensors_name_never_leads_out_of_the_folder)
{
    static const char *const names[] = {"../evil", "a/../../evil", "..", "a/."};

    made_raw("x", -1, 4);
    write_list("x\n");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        made_dlc("m.dlc", &(struct made_path){"x", names[i], {1, 4}}, 1);
        assert_says(
            RUN_LIST(1, "--output_dir", "o/p").err,
            suite_text("tensor %s: its name would lead out of the output folder", names[i]));
    }
    ck_assert(!exists("o"));
    tidy();
}
END_TEST

START_TEST(lines_join_to_a_batch_and_the_last_is_padded)
{
    struct answer answer;

    made_rows("m.dlc", 3);
    made_raw("x", -1, 4);
    made_raw("z", -3, 4);
    write_list("x\nz\nz\nz\nx\n");
    answer = RUN_LIST(0);
    ck_assert_str_eq(answer.out, HEAD "Processing DNN input(s):\nx\nProcessing DNN input(s):\nz\n"
                                      "Processing DNN input(s):\nz\nProcessing DNN input(s):\nz\n"
                                      "Processing DNN input(s):\nx\nApplying padding\n");
    made_check_relu("output/Result_0/y.raw", -1, 4);
    made_check_relu("output/Result_1/y.raw", -3, 4);
    made_check_relu("output/Result_2/y.raw", -3, 4);
    made_check_relu("output/Result_3/y.raw", -3, 4);
    made_check_relu("output/Result_4/y.raw", -1, 4);
    ck_assert(!exists("output/Result_5"));
    suite_remove("z");
    tidy();
}
END_TEST

START_TEST(a_file_may_hold_the_whole_batch)
{
    made_rows("m.dlc", 3);
    made_raw("x", -7, 12);
    write_list("x\nx\n");
    ck_assert_ptr_null(strstr(RUN_LIST(0).out, "padding"));
    made_check_relu("output/Result_0/y.raw", -7, 12);
    made_check_relu("output/Result_1/y.raw", -7, 12);
    ck_assert(!exists("output/Result_2"));
    tidy();
}
END_TEST

START_TEST(an_input_may_be_resized)
{
    made_rows("m.dlc", 1);
    made_raw("x", -3, 8);
    write_list("x\n");
    RUN_LIST(0, "--input_name", "x", "--input_dimensions", "1,8");
    made_check_relu("output/Result_0/y.raw", -3, 8);
    RUN_LIST(0, "--input_name=x", "--input_dimensions=2,4");
    made_check_relu("output/Result_0/y.raw", -3, 8);
    assert_says(RUN_LIST(1, "--input_name", "none", "--input_dimensions", "1,8").err, "none");
    assert_says(RUN_LIST(2, "--input_name", "x").err, "--input_dimensions must follow");
    assert_says(RUN_LIST(2, "--input_dimensions", "1,8").err, "--input_name must come before");
    assert_says(RUN_LIST(2, "--input_name", "x", "--input_dimensions", "1,0").err,
                "1,0 is not a list like");
    tidy();
}
END_TEST

START_TEST(a_container_that_cannot_be_run_says_why)
{
    made_raw("x", -1, 4);
    write_list("x\n");
    assert_says(RUN_LIST(1).err, "cannot read m.dlc: No such file or directory");
    suite_write(suite_path("m.dlc"), "junk", 4);
    assert_says(RUN_LIST(1).err, "m.dlc: ");
    assert_says(RUN_LIST(1).err, "not a DLC archive");
    ck_assert(!exists("output"));
    tidy();
}
END_TEST

START_TEST(results_that_cannot_be_written_are_named)
{
    made_rows("m.dlc", 1);
    made_raw("x", -1, 4);
    write_list("x\n");
    assert_says(RUN_LIST(1, "--output_dir", "x").err, "cannot make the folder x/Result_0: Not");
    mkdir("output", 0755);
    mkdir("output/Result_0", 0755);
    ck_assert_int_eq(symlink("/dev/full", "output/Result_0/y.raw"), 0);
    assert_says(RUN_LIST(1).err, "cannot write ./output/Result_0/y.raw: No space left on device");
    tidy();
}
END_TEST

START_TEST(wrong_usage_has_a_status_of_its_own)
{
    struct answer answer = RUN(2, "--input_list", "list");

    ck_assert_str_eq(answer.err, "snpe-net-run: error: --container is required\n"
                                 "snpe-net-run: --help shows the options\n");
    ck_assert_str_eq(answer.out, "");
    assert_says(RUN(2, "--container", "m.dlc").err, "--input_list is required");
    assert_says(RUN(2, "--containers", "m.dlc").err, "unknown option \"--containers\"");
    assert_says(RUN(2, "-x").err, "unknown option \"-x\"");
    assert_says(RUN(2, "m.dlc").err, "m.dlc: no option comes before it");
    assert_says(RUN(2, "--container").err, "--container needs FILE behind it");
    assert_says(RUN(2, "--use_gpu=yes").err, "--use_gpu takes no value");
    assert_says(RUN(2, "--runtime_order", "cpu,npu").err, "there is no runtime npu: cpu, ");
    assert_says(RUN(2, "--perf_profile", "quick").err, "--perf_profile: there is no quick");
    assert_says(RUN(2, "--encoding_type", "rgba").err, "--encoding_type: there is no rgba");
    assert_says(RUN(2, "--use_gpu", "--gpu_mode", "half").err, "--gpu_mode: there is no half");
}
END_TEST

START_TEST(what_is_not_built_says_so)
{
    static const char *const args[][3] = {
        {"--debug"},
        {"--userbuffer_float"},
        {"--userbuffer_tf8"},
        {"--udo_package_path", "lib.so"},
        {"--profiling_level", "detailed"},
    };

    for (size_t i = 0; i < sizeof(args) / sizeof(args[0]); i++) {
        struct answer answer = run(1, args[i]);

        assert_says(answer.err, suite_text("error: %s", args[i][0]));
        assert_says(answer.err, "this version cannot do that yet");
    }
}
END_TEST

START_TEST(a_runtime_that_is_not_there_says_why)
{
    static const char *const runtimes[] = {"--use_gpu", "--use_dsp", "--use_aip", "--use_fxp_cpu"};

    made_rows("m.dlc", 1);
    made_raw("x", -1, 4);
    write_list("x\n");
    for (size_t i = 0; i < sizeof(runtimes) / sizeof(runtimes[0]); i++)
        ck_assert_str_ne(RUN_LIST(1, runtimes[i]).err, "");
    ck_assert(!exists("output"));
    /* In an order the next one serves, and it is said. */
    assert_says(RUN_LIST(0, "--runtime_order", "gpu,cpu").out, "Runs on cpu; ");
    made_check_relu("output/Result_0/y.raw", -1, 4);
    RUN_LIST(0, "--perf_profile", "burst", "--profiling_level", "off", "--storage_dir", "s",
             "--enable_cpu_fallback");
    tidy();
}
END_TEST

START_TEST(help_and_version_are_answered)
{
    assert_says(RUN(0, "--help").out, "usage: snpe-net-run --container FILE --input_list FILE");
    assert_says(RUN(0, "-h").out, "--input_dimensions 1,224,224,3");
    ck_assert_str_eq(RUN(0, "--version").out, "snpe-net-run " SNPED_VERSION "\n");
}
END_TEST

START_TEST(through_the_daemon_it_is_the_same)
{
    struct house house;
    struct answer here, there;

    house_open(&house, "");
    made_rows("m.dlc", 3);
    made_raw("x", -1, 4);
    write_list("x\nx\nx\nx\n");
    here = RUN_LIST(0);
    there = RUN_LIST(0, "--daemon", "--socket", house.socket, "--output_dir", "far",
                     "--perf_profile", "burst");
    ck_assert_str_eq(here.out, there.out);
    for (int i = 0; i < 4; i++)
        made_check_relu(suite_text("far/Result_%d/y.raw", i), -1, 4);
    ck_assert(!exists("far/Result_4"));
    suite_remove("far");
    made_raw("x", -3, 8);
    write_list("#relu_x\nx\n");
    RUN_LIST(0, "--daemon", "--socket", house.socket, "--input_name", "x", "--input_dimensions",
             "1,8");
    made_check_relu("output/Result_0/y.raw", -3, 8);
    suite_write(suite_path("list"), "x\n", 2);
    assert_says(RUN_LIST(1, "--daemon", "--socket", house.socket).err,
                "input x (float32 3x4): x: expected 48 bytes, the file has 32");
    suite_write(suite_path("m.dlc"), "junk", 4);
    assert_says(RUN_LIST(1, "--daemon", "--socket", house.socket).err, "not a DLC archive");
    suite_remove("m.dlc");
    assert_says(RUN_LIST(1, "--daemon", "--socket", house.socket).err, "'m.dlc'");
    house_close(&house);
    made_rows("m.dlc", 1);
    assert_says(RUN_LIST(1, "--daemon", "--socket", suite_path("none")).err, "no daemon listens");
    tidy();
}
END_TEST

SUITE(a_line_is_a_result, inputs_and_outputs_have_names, a_list_that_is_none_is_refused_by_line,
      an_input_that_does_not_fit_says_what_was_expected_and_what_came,
      a_tensors_name_never_leads_out_of_the_folder, lines_join_to_a_batch_and_the_last_is_padded,
      a_file_may_hold_the_whole_batch, an_input_may_be_resized,
      a_container_that_cannot_be_run_says_why, results_that_cannot_be_written_are_named,
      wrong_usage_has_a_status_of_its_own, what_is_not_built_says_so,
      a_runtime_that_is_not_there_says_why, help_and_version_are_answered,
      through_the_daemon_it_is_the_same);
