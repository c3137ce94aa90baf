/* snpe-caffe-to-dlc as a user runs it: two files in, a container out. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/color_space.h"
#include "model/dlc/dlc.h"
#include "model/ops/input.h"
#include "tests/convert/case.h"
#include "tests/support/proc.h"
#include "tests/support/suite.h"

static void write_files(const char *name)
{
    struct convert_case c;

    case_read(case_path(name), &c);
    suite_write(suite_path("m.prototxt"), c.model, c.model_size);
    suite_write(suite_path("m.caffemodel"), c.weights, c.weights_size);
    case_done(&c);
}

static void remove_files(void)
{
    suite_remove("m.prototxt");
    suite_remove("m.caffemodel");
}

/* What snpe-dlc-info says of the container FILE. */
static const char *look_at(const char *file)
{
    const char *argv[] = {suite_bin("snpe-dlc-info"), "-i", file, NULL}, *said;
    struct proc *proc = proc_start(&(struct proc_spec){.argv = argv, .dir = suite_dir()});

    ck_assert_int_eq(proc_wait(proc), 0);
    said = suite_text("%s", proc_out(proc));
    proc_finish(proc, 0);
    return said;
}

/* Runs the tool with ARGS, which NULL ends, expects STATUS, and returns what it said on stderr. */
static const char *run(int status, const char *const *args)
{
    const char *argv[24] = {suite_bin("snpe-caffe-to-dlc")}, *said;
    struct proc *proc;
    size_t n = 1;

    while (*args)
        argv[n++] = *args++;
    proc = proc_start(&(struct proc_spec){.argv = argv, .dir = suite_dir()});
    ck_assert_msg(proc_wait(proc) == status, "exit %d, not %d: %s", proc_wait(proc), status,
                  proc_err(proc));
    said = status ? proc_err(proc) : proc_out(proc);
    said = suite_text("%s", said);
    proc_finish(proc, status);
    return said;
}

#define RUN(status, ...) run(status, (const char *const[]){__VA_ARGS__, NULL})

static void assert_says(const char *text, const char *what)
{
    ck_assert_msg(strstr(text, what) != NULL, "\"%s\" is not in:\n%s", what, text);
}

START_TEST(two_files_become_a_container_beside_them)
{
    struct dlc_metadata metadata;
    struct graph *graph = NULL;
    struct fault fault = {""};
    size_t size;
    void *bytes;

    write_files("caffe/conv_plain");
    assert_says(RUN(0, "-i", "m.prototxt", "-b", "m.caffemodel"), "output y 1x5x4x3\n2 layers, ");
    bytes = suite_read(suite_path("m.dlc"), &size);
    ck_assert_msg(dlc_read(bytes, size, &graph, &metadata, &fault) == 0, "%s", fault.text);
    assert_says(metadata.converter_command, "snpe-caffe-to-dlc caffe_bin=m.caffemodel ");
    free(bytes);
    graph_unref(graph);
    dlc_metadata_done(&metadata);
    suite_remove("m.dlc");
    remove_files();
}
END_TEST

START_TEST(older_long_names_still_work)
{
    write_files("caffe/conv_plain");
    RUN(0, "--caffe_txt", "m.prototxt", "--caffe_bin", "m.caffemodel", "--dlc", "o.dlc",
        "--encoding", "data", "bgr", "--in_type", "data", "image", "--omit_preprocessing",
        "--verbose");
    suite_remove("o.dlc");
    remove_files();
}
END_TEST

START_TEST(files_that_are_something_else_leave_no_container)
{
    write_files("caffe/conv_plain");
    assert_says(RUN(1, "-i", "m.caffemodel", "-o", "o.dlc"),
                "error: m.caffemodel: this is no prototxt");
    assert_says(RUN(1, "-i", "m.prototxt", "-b", "m.prototxt", "-o", "o.dlc"),
                "error: m.prototxt: this is no caffemodel");
    suite_write(suite_path("empty"), "", 0);
    assert_says(RUN(1, "-i", "m.prototxt", "-b", "empty", "-o", "o.dlc"),
                "error: empty: this is no caffemodel: it holds no layers");
    suite_remove("empty");
    assert_says(RUN(1, "-i", "m.prototxt", "-b", "none", "-o", "o.dlc"), "cannot read none: ");
    assert_says(RUN(1, "-i", "m.prototxt", "-o", "o.dlc"), "it needs weights; give the caffemodel");
    ck_assert_int_ne(access(suite_path("o.dlc"), F_OK), 0);
    remove_files();
}
END_TEST

START_TEST(a_picture_of_a_camera_goes_in)
{
    static const char net[] =
        "layer { name: 'data' type: 'Input' top: 'data' transform_param { crop_size: 4 scale: 2 }\n"
        "  input_param { shape { dim: 1 dim: 3 dim: 6 dim: 8 } } }\n"
        "layer { name: 'r' type: 'ReLU' bottom: 'data' top: 'y' }\n";
    struct dlc_metadata metadata;
    struct graph *graph = NULL;
    const struct input_attrs *attrs;
    struct fault fault = {""};
    const char *table;
    size_t size;
    void *bytes;

    suite_write(suite_path("m.prototxt"), net, strlen(net));
    assert_says(RUN(0, "-i", "m.prototxt", "--enable_preprocessing", "--input_size", "12", "10",
                    "-e", "data", "nv21", "-t", "data", "image"),
                "input  data 1x15x12x1\noutput y 1x4x4x3\n6 layers, ");
    bytes = suite_read(suite_path("m.dlc"), &size);
    ck_assert_msg(dlc_read(bytes, size, &graph, &metadata, &fault) == 0, "%s", fault.text);
    assert_says(metadata.converter_command, " enable_preprocessing=True ");
    assert_says(metadata.converter_command,
                " input_encoding=[['data', 'nv21']] input_size=['12', '10'] ");
    attrs = graph->nodes[0].attrs;
    ck_assert_int_eq(attrs->color_space_in, color_space_find("nv21")->code);
    ck_assert_int_eq(attrs->color_space_out, COLOR_SPACE_BGR);
    ck_assert_int_eq(attrs->input_type, 1);
    table = look_at("m.dlc");
    assert_says(table, "| 1x15x12x1 | C        | input_encoding_in: nv21 ");
    assert_says(table, "| input_encoding_out: bgr ");
    assert_says(table, "| input_type: image ");
    ck_assert_ptr_null(strstr(table, "passthrough"));
    free(bytes);
    graph_unref(graph);
    dlc_metadata_done(&metadata);
    suite_remove("m.dlc");
    suite_remove("m.prototxt");
}
END_TEST

START_TEST(options_of_pictures_that_contradict_each_other_are_refused)
{
    assert_says(RUN(2, "-i", "m", "--enable_preprocessing", "--omit_preprocessing"),
                "--enable_preprocessing and --omit_preprocessing exclude each other");
    assert_says(RUN(2, "-i", "m", "--input_size", "8", "8"), "--input_size says what is scaled ");
    assert_says(RUN(2, "-i", "m", "--enable_preprocessing", "--input_size", "8", "0"),
                "--input_size 8 0: width and height are numbers from 1 to 32768");
    assert_says(RUN(2, "-i", "m", "--enable_preprocessing", "--input_size", "99999", "8"),
                "--input_size 99999 8: width and height are numbers");
}
END_TEST

START_TEST(a_udl_is_ignored_with_a_sentence)
{
    assert_says(RUN(1, "-i", "none", "--udl", "module", "function"),
                "--udl is ignored: no Python is called; ");
}
END_TEST

SUITE(two_files_become_a_container_beside_them, older_long_names_still_work,
      files_that_are_something_else_leave_no_container, a_picture_of_a_camera_goes_in,
      options_of_pictures_that_contradict_each_other_are_refused, a_udl_is_ignored_with_a_sentence);
