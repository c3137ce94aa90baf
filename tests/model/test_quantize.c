/* What the quantiser makes of a graph's numbers, rule by rule. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "model/ops/arg_max.h"
#include "model/ops/binary.h"
#include "model/ops/conv.h"
#include "model/ops/deconv.h"
#include "model/ops/gather.h"
#include "model/quant/quantize.h"
#include "model/quant/roles.h"
#include "tests/model/net.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

#define NONE NO_VALUE, NO_VALUE, NO_VALUE

/* NUMBERS are what the value NAME was seen to hold. */
static void saw(struct observations *seen, const struct graph *graph, const char *name,
                const float *numbers, size_t n)
{
    ck_assert_int_eq(observe_add(&seen->v[graph_find_value(graph, name)], numbers, n), 0);
}

static float from_bits(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof(x));
    return x;
}

static void assert_encoding(const struct value *value, uint32_t min, uint32_t max, uint32_t delta,
                            int32_t offset)
{
    const struct encoding expected = {from_bits(min), from_bits(max), from_bits(delta), offset};

    ck_assert_uint_eq(value->n_encodings, 1);
    ck_assert_mem_eq(value->encodings, &expected, sizeof(expected));
}

/* x [1,4] -> fc [1,1] with the documented example as inputs, and real biases. */
static struct graph *make_fc(const float *weights, float bias)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 4));
    uint32_t w = net_constant(builder, "w", SHAPE(1, 4), weights);
    uint32_t b = net_constant(builder, "b", SHAPE(1), &bias);

    net_node(builder, "fc", OP_FULLY_CONNECTED, NULL, x, w, b, NO_VALUE);
    return net_done(builder);
}

static struct graph *quantize(struct graph *graph, const struct observations *seen,
                              const struct quantize_options *options, struct buf *notes)
{
    struct graph *coded;
    struct fault fault = {""};
    int r = graph_quantize(graph, seen, options, &coded, notes, &fault);

    ck_assert_msg(r == 0, "%s", fault.text);
    return coded;
}

START_TEST(the_check_values_come_out_to_the_bit)
{
    static const float example[4] = {-1.8f, -1, 0, 0.5f};
    static const struct {
        float bias;
        uint32_t min, max, delta;
        int32_t offset;
        uint8_t code;
    } biases[] = {
        {0.45287f, 0, 0x3ee7de94, 0x3ae8c75b, 0, 255},
        {1.96e-4f, 0, 0x3c23d70a, 0x38247b86, 0, 5},
        {0, 0, 0x3c23d70a, 0x38247b86, 0, 0},
        {-0.019654f, 0xbca1016d, 0, 0x38a1a310, -255, 0},
    };

    for (size_t i = 0; i < ARRAY_SIZE(biases); i++) {
        struct graph *graph = make_fc(example, biases[i].bias), *coded;
        const struct value *value;
        struct observations seen;

        ck_assert_int_eq(observations_init(&seen, graph->n_values, false), 0);
        saw(&seen, graph, "x", example, 4);
        saw(&seen, graph, "fc:0", (const float[]){-5.1f, 5.1f}, 2);
        coded = quantize(graph, &seen, &(struct quantize_options){0}, NULL);
        assert_encoding(net_value(coded, "x"), 0xbfe6e6e7, 0x3efdfdfe, 0x3c13c6fa, -200);
        assert_encoding(net_value(coded, "fc:0"), 0xc0a3d70a, 0x40a28f5c, 0x3d23d70a, -128);
        value = net_value(coded, "w");
        assert_encoding(value, 0xbfe6e6e7, 0x3efdfdfe, 0x3c13c6fa, -200);
        ck_assert_mem_eq(value->data, ((const uint8_t[]){0, 89, 200, 255}), 4);
        value = net_value(coded, "b");
        assert_encoding(value, biases[i].min, biases[i].max, biases[i].delta, biases[i].offset);
        ck_assert_mem_eq(value->data, &biases[i].code, 1);
        graph_unref(coded);
        graph_unref(graph);
        observations_done(&seen);
    }
}
END_TEST

START_TEST(biases_of_32_bits_stay_the_floats_that_they_are)
{
    static const float weights[4] = {1, 2, 3, -4};
    struct graph *graph = make_fc(weights, 0.123f), *coded;
    struct observations seen;

    ck_assert_int_eq(observations_init(&seen, graph->n_values, false), 0);
    coded = quantize(graph, &seen, &(struct quantize_options){.float_biases = true}, NULL);
    ck_assert_int_eq(net_value(coded, "b")->dtype, DTYPE_F32);
    ck_assert_float_eq(*(const float *)net_value(coded, "b")->data, 0.123f);
    ck_assert_int_eq(net_value(coded, "w")->dtype, DTYPE_TF8);
    graph_unref(coded);
    graph_unref(graph);
    observations_done(&seen);
}
END_TEST

START_TEST(symmetric_weights_have_128_for_0_and_as_much_below_as_above)
{
    static const float cases[][4] = {{-1, 0, 0.26f, 2.54f}, {-2.54f, 0, 1, 0}, {0, 2.54f, 0, 0}};
    static const uint8_t codes[][4] = {
        {78, 128, 141, 255}, {1, 128, 178, 128}, {128, 255, 128, 128}};
    struct encoding encoding;

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        uint8_t got[4];

        ck_assert_int_eq(weights_encoding(WEIGHTS_SYMMETRIC, cases[i], 4, &encoding), 0);
        ck_assert_int_eq(encoding.offset, -128);
        ck_assert_float_eq_tol(encoding.delta, 0.02f, 1e-8f);
        encoding_quantize(&encoding, cases[i], 4, got);
        ck_assert_mem_eq(got, codes[i], 4);
    }
    ck_assert_int_eq(weights_encoding(WEIGHTS_SYMMETRIC, (const float[]){0, 0}, 2, &encoding), 0);
    ck_assert_float_eq(encoding.min, 0);
}
END_TEST

static double mean_square(const struct encoding *encoding, const float *x, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        uint8_t code;
        double error;

        encoding_quantize(encoding, &x[i], 1, &code);
        error = encoding_real(encoding, code) - (double)x[i];
        sum += error * error;
    }
    return sum / (double)n;
}

/* Weights on a grid of 1/240 of their range: the step that fits them is wider than the default's.
 */
START_TEST(adjusted_ranges_are_no_narrower_and_fit_better)
{
    struct random random = {3};
    struct encoding plain, adjusted;
    float x[500];

    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 500; i++)
            x[i] = (float)(random_below(&random, 241) - 100.0) / 100;
        x[0] = -1;
        x[1] = 1.4f;
        ck_assert_int_eq(weights_encoding(WEIGHTS_DEFAULT, x, 500, &plain), 0);
        ck_assert_int_eq(weights_encoding(WEIGHTS_ADJUSTED, x, 500, &adjusted), 0);
        ck_assert_int_eq(encoding_check(&adjusted), 0);
        ck_assert_float_ge(adjusted.max - adjusted.min, plain.max - plain.min);
        ck_assert_double_lt(4 * mean_square(&adjusted, x, 500), mean_square(&plain, x, 500));
    }
}
END_TEST

START_TEST(numbers_that_have_no_encoding_are_named)
{
    static const float weights[4] = {1, NAN, 0, 0};
    const enum weights_rule rules[] = {WEIGHTS_DEFAULT, WEIGHTS_ENHANCED, WEIGHTS_ADJUSTED,
                                       WEIGHTS_SYMMETRIC};
    struct graph *graph = make_fc(weights, 0), *coded = NULL;
    struct observations seen;
    struct fault fault;

    ck_assert_int_eq(observations_init(&seen, graph->n_values, false), 0);
    for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
        const struct quantize_options options = {.weights = rules[i]};

        ck_assert_int_eq(graph_quantize(graph, &seen, &options, &coded, NULL, &fault), E_ENCODING);
        ck_assert_str_eq(fault.text, "w: its numbers have no 8-bit encoding");
    }
    ck_assert_ptr_null(coded);
    graph_unref(graph);
    observations_done(&seen);
}
END_TEST

/* x [4,2] -> its largest (an index) -> a row of a table -> relu */
START_TEST(indices_stay_float_and_are_told_of)
{
    const struct arg_max_attrs largest = {.axis = 1};
    const struct gather_attrs rows = {.axis = 0};
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 8)), at, flat;
    uint32_t table = net_constant(builder, "table", SHAPE(8, 3), NULL);
    struct observations seen;
    struct graph *graph, *coded;
    struct buf notes = {0};

    at = net_node(builder, "largest", OP_ARG_MAX, &largest, x, NONE);
    flat = net_reshape(builder, "flat", at, SHAPE(1));
    net_relu(builder, "relu",
             net_node(builder, "row", OP_GATHER, &rows, table, flat, NO_VALUE, NO_VALUE));
    graph = net_done(builder);
    ck_assert_int_eq(observations_init(&seen, graph->n_values, false), 0);
    for (uint32_t i = 0; i < graph->n_values; i++)
        if (!graph->values[i].blob)
            saw(&seen, graph, graph->values[i].name, (const float[]){0, 7}, 2);
    coded = quantize(graph, &seen, &(struct quantize_options){0}, &notes);
    ck_assert_uint_eq(net_value(coded, "largest:0")->n_encodings, 0);
    ck_assert_uint_eq(net_value(coded, "flat:0")->n_encodings, 0);
    ck_assert_uint_eq(net_value(coded, "x")->n_encodings, 1);
    ck_assert_uint_eq(net_value(coded, "row:0")->n_encodings, 1);
    ck_assert_int_eq(net_value(coded, "table")->dtype, DTYPE_TF8);
    ck_assert_str_eq((const char *)notes.base, "largest:0 stays float: indices\n"
                                               "flat:0 stays float: indices\n");
    buf_done(&notes);
    graph_unref(coded);
    graph_unref(graph);
    observations_done(&seen);
}
END_TEST

START_TEST(what_was_not_seen_has_no_encoding_and_is_told_of)
{
    static const float weights[4] = {1, 2, 3, -4};
    struct graph *graph = make_fc(weights, 0), *coded;
    struct observations seen;
    struct buf notes = {0};

    ck_assert_int_eq(observations_init(&seen, graph->n_values, false), 0);
    saw(&seen, graph, "x", weights, 4);
    coded = quantize(graph, &seen, &(struct quantize_options){0}, &notes);
    ck_assert_uint_eq(net_value(coded, "fc:0")->n_encodings, 0);
    ck_assert_str_eq((const char *)notes.base, "fc:0 stays float: it was not seen\n");
    buf_done(&notes);
    graph_unref(coded);
    graph_unref(graph);
    observations_done(&seen);
}
END_TEST

START_TEST(a_quantised_graph_is_refused)
{
    static const float weights[4] = {1, 2, 3, -4};
    struct graph *graph = make_fc(weights, 0), *coded, *twice = NULL;
    struct observations seen;
    struct fault fault;

    ck_assert_int_eq(observations_init(&seen, graph->n_values, false), 0);
    ck_assert(!roles_are_quantized(graph));
    coded = quantize(graph, &seen, &(struct quantize_options){0}, NULL);
    ck_assert(roles_are_quantized(coded));
    ck_assert_int_eq(
        graph_quantize(coded, &seen, &(struct quantize_options){0}, &twice, NULL, &fault), E_STATE);
    ck_assert_ptr_null(twice);
    graph_unref(coded);
    graph_unref(graph);
    observations_done(&seen);
}
END_TEST

/* A graph of training with fake quantisation: it says what the codes are to be. */
static struct graph *make_trained(const struct encoding *given)
{
    static const float weights[4] = {1, 2, 3, -1};
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 4)), w;
    _cleanup_(blob_unrefp) struct blob *blob = blob_new(sizeof(weights));
    const struct constant constant = {
        .name = "w", .shape = SHAPE(1, 4), .blob = blob, .encodings = given, .n_encodings = 1};

    memcpy(blob_base(blob), weights, sizeof(weights));
    ck_assert_int_eq(build_constant(builder, &constant, &w, NULL), 0);
    ck_assert_int_eq(build_encoding(builder, x, given, 1, 0, NULL), 0);
    net_node(builder, "fc", OP_FULLY_CONNECTED, NULL, x, w, NO_VALUE, NO_VALUE);
    return net_done(builder);
}

START_TEST(encodings_of_training_win_only_when_that_is_asked_for)
{
    struct encoding given;
    struct observations seen;
    struct graph *graph, *coded;

    ck_assert_int_eq(encoding_of_range(-2, 2.5, &given), 0);
    graph = make_trained(&given);
    ck_assert_int_eq(observations_init(&seen, graph->n_values, false), 0);
    saw(&seen, graph, "x", (const float[]){0, 10}, 2);
    coded = quantize(graph, &seen, &(struct quantize_options){.keep_encodings = true}, NULL);
    ck_assert_mem_eq(net_value(coded, "x")->encodings, &given, sizeof(given));
    ck_assert_mem_eq(net_value(coded, "w")->encodings, &given, sizeof(given));
    ck_assert_uint_eq(((const uint8_t *)net_value(coded, "w")->data)[2], 255); /* 3 is cut */
    graph_unref(coded);
    coded = quantize(graph, &seen, &(struct quantize_options){0}, NULL);
    ck_assert_float_eq(net_value(coded, "x")->encodings->max, 10);
    ck_assert_float_gt(net_value(coded, "w")->encodings->max, 2.9f);
    graph_unref(coded);
    graph_unref(graph);
    observations_done(&seen);
}
END_TEST

/* Of a tail that is cut elsewhere, nothing of what a network answers is. */
START_TEST(outputs_and_what_softmax_makes_them_of_are_not_cut)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 4)), y = net_relu(builder, "y", x);
    struct observations seen;
    struct graph *graph, *coded;
    float numbers[4096];

    net_node(builder, "p", OP_SOFTMAX, NULL, net_relu(builder, "z", y), NONE);
    graph = net_done(builder);
    for (int i = 0; i < 4096; i++)
        numbers[i] = i ? 1 : 100;
    ck_assert_int_eq(observations_init(&seen, graph->n_values, true), 0);
    for (uint32_t i = 0; i < graph->n_values; i++)
        saw(&seen, graph, graph->values[i].name, numbers, 4096);
    coded = quantize(graph, &seen, &(struct quantize_options){.cut_activations = true}, NULL);
    ck_assert_float_lt(net_value(coded, "x")->encodings->max, 2);
    ck_assert_float_lt(net_value(coded, "y:0")->encodings->max, 2);
    ck_assert_float_eq(net_value(coded, "z:0")->encodings->max, 100);
    ck_assert_float_eq(net_value(coded, "p:0")->encodings->max, 100);
    graph_unref(coded);
    graph_unref(graph);
    observations_done(&seen);
}
END_TEST

START_TEST(a_limit_has_the_encoding_of_what_comes_of_it)
{
    static const float ends[4] = {2, 4, 1000, 3};
    const struct binary_attrs minimum = {.kind = BINARY_MIN};
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 4));
    uint32_t limit = net_constant(builder, "ends", SHAPE(1, 4), ends);
    struct observations seen;
    struct graph *graph, *coded;

    net_node(builder, "y", OP_BINARY, &minimum, x, limit, NO_VALUE, NO_VALUE);
    graph = net_done(builder);
    ck_assert_int_eq(observations_init(&seen, graph->n_values, false), 0);
    saw(&seen, graph, "x", (const float[]){0, 7}, 2);
    saw(&seen, graph, "y:0", (const float[]){0, 5.1f}, 2);
    coded = quantize(graph, &seen, &(struct quantize_options){0}, NULL);
    ck_assert_mem_eq(net_value(coded, "ends")->encodings, net_value(coded, "y:0")->encodings,
                     sizeof(struct encoding));
    ck_assert_mem_eq(net_value(coded, "ends")->data, ((const uint8_t[]){100, 200, 255, 150}), 4);
    graph_unref(coded);
    graph_unref(graph);
    observations_done(&seen);
}
END_TEST

static uint32_t axis_of(enum op op, const void *attrs, struct shape weights)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 4, 4, 2));
    uint32_t w = net_constant(builder, "w", weights, NULL);
    struct observations seen;
    struct graph *graph, *coded;
    uint32_t axis;

    net_node(builder, "n", op, attrs, x, w, NO_VALUE, NO_VALUE);
    graph = net_done(builder);
    ck_assert_int_eq(observations_init(&seen, graph->n_values, false), 0);
    coded = quantize(graph, &seen, &(struct quantize_options){.per_channel = true}, NULL);
    axis = net_value(coded, "w")->n_encodings > 1 ? net_value(coded, "w")->encoding_axis : NO_AXIS;
    graph_unref(coded);
    graph_unref(graph);
    observations_done(&seen);
    return axis;
}

START_TEST(channels_are_those_of_the_sums)
{
    const struct window window = {2, 2, 1, 1, 1, 1, 0, 0, 0, 0, PADDING_EXPLICIT};
    const struct conv_attrs conv = {window, 1, 0}, depthwise = {window, 2, 0};
    const struct deconv_attrs whole = {window, 1, 0, 0}, split = {window, 2, 0, 0};

    ck_assert_uint_eq(axis_of(OP_CONV, &conv, SHAPE(2, 2, 2, 3)), 3);
    ck_assert_uint_eq(axis_of(OP_CONV, &depthwise, SHAPE(2, 2, 1, 2)), 3);
    ck_assert_uint_eq(axis_of(OP_DECONV, &whole, SHAPE(2, 2, 2, 3)), 3);
    ck_assert_uint_eq(axis_of(OP_DECONV, &split, SHAPE(2, 2, 2, 3)), NO_AXIS);
    ck_assert_uint_eq(axis_of(OP_FULLY_CONNECTED, NULL, SHAPE(5, 32)), 0);
    ck_assert_uint_eq(axis_of(OP_PRELU, NULL, SHAPE(2)), NO_AXIS);
}
END_TEST

SUITE(the_check_values_come_out_to_the_bit, biases_of_32_bits_stay_the_floats_that_they_are,
      symmetric_weights_have_128_for_0_and_as_much_below_as_above,
      adjusted_ranges_are_no_narrower_and_fit_better, numbers_that_have_no_encoding_are_named,
      indices_stay_float_and_are_told_of, what_was_not_seen_has_no_encoding_and_is_told_of,
      a_quantised_graph_is_refused, encodings_of_training_win_only_when_that_is_asked_for,
      outputs_and_what_softmax_makes_them_of_are_not_cut,
      a_limit_has_the_encoding_of_what_comes_of_it, channels_are_those_of_the_sums);
