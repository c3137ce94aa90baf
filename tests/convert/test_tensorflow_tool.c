/* snpe-tensorflow-to-dlc as a user runs it: what differs from the other converters' programs. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/dlc/dlc.h"
#include "model/ops/input.h"
#include "tests/convert/case.h"
#include "tests/support/proc.h"
#include "tests/support/suite.h"

/* What a finished program said. */
struct answer {
    const char *out, *err;
};

/* The graph of a case as m.pb in the private directory. */
static void write_model(const char *name)
{
    struct convert_case c;

    case_read(case_path(suite_text("tensorflow/%s", name)), &c);
    suite_write(suite_path("m.pb"), c.model, c.model_size);
    case_done(&c);
}

/* Runs the tool with ARGS, which NULL ends, and expects STATUS. */
static struct answer run(int status, const char *const *args)
{
    const char *argv[24] = {suite_bin("snpe-tensorflow-to-dlc")};
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

static int32_t input_type(const struct graph *graph, uint32_t i)
{
    const struct node *node = &graph->nodes[graph->values[graph->inputs[i]].producer];

    return ((const struct input_attrs *)node->attrs)->input_type;
}

START_TEST(a_graph_is_cut_at_the_nodes_that_are_named)
{
    struct dlc_metadata metadata;
    struct answer answer;
    struct graph *graph;

    write_model("cut");
    answer = RUN(0, "-i", "m.pb", "-d", "cast", "1,4,4,2", "--out_node", "y");
    assert_says(answer.out, "input  cast:0 1x4x4x2\noutput y:0 1x4x4x3\n3 layers, ");
    graph = read_container("m.dlc", &metadata);
    assert_says(metadata.converter_command,
                "snpe-tensorflow-to-dlc copyright_file=None debug=False ");
    assert_says(metadata.converter_command, "input_dim=[['cast', '1,4,4,2']] ");
    assert_says(metadata.converter_command, "out_node=['y'] ");
    graph_unref(graph);
    dlc_metadata_done(&metadata);
    suite_remove("m.dlc");
    suite_remove("m.pb");
}
END_TEST

START_TEST(older_long_names_and_types_of_inputs_work)
{
    struct dlc_metadata metadata;
    struct graph *graph;

    write_model("add_n");
    RUN(0, "--graph", "m.pb", "--dlc", "o.dlc", "--in_type", "image", "-t", "b", "opaque", "-e",
        "c", "other", "--allow_unconsumed_nodes", "--verbose");
    graph = read_container("o.dlc", &metadata);
    ck_assert_int_eq(input_type(graph, 0), 1);
    ck_assert_int_eq(input_type(graph, 1), 2);
    ck_assert_int_eq(input_type(graph, 2), 1);
    assert_says(metadata.converter_command, " allow_unconsumed_nodes=True ");
    assert_says(metadata.converter_command, " in_type=image ");
    graph_unref(graph);
    dlc_metadata_done(&metadata);
    suite_remove("o.dlc");
    suite_remove("m.pb");
}
END_TEST

START_TEST(a_refusal_says_everything_and_leaves_no_file)
{
    const char *path = suite_source("tests/convert/data/tensorflow/refuse_wav.pb");
    struct answer answer = RUN(1, "-i", path, "-o", "o.dlc");

    assert_says(answer.err, "refuse_wav.pb cannot be converted:\n");
    assert_says(answer.err, "operator DecodeWav, node \"decode\": ");
    assert_says(answer.err, "it can be cut: -d mfcc 1,98,40 leaves ");
    ck_assert_str_eq(answer.out, "");
    ck_assert(!exists("o.dlc"));
}
END_TEST

START_TEST(wrong_words_are_refused)
{
    write_model("cut");
    assert_says(RUN(2, "-i", "m.pb", "--in_type", "sound").err, "default, image or opaque");
    assert_says(RUN(1, "-i", "m.pb", "-d", "nobody", "1").err, "the graph has no such node");
    assert_says(RUN(1, "-i", "m.pb", "-d", "cast", "1,4,4,2", "--out_node", "nobody").err,
                "--out_node nobody: the graph has no such node");
    ck_assert(!exists("m.dlc"));
    suite_write(suite_path("m.pb"), "junk", 4);
    assert_says(RUN(1, "-i", "m.pb").err, "this is no TensorFlow graph");
    suite_remove("m.pb");
}
END_TEST

SUITE(a_graph_is_cut_at_the_nodes_that_are_named, older_long_names_and_types_of_inputs_work,
      a_refusal_says_everything_and_leaves_no_file, wrong_words_are_refused);
