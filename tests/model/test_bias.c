/* Corrected biases: over the inputs that were seen, codes shift no output's mean. */
#include <math.h>
#include <string.h>

#include "model/derive.h"
#include "model/ops/conv.h"
#include "model/quant/bias.h"
#include "model/quant/quantize.h"
#include "tests/model/net.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

#define N_RUNS 5

/* x [1,1,1,4] -> a 1x1 convolution of GROUPS, or fc -> [..,6] */
static struct graph *make(int32_t groups, const float *w, const float *b)
{
    const struct conv_attrs conv = {{1, 1, 1, 1, 1, 1, 0, 0, 0, 0, PADDING_EXPLICIT}, groups, 0};
    const uint32_t ins = groups ? 4 / (uint32_t)groups : 4;
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 1, 1, 4)), weights, bias;

    weights = net_constant(builder, "w", groups ? SHAPE(1, 1, ins, 6) : SHAPE(6, 4), w);
    bias = net_constant(builder, "b", SHAPE(6), b);
    net_node(builder, "y", groups ? OP_CONV : OP_FULLY_CONNECTED, groups ? &conv : NULL, x, weights,
             bias, NO_VALUE);
    return net_done(builder);
}

/* Output M of input X, by the definition. */
static double output(const struct graph *graph, int groups, const float *x, int m)
{
    const float *w = net_value(graph, "w")->data, *b = net_value(graph, "b")->data;
    const int ins = groups ? 4 / groups : 4, first = groups ? m / (6 / groups) * ins : 0;
    double y = (double)b[m];

    for (int i = 0; i < ins; i++)
        y += (double)x[first + i] * (double)(groups ? w[i * 6 + m] : w[m * 4 + i]);
    return y;
}

static void check(int groups)
{
    const struct quantize_options options = {.float_biases = true};
    struct random random = {(uint64_t)groups + 3};
    struct graph *graph, *first, *corrected, *coded, *floats;
    struct observations seen;
    float w[24], b[6], x[N_RUNS][4];
    uint32_t n = 0;
    double off = 0;

    random_floats(&random, -1, 1, w, 24);
    random_floats(&random, -1, 1, b, 6);
    random_floats(&random, 0, 5, x[0], (size_t)N_RUNS * 4);
    graph = make(groups, w, b);
    ck_assert_int_eq(observations_init(&seen, graph->n_values, false), 0);
    ck_assert_int_eq(observe_channels(&seen.v[graph_find_value(graph, "x")], 4), 0);
    for (int i = 0; i < N_RUNS; i++)
        ck_assert_int_eq(observe_add(&seen.v[graph_find_value(graph, "x")], x[i], 4), 0);
    ck_assert_int_eq(graph_quantize(graph, &seen, &options, &first, NULL, NULL), 0);
    ck_assert_int_eq(graph_correct_biases(graph, first, &seen, &corrected, &n, NULL), 0);
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(graph_quantize(corrected, &seen, &options, &coded, NULL, NULL), 0);
    ck_assert_int_eq(graph_dequantize(coded, &floats, NULL), 0);
    for (int m = 0; m < 6; m++) {
        double sum = 0;

        for (int i = 0; i < N_RUNS; i++) {
            double error = output(floats, groups, x[i], m) - output(graph, groups, x[i], m);

            sum += error;
            off = fmax(off, fabs(error));
        }
        ck_assert_double_le(fabs(sum / N_RUNS), 1e-6);
    }
    ck_assert_double_gt(off, 1e-3); /* each alone is off, for weights are codes */
    graph_unref(floats);
    graph_unref(coded);
    graph_unref(corrected);
    graph_unref(first);
    graph_unref(graph);
    observations_done(&seen);
}

START_TEST(codes_shift_the_mean_of_no_output_of_a_convolution)
{
    check(1);
}
END_TEST

START_TEST(codes_shift_the_mean_of_no_output_of_a_grouped_convolution)
{
    check(2);
}
END_TEST

START_TEST(codes_shift_the_mean_of_no_output_of_a_matrix)
{
    check(0);
}
END_TEST

START_TEST(without_means_nothing_is_corrected)
{
    static const float w[24] = {1, 0.3f}, b[6] = {1};
    struct graph *graph = make(1, w, b), *coded, *corrected;
    struct observations seen;
    uint32_t n = 9;

    ck_assert_int_eq(observations_init(&seen, graph->n_values, false), 0);
    ck_assert_int_eq(
        graph_quantize(graph, &seen, &(struct quantize_options){0}, &coded, NULL, NULL), 0);
    ck_assert_int_eq(graph_correct_biases(graph, coded, &seen, &corrected, &n, NULL), 0);
    ck_assert_uint_eq(n, 0);
    ck_assert_mem_eq(net_value(corrected, "b")->data, b, sizeof(b));
    graph_unref(corrected);
    graph_unref(coded);
    graph_unref(graph);
    observations_done(&seen);
}
END_TEST

SUITE(codes_shift_the_mean_of_no_output_of_a_convolution,
      codes_shift_the_mean_of_no_output_of_a_grouped_convolution,
      codes_shift_the_mean_of_no_output_of_a_matrix, without_means_nothing_is_corrected);
