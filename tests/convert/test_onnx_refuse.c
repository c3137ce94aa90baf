/* What cannot be converted: everything is said at once, nothing is made. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "tests/convert/case.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

/* One call of onnx_convert and what it said. */
struct answer {
    int r;
    const char *report, *fault;
};

static struct answer convert(const char *file, const struct convert_options *options)
{
    static const struct convert_options none = {0};
    struct answer answer;
    struct graph *graph = NULL;
    struct buf report = {0};
    struct fault fault = {""};
    size_t size;
    void *bytes = suite_read(suite_source(suite_text("tests/convert/data/%s.onnx", file)), &size);

    answer.r = onnx_convert(bytes, size, options ? options : &none, &graph, &report, &fault);
    ck_assert((answer.r == 0) == (graph != NULL));
    answer.report = suite_text("%.*s", (int)report.size, report.base ? (char *)report.base : "");
    answer.fault = suite_text("%s", fault.text);
    graph_unref(graph);
    buf_done(&report);
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
    assert_says(answer.report, "operator com.example.Magic, node \"magic\": ");
    assert_says(answer.report, "operator If, node \"branch\": control flow that depends on an "
                               "input of the network; ");
    assert_says(answer.report, "operator Conv, node \"computed\": the weights (x) come out of the "
                               "network; make it a constant");
    assert_says(answer.report, "operator MaxPool, node \"dilated\": dilations other than 1; ");
    assert_says(answer.report,
                "operator Relu, node \"odd\": attribute surprise is not supported; ");
    assert_says(answer.report, "operator LSTM, node \"clipped\": a clip of the cell; ");
    assert_says(answer.report, "operators that are supported: Abs, Acos, ");
    ck_assert_ptr_null(strstr(answer.report, "\"fine\""));
    assert_says(answer.fault, "(and other problems)");
}
END_TEST

/* What the line of the cut says as options, one after another; their number. */
static uint32_t read_cut(const char *report, const char *names[4])
{
    const char *at = strstr(report, " nodes can be converted, with ");
    uint32_t n = 0;

    ck_assert_msg(at != NULL, "no cut in:\n%s", report);
    at = suite_text("%.*s", (int)strcspn(at, "\n"), at);
    while ((at = strstr(at, "--out_node ")) != NULL && n < 4) {
        at += strlen("--out_node ");
        names[n++] = suite_text("%.*s", (int)strcspn(at, " "), at);
    }
    return n;
}

START_TEST(the_cut_that_is_named_converts)
{
    struct answer answer = convert("refuse_many", NULL);
    const char *names[4];
    const struct convert_options options = {.outputs = names,
                                            .n_outputs = read_cut(answer.report, names)};

    assert_says(answer.report, "\n1 of 9 nodes can be converted, with --out_node c\n");
    ck_assert_int_eq(convert("refuse_many", &options).r, 0);
}
END_TEST

START_TEST(no_cut_is_named_where_nothing_is_left)
{
    struct answer answer = convert("refuse_constant", NULL);

    ck_assert_ptr_null(strstr(answer.report, "--out_node y"));
    answer = convert("open_sizes", NULL);
    ck_assert_ptr_null(strstr(answer.report, "can be converted, with"));
}
END_TEST

START_TEST(what_the_outputs_do_not_need_is_not_looked_at)
{
    const char *const outputs[] = {"fine"};
    const struct convert_options options = {.outputs = outputs, .n_outputs = 1};

    ck_assert_int_eq(convert("refuse_many", &options).r, 0);
}
END_TEST

START_TEST(open_sizes_are_named_with_the_option_that_settles_them)
{
    struct answer answer = convert("open_sizes", NULL);

    ck_assert_int_eq(answer.r, E_SHAPE);
    assert_says(answer.report,
                "input \"x\": its sizes [N,3,H,?] are open; give numbers: -d x 1,3,H,?");
    assert_says(answer.fault, "\"x\": its sizes [N,3,H,?] are open");
}
END_TEST

static struct answer convert_open(const char *name, struct shape shape)
{
    const struct input_dims dims = {.name = name, .shape = shape};

    return convert("open_sizes", &(struct convert_options){.dims = &dims, .n_dims = 1});
}

START_TEST(dims_settle_what_is_open)
{
    ck_assert_int_eq(convert_open("x", (struct shape){4, {1, 3, 2, 2}}).r, 0);
}
END_TEST

START_TEST(dims_must_fit_an_input)
{
    struct answer answer = convert_open("y", (struct shape){4, {1, 3, 2, 2}});

    ck_assert_int_eq(answer.r, E_CONVERT_OPTION);
    assert_says(answer.fault, "-d y: the model has no input of that name; its first is x");
    answer = convert_open("x", (struct shape){3, {3, 2, 2}});
    ck_assert_int_eq(answer.r, E_CONVERT_OPTION);
    assert_says(answer.fault, "-d x: 3 sizes, but the model's input has 4 dimensions");
}
END_TEST

START_TEST(sizes_that_do_not_fit_name_the_node)
{
    struct answer answer = convert_open("x", (struct shape){4, {1, 3, 5, 2}});

    ck_assert_int_eq(answer.r, E_CONVERT_LAYER);
    assert_says(answer.report, "operator Add, node \"y\": ");
    answer = convert("refuse_columns", NULL);
    ck_assert_int_eq(answer.r, E_CONVERT_LAYER);
    assert_says(answer.report, "operator Gemm, nodes \"gemm\", \"turned\": rows of 4 numbers times "
                               "columns of 5; ");
    assert_says(answer.report, "operator MatMul, node \"product\": rows of 4 numbers times ");
    assert_says(answer.report, "operator MatMul, node \"both\": ");
}
END_TEST

START_TEST(what_no_operator_set_knows_is_refused)
{
    struct answer answer = convert("refuse_wrong", NULL);

    ck_assert_int_eq(answer.r, E_CONVERT_LAYER);
    assert_says(answer.report, "Relu, node \"many\": 1000 inputs; it has 1 at most; ");
    assert_says(answer.report, "LeakyRelu, node \"again\": attribute alpha is there twice; ");
    assert_says(answer.report, "\"hidden\": hidden_size 1000000000, but its matrices are for 2; ");
    assert_says(answer.report, "\"nothing\": its weights are 0x6x3x3, which are none; ");
    assert_says(answer.report, "Gemm, node \"empty\": its matrix is empty; ");
    assert_says(answer.report, "MatMul, node \"void\": its matrix is empty; ");
    assert_says(answer.report, "\"split\": the parts make 5, but the axis has 6; ");
    ck_assert_ptr_null(strstr(answer.report, "--out_node p"));
    answer = convert("refuse_zero", NULL);
    ck_assert_int_eq(answer.r, E_SHAPE);
    assert_says(answer.report,
                "input \"x\": its sizes [1,0,4,4] hold a 0, and so no numbers; give numbers: "
                "-d x 1,?,4,4");
}
END_TEST

START_TEST(what_works_on_volumes_is_refused_by_its_name)
{
    struct answer answer = convert("refuse_volumes", NULL);

    ck_assert_int_eq(answer.r, E_CONVERT_LAYER);
    assert_says(answer.report, "operator Conv, node \"conv\": a 3-D Conv; ");
    assert_says(answer.report, "operator MaxPool, node \"pool\": a 3-D MaxPool; ");
    assert_says(answer.report, "operator ConvTranspose, node \"deconv\": a 3-D ConvTranspose; ");
    assert_says(answer.report, "operator Resize, node \"resize\": ");
}
END_TEST

START_TEST(an_output_that_is_not_there_is_refused)
{
    const char *const outputs[] = {"nowhere"};
    struct answer answer =
        convert("open_sizes", &(struct convert_options){.outputs = outputs, .n_outputs = 1});

    ck_assert_int_eq(answer.r, E_NO_TENSOR);
    assert_says(answer.fault, "--out_node nowhere: ");
}
END_TEST

START_TEST(names_are_made_once_and_before_they_are_read)
{
    struct answer answer = convert("refuse_order", NULL);

    ck_assert_int_eq(answer.r, E_CONVERT_SYNTAX);
    assert_says(answer.fault, "reads \"n\", which nothing before it makes");
    answer = convert("refuse_twice", NULL);
    ck_assert_int_eq(answer.r, E_CONVERT_SYNTAX);
    assert_says(answer.fault, "\"y\" is made twice");
}
END_TEST

START_TEST(newer_operators_are_refused_with_their_version)
{
    struct answer answer = convert("refuse_newer", NULL);

    ck_assert_int_eq(answer.r, E_NOT_BUILT);
    assert_says(answer.fault, "operator set 1000");
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
    assert_says(answer.report, "output \"y\": it depends on no input of the network");
}
END_TEST

START_TEST(a_branch_must_fit_its_if)
{
    struct answer answer = convert("refuse_branches", NULL);

    ck_assert_int_eq(answer.r, E_CONVERT_SYNTAX);
    assert_says(answer.fault, "\"choice\" (If): a branch has 2 outputs, the node 1");
    answer = convert("refuse_branch", NULL);
    ck_assert_int_eq(answer.r, E_CONVERT_SYNTAX);
    assert_says(answer.fault, "reads \"b\", which nothing before it makes");
    answer = convert("refuse_no_branch", NULL);
    ck_assert_int_eq(answer.r, E_CONVERT_LAYER);
    assert_says(answer.report, "operator If, node \"choice\": it has no branch to take; ");
}
END_TEST

START_TEST(codes_go_where_they_mean_something)
{
    struct answer answer = convert("refuse_codes", NULL);

    ck_assert_int_eq(answer.r, E_CONVERT_LAYER);
    assert_says(answer.report, "operator Relu, node \"relu\": it works on 8-bit codes, not on "
                               "numbers; put DequantizeLinear in front");
    answer = convert("refuse_channels", NULL);
    ck_assert_int_eq(answer.r, E_CONVERT_LAYER);
    assert_says(answer.report, "an activation with a scale for each channel; ");
}
END_TEST

/* BYTES cut at SIZE: an error with a sentence, or a smaller model that is whole. */
static void convert_part(const void *bytes, size_t size)
{
    struct graph *graph = NULL;
    struct buf report = {0};
    struct fault fault = {""};
    void *copy = malloc(size + 1); /* exactly as long, for AddressSanitizer */
    int r;

    memcpy(copy, bytes, size);
    r = onnx_convert(copy, size, &(struct convert_options){0}, &graph, &report, &fault);
    ck_assert((r == 0) == (graph != NULL));
    ck_assert(r == 0 || *fault.text);
    graph_unref(graph);
    buf_done(&report);
    free(copy);
}

START_TEST(a_model_cut_anywhere_is_refused_with_a_sentence)
{
    static const char *const cut[] = {"lstm",     "fold_sizes", "conv_groups",
                                      "list_f16", "if_scopes",  "qgemm"};

    for (size_t i = 0; i < ARRAY_SIZE(cut); i++) {
        struct convert_case c;

        case_read(case_path(cut[i]), &c);
        for (size_t size = 0; size < c.model_size; size++)
            convert_part(c.model, size);
        case_done(&c);
    }
}
END_TEST

START_TEST(a_model_with_any_byte_changed_is_no_danger)
{
    struct random random = {7};
    size_t n;
    const char *const *names = case_names("", &n);

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

START_TEST(what_is_no_model_says_so)
{
    struct graph *graph = NULL;
    struct buf report = {0};
    struct fault fault = {""};
    const char text[] = "#!/bin/sh\necho no model\n";

    ck_assert_int_eq(
        onnx_convert(text, sizeof(text), &(struct convert_options){0}, &graph, &report, &fault),
        E_CONVERT_SYNTAX);
    assert_says(fault.text, "no ONNX model");
    ck_assert_int_eq(onnx_convert("", 0, &(struct convert_options){0}, &graph, &report, &fault),
                     E_CONVERT_SYNTAX);
    assert_says(fault.text, "no ONNX model");
    ck_assert_uint_eq(report.size, 0);
}
END_TEST

/* The root of a negative variance is none either; what a mask adds may be infinite. */
START_TEST(weights_that_are_no_numbers_are_refused)
{
    struct answer answer = convert("refuse_nan", NULL);

    ck_assert_int_eq(answer.r, E_CONVERT_LAYER);
    assert_says(answer.report, "operator Conv, node \"conv\": number 3 of w is no number (NaN); ");
    assert_says(answer.report, "operator MatMul, node \"product\": number 3 of m is no number");
    assert_says(answer.report, "operator BatchNormalization, node \"norm\": number 1 of ");
    ck_assert_ptr_null(strstr(answer.report, "\"mask\""));
}
END_TEST

/* "frob1" is the name of a node, and "surprise" that of an attribute. */
START_TEST(a_name_that_is_no_text_is_refused_where_it_stands)
{
    static const char *const names[] = {"frob1", "surprise"};
    static const char bad[] = {'\n', '\x1b', '\x7f', '\xff', '\0'};

    for (size_t i = 0; i < sizeof(bad) * ARRAY_SIZE(names); i++) {
        const char *name = names[i / sizeof(bad)];
        struct graph *graph = NULL;
        struct buf report = {0};
        struct fault fault = {""};
        size_t size;
        char *bytes = suite_read(suite_source("tests/convert/data/refuse_many.onnx"), &size);
        char *at = memmem(bytes, size, name, strlen(name));

        ck_assert_ptr_nonnull(at);
        at[2] = bad[i % sizeof(bad)];
        ck_assert_int_eq(
            onnx_convert(bytes, size, &(struct convert_options){0}, &graph, &report, &fault),
            E_CONVERT_SYNTAX);
        assert_says(fault.text, suite_text("byte %zu: a name with a control", at - bytes));
        buf_done(&report);
        free(bytes);
    }
}
END_TEST

SUITE(everything_that_is_wrong_is_said_at_once, the_cut_that_is_named_converts,
      no_cut_is_named_where_nothing_is_left, what_the_outputs_do_not_need_is_not_looked_at,
      open_sizes_are_named_with_the_option_that_settles_them, dims_settle_what_is_open,
      dims_must_fit_an_input, sizes_that_do_not_fit_name_the_node,
      what_no_operator_set_knows_is_refused, what_works_on_volumes_is_refused_by_its_name,
      an_output_that_is_not_there_is_refused, names_are_made_once_and_before_they_are_read,
      newer_operators_are_refused_with_their_version, constants_cannot_be_blown_up,
      an_output_needs_an_input, a_branch_must_fit_its_if, codes_go_where_they_mean_something,
      a_model_cut_anywhere_is_refused_with_a_sentence, a_model_with_any_byte_changed_is_no_danger,
      weights_that_are_no_numbers_are_refused, a_name_that_is_no_text_is_refused_where_it_stands,
      what_is_no_model_says_so);
