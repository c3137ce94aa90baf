/* What cannot be converted of Caffe2's nets: everything is said at once, nothing is made. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "tests/convert/case.h"
#include "tests/support/faults.h"
#include "tests/support/suite.h"

static const struct input_dims data = {.name = "data", .shape = {4, {1, 2, 4, 4}}};

/* One call of caffe2_convert and what it said. */
struct answer {
    int r;
    const char *report, *fault;
};

static struct answer convert(const uint8_t *net, size_t size, const struct convert_options *options)
{
    struct answer answer;
    struct graph *graph = NULL;
    struct buf report = {0};
    struct fault fault = {""};

    answer.r = caffe2_convert(net, size, options, &graph, &report, &fault);
    ck_assert((answer.r == 0) == (graph != NULL));
    answer.report = suite_text("%.*s", (int)report.size, report.base ? (char *)report.base : "");
    answer.fault = suite_text("%s", fault.text);
    graph_unref(graph);
    buf_done(&report);
    return answer;
}

/* Two bytes say how long the predict net is; the init net follows. */
static struct answer convert_file(const char *name, struct convert_options *options)
{
    struct answer answer;
    size_t size, first;
    uint8_t *bytes =
        suite_read(suite_source(suite_text("tests/convert/data/caffe2/%s.nets", name)), &size);

    first = (size_t)(bytes[0] | bytes[1] << 8);
    options->weights = bytes + 2 + first;
    options->weights_size = size - 2 - first;
    answer = convert(bytes + 2, first, options);
    free(bytes);
    return answer;
}

static void assert_says(const char *text, const char *what)
{
    ck_assert_msg(strstr(text, what) != NULL, "\"%s\" is not in:\n%s", what, text);
}

START_TEST(everything_that_is_wrong_is_said_at_once)
{
    struct convert_options options = {.dims = &data, .n_dims = 1};
    struct answer answer = convert_file("refuse_many", &options);

    ck_assert_int_eq(answer.r, E_CONVERT_LAYER);
    assert_says(answer.report, "operator Frobnicate, nodes \"frob\", \"y1\": not supported; ");
    assert_says(answer.report, "operator PackedInt8BGRANHWCToNCHWCStylizerPreprocess, node "
                               "\"pack\": packing of 8-bit BGRA pictures is not supported; ");
    assert_says(answer.report, "operator Relu, node \"odd\": argument surprise is not supported; ");
    assert_says(answer.report, "operator Relu, node \"crowd\": 3 inputs; it has 1 at most; ");
    assert_says(answer.report, "operator SpatialBN, node \"training\": statistics of the batch; ");
    assert_says(answer.report, "operator Conv, node \"computed\": the weights (data) come out of "
                               "the network; ");
    assert_says(answer.report, "operator Conv, node \"untrained\": blob x is filled by XavierFill, "
                               "which is no trained weight; ");
    assert_says(answer.report, "operator Conv, node \"short\": blob short holds 1 numbers, its "
                               "sizes say 4; ");
    assert_says(answer.report, "operator Conv, node \"kernels\": its kernel is not that of the "
                               "weights; ");
    assert_says(answer.report, "operator MaxPool, node \"bare\": it has no argument kernel; ");
    assert_says(answer.report, "operator ConvTranspose, node \"same\": legacy_pad 2, ");
    assert_says(answer.report, "operator Concat, node \"sizes\": its output 1 (the sizes along the "
                               "axis) is used; ");
    assert_says(answer.report, "operator LRN, node \"lrn\": argument size is no whole number; ");
    assert_says(answer.report, "operators that are supported: Abs, Acos, ");
    ck_assert_ptr_null(strstr(answer.report, "\"behind\""));
}
END_TEST

START_TEST(a_blob_that_nobody_brings_is_reported_with_its_option)
{
    struct convert_options options = {.dims = &data, .n_dims = 1};
    struct answer answer = convert_file("refuse_open", &options);

    ck_assert_int_eq(answer.r, E_SHAPE);
    assert_says(answer.report, "input \"more\": neither the init net nor -i says what it is; if it "
                               "is an input, give its sizes: -i more 1,3,224,224 ");
    ck_assert_ptr_null(strstr(answer.report, "\"data\""));
}
END_TEST

START_TEST(an_output_that_its_layer_does_not_have_is_reported)
{
    struct convert_options options = {.dims = &data, .n_dims = 1};
    struct answer answer = convert_file("refuse_unmade", &options);

    ck_assert_int_lt(answer.r, 0);
    assert_says(answer.report, "output \"y\": the layer that names it has no such output; leave it "
                               "out with --out_node");
}
END_TEST

START_TEST(an_option_that_names_no_input_is_refused)
{
    const struct input_dims other = {.name = "dat", .shape = {4, {1, 2, 4, 4}}};
    const struct convert_input opaque = {.name = "w", .type = 2};
    struct convert_options options = {.dims = &other, .n_dims = 1};
    struct answer answer = convert_file("refuse_open", &options);

    ck_assert_int_eq(answer.r, E_CONVERT_OPTION);
    assert_says(answer.fault, "-i dat: the model has no input of that name; its first is data");
    options =
        (struct convert_options){.dims = &data, .n_dims = 1, .inputs = &opaque, .n_inputs = 1};
    answer = convert_file("refuse_open", &options);
    ck_assert_int_eq(answer.r, E_CONVERT_OPTION);
    assert_says(answer.fault, "--opaque_input w: ");
}
END_TEST

START_TEST(what_is_no_net_is_told_from_one)
{
    static const uint8_t cut[] = {0x12, 0x7f, 0x0a}, empty[] = {0x0a, 0x01, 'n'};
    static const uint8_t net[] = {0x12, 0x0c, 0x0a, 0x01, 'x', 0x12, 0x01,
                                  'y',  0x22, 0x04, 'R',  'e', 'l',  'u'};
    struct convert_options options = {.weights = cut, .weights_size = sizeof(cut)};

    assert_says(convert(cut, sizeof(cut), &options).fault, "predict net");
    assert_says(convert(net, sizeof(net), &options).fault, "init net");
    ck_assert_int_eq(convert(cut, sizeof(cut), &options).r, E_CONVERT_SYNTAX);
    ck_assert_int_eq(convert(empty, sizeof(empty), &options).r, E_CONVERT_SYNTAX);
    assert_says(convert(empty, sizeof(empty), &options).fault,
                "this is no Caffe2 predict net: it holds no operators");
}
END_TEST

static int convert_case(void *context)
{
    struct graph *graph = NULL;
    struct buf report = {0};
    struct fault fault = {""};
    int r = case_convert(context, &graph, &report, &fault);

    graph_unref(graph);
    buf_done(&report);
    return r;
}

START_TEST(the_end_of_memory_is_an_error_and_nothing_more)
{
    static const char *const some[] = {"in_place",     "fc_axis", "bn_folded",
                                       "add_axis",     "concat",  "prelu",
                                       "reshape_back", "lrn",     "split"};

    for (size_t i = 0; i < ARRAY_SIZE(some); i++) {
        struct convert_case c;

        case_read(case_path(suite_text("caffe2/%s", some[i])), &c);
        faults_each(convert_case, &c);
        case_done(&c);
    }
}
END_TEST

SUITE_WITH_FAULTS(everything_that_is_wrong_is_said_at_once,
                  a_blob_that_nobody_brings_is_reported_with_its_option,
                  an_output_that_its_layer_does_not_have_is_reported,
                  an_option_that_names_no_input_is_refused, what_is_no_net_is_told_from_one,
                  the_end_of_memory_is_an_error_and_nothing_more);
