/* What of TensorFlow cannot be converted: everything is said at once, nothing is made. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "tests/convert/case.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

/* One call of tensorflow_convert and what it said. */
struct answer {
    int r;
    const char *report, *fault;
};

static struct answer convert_bytes(const void *bytes, size_t size,
                                   const struct convert_options *options)
{
    static const struct convert_options none = {0};
    struct answer answer;
    struct graph *graph = NULL;
    struct buf report = {0};
    struct fault fault = {""};

    answer.r = tensorflow_convert(bytes, size, options ? options : &none, &graph, &report, &fault);
    ck_assert((answer.r == 0) == (graph != NULL));
    answer.report = suite_text("%.*s", (int)report.size, report.base ? (char *)report.base : "");
    answer.fault = suite_text("%s", fault.text);
    graph_unref(graph);
    buf_done(&report);
    return answer;
}

static struct answer convert(const char *file, const struct convert_options *options)
{
    size_t size;
    const char *path = suite_source(suite_text("tests/convert/data/tensorflow/%s.pb", file));
    void *bytes = suite_read(path, &size);
    struct answer answer = convert_bytes(bytes, size, options);

    free(bytes);
    return answer;
}

static void assert_says(const char *text, const char *what)
{
    ck_assert_msg(strstr(text, what) != NULL, "\"%s\" is not in:\n%s", what, text);
}

START_TEST(everything_that_is_wrong_is_said_at_once)
{
    struct answer answer = convert("refuse_many", NULL);

    ck_assert_int_eq(answer.r, E_CONVERT_LAYER);
    assert_says(answer.report, "operator Frobnicate, nodes \"frob1\", \"frob2\": not supported; ");
    assert_says(answer.report, "operator Switch, node \"branch\": control flow is not supported; ");
    assert_says(answer.report, "operator Conv2D, node \"computed\": the weights (x:0) come out of "
                               "the network; ");
    assert_says(answer.report, "operator MaxPool, node \"depth\": ksize that moves ");
    assert_says(answer.report,
                "operator Relu, node \"odd\": attribute surprise is not supported; ");
    assert_says(answer.report, "operator Relu, node \"crowd\": 3 inputs; it has 1 at most; ");
    assert_says(answer.report, "operator Cast, node \"cut_off\": the network computes in float: a "
                               "cast from float to int32 would lose fractions; ");
    assert_says(answer.report, "operator Reshape, node \"too_many\": ");
    assert_says(answer.report, "operator Transpose, node \"turned\": axis 1 is named twice; ");
    assert_says(answer.report, "operator ExtractGlimpse, node \"noise\": noise \"uniform\"");
    assert_says(answer.report, "operators that are supported: Abs, Acos, ");
    ck_assert_ptr_null(strstr(answer.report, "\"fine\""));
    ck_assert_ptr_null(strstr(answer.report, "\"all\""));
    assert_says(answer.fault, "(and other problems)");
}
END_TEST

START_TEST(what_the_outputs_do_not_need_is_not_looked_at)
{
    const char *const outputs[] = {"fine"};
    const struct convert_options options = {.outputs = outputs, .n_outputs = 1};

    ck_assert_int_eq(convert("refuse_many", &options).r, 0);
}
END_TEST

START_TEST(a_node_of_dims_may_stand_behind_what_is_refused)
{
    const char *const outputs[] = {"y"};
    const struct input_dims dims = {.name = "mfcc", .shape = {3, {1, 98, 40}}};
    const struct convert_options options = {
        .outputs = outputs, .n_outputs = 1, .dims = &dims, .n_dims = 1};
    struct answer answer = convert("refuse_wav", NULL);

    ck_assert_int_eq(answer.r, E_CONVERT_LAYER);
    assert_says(answer.report, "input \"wav:0\": it is of type string; ");
    assert_says(answer.report, "operator DecodeWav, node \"decode\": ");
    assert_says(answer.report, "operator AudioSpectrogram, node \"spectrogram\": ");
    assert_says(answer.report, "operator Mfcc, node \"mfcc\": ");
    assert_says(answer.report, "it can be cut: -d mfcc 1,98,40 leaves 2 nodes");
    ck_assert_int_eq(convert("refuse_wav", &options).r, 0);
}
END_TEST

START_TEST(loops_are_refused_with_what_is_inside)
{
    struct answer answer = convert("refuse_loop", NULL);

    ck_assert_int_eq(answer.r, E_CONVERT_LAYER);
    for (size_t i = 0; i < 6; i++) {
        static const char *const ops[] = {"Enter",  "Merge",         "LoopCond",
                                          "Switch", "NextIteration", "Exit"};

        assert_says(answer.report, suite_text("operator %s, node \"", ops[i]));
    }
    assert_says(answer.report, "operator Frobnicate, node \"body\": ");
    assert_says(answer.report, "it can be cut: -d exit SIZES leaves 1 node, ");
}
END_TEST

START_TEST(what_must_be_known_and_is_not_is_said)
{
    struct answer answer = convert("refuse_unknown", NULL);

    ck_assert_int_eq(answer.r, E_CONVERT_LAYER);
    assert_says(answer.report, "operator MaxPoolV2, node \"pool\": strides (n:0) come out of the "
                               "network; make it a constant when you export");
    assert_says(answer.report,
                "node \"floats\": input 1 (ksize) must be a list of whole numbers; ");
    assert_says(answer.report, "node \"batches\": ksize that moves over batches or channels; ");
    assert_says(answer.report, "operator OneHot, node \"computed\": it is supported on constants "
                               "only, and here it depends on an input of the network; ");
    assert_says(answer.report, "node \"depth\": a depth of 0 at rank 2; ");
    assert_says(answer.report, "node \"axis\": axis 2 is outside a tensor of rank 2; ");
    assert_says(answer.report, "node \"values\": its values are not one number each; ");
    assert_says(answer.report, "node \"deep\": input 1 (the depth) must be one number; ");
}
END_TEST

START_TEST(functions_and_what_calls_them_are_refused)
{
    struct answer answer = convert("refuse_calls", NULL);

    ck_assert_int_eq(answer.r, E_CONVERT_LAYER);
    assert_says(answer.report, "operator StatelessIf, node \"n0\": control flow");
    assert_says(answer.report, "operator While, node \"n1\": control flow");
    assert_says(answer.report, "operator StatefulPartitionedCall, node \"n2\": calls of functions");
    assert_says(answer.report, "operator TensorListStack, node \"n3\": arrays of a loop");
}
END_TEST

START_TEST(open_sizes_are_named_with_the_option_that_settles_them)
{
    const char *const outputs[] = {"y", "z"};
    struct answer answer =
        convert("refuse_open", &(struct convert_options){.outputs = outputs, .n_outputs = 2});

    ck_assert_int_eq(answer.r, E_SHAPE);
    assert_says(answer.report,
                "input \"x:0\": its sizes [?,3,?] are open; give numbers: -d x 1,3,?");
    assert_says(answer.report,
                "input \"free:0\": the file does not say its shape; give it: -d free SIZES");
}
END_TEST

/* refuse_open with one -d and one --out_node. */
static struct answer convert_open(const char *name, struct shape shape, const char *output,
                                  bool allow)
{
    const struct input_dims dims = {.name = name, .shape = shape};

    return convert("refuse_open", &(struct convert_options){.dims = &dims,
                                                            .n_dims = 1,
                                                            .outputs = &output,
                                                            .n_outputs = 1,
                                                            .allow_unconsumed = allow});
}

START_TEST(dims_must_fit_the_graph)
{
    struct answer answer = convert_open("x", (struct shape){3, {1, 3, 2}}, "y", false);

    ck_assert_int_eq(answer.r, 0);
    answer = convert_open("nobody", (struct shape){1, {1}}, "y", false);
    ck_assert_int_eq(answer.r, E_CONVERT_OPTION);
    assert_says(answer.fault, "-d nobody: the graph has no such node");
    answer = convert_open("x", (struct shape){2, {1, 3}}, "y", false);
    ck_assert_int_eq(answer.r, E_CONVERT_OPTION);
    assert_says(answer.fault, "-d x: 2 sizes, but the graph's placeholder has 3: [?,3,?]");
    answer = convert_open("x", (struct shape){3, {1, 3, 2}}, "z", false);
    ck_assert_int_eq(answer.r, E_CONVERT_OPTION);
    assert_says(answer.fault, "-d x: nothing that the outputs need reads it");
    answer = convert_open("x", (struct shape){3, {1, 3, 2}}, "z", true);
    ck_assert_int_eq(answer.r, E_SHAPE); /* it is left out, and the other is still open */
}
END_TEST

START_TEST(outputs_are_named_where_several_could_be_meant)
{
    const char *const nowhere[] = {"nowhere"};
    struct answer answer = convert("two_ends", NULL);

    ck_assert_int_eq(answer.r, E_CONVERT_OPTION);
    assert_says(answer.fault, "2 nodes may be the output (y, z): name it with --out_node");
    answer = convert("two_ends", &(struct convert_options){.outputs = nowhere, .n_outputs = 1});
    ck_assert_int_eq(answer.r, E_NO_TENSOR);
    assert_says(answer.fault, "--out_node nowhere: the graph has no such node; its last is z");
}
END_TEST

START_TEST(graphs_that_are_none_are_refused)
{
    struct answer answer = convert("refuse_circle", NULL);

    /* All of it is read by something: so no output is found, and where one is said, the circle. */
    ck_assert_int_eq(answer.r, E_CONVERT_OPTION);
    answer =
        convert("refuse_circle",
                &(struct convert_options){.outputs = (const char *const[]){"c"}, .n_outputs = 1});
    ck_assert_int_eq(answer.r, E_CONVERT_SYNTAX);
    assert_says(answer.fault, "the graph has a circle");
    answer = convert("refuse_missing", NULL);
    ck_assert_int_eq(answer.r, E_CONVERT_SYNTAX);
    assert_says(answer.fault, "node \"y\" (Add) reads \"nowhere\", which is not in the graph");
    answer = convert("refuse_twice", NULL);
    ck_assert_int_eq(answer.r, E_CONVERT_SYNTAX);
    assert_says(answer.fault, "two nodes named \"x\"");
}
END_TEST

START_TEST(damaged_constants_are_named)
{
    struct answer answer = convert("refuse_short", NULL);

    ck_assert_int_eq(answer.r, E_CONVERT_LAYER);
    assert_says(answer.report, "operator Add, node \"y\": constant k has 8 bytes, its shape takes "
                               "12; ");
}
END_TEST

START_TEST(outputs_for_training_are_not_there)
{
    struct answer answer = convert("refuse_output", NULL);

    ck_assert_int_eq(answer.r, E_CONVERT_LAYER);
    assert_says(answer.report, "operator FusedBatchNorm, node \"n\": its output 1 is read, ");
}
END_TEST

START_TEST(constants_cannot_be_blown_up)
{
    struct answer answer = convert("refuse_large", NULL);

    ck_assert_int_eq(answer.r, E_TOO_LARGE);
    assert_says(answer.fault, "far more memory than the file holds");
}
END_TEST

START_TEST(an_output_needs_an_input)
{
    struct answer answer = convert("refuse_constant", NULL);

    ck_assert_int_eq(answer.r, E_CONVERT_LAYER);
    assert_says(answer.report, "output \"y:0\": it depends on no input of the network");
}
END_TEST

START_TEST(what_is_no_graph_says_what_it_is)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *says;
    } files[] = {
        {"", 0, "no TensorFlow graph"},
        {"#!/bin/sh\necho nothing\n", 23, "no TensorFlow graph"},
        {"node {\n  name: \"x\"\n", 19, "a GraphDef in text form"},
        {"\x08\x01\x12\x02\x0a", 5, "a SavedModel"},
        {"\x1c\0\0\0TFL3", 8, "a TFLite model"},
        {"\x89HDF\r\n", 6, "a Keras file"},
        {"PK\x03\x04", 4, "a ZIP archive or a DLC"},
        {"\x89PNG\r\n", 6, "a picture (PNG)"},
        {"\xff\xd8\xff\xe0", 4, "a picture (JPEG)"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
        struct answer answer = convert_bytes(files[i].bytes, files[i].size, NULL);

        ck_assert_int_eq(answer.r, E_CONVERT_SYNTAX);
        assert_says(answer.fault, files[i].says);
        ck_assert_str_eq(answer.report, "");
    }
}
END_TEST

/* BYTES cut at SIZE, or changed: an error with a sentence, or a smaller model that is whole. */
static void convert_part(const void *bytes, size_t size)
{
    void *copy = malloc(size + 1); /* exactly as long, for AddressSanitizer */
    struct answer answer;

    memcpy(copy, bytes, size);
    answer = convert_bytes(copy, size, NULL);
    ck_assert(answer.r == 0 || *answer.fault);
    free(copy);
}

START_TEST(a_graph_cut_anywhere_is_no_danger)
{
    static const char *const cut[] = {"tensordot", "deconv_keras", "list_half", "lstm_cells"};

    for (size_t i = 0; i < ARRAY_SIZE(cut); i++) {
        struct convert_case c;

        case_read(case_path(suite_text("tensorflow/%s", cut[i])), &c);
        for (size_t size = 0; size < c.model_size; size++)
            convert_part(c.model, size);
        case_done(&c);
    }
}
END_TEST

START_TEST(a_graph_with_any_byte_changed_is_no_danger)
{
    struct random random = {11};
    size_t n;
    const char *const *names = case_names("tensorflow/", &n);

    for (size_t i = 0; i < n; i++) {
        struct convert_case c;
        uint8_t *bytes;

        case_read(case_path(names[i]), &c);
        bytes = suite_copy(c.model, c.model_size);
        for (int round = 0; round < 50; round++) {
            size_t at = random_below(&random, c.model_size);
            uint8_t was = bytes[at];

            bytes[at] = (uint8_t)random_u64(&random);
            convert_part(bytes, c.model_size);
            bytes[at] = was;
        }
        case_done(&c);
    }
}
END_TEST

SUITE(everything_that_is_wrong_is_said_at_once, what_the_outputs_do_not_need_is_not_looked_at,
      a_node_of_dims_may_stand_behind_what_is_refused, loops_are_refused_with_what_is_inside,
      what_must_be_known_and_is_not_is_said, functions_and_what_calls_them_are_refused,
      open_sizes_are_named_with_the_option_that_settles_them, dims_must_fit_the_graph,
      outputs_are_named_where_several_could_be_meant, graphs_that_are_none_are_refused,
      damaged_constants_are_named, outputs_for_training_are_not_there, constants_cannot_be_blown_up,
      an_output_needs_an_input, what_is_no_graph_says_what_it_is, a_graph_cut_anywhere_is_no_danger,
      a_graph_with_any_byte_changed_is_no_danger);
