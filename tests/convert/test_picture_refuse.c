/* Pictures that cannot be prepared as a file or an option says: one sentence, and no graph. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "convert/caffe/mean.h"
#include "tests/convert/case.h"
#include "tests/support/suite.h"

#define LAYERS "layer { name: 'r' type: 'ReLU' bottom: 'data' top: 'y' }\n"

/* A network of one picture 8 wide and 6 high, of which its data layer says TRANSFORM. */
#define NET(transform)                                                                             \
    "layer { name: 'data' type: 'Input' top: 'data'\n"                                             \
    "  input_param { shape { dim: 1 dim: 3 dim: 6 dim: 8 } }\n"                                    \
    "  transform_param { " transform " } }\n" LAYERS

static void assert_refused(int code, const char *net, const struct convert_options *options,
                           const char *sentence)
{
    struct graph *graph = NULL;
    struct buf report = {0};
    struct fault fault = {""};
    int r = caffe_convert(net, strlen(net), options, &graph, &report, &fault);

    buf_done(&report);
    ck_assert_msg(r == code, "%d, not %d: %s", r, code, fault.text);
    ck_assert_msg(strstr(fault.text, sentence) != NULL, "\"%s\" is not in: %s", sentence,
                  fault.text);
    ck_assert_ptr_null(graph);
}

/* With preprocessing, and mean files beside. */
static void assert_unprepared(int code, const char *net, const char *sentence)
{
    const struct convert_options options = {.prepare = true,
                                            .folder = suite_source("tests/convert/data/pictures")};

    assert_refused(code, net, &options, sentence);
}

START_TEST(a_transform_that_cannot_be_is_refused_with_its_line)
{
    assert_unprepared(E_CONVERT_OPTION, NET("crop_size: 7"),
                      "line 3: crop_size 7 is larger than the picture, 8 columns and 6 rows");
    assert_unprepared(E_CONVERT_OPTION, NET("crop_size: 4294967299"), "crop_size 4294967299 is");
    assert_unprepared(E_CONVERT_SYNTAX, NET("crop_size: -1"), "line 3: \"crop_size\" is no size");
    assert_unprepared(E_CONVERT_SYNTAX, NET("crop_size: many"), "\"crop_size\" is no size");
    assert_unprepared(E_CONVERT_SYNTAX, NET("mean_value: 1 mean_value: 2"),
                      "line 3: mean_value stands 2 times, and the input has 3 channels");
    assert_unprepared(E_CONVERT_SYNTAX, NET("mean_value: nan"), "\"mean_value\" is no number");
    assert_unprepared(E_CONVERT_SYNTAX, NET("scale: inf"), "\"scale\" is no number");
    assert_unprepared(E_CONVERT_SYNTAX, NET("scale: 'x'"), "\"scale\" is no number");
}
END_TEST

START_TEST(a_mean_file_that_is_none_is_refused)
{
    assert_unprepared(E_CONVERT_OPTION, NET("mean_file: '/data/none.binaryproto'"),
                      "line 3: mean_file: none.binaryproto beside the prototxt: No such file");
    assert_unprepared(E_CONVERT_OPTION, NET("mean_file: '/data/'"), "names no file beside it");
    assert_unprepared(E_CONVERT_SYNTAX, NET("mean_file: 'mean_cut.binaryproto'"),
                      "this is no binaryproto, or a damaged one: byte ");
    assert_unprepared(E_CONVERT_SYNTAX, NET("mean_file: 'caffe_rgb.case'"),
                      "this is no binaryproto");
    assert_unprepared(E_CONVERT_SYNTAX, NET("mean_file: 'mean_short.binaryproto'"),
                      "its sizes say 144 numbers, and it holds 10");
    assert_unprepared(E_CONVERT_SYNTAX, NET("mean_file: 'mean_flat.binaryproto'"),
                      "the binaryproto is no mean image");
    assert_unprepared(E_CONVERT_SYNTAX, NET("mean_file: 'mean_nan.binaryproto'"),
                      "number 0 of the mean image is infinite or none");
    assert_unprepared(E_CONVERT_OPTION, NET("mean_file: 'mean_grey.binaryproto'"),
                      "the mean image is 8x6 of 1 channels, the picture 8x6 of 3");
    assert_unprepared(E_CONVERT_OPTION, NET("mean_file: 'mean_4x4.binaryproto'"),
                      "the mean image is 4x4 of 3 channels, the picture 8x6 of 3");
    assert_unprepared(E_CONVERT_SYNTAX, NET("mean_file: 'mean_8x6.binaryproto' mean_value: 1"),
                      "\"mean_file\" and mean_value cannot both be said");
    assert_refused(E_CONVERT_OPTION, NET("mean_file: 'mean_8x6.binaryproto'"),
                   &(struct convert_options){.prepare = true}, "names no file beside it");
}
END_TEST

/* A whole one, cut behind each of its bytes. */
START_TEST(a_mean_file_cut_anywhere_is_refused)
{
    size_t size;
    char *bytes =
        suite_read(suite_source("tests/convert/data/pictures/mean_8x6.binaryproto"), &size);

    for (size_t n = 0; n <= size; n++) {
        char *part = malloc(n + 1); /* so that a read behind the end is found */
        struct arena arena = {0};
        struct caffe_mean mean;
        struct fault fault = {""};
        int r;

        ck_assert_ptr_nonnull(part);
        memcpy(part, bytes, n);
        r = caffe_mean_read(part, n, &arena, &mean, &fault);
        ck_assert_msg((r == 0) == (n == size), "%zu bytes: %d, %s", n, r, fault.text);
        ck_assert(r == 0 || (r == E_CONVERT_SYNTAX && *fault.text));
        arena_done(&arena);
        free(part);
    }
    free(bytes);
}
END_TEST

static void assert_encoding_refused(int code, const char *net, const char *encoding,
                                    const char *sentence)
{
    const struct convert_input input = {"data", 0, color_space_find(encoding)->code};

    assert_refused(code, net, &(struct convert_options){.inputs = &input, .n_inputs = 1}, sentence);
}

START_TEST(colours_that_an_input_cannot_have_are_refused)
{
    assert_encoding_refused(E_CONVERT_OPTION, "input: 'data' input_dim: [1, 3, 5, 8]\n" LAYERS,
                            "nv21",
                            "-e data nv21: a picture of 8 columns and 5 rows cannot be NV21");
    assert_encoding_refused(E_CONVERT_OPTION, "input: 'data' input_dim: [1, 3, 6, 7]\n" LAYERS,
                            "nv21",
                            "-e data nv21: a picture of 7 columns and 6 rows cannot be NV21");
    assert_encoding_refused(E_CONVERT_OPTION, "input: 'data' input_dim: [1, 1, 6, 8]\n" LAYERS,
                            "rgba", "-e data rgba: the input has 1 channels");
    assert_encoding_refused(E_CONVERT_OPTION,
                            "input: 'data' input_shape { dim: 1 dim: 3 }\n" LAYERS, "rgb",
                            "input \"data\" has 2 dimensions and is no picture");
    assert_encoding_refused(E_SHAPE, "input: 'data' input_dim: [1, 3, 2147483646, 2]\n" LAYERS,
                            "nv21", "input \"data\" has a size of 3221225469");
}
END_TEST

START_TEST(an_input_that_is_an_output_cannot_be_prepared)
{
    const char *outputs[] = {"data", "y"};
    const struct convert_input input = {"data", 0, color_space_find("rgba")->code};

    assert_refused(E_CONVERT_OPTION, "input: 'data' input_dim: [1, 3, 4, 4]\n" LAYERS,
                   &(struct convert_options){
                       .inputs = &input, .n_inputs = 1, .outputs = outputs, .n_outputs = 2},
                   "\"data\" is an input and an output too");
}
END_TEST

START_TEST(a_size_wants_a_picture)
{
    assert_refused(
        E_CONVERT_OPTION, "input: 'data' input_shape { dim: 1 dim: 3 }\n" LAYERS,
        &(struct convert_options){.prepare = true, .picture_width = 8, .picture_height = 8},
        "--input_size: the network has no input of four dimensions");
}
END_TEST

START_TEST(what_nothing_is_said_of_is_told_to_whoever_looks)
{
    static const char net[] = "input: 'data' input_dim: [1, 3, 4, 4]\n" LAYERS;
    struct graph *graph = NULL;
    struct buf report = {0};

    ck_assert_int_eq(caffe_convert(net, strlen(net), &(struct convert_options){.prepare = true},
                                   &graph, &report, NULL),
                     0);
    ck_assert_int_eq(buf_append(&report, "", 1), 0);
    ck_assert_ptr_nonnull(strstr((char *)report.base, "so nothing is prepared\n"));
    graph_unref(graph);
    buf_done(&report);
}
END_TEST

SUITE(a_transform_that_cannot_be_is_refused_with_its_line, a_mean_file_that_is_none_is_refused,
      a_mean_file_cut_anywhere_is_refused, colours_that_an_input_cannot_have_are_refused,
      an_input_that_is_an_output_cannot_be_prepared, a_size_wants_a_picture,
      what_nothing_is_said_of_is_told_to_whoever_looks);
