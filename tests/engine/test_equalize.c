/* Equalised networks compute what they did, and their channels have one range. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "engine/engine.h"
#include "model/build.h"
#include "model/dlc/dlc.h"
#include "model/ops/conv.h"
#include "model/ops/input.h"
#include "model/ops/pool.h"
#include "model/ops/relu.h"
#include "model/quant/equalize.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

#define N_IN (6 * 6 * 3)

struct maker {
    struct builder *builder;
    struct random random;
    uint32_t last;
};

static uint32_t node(struct maker *maker, const char *name, enum op op, const void *attrs,
                     const uint32_t *in, uint32_t n_in)
{
    const char *output = op == OP_INPUT ? name : suite_text("%s:0", name);
    const struct node_spec spec = {name, op, attrs, in, &output, n_in, 1};
    struct fault fault = {""};
    uint32_t value = 0;

    ck_assert_msg(build_node(maker->builder, &spec, &value, &fault) == 0, "%s", fault.text);
    maker->last = value;
    return value;
}

/* Random numbers; those of each place in the last axis (MATRIX: the first) of another magnitude. */
static uint32_t constant(struct maker *maker, const char *name, struct shape shape, bool matrix)
{
    const size_t n = shape_elements(&shape), row = n / shape.dim[0];
    struct blob *blob = blob_new(n * sizeof(float));
    const struct constant spec = {.name = name, .shape = shape, .blob = blob};
    float *x = blob_base(blob);
    uint32_t value;

    for (size_t i = 0; i < n; i++) {
        size_t channel = matrix ? i / row : i % shape.dim[shape.rank - 1];

        x[i] = random_float(&maker->random, -1, 1) * powf(10, (float)(channel % 5) - 2);
    }
    ck_assert_int_eq(build_constant(maker->builder, &spec, &value, NULL), 0);
    blob_unref(blob);
    return value;
}

static void relu(struct maker *maker, const char *name, float most)
{
    node(maker, name, OP_RELU, &(struct relu_attrs){most}, &maker->last, 1);
}

static void conv(struct maker *maker, const char *name, struct shape weights, int32_t groups)
{
    const uint32_t k = weights.dim[0];
    const struct conv_attrs attrs = {
        {k, k, 1, 1, 1, 1, k / 2, k / 2, k / 2, k / 2, PADDING_EXPLICIT}, groups, 0};
    uint32_t in[3] = {maker->last};

    in[1] = constant(maker, suite_text("%s/weights_0", name), weights, false);
    in[2] =
        constant(maker, suite_text("%s/bias", name), (struct shape){1, {weights.dim[3]}}, false);
    node(maker, name, OP_CONV, &attrs, in, 3);
}

/* x -> a 1x1 -> relu6 -> d depthwise 3x3 -> relu -> g of 2 groups -> pool -> fc [4] */
static struct graph *make(bool fork)
{
    static const int32_t dims[] = {1, 6, 6, 3};
    const struct input_attrs input = {
        .shape = {dims, 4}, .color_space_in = 4, .color_space_out = 4};
    const struct pool_attrs pool = {POOL_AVERAGE, {6, 6, 6, 6, 1, 1, 0, 0, 0, 0, PADDING_VALID}, 0};
    struct maker maker = {.random = {5}};
    struct graph *graph;
    uint32_t in[3], relu6;

    ck_assert_int_eq(builder_new(&maker.builder), 0);
    node(&maker, "x", OP_INPUT, &input, NULL, 0);
    conv(&maker, "a", (struct shape){4, {1, 1, 3, 8}}, 1);
    relu(&maker, "relu6", 6);
    relu6 = maker.last;
    conv(&maker, "d", (struct shape){4, {3, 3, 1, 8}}, 8);
    relu(&maker, "relu", INFINITY);
    conv(&maker, "g", (struct shape){4, {1, 1, 4, 6}}, 2);
    node(&maker, "pool", OP_POOL, &pool, &maker.last, 1);
    in[0] = maker.last;
    in[1] = constant(&maker, "fc/weights_0", (struct shape){2, {4, 6}}, true);
    in[2] = constant(&maker, "fc/bias", (struct shape){1, {4}}, false);
    node(&maker, "fc", OP_FULLY_CONNECTED, NULL, in, 3);
    if (fork)
        ck_assert_int_eq(build_output(maker.builder, relu6, NULL), 0);
    ck_assert_int_eq(build_output(maker.builder, maker.last, NULL), 0);
    ck_assert_int_eq(build_done(maker.builder, &graph, NULL), 0);
    builder_free(maker.builder);
    return graph;
}

/* What the value NAME is when GRAPH runs. */
static void run(const struct graph *graph, const char *name, const float *x, float *y, size_t n)
{
    const struct derive derive = {.outputs = &name, .n_outputs = 1};
    const struct network_options options = {.derive = &derive};
    struct fault fault = {""};
    struct network *network;
    struct engine *engine;
    struct run_times times;
    struct model *model;
    struct slot *slot;
    struct buf dlc = {0};

    ck_assert_int_eq(dlc_write(graph, NULL, &dlc, NULL), 0);
    ck_assert_msg(model_read(dlc.base, dlc.size, &model, &fault) == 0, "%s", fault.text);
    ck_assert_int_eq(engine_new(&(struct engine_options){.n_threads = 1}, &engine, &fault), 0);
    ck_assert_msg(network_new(engine, model, &options, &network, &fault) == 0, "%s", fault.text);
    slot = slot_take(network);
    memcpy(span_base(slot_inputs(slot)), x, N_IN * sizeof(float));
    ck_assert_int_eq(slot_run(slot, 0, slot_inputs(slot), slot_outputs(slot), &times), 0);
    memcpy(y, span_base(slot_outputs(slot)), n * sizeof(float));
    slot_release(slot);
    network_unref(network);
    model_unref(model);
    engine_free(engine);
    buf_done(&dlc);
}

static struct graph *equalize(const struct graph *graph, uint32_t n_pairs)
{
    struct graph *equal = NULL;
    struct fault fault = {""};
    uint32_t n = 0;

    ck_assert_msg(graph_equalize(graph, &equal, &n, &fault) == 0, "%s", fault.text);
    ck_assert_uint_eq(n, n_pairs);
    return equal;
}

static const float *numbers(const struct graph *graph, const char *name)
{
    return graph->values[graph_find_value(graph, name)].data;
}

START_TEST(an_equalised_network_computes_what_it_did)
{
    struct graph *graph = make(false), *equal = equalize(graph, 3);
    struct random random = {9};
    float x[N_IN], before[4], after[4];

    for (int i = 0; i < 8; i++) {
        random_floats(&random, -2, 2, x, N_IN);
        run(graph, "fc:0", x, before, 4);
        run(equal, "fc:0", x, after, 4);
        ck_assert_floats_near_in_range(after, before, 4, 1e-5);
    }
    graph_unref(equal);
    graph_unref(graph);
}
END_TEST

/* Of output channel C of weights [..,in,out]. */
static float largest(const float *w, size_t n, uint32_t n_channels, uint32_t c)
{
    float most = 0;

    for (size_t i = c; i < n; i += n_channels)
        most = fmaxf(most, fabsf(w[i]));
    return most;
}

/* Biases may hold a channel back (equalize.h), so only those that none does are looked at. */
START_TEST(channels_have_the_range_in_a_sum_that_they_have_in_the_next)
{
    struct graph *graph = make(false), *equal = equalize(graph, 3);
    const float *d = numbers(equal, "d/weights_0"), *g = numbers(equal, "g/weights_0");
    const float *bias = numbers(equal, "d/bias");
    float most_bias = 0;
    int n = 0;

    for (int i = 0; i < 8; i++)
        most_bias = fmaxf(most_bias, fabsf(bias[i]));
    for (uint32_t c = 0; c < 8; c++) {
        float a = largest(d, 72, 8, c), b = 0;

        for (uint32_t m = 0; m < 3; m++) /* channel c is input c % 4 of group c / 4 */
            b = fmaxf(b, fabsf(g[c % 4 * 6 + c / 4 * 3 + m]));
        if (fabsf(bias[c]) > 0.99f * most_bias)
            continue;
        ck_assert_float_eq_tol(a / b, 1, 0.01f);
        n++;
    }
    ck_assert_int_ge(n, 4);
    graph_unref(equal);
    graph_unref(graph);
}
END_TEST

START_TEST(no_bias_grows_beyond_the_largest_of_its_sum)
{
    static const char *const biases[] = {"a/bias", "d/bias", "g/bias"};
    static const uint32_t n[] = {8, 8, 6};
    struct graph *graph = make(false), *equal = equalize(graph, 3);

    for (size_t i = 0; i < ARRAY_SIZE(biases); i++)
        ck_assert_float_le(largest(numbers(equal, biases[i]), n[i], 1, 0),
                           1.0001f * largest(numbers(graph, biases[i]), n[i], 1, 0));
    graph_unref(equal);
    graph_unref(graph);
}
END_TEST

START_TEST(what_the_caller_of_a_run_reads_stays_as_it_is)
{
    struct graph *graph = make(true), *equal = equalize(graph, 2);
    struct random random = {9};
    float x[N_IN], before[6 * 6 * 8], after[6 * 6 * 8];

    ck_assert_mem_eq(numbers(equal, "a/weights_0"), numbers(graph, "a/weights_0"), 24 * 4);
    random_floats(&random, -2, 2, x, N_IN);
    run(graph, "relu6:0", x, before, 6 * 6 * 8);
    run(equal, "relu6:0", x, after, 6 * 6 * 8);
    ck_assert_mem_eq(before, after, sizeof(before));
    graph_unref(equal);
    graph_unref(graph);
}
END_TEST

START_TEST(a_relu_with_an_end_becomes_one_without_and_a_minimum)
{
    struct graph *graph = make(false), *equal = equalize(graph, 3);
    uint32_t open = graph_find_node(equal, "relu6.open"), end = graph_find_node(equal, "relu6");

    ck_assert_uint_ne(open, NO_NODE);
    ck_assert_int_eq(equal->nodes[open].op, OP_RELU);
    ck_assert(isinf(((const struct relu_attrs *)equal->nodes[open].attrs)->max));
    ck_assert_int_eq(equal->nodes[end].op, OP_BINARY);
    ck_assert_str_eq(equal->values[equal->nodes[end].outputs[0]].name, "relu6:0");
    ck_assert_uint_eq(equal->n_nodes, graph->n_nodes + 1);
    graph_unref(equal);
    graph_unref(graph);
}
END_TEST

SUITE(an_equalised_network_computes_what_it_did,
      channels_have_the_range_in_a_sum_that_they_have_in_the_next,
      no_bias_grows_beyond_the_largest_of_its_sum, what_the_caller_of_a_run_reads_stays_as_it_is,
      a_relu_with_an_end_becomes_one_without_and_a_minimum);
