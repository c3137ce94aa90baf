/* snpe-caffe2-to-dlc as a user runs it: options of its own, two nets in, a container out. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/dlc/dlc.h"
#include "model/ops/input.h"
#include "tests/convert/case.h"
#include "tests/support/proc.h"
#include "tests/support/suite.h"

static void write_files(void)
{
    struct convert_case c;

    case_read(case_path("caffe2/conv_plain"), &c);
    suite_write(suite_path("predict.pb"), c.model, c.model_size);
    suite_write(suite_path("init.pb"), c.weights, c.weights_size);
    case_done(&c);
}

static void remove_files(void)
{
    suite_remove("predict.pb");
    suite_remove("init.pb");
}

/* Runs the tool with ARGS, which NULL ends, expects STATUS, and returns what it said. */
static const char *run(int status, const char *const *args)
{
    const char *argv[24] = {suite_bin("snpe-caffe2-to-dlc")}, *said;
    struct proc *proc;
    size_t n = 1;

    while (*args)
        argv[n++] = *args++;
    proc = proc_start(&(struct proc_spec){.argv = argv, .dir = suite_dir()});
    ck_assert_msg(proc_wait(proc) == status, "exit %d, not %d: %s", proc_wait(proc), status,
                  proc_err(proc));
    said = suite_text("%s", status ? proc_err(proc) : proc_out(proc));
    proc_finish(proc, status);
    return said;
}

#define RUN(status, ...) run(status, (const char *const[]){__VA_ARGS__, NULL})
#define NETS             "-p", "predict.pb", "-e", "init.pb"

static void assert_says(const char *text, const char *what)
{
    ck_assert_msg(strstr(text, what) != NULL, "\"%s\" is not in:\n%s", what, text);
}

START_TEST(two_nets_become_a_container)
{
    struct dlc_metadata metadata;
    struct graph *graph = NULL;
    struct fault fault = {""};
    size_t size;
    void *bytes;

    write_files();
    assert_says(RUN(0, NETS, "-d", "out.dlc", "-i", "data", "1,2,5,6", "--opaque_input", "data",
                    "--encoding", "bgr", "--model_version", "7", "--verbose"),
                "wrote out.dlc, ");
    bytes = suite_read(suite_path("out.dlc"), &size);
    ck_assert_int_eq(dlc_read(bytes, size, &graph, &metadata, &fault), 0);
    free(bytes);
    assert_says(metadata.converter_command,
                "snpe-caffe2-to-dlc exec_net=init.pb copyright_file=None debug=True ");
    ck_assert_str_eq(metadata.model_version, "7");
    ck_assert_int_eq(((const struct input_attrs *)graph->nodes[0].attrs)->input_type, 2);
    graph_unref(graph);
    dlc_metadata_done(&metadata);
    suite_remove("out.dlc");
    remove_files();
}
END_TEST

START_TEST(wrong_options_are_told_by_their_letters)
{
    write_files();
    assert_says(RUN(2, "-e", "init.pb"), "no model: -p FILE is required");
    assert_says(RUN(2, "-p", "predict.pb"), "no weights: -e FILE, the init net, is required");
    assert_says(RUN(2, NETS, "-i", "data", "1,x"), "-i data 1,x: sizes are numbers ");
    assert_says(RUN(1, NETS, "-d", "init.pb", "-i", "data", "1,2,5,6"),
                "the container would take the place of init.pb: name another with -d");
    assert_says(RUN(2, NETS, "--encoding", "yuy2"), "--encoding yuy2: an encoding is bgr, rgb, ");
    assert_says(RUN(1, NETS, "-d", "out.dlc"), "give its sizes: -i data 1,3,224,224");
    ck_assert_int_ne(access(suite_path("out.dlc"), F_OK), 0);
    remove_files();
}
END_TEST

START_TEST(pictures_are_prepared_or_a_sentence_says_why_not)
{
    write_files();
    assert_says(RUN(1, NETS, "-i", "data", "1,2,5,6", "--reorder_list", "data", "data2"),
                "--reorder_list data2: the net has no input and no output of that name");
    assert_says(RUN(1, NETS, "-i", "data", "1,2,5,6", "--encoding", "nv21"),
                "--encoding nv21: no input has four dimensions and three channels");
    assert_says(RUN(1, NETS, "-i", "data", "1,2,5,6", "--enable_preprocessing"),
                "--enable_preprocessing: the predict net has no ImageInput");
    assert_says(RUN(0, NETS, "-d", "out.dlc", "-i", "data", "1,2,5,6", "--reorder_list", "data"),
                "input  data 1x2x5x6\n");
    suite_remove("out.dlc");
    remove_files();
}
END_TEST

SUITE(two_nets_become_a_container, wrong_options_are_told_by_their_letters,
      pictures_are_prepared_or_a_sentence_says_why_not);
