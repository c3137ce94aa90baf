/* snpe-onnx-to-dlc as a user runs it: what it says, its exit status, what lies there afterwards. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/dlc/dlc.h"
#include "tests/convert/case.h"
#include "tests/support/faults.h"
#include "tests/support/proc.h"
#include "tests/support/suite.h"

/* What a finished program said. */
struct answer {
    const char *out, *err;
};

/* The model of a case as m.onnx in the private directory. */
static void write_model(const char *name)
{
    struct convert_case c;

    case_read(case_path(name), &c);
    suite_write(suite_path("m.onnx"), c.model, c.model_size);
    case_done(&c);
}

/* Runs the tool with ARGS, which NULL ends, and expects STATUS. */
static struct answer run(int status, const char *const *args)
{
    const char *argv[24] = {suite_bin("snpe-onnx-to-dlc")};
    struct answer answer;
    struct proc *proc;
    size_t n = 1;

    while (*args)
        argv[n++] = *args++;
    proc = proc_start(&(struct proc_spec){.argv = argv, .dir = suite_dir()});
    ck_assert_msg(proc_wait(proc) == status, "exit %d, not %d: %s", proc_wait(proc), status,
                  proc_err(proc));
    answer = (struct answer){proc_out(proc), proc_err(proc)};
    proc_finish(proc, status);
    return answer;
}

#define RUN(status, ...) run(status, (const char *const[]){__VA_ARGS__, NULL})

static void assert_says(const char *text, const char *what)
{
    ck_assert_msg(strstr(text, what) != NULL, "\"%s\" is not in:\n%s", what, text);
}

static bool exists(const char *name)
{
    return access(suite_path(name), F_OK) == 0;
}

/* The graph and the metadata of a container in the private directory. */
static struct graph *read_container(const char *name, struct dlc_metadata *metadata)
{
    struct graph *graph = NULL;
    struct fault fault = {""};
    size_t size;
    void *bytes = suite_read(suite_path(name), &size);
    int r = dlc_read(bytes, size, &graph, metadata, &fault);

    free(bytes);
    ck_assert_msg(r == 0, "%s", fault.text);
    return graph;
}

START_TEST(a_model_becomes_a_container_beside_it)
{
    struct dlc_metadata metadata;
    struct answer answer;
    struct graph *graph;

    write_model("conv_plain");
    answer = RUN(0, "-i", "m.onnx");
    assert_says(answer.out, "input  x 1x7x6x3\noutput y 1x5x4x4\n2 layers, ");
    assert_says(answer.out, "wrote m.dlc, ");
    ck_assert_str_eq(answer.err, "");
    graph = read_container("m.dlc", &metadata);
    ck_assert_uint_eq(graph->n_nodes, 2);
    ck_assert_str_eq(metadata.converter_command,
                     "snpe-onnx-to-dlc copyright_file=None debug=False "
                     "disable_batchnorm_folding=False dry_run=None enable_strict_validation=False "
                     "input_dim=None input_encoding=[] input_type=[] model_version=None "
                     "out_node=None validation_target=[]");
    ck_assert_str_eq(metadata.model_version, "N/A");
    ck_assert_str_eq(metadata.model_copyright, "N/A");
    graph_unref(graph);
    dlc_metadata_done(&metadata);
    suite_remove("m.dlc");
    suite_remove("m.onnx");
}
END_TEST

START_TEST(options_reach_the_container)
{
    struct dlc_metadata metadata;
    struct answer answer;
    struct graph *graph;

    write_model("batch_norm_folded");
    suite_write(suite_path("c.txt"), "All rights\nreserved\n", 20);
    answer = RUN(0, "--input_network", "m.onnx", "--output_path=out.dlc", "-d", "x", "1,2,5,6",
                 "--out_node", "n", "--disable_batchnorm_folding", "--model_version", "it's 1",
                 "--copyright_file", "c.txt", "-t", "x", "image", "-e", "x", "other", "--debug",
                 "--strict");
    assert_says(answer.out, "   2  BatchNorm ");
    graph = read_container("out.dlc", &metadata);
    ck_assert_uint_eq(graph->n_nodes, 3);
    ck_assert_uint_eq(graph->values[graph->inputs[0]].shape.dim[1], 5);
    ck_assert_str_eq(metadata.model_version, "it's 1");
    ck_assert_str_eq(metadata.model_copyright, "All rights reserved");
    assert_says(metadata.converter_command,
                "debug=True disable_batchnorm_folding=True dry_run=None "
                "enable_strict_validation=True input_dim=[['x', '1,2,5,6']] "
                "input_encoding=[['x', 'other']] input_type=[['x', 'image']] "
                "model_version=it's 1 out_node=['n'] ");
    graph_unref(graph);
    dlc_metadata_done(&metadata);
    suite_remove("out.dlc");
    suite_remove("m.onnx");
    suite_remove("c.txt");
}
END_TEST

START_TEST(older_long_names_still_work)
{
    write_model("conv_plain");
    RUN(0, "--model_path", "m.onnx", "--dlc_path", "o.dlc", "--encoding", "x", "bgr");
    suite_remove("o.dlc");
    suite_remove("m.onnx");
}
END_TEST

START_TEST(a_dry_run_writes_nothing)
{
    struct answer answer;

    write_model("conv_plain");
    answer = RUN(0, "-i", "m.onnx", "--dry_run", "debug");
    assert_says(answer.out, "   1  Conv             conv ");
    assert_says(answer.out, "dry run: m.dlc was not written");
    answer = RUN(0, "--dry_run", "-i", "m.onnx");
    assert_says(answer.out, "dry run: m.dlc was not written");
    ck_assert_ptr_null(strstr(answer.out, "Conv"));
    assert_says(RUN(2, "-i", "m.onnx", "--dry_run", "all").err, "the mode is info or debug");
    ck_assert(!exists("m.dlc"));
    suite_remove("m.onnx");
}
END_TEST

START_TEST(a_dry_run_names_inputs_that_nothing_needs)
{
    struct answer answer;

    write_model("lstm_states_in");
    answer = RUN(0, "-i", "m.onnx", "--out_node", "hn", "--dry_run");
    ck_assert_ptr_null(strstr(answer.out, "is used by no output"));
    write_model("binary_layouts");
    answer = RUN(0, "-i", "m.onnx", "--out_node", "c", "--dry_run");
    assert_says(answer.out, "input \"z\" is used by no output\n");
    suite_remove("m.onnx");
}
END_TEST

START_TEST(a_validation_target_is_asked_for_each_layer)
{
    struct dlc_metadata metadata;

    write_model("conv_plain");
    ck_assert_str_eq(RUN(0, "-i", "m.onnx", "--validation_target", "cpu", "snapdragon_835").err,
                     "");
    graph_unref(read_container("m.dlc", &metadata));
    assert_says(metadata.converter_command, "validation_target=[['cpu', 'snapdragon_835']]");
    dlc_metadata_done(&metadata);
    suite_remove("m.dlc");
    assert_says(RUN(0, "-i", "m.onnx", "--validation_target", "dsp", "snapdragon_801").err,
                "warning:\ndsp on snapdragon_801: this processor has no such device\n");
    suite_remove("m.dlc");
    suite_remove("m.onnx");
}
END_TEST

START_TEST(who_is_strict_gets_no_container_that_a_target_would_not_take)
{
    struct answer answer;

    write_model("conv_plain");
    RUN(0, "-i", "m.onnx", "--strict");
    suite_remove("m.dlc");
    answer = RUN(1, "-i", "m.onnx", "--strict", "--validation_target", "dsp", "snapdragon_835",
                 "--validation_target", "cpu", "snapdragon_855");
    assert_says(answer.err, "error:\ndsp on snapdragon_835: ");
    assert_says(answer.err, "--strict: nothing was written");
    ck_assert(!exists("m.dlc"));
    assert_says(RUN(2, "-i", "m.onnx", "--validation_target", "npu", "snapdragon_835").err,
                "the first word is a runtime: cpu, ");
    assert_says(RUN(2, "-i", "m.onnx", "--validation_target", "cpu", "pentium").err,
                "the second word is a processor, as snapdragon_835");
    suite_remove("m.onnx");
}
END_TEST

START_TEST(a_refusal_says_everything_and_leaves_no_file)
{
    struct answer answer;

    answer = RUN(1, "-i", suite_source("tests/convert/data/refuse_many.onnx"), "-o", "o.dlc");
    assert_says(answer.err, "refuse_many.onnx cannot be converted:\n");
    assert_says(answer.err, "operator Frobnicate, nodes \"frob1\", \"frob2\": not supported; ");
    assert_says(answer.err, "operator If, node \"branch\": ");
    ck_assert_str_eq(answer.out, "");
    ck_assert(!exists("o.dlc"));
}
END_TEST

START_TEST(an_old_container_survives_a_refusal)
{
    suite_write(suite_path("o.dlc"), "old", 3);
    suite_write(suite_path("m.onnx"), "junk", 4);
    assert_says(RUN(1, "-i", "m.onnx", "-o", "o.dlc").err, "this is no ONNX model");
    ck_assert(exists("o.dlc"));
    suite_remove("o.dlc");
    suite_remove("m.onnx");
}
END_TEST

START_TEST(files_that_cannot_be_read_or_written_are_named)
{
    assert_says(RUN(1, "-i", "none.onnx").err, "cannot read none.onnx: No such file");
    assert_says(RUN(1, "-i", ".").err, "cannot read .: it is not a file");
    write_model("conv_plain");
    assert_says(RUN(1, "-i", "m.onnx", "-o", "none/o.dlc").err, "cannot write none/o.dlc: ");
    assert_says(RUN(1, "-i", "m.onnx", "-o", "/dev/null").err,
                "cannot write /dev/null: it is there and is not a file");
    assert_says(RUN(1, "-i", "m.onnx", "--copyright_file", "none").err, "cannot read none: ");
    ck_assert(!exists("m.dlc"));
    assert_says(RUN(1, "-i", "m.onnx", "-o", "./m.onnx").err,
                "the container would take the place of m.onnx: name another with -o");
    suite_remove("m.onnx");
}
END_TEST

/* external.onnx reads weights.bin beside it, from byte 8 on. */
START_TEST(no_container_takes_the_place_of_weights)
{
    static const float weights[] = {-1, -2, 1, 2, 3, 4};
    struct answer answer;
    size_t size;
    void *bytes = suite_read(suite_source("tests/convert/data/external.onnx"), &size);

    suite_write(suite_path("m.onnx"), bytes, size);
    free(bytes);
    suite_write(suite_path("weights.bin"), weights, sizeof(weights));
    ck_assert_int_eq(symlink("weights.bin", suite_path("link")), 0);
    answer = RUN(1, "-i", "m.onnx", "-o", "weights.bin");
    assert_says(answer.err,
                "weights.bin: the container would take its place, name another with -o");
    RUN(1, "-i", "m.onnx", "-o", "link");
    RUN(0, "-i", "m.onnx", "-o", "weights.bin", "--dry_run");
    bytes = suite_read(suite_path("weights.bin"), &size);
    ck_assert_uint_eq(size, sizeof(weights));
    ck_assert_mem_eq(bytes, weights, size);
    free(bytes);
    suite_remove("link");
    suite_remove("weights.bin");
    suite_remove("m.onnx");
}
END_TEST

START_TEST(what_cannot_be_said_is_no_success)
{
    const char *argv[] = {"/bin/sh", "-c", "exec \"$0\" -i m.onnx --dry_run >/dev/full",
                          suite_bin("snpe-onnx-to-dlc"), NULL};
    struct proc *proc;

    write_model("conv_plain");
    proc = proc_start(&(struct proc_spec){.argv = argv, .dir = suite_dir()});
    ck_assert_int_eq(proc_wait(proc), 1);
    assert_says(proc_err(proc), "standard output cannot be written");
    proc_finish(proc, 1);
    argv[2] = "exec \"$0\" -i m.onnx >/dev/full"; /* the container is what was asked for */
    proc = proc_start(&(struct proc_spec){.argv = argv, .dir = suite_dir()});
    ck_assert_int_eq(proc_wait(proc), 0);
    proc_finish(proc, 0);
    suite_remove("m.dlc");
    suite_remove("m.onnx");
}
END_TEST

START_TEST(wrong_usage_has_a_status_of_its_own)
{
    assert_says(RUN(2, "-o", "o.dlc").err, "-i FILE is required");
    assert_says(RUN(2, "-i", "m.onnx", "-d", "x", "1,a").err, "-d x 1,a: ");
    assert_says(RUN(2, "-i", "m.onnx", "-t", "x", "sound").err, "default, image or opaque");
    assert_says(RUN(2, "-i", "m.onnx", "--dry_run", "maybe").err, "info or debug");
    assert_says(RUN(2, "-i", "m.onnx", "stray").err, "\"stray\" belongs to no option");
    assert_says(RUN(2, "-i", "m.onnx", "--unheard-of").err, "unheard-of");
}
END_TEST

START_TEST(what_is_not_built_says_so)
{
    assert_says(RUN(2, "-i", "m.onnx", "-e", "x", "yuy2").err,
                "-e x yuy2: an encoding is bgr, rgb, rgba, argb32, nv21, time_series or other");
    assert_says(RUN(1, "-i", "m.onnx", "--udo_config_paths", "u").err, "not built yet");
}
END_TEST

/* One conversion; with memory short it ends with 1 and leaves nothing. */
static void convert_once(void *context, struct faults *faults)
{
    const char *argv[] = {
        suite_bin("snpe-onnx-to-dlc"), "-i", NULL, "-o", "o.dlc", "--model_version", "1", NULL};
    int status;

    argv[2] = suite_text("%s", (const char *)context);
    status =
        faults_end(faults, proc_start(&(struct proc_spec){
                               .argv = argv, .env = faults_env(faults, NULL), .dir = suite_dir()}));
    ck_assert(status == 0 || (faults_expected(faults) && status == 1));
    ck_assert(exists("o.dlc") == (status == 0));
    if (status == 0)
        suite_remove("o.dlc");
}

START_TEST(the_end_of_memory_is_said_and_leaves_no_file)
{
    char path[4096];

    if (!faults_work())
        return;
    write_model("gemm");
    snprintf(path, sizeof(path), "%s", suite_path("m.onnx"));
    faults_all(suite_bin("snpe-onnx-to-dlc"), convert_once, path);
    suite_remove("m.onnx");
}
END_TEST

START_TEST(help_and_version_are_answered)
{
    struct answer answer = RUN(0, "--help");

    assert_says(answer.out, "usage: snpe-onnx-to-dlc ");
    assert_says(answer.out, "-d, --input_dim NAME DIMS");
    assert_says(RUN(0, "--version").out, "snpe-onnx-to-dlc ");
}
END_TEST

SUITE(a_model_becomes_a_container_beside_it, options_reach_the_container,
      older_long_names_still_work, a_dry_run_writes_nothing,
      a_dry_run_names_inputs_that_nothing_needs, a_validation_target_is_asked_for_each_layer,
      who_is_strict_gets_no_container_that_a_target_would_not_take,
      a_refusal_says_everything_and_leaves_no_file, an_old_container_survives_a_refusal,
      files_that_cannot_be_read_or_written_are_named, no_container_takes_the_place_of_weights,
      what_cannot_be_said_is_no_success, wrong_usage_has_a_status_of_its_own,
      what_is_not_built_says_so, the_end_of_memory_is_said_and_leaves_no_file,
      help_and_version_are_answered);
