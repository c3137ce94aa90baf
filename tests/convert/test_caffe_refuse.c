/* What cannot be converted: everything is said at once, nothing is made. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "tests/convert/case.h"
#include "tests/support/suite.h"

/* One call of caffe_convert and what it said. */
struct answer {
    int r;
    const char *report, *fault;
};

static struct answer convert(const char *net, const struct convert_options *options)
{
    struct answer answer;
    struct graph *graph = NULL;
    struct buf report = {0};
    struct fault fault = {""};

    answer.r = caffe_convert(net, strlen(net), options, &graph, &report, &fault);
    ck_assert((answer.r == 0) == (graph != NULL));
    answer.report = suite_text("%.*s", (int)report.size, report.base ? (char *)report.base : "");
    answer.fault = suite_text("%s", fault.text);
    graph_unref(graph);
    buf_done(&report);
    return answer;
}

static void assert_says(const char *text, const char *what)
{
    ck_assert_msg(strstr(text, what) != NULL, "\"%s\" is not in:\n%s", what, text);
}

/* NET is refused with CODE and one sentence. */
static void assert_refused(int code, const char *net, const char *sentence)
{
    struct answer answer = convert(net, &(struct convert_options){0});

    ck_assert_msg(answer.r == code, "%d, not %d: %s", answer.r, code, answer.fault);
    assert_says(answer.fault, sentence);
}

#define DATA "input: 'data' input_dim: 1 input_dim: 3 input_dim: 8 input_dim: 8\n"

START_TEST(everything_that_is_wrong_is_said_at_once)
{
    static const char net[] =
        DATA "layer { name: 'x' type: 'Frobnicate' bottom: 'data' top: 'x' }\n"
             "layer { name: 'x2' type: 'Frobnicate' bottom: 'data' top: 'x2' }\n"
             "layer { name: 'c' type: 'Convolution' bottom: 'data' top: 'c'\n"
             "  convolution_param { num_output: 4 kernel_size: 3 surprise: 1 } }\n"
             "layer { name: 'z' type: 'Python' bottom: 'data' top: 'z'\n"
             "  python_param { module: 'm' layer: 'L' } }\n"
             "layer { name: 'p' type: 'Pooling' bottom: 'data' top: 'p'\n"
             "  pooling_param { pool: STOCHASTIC kernel_size: 2 } }\n"
             "layer { name: 'w' type: 'InnerProduct' bottom: 'c' top: 'w'\n"
             "  inner_product_param { num_output: 2 } }\n"
             "layer { name: 'fine' type: 'ReLU' bottom: 'data' top: 'fine' }\n";
    struct answer answer = convert(net, &(struct convert_options){0});

    ck_assert_int_eq(answer.r, E_CONVERT_LAYER);
    assert_says(answer.report, "operator Frobnicate, nodes \"x\", \"x2\": not supported; ");
    assert_says(answer.report, "-d TOP 1,8,4,4");
    assert_says(answer.report,
                "operator Convolution, node \"c\": surprise (line 5) is not supported; ");
    assert_says(answer.report, "operator Python, node \"z\": Python code (m.L) is not supported; ");
    assert_says(answer.report, "operator Pooling, node \"p\": pool (line 9) is STOCHASTIC; ");
    assert_says(answer.report,
                "operator InnerProduct, node \"w\": it needs weights; give the caffemodel");
    assert_says(answer.report, "layer types that are supported: AbsVal, ArgMax, ");
    ck_assert_ptr_null(strstr(answer.report, "\"fine\""));
    assert_says(answer.fault, "(and other problems)");
}
END_TEST

START_TEST(what_the_outputs_do_not_need_is_not_looked_at)
{
    static const char net[] =
        DATA "layer { name: 'x' type: 'Frobnicate' bottom: 'data' top: 'x' }\n"
             "layer { name: 'y' type: 'ReLU' bottom: 'data' top: 'y' }\n";
    const char *const outputs[] = {"y"};

    ck_assert_int_eq(convert(net, &(struct convert_options){.outputs = outputs, .n_outputs = 1}).r,
                     0);
}
END_TEST

START_TEST(a_network_that_is_none_is_one_sentence)
{
    assert_refused(E_CONVERT_SYNTAX, "", "it has no layers");
    assert_refused(E_CONVERT_SYNTAX, "net: 'n' base_lr: 0.1", "a solver names the network's file");
    assert_refused(E_CONVERT_SYNTAX, DATA "layer { name: 'a' }", "line 2: \"layer\" has no type");
    assert_refused(E_CONVERT_SYNTAX, DATA "layer: 3", "is no message");
    assert_refused(E_CONVERT_SYNTAX, "input: 'd' input_dim: 1 layer { type: 'ReLU' }",
                   "\"input_dim\" must stand four times an input");
    assert_refused(E_CONVERT_SYNTAX, "input: 'd' input_shape {} input_shape {} layer {}",
                   "\"input_shape\" must stand once an input");
    assert_refused(E_CONVERT_SYNTAX,
                   DATA "layer { type: 'ReLU' bottom: 'data' top: 'a' include { phase: SOON } }",
                   "line 2: \"phase\" of a rule cannot be \"SOON\"");
    assert_refused(E_CONVERT_SYNTAX,
                   "layer { type: 'Input' top: 'd' input_param { shape { dim: x } } }",
                   "\"dim\" is no size");
}
END_TEST

#define RELU(name, bottom, top)                                                                    \
    "layer { name: '" name "' type: 'ReLU' bottom: '" bottom "' top: '" top "' }\n"

START_TEST(blobs_must_be_made_once_and_before)
{
    assert_refused(E_CONVERT_SYNTAX, DATA RELU("a", "b", "a") RELU("b", "a", "b"),
                   "line 2: layer \"a\" reads blob \"b\", which no layer before it makes");
    assert_refused(E_CONVERT_SYNTAX, DATA RELU("a", "data", "x") RELU("b", "data", "x"),
                   "line 3: layer \"b\" makes blob \"x\", which is there already");
    assert_refused(E_CONVERT_SYNTAX,
                   DATA "input: 'data' input_dim: [1, 1, 1, 1]" RELU("a", "data", "x"),
                   "there is an input \"data\" already");
    /* Only training has the layer that would make it. */
    assert_refused(
        E_CONVERT_SYNTAX,
        DATA
        "layer { name: 'a' type: 'ReLU' bottom: 'data' top: 'x' include { phase: TRAIN } }\n" RELU(
            "b", "x", "y"),
        "reads blob \"x\"");
}
END_TEST

START_TEST(open_sizes_are_named_with_the_option_that_settles_them)
{
    assert_refused(E_SHAPE, "input: 'data'" RELU("a", "data", "x"), "-d data 1,3,224,224");
    assert_refused(E_SHAPE, "input: 'data' input_dim: [1, 3, 0, 8]" RELU("a", "data", "x"),
                   "the prototxt does not say its size");
    assert_refused(
        E_SHAPE, "layer { name: 'd' type: 'Data' top: 'data' top: 'label' }" RELU("a", "data", "x"),
        "\"data\"");
}
END_TEST

START_TEST(options_that_fit_nothing_are_named)
{
    const struct input_dims other = {.name = "other", .shape = {4, {1, 3, 8, 8}}};
    const struct input_dims flat = {.name = "data", .shape = {2, {1, 3}}};
    const struct convert_input image = {.name = "other", .type = 1};
    const char *const outputs[] = {"nowhere"};
    static const char net[] = DATA RELU("a", "data", "x");
    struct answer answer;

    answer = convert(net, &(struct convert_options){.dims = &other, .n_dims = 1});
    ck_assert_int_eq(answer.r, E_CONVERT_OPTION);
    assert_says(answer.fault, "-d other: the model has no input of that name; its first is data");
    answer = convert(net, &(struct convert_options){.dims = &flat, .n_dims = 1});
    assert_says(answer.fault, "-d data: 2 sizes, but the prototxt says 4 (line 1)");
    answer = convert(net, &(struct convert_options){.inputs = &image, .n_inputs = 1});
    assert_says(answer.fault, "-t or -e other: ");
    answer = convert(net, &(struct convert_options){.outputs = outputs, .n_outputs = 1});
    ck_assert_int_eq(answer.r, E_NO_TENSOR);
    assert_says(answer.fault, "nowhere");
}
END_TEST

/* Parameters that no layer can have. */
START_TEST(parameters_out_of_range_are_named_with_their_line)
{
    static const struct {
        const char *layer, *sentence;
    } wrong[] = {
        {"type: 'Pooling' pooling_param { stride: 2 }", "it has no kernel_size"},
        {"type: 'Pooling' pooling_param { kernel_size: 0 }", "kernel_size (line 2) is outside 1.."},
        {"type: 'Pooling' pooling_param { kernel_size: 2 kernel_h: 2 }", "both kernel_size and"},
        {"type: 'Pooling' pooling_param { kernel_size: 99 }", "does not fit"},
        {"type: 'Pooling' pooling_param { kernel_size: 1 stride: 2 }",
         "lies outside an input of 8x8"},
        {"type: 'Pooling' pooling_param { global_pooling: true stride: 2 }", "global_pooling with"},
        {"type: 'Pooling' pooling_param { global_pooling: maybe }", "is not true or false"},
        {"type: 'ReLU' relu_param { negative_slope: x }", "is no number"},
        {"type: 'ReLU' relu_param { negative_slope: 1 negative_slope: 2 }", "stands twice"},
        {"type: 'ReLU' relu_param { negative_slope: inf }", "is not finite"},
        {"type: 'LRN' lrn_param { local_size: 4 }", "local_size 4 is even"},
        {"type: 'Softmax' softmax_param { axis: 4 }", "axis 4 is outside a blob of 4"},
        {"type: 'Permute' permute_param { order: 1 order: 1 }", "its order is none of 4 axes"},
        {"type: 'Reshape' reshape_param { shape { dim: 7 } }", "its bottom holds other numbers"},
        {"type: 'Reshape' reshape_param { shape { dim: -1 dim: -1 } }", "is no size"},
        {"type: 'Slice' slice_param { slice_point: 2 } top: 'b' top: 'd'", "cannot be cut so"},
        {"type: 'ShuffleChannel' shuffle_channel_param { group: 2 }", "3 channels in 2 groups"},
        {"type: 'Tile'", "it has no tiles"},
        {"type: 'ArgMax' argmax_param { top_k: 5 }", "top_k 5"},
        {"type: 'Log' log_param { base: -2 }", "a base of -2"},
        {"type: 'Eltwise'", "1 bottoms and 1 tops"},
        {"type: 'Crop'", "1 bottoms and 1 tops; 2 and 1 are supported"},
        {"type: 'PriorBox' bottom: 'data' prior_box_param { max_size: 2 }", "0 min_size and 1 max"},
        {"type: 'Interp' interp_param { pad_beg: -1 }", "pad_beg"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        assert_refused(
            E_CONVERT_LAYER,
            suite_text(DATA "layer { name: 'l' bottom: 'data' top: 'y' %s }", wrong[i].layer),
            wrong[i].sentence);
}
END_TEST

/* The case NAME with its caffemodel changed. */
static struct answer convert_changed(const char *name,
                                     void (*change)(uint8_t *weights, size_t size))
{
    struct convert_case c;
    struct answer answer;
    struct convert_options options = {0};
    uint8_t *weights;
    char *net;

    case_read(case_path(name), &c);
    weights = suite_copy(c.weights, c.weights_size);
    net =
        suite_copy(suite_text("%.*s", (int)c.model_size, (const char *)c.model), c.model_size + 1);
    change(weights, c.weights_size);
    options.weights = weights;
    options.weights_size = c.weights_size;
    answer = convert(net, &options);
    case_done(&c);
    return answer;
}

static void make_nan(uint8_t *weights, size_t size)
{
    const float nan = __builtin_nanf("");

    memcpy(weights + size - sizeof(nan), &nan, sizeof(nan)); /* the last bias */
}

static void rename_layer(uint8_t *weights, size_t size)
{
    uint8_t *name = memmem(weights, size, "\x0a\x01l", 3);

    ck_assert_ptr_nonnull(name);
    name[2] = 'm';
}

static void shrink_shape(uint8_t *weights, size_t size)
{
    uint8_t *shape = memmem(weights, size, "\x0a\x04\x03\x04\x03\x03", 6);

    ck_assert_ptr_nonnull(shape);
    shape[2] = 2;
}

START_TEST(weights_that_do_not_fit_are_named)
{
    assert_says(convert_changed("caffe/conv_plain", make_nan).fault,
                "number 2 of the biases is infinite or none");
    assert_says(convert_changed("caffe/conv_plain", rename_layer).fault,
                "the caffemodel has no weights for a layer of that name");
    assert_says(convert_changed("caffe/conv_plain", shrink_shape).fault,
                "the weights are 2x4x3x3 by their shape, but 108 numbers");
}
END_TEST

START_TEST(a_caffemodel_that_is_none_is_one_sentence)
{
    static const struct {
        const char *bytes, *sentence;
        size_t size;
    } wrong[] = {
        {"", "it holds no layers", 0},
        {"PK\x03\x04", "this is no caffemodel", 4},
        {"\x08\x07\x12\x04test", "this is no caffemodel", 8},
        {"\x0a\x03net", "it holds no layers", 5},
        {"\xa2\x06\xff\xff\xff\xff\x0f", "this is no caffemodel", 7},
    };
    struct convert_options options = {0};

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        struct answer answer;

        options.weights = wrong[i].bytes;
        options.weights_size = wrong[i].size;
        answer = convert(DATA RELU("a", "data", "x"), &options);
        ck_assert_int_eq(answer.r, E_CONVERT_SYNTAX);
        assert_says(answer.fault, wrong[i].sentence);
    }
}
END_TEST

START_TEST(two_layers_cannot_share_weights_by_name)
{
    struct convert_case c;
    struct answer answer;
    const char *net;

    case_read(case_path("caffe/conv_plain"), &c);
    net = suite_text("%.*s%s", (int)c.model_size, (const char *)c.model, RELU("l", "y", "z"));
    answer = convert(
        net, &(struct convert_options){.weights = c.weights, .weights_size = c.weights_size});
    case_done(&c);
    ck_assert_int_eq(answer.r, E_CONVERT_SYNTAX);
    assert_says(answer.fault, "there is a layer \"l\" already");
}
END_TEST

START_TEST(a_name_that_no_container_could_hold_is_refused)
{
    assert_refused(E_CONVERT_SYNTAX,
                   DATA "layer { name: 'a\\n' type: 'ReLU' bottom: 'data' top: 'x' }",
                   "line 2: \"name\" is no name: ");
    assert_refused(E_CONVERT_SYNTAX,
                   DATA "layer { name: 'a' type: 'ReLU' bottom: 'data' top: '\\033[2J' }",
                   "line 2: \"top\" is no name: ");
    assert_refused(E_CONVERT_SYNTAX,
                   "input: 'da\\377ta' input_dim: 1 input_dim: 3 input_dim: 8 input_dim: 8",
                   "line 1: \"input\" is no name: ");
}
END_TEST

SUITE(a_name_that_no_container_could_hold_is_refused, everything_that_is_wrong_is_said_at_once,
      what_the_outputs_do_not_need_is_not_looked_at, a_network_that_is_none_is_one_sentence,
      blobs_must_be_made_once_and_before, open_sizes_are_named_with_the_option_that_settles_them,
      options_that_fit_nothing_are_named, parameters_out_of_range_are_named_with_their_line,
      weights_that_do_not_fit_are_named, a_caffemodel_that_is_none_is_one_sentence,
      two_layers_cannot_share_weights_by_name);
