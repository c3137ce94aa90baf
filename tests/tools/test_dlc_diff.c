/* snpe-dlc-diff as a user runs it: what it finds in each category, and its exit status. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/proc.h"
#include "tests/support/suite.h"
#include "tests/tools/made_net.h"

/* What a finished program said. */
struct answer {
    const char *out, *err;
};

static struct answer run(int status, const char *const *args)
{
    const char *argv[16] = {suite_bin("snpe-dlc-diff")};
    struct answer answer;
    struct proc *proc;
    size_t n = 1;

    while (*args)
        argv[n++] = *args++;
    proc = proc_start(&(struct proc_spec){.argv = argv});
    ck_assert_msg(proc_wait(proc) == status, "exit %d, not %d: %.2000s%s", proc_wait(proc), status,
                  proc_out(proc), proc_err(proc));
    answer = (struct answer){proc_out(proc), proc_err(proc)};
    proc_finish(proc, status);
    return answer;
}

#define RUN(status, ...) run(status, (const char *const[]){__VA_ARGS__, NULL})
/* a.dlc against b.dlc: what it prints. */
static const char *diff(int status, const char *const *more)
{
    const char *args[12] = {"-i1", "a.dlc", "-i2", "b.dlc"};

    for (size_t n = 4; *more; n++)
        args[n] = *more++;
    return run(status, args).out;
}

#define DIFF(status, ...) diff(status, (const char *const[]){NULL, ##__VA_ARGS__, NULL} + 1)

static void assert_says(const char *text, const char *what)
{
    ck_assert_msg(strstr(text, what) != NULL, "\"%s\" is not in:\n%.2000s", what, text);
}

/* OTHER becomes b.dlc, the network as it is a.dlc. */
static void make(struct made_net other)
{
    other.file = "b.dlc";
    made_net(&(struct made_net){.file = "a.dlc", .coded = other.coded});
    made_net(&other);
}

static void clear(void)
{
    suite_remove("a.dlc");
    suite_remove("b.dlc");
}

/* The differences, each a line of CSV behind the first; without selection, then with SWITCH. */
static void check_found(struct made_net other, const char *one, const char *want)
{
    size_t size;
    char *csv;

    make(other);
    DIFF(1, "-s", "d.csv");
    csv = suite_read(suite_path("d.csv"), &size);
    ck_assert_str_eq(csv, suite_text("Category,Layer,Difference,First,Second\n%s", want));
    free(csv);
    DIFF(1, one, "--save=d.csv");
    suite_remove("d.csv");
    clear();
}

START_TEST(equal_containers_have_no_difference)
{
    make((struct made_net){.file = NULL});
    ck_assert_str_eq(DIFF(0), "First:  a.dlc\nSecond: b.dlc\nNo difference.\n");
    DIFF(0, "-i");
    DIFF(0, "-c", "-l", "-p", "-d", "-w", "-o", "-x");
    clear();
    make((struct made_net){.coded = true});
    DIFF(0);
    clear();
}
END_TEST

START_TEST(each_category_finds_what_is_its)
{
    check_found((struct made_net){.copyright = "(c) me"}, "-c",
                "copyrights,,model copyright,N/A,(c) me\n");
    check_found((struct made_net){.without_softmax = true}, "-l",
                "layers,softmax,only in the first,softmax,-\n");
    check_found((struct made_net){.clamp = 1.5f}, "-p", "parameters,relu,max_clamp,6,1.5\n");
    check_found((struct made_net){.bump = 0.5f}, "-w",
                "weights,conv,\"weights_0: 1 of 72 numbers, max abs difference 0.5 at "
                "[0, 0, 0, 0]\",-1,-0.5\n");
    check_found((struct made_net){.relu_output = "act"}, "--outputs",
                "outputs,relu,output 0,relu:0,act\n"
                "parameters,pool,inputs,relu:0,act\n");
    check_found((struct made_net){.record = "aip.manifest", .record_text = "12"}, "-x",
                "hta,,record aip.manifest,-,2 bytes\n");
}
END_TEST

START_TEST(sizes_differ_where_the_input_does)
{
    const char *out;

    make((struct made_net){.size = 12});
    out = DIFF(1, "--dimensions");
    assert_says(out, "| dimensions | data  | output 0   | 1x8x8x2 | 1x12x12x2 |");
    assert_says(out, "| dimensions | pool  | output 0   | 1x4x4x4 | 1x6x6x4   |");
    ck_assert_ptr_null(strstr(out, "weights"));
    assert_says(DIFF(1, "-w"), "| weights  | fc    | weights_0  | 3x64 float32 | 3x144 float32 |");
    clear();
}
END_TEST

START_TEST(encodings_are_compared)
{
    make((struct made_net){.coded = true, .widen = 1});
    assert_says(DIFF(1, "-p"), "| parameters | softmax | output encoding | min -1.0039216, max "
                               "0.99607843, delta 0.007843138, offset -128, 8 bit | min -1, max 2");
    clear();
}
END_TEST

/* Codes against the floats they were made of: at most half a step of 17.75 / 255 apart. */
START_TEST(codes_are_compared_with_floats_by_what_they_mean)
{
    const char *out, *gap;

    made_net(&(struct made_net){.file = "a.dlc"});
    made_net(&(struct made_net){.file = "b.dlc", .coded = true});
    out = DIFF(1, "-w");
    assert_says(out, "| weights  | conv  | weights_0 ");
    gap = strstr(out, "weights_0: ");
    ck_assert_ptr_nonnull(gap);
    gap = strstr(gap, "difference ");
    ck_assert_double_le(strtod(gap + 11, NULL), 0.5 * 17.75 / 255 + 1e-6);
    clear();
}
END_TEST

START_TEST(layers_are_paired_by_name_or_by_id)
{
    make((struct made_net){.relu = "act"});
    assert_says(DIFF(1, "-l"), "| layers   | relu  | only in the first  | neuron | -      |");
    assert_says(DIFF(1, "-l"), "| layers   | act   | only in the second | -      | neuron |");
    assert_says(DIFF(0, "-d", "-w", "-x"), "No difference.\n");
    clear();
}
END_TEST

START_TEST(by_id_names_are_what_differs)
{
    make((struct made_net){.relu = "act", .relu_output = "relu:0"});
    assert_says(DIFF(1, "-i"), "| layers   | relu  | name       | relu  | act    |");
    DIFF(0, "-i", "-p", "-d", "-w", "-o");
    clear();
}
END_TEST

START_TEST(records_of_others_do_not_count)
{
    make((struct made_net){.record = "quant_params", .record_text = "x"});
    DIFF(0);
    clear();
    make((struct made_net){.record = "aip.x", .record_text = "x"});
    made_net(&(struct made_net){.file = "a.dlc", .record = "aip.x", .record_text = "y"});
    assert_says(DIFF(1, "--hta"), "| hta      |       | record aip.x | 1 bytes | 1 bytes |");
    clear();
}
END_TEST

START_TEST(trouble_is_told_with_status_2)
{
    made_net(&(struct made_net){.file = "a.dlc"});
    assert_says(RUN(2, "-i1", "a.dlc", "-i2", "b.dlc").err,
                "snpe-dlc-diff: error: cannot read b.dlc: No such file");
    assert_says(RUN(2, "-i1", "a.dlc").err, "error: two DLCs are required: -i1 FILE -i2 FILE");
    assert_says(RUN(2, "-i1").err, "--help shows the options");
    assert_says(RUN(2, "-i1", "a.dlc", "-i2", "a.dlc", "-s", "no/d").err, "cannot write no/d");
    assert_says(RUN(2, "--nothing").err, "nothing");
    assert_says(RUN(0, "--help").out, "usage: snpe-dlc-diff -i1 FILE -i2 FILE");
    RUN(0, "--input_dlc_one", "a.dlc", "--input_dlc_two", "a.dlc");
    suite_remove("a.dlc");
}
END_TEST

START_TEST(a_model_is_the_same_in_versions_2_and_3)
{
    const char *old = suite_data("dlc/driver_monitoring_v2_int8/model.dlc");
    const char *new = suite_data("dlc/driver_monitoring_v3_int8/model.dlc");
    const char *out;

    if (!old || !new)
        return;
    /* only the input got another name */
    out = RUN(1, "-i1", old, "-i2", new).out;
    assert_says(out, "| layers     | lambda/div:0      | only in the first  | data         | -");
    assert_says(out,
                "| parameters | permute/transpose | inputs             | lambda/div:0 | lambda/");
    assert_says(out, "| layers     | lambda/truediv:0  | only in the second | -            | data");
    RUN(0, "-i1", old, "-i2", new, "-d", "-w", "-o", "-c", "-x");
}
END_TEST

SUITE(equal_containers_have_no_difference, each_category_finds_what_is_its,
      sizes_differ_where_the_input_does, encodings_are_compared,
      codes_are_compared_with_floats_by_what_they_mean, layers_are_paired_by_name_or_by_id,
      by_id_names_are_what_differs, records_of_others_do_not_count, trouble_is_told_with_status_2,
      a_model_is_the_same_in_versions_2_and_3);
