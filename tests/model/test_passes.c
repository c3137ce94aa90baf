#include <string.h>

#include "base/error.h"
#include "model/derive.h"
#include "model/ops/conv.h"
#include "tests/model/net.h"
#include "tests/support/suite.h"

static struct fault fault;

#define NONE NO_VALUE, NO_VALUE, NO_VALUE

static struct graph *fold_naming(struct graph *take_graph, bool join_names)
{
    struct graph *folded;
    int r = graph_fold_batchnorm(take_graph, join_names, &folded, &fault);

    ck_assert_msg(r == 0, "%s", fault.text);
    graph_unref(take_graph);
    return folded;
}

static struct graph *fold(struct graph *take_graph)
{
    return fold_naming(take_graph, false);
}

static uint32_t add_conv(struct builder *builder, const char *name, int32_t groups, uint32_t x,
                         uint32_t weights, uint32_t bias)
{
    const struct conv_attrs k1 = {.window = {1, 1, 1, 1, 1, 1, 0, 0, 0, 0, PADDING_EXPLICIT},
                                  .groups = groups};

    return net_node(builder, name, OP_CONV, &k1, x, weights, bias, NO_VALUE);
}

static const float scale[] = {2, 0.5f, -1}, shift[] = {100, 0, 0.25f};

/* A BatchNorm NAME of three channels with constants of its own. */
static uint32_t add_batchnorm(struct builder *builder, const char *name, uint32_t x)
{
    uint32_t w = net_constant(builder, suite_text("%s.w", name), SHAPE(1, 1, 3, 1), scale);
    uint32_t b = net_constant(builder, suite_text("%s.b", name), SHAPE(3), shift);

    return net_node(builder, name, OP_BATCH_NORM, NULL, x, w, b, NO_VALUE);
}

static void check_numbers(const struct graph *graph, const char *name, const float *numbers,
                          size_t n)
{
    const struct value *value = net_value(graph, name);

    ck_assert_uint_eq(shape_elements(&value->shape), n);
    ck_assert_mem_eq(value->data, numbers, n * sizeof(float));
}

START_TEST(a_batchnorm_goes_into_the_convolution_before_it)
{
    static const struct encoding encoding = {-1, 1.55f, 0.01f, -100};
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 4, 4, 2));
    uint32_t w = net_constant(builder, "w", SHAPE(1, 1, 2, 3), NULL);
    uint32_t b = net_constant(builder, "b", SHAPE(3), NULL);
    uint32_t conv = add_conv(builder, "conv", 1, x, w, b);
    uint32_t bn = add_batchnorm(builder, "bn", conv);
    struct graph *graph;

    net_node(builder, "relu", OP_RELU, NULL, bn, NONE);
    ck_assert_int_eq(build_encoding(builder, bn, &encoding, 1, 0, NULL), 0);
    ck_assert_int_eq(build_section(builder, "aip", "abc", 3, NULL), 0);
    graph = fold(net_done(builder));
    ck_assert_uint_eq(graph->n_nodes, 3);
    ck_assert_uint_eq(graph->n_values, 5);
    ck_assert_str_eq(graph->nodes[1].name, "conv");
    ck_assert_str_eq(graph->values[graph->nodes[1].outputs[0]].name, "bn:0");
    ck_assert_uint_eq(graph->nodes[2].inputs[0], graph->nodes[1].outputs[0]);
    ck_assert_uint_eq(graph_find_value(graph, "conv:0"), NO_VALUE);
    ck_assert_uint_eq(graph_find_value(graph, "bn.w"), NO_VALUE);
    check_numbers(graph, "w", (const float[]){0, 0.5f, -2, 6, 2, -5}, 6);
    check_numbers(graph, "b", (const float[]){100, 0.5f, -1.75f}, 3);
    ck_assert_mem_eq(net_value(graph, "bn:0")->encodings, &encoding, sizeof(encoding));
    ck_assert_str_eq(graph->values[graph->outputs[0]].name, "relu:0");
    ck_assert_uint_eq(graph->n_sections, 1);
    graph_unref(graph);
}
END_TEST

START_TEST(a_convolution_without_a_bias_gets_the_batchnorms)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 4, 4, 2));
    uint32_t w = net_constant(builder, "w", SHAPE(1, 1, 2, 3), NULL);
    struct graph *graph;

    add_batchnorm(builder, "bn", add_conv(builder, "conv", 1, x, w, NO_VALUE));
    graph = fold(net_done(builder));
    ck_assert_uint_eq(graph->n_nodes, 2);
    ck_assert_uint_eq(graph->nodes[1].n_inputs, 3);
    ck_assert_str_eq(graph->values[graph->nodes[1].inputs[2]].name, "bn.b");
    check_numbers(graph, "bn.b", shift, 3);
    check_numbers(graph, "w", (const float[]){0, 0.5f, -2, 6, 2, -5}, 6);
    graph_unref(graph);
}
END_TEST

START_TEST(depthwise_and_grouped_and_fully_connected_fold_by_output_channel)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 4, 4, 3));
    uint32_t deep_w = net_constant(builder, "deep.w", SHAPE(1, 1, 1, 3), NULL);
    uint32_t deep_b = net_constant(builder, "deep.b", SHAPE(3), NULL);
    uint32_t deep = add_batchnorm(builder, "bn1", add_conv(builder, "deep", 3, x, deep_w, deep_b));
    uint32_t fc_w = net_constant(builder, "fc.w", SHAPE(3, 48), NULL);
    uint32_t fc_b = net_constant(builder, "fc.b", SHAPE(3), NULL);
    uint32_t fc = net_node(builder, "fc", OP_FULLY_CONNECTED, NULL, deep, fc_w, fc_b, NO_VALUE);
    struct graph *graph;
    float want[144];

    add_batchnorm(builder, "bn2", fc);
    graph = fold(net_done(builder));
    ck_assert_uint_eq(graph->n_nodes, 3);
    check_numbers(graph, "deep.w", (const float[]){0, 0.5f, -2}, 3);
    check_numbers(graph, "deep.b", (const float[]){100, 0.5f, -1.75f}, 3);
    for (int i = 0; i < 144; i++)
        want[i] = (float)i * scale[i / 48];
    check_numbers(graph, "fc.w", want, 144);
    check_numbers(graph, "fc.b", (const float[]){100, 0.5f, -1.75f}, 3);
    graph_unref(graph);
}
END_TEST

START_TEST(batchnorms_in_a_row_all_go)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 4, 4, 2));
    uint32_t w = net_constant(builder, "w", SHAPE(1, 1, 2, 3), NULL);
    uint32_t b = net_constant(builder, "b", SHAPE(3), NULL);
    uint32_t bn1 = add_batchnorm(builder, "bn1", add_conv(builder, "conv", 1, x, w, b));
    struct graph *graph;

    add_batchnorm(builder, "bn2", bn1);
    graph = fold(net_done(builder));
    ck_assert_uint_eq(graph->n_nodes, 2);
    ck_assert_str_eq(graph->values[graph->outputs[0]].name, "bn2:0");
    check_numbers(graph, "w", (const float[]){0, 0.25f, 2, 12, 1, 5}, 6);
    check_numbers(graph, "b", (const float[]){300, 0.25f, 2}, 3); /* (b*s + t)*s + t */
    graph_unref(graph);
}
END_TEST

/* Builds a graph in which nothing may fold, and checks that nothing did. */
static void check_unchanged(struct builder *take_builder)
{
    struct graph *graph = net_done(take_builder);
    struct graph *folded = fold(graph_ref(graph));

    ck_assert_uint_eq(folded->n_nodes, graph->n_nodes);
    ck_assert_uint_eq(folded->n_values, graph->n_values);
    for (uint32_t i = 0; i < graph->n_values; i++) {
        ck_assert_str_eq(folded->values[i].name, graph->values[i].name);
        ck_assert_ptr_eq(folded->values[i].blob, graph->values[i].blob);
    }
    ck_assert_uint_eq(folded->n_outputs, graph->n_outputs);
    graph_unref(folded);
    graph_unref(graph);
}

/* conv, then two BatchNorms, and a layer called OTHER beside them. */
static struct builder *build_chain(const char *other)
{
    static const float ones[6] = {1, 1, 1, 1, 1, 1};
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 4, 4, 2));
    uint32_t w = net_constant(builder, "w", SHAPE(1, 1, 2, 3), ones);
    uint32_t y;

    net_node(builder, other, OP_RELU, NULL, x, NONE);
    y = add_batchnorm(builder, "bn", add_conv(builder, "conv", 1, x, w, NO_VALUE));
    add_batchnorm(builder, "more", y);
    return builder;
}

START_TEST(joined_names_tell_what_a_layer_took_in)
{
    struct graph *graph = fold_naming(net_done(build_chain("relu")), true);

    ck_assert_uint_ne(graph_find_node(graph, "conv.bn.more"), NO_NODE);
    ck_assert_uint_ne(graph_find_value(graph, "more:0"), NO_VALUE);
    graph_unref(graph);
}
END_TEST

START_TEST(a_joined_name_never_takes_anothers)
{
    struct graph *graph = fold_naming(net_done(build_chain("conv.bn")), true);

    ck_assert_uint_ne(graph_find_node(graph, "conv.more"), NO_NODE);
    ck_assert_uint_ne(graph_find_node(graph, "conv.bn"), NO_NODE);
    graph_unref(graph);
}
END_TEST

START_TEST(what_somebody_else_reads_is_left_alone)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 4, 4, 2));
    uint32_t w = net_constant(builder, "w", SHAPE(1, 1, 2, 3), NULL);
    uint32_t conv = add_conv(builder, "conv", 1, x, w, NO_VALUE);

    net_node(builder, "relu", OP_RELU, NULL, conv, NONE); /* reads the convolution too */
    add_batchnorm(builder, "bn", conv);
    check_unchanged(builder);

    builder = net_new();
    x = net_input(builder, "x", SHAPE(1, 4, 4, 2));
    w = net_constant(builder, "w", SHAPE(1, 1, 2, 3), NULL);
    conv = add_conv(builder, "conv", 1, x, w, NO_VALUE);
    add_batchnorm(builder, "bn", conv);
    add_conv(builder, "twin", 1, x, w, NO_VALUE); /* reads the weights too */
    check_unchanged(builder);

    builder = net_new();
    x = net_input(builder, "x", SHAPE(1, 4, 4, 2));
    w = net_constant(builder, "w", SHAPE(1, 1, 2, 3), NULL);
    conv = add_conv(builder, "conv", 1, x, w, NO_VALUE);
    ck_assert_int_eq(build_output(builder, add_batchnorm(builder, "bn", conv), NULL), 0);
    ck_assert_int_eq(build_output(builder, conv, NULL), 0); /* a run gives the convolution too */
    check_unchanged(builder);
}
END_TEST

START_TEST(what_is_no_convolution_or_no_constant_is_left_alone)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 4, 4, 3));

    add_batchnorm(builder, "bn", net_node(builder, "relu", OP_RELU, NULL, x, NONE));
    check_unchanged(builder);

    builder = net_new();
    x = net_input(builder, "x", SHAPE(1, 4, 4, 3));
    net_node(builder, "bn", OP_BATCH_NORM, NULL,
             add_conv(builder, "conv", 1, x, net_constant(builder, "w", SHAPE(1, 1, 3, 3), NULL),
                      NO_VALUE),
             net_input(builder, "s", SHAPE(3)), net_input(builder, "t", SHAPE(3)), NO_VALUE);
    check_unchanged(builder);

    builder = net_new();
    x = net_input(builder, "x", SHAPE(1, 4, 4, 3));
    add_batchnorm(
        builder, "bn",
        add_conv(builder, "conv", 1, x, net_input(builder, "w", SHAPE(1, 1, 3, 3)), NO_VALUE));
    check_unchanged(builder);
}
END_TEST

/* Codes 0, 1, 2, ... */
static uint32_t add_codes(struct builder *builder, const char *name, struct shape shape,
                          const struct encoding *encodings, uint32_t n_encodings, uint32_t axis)
{
    size_t n = shape_elements(&shape);
    struct blob *blob = blob_new(n);
    const struct constant constant = {.name = name,
                                      .shape = shape,
                                      .dtype = DTYPE_TF8,
                                      .blob = blob,
                                      .encodings = encodings,
                                      .n_encodings = n_encodings,
                                      .encoding_axis = axis};
    uint32_t value;

    for (size_t i = 0; i < n; i++)
        ((uint8_t *)blob_base(blob))[i] = (uint8_t)i;
    ck_assert_msg(build_constant(builder, &constant, &value, &fault) == 0, "%s", fault.text);
    blob_unref(blob);
    return value;
}

START_TEST(codes_become_the_numbers_they_mean)
{
    static const struct encoding whole = {-2, 125.5f, 0.5f, -4};
    static const struct encoding columns[] = {{0, 255, 1, 0}, {-25.5f, 0, 0.1f, -255}};
    static const struct encoding output = {0, 25.5f, 0.1f, 0};
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 4));
    uint32_t w = add_codes(builder, "w", SHAPE(2, 4), &whole, 1, 0);
    uint32_t b = add_codes(builder, "b", SHAPE(2), columns, 2, 0);
    uint32_t y = net_node(builder, "fc", OP_FULLY_CONNECTED, NULL, x, w, b, NO_VALUE);
    struct graph *graph, *floats;

    net_constant(builder, "float", SHAPE(3), NULL);
    add_codes(builder, "planes", SHAPE(2, 2, 2), columns, 2, 1);
    ck_assert_int_eq(build_encoding(builder, y, &output, 1, 0, NULL), 0);
    graph = net_done(builder);
    ck_assert_msg(graph_dequantize(graph, &floats, &fault) == 0, "%s", fault.text);

    check_numbers(floats, "w", (const float[]){-2, -1.5f, -1, -0.5f, 0, 0.5f, 1, 1.5f}, 8);
    check_numbers(floats, "b", (const float[]){0, -254 * 0.1f}, 2);
    check_numbers(floats, "planes",
                  (const float[]){0, 1, -253 * 0.1f, -252 * 0.1f, 4, 5, -249 * 0.1f, -248 * 0.1f},
                  8);
    ck_assert_ptr_eq(net_value(floats, "float")->blob, net_value(graph, "float")->blob);
    for (uint32_t i = 0; i < floats->n_values; i++) {
        ck_assert_str_eq(floats->values[i].name, graph->values[i].name);
        ck_assert_int_eq(floats->values[i].dtype, DTYPE_F32);
        if (floats->values[i].blob)
            ck_assert_uint_eq(floats->values[i].n_encodings, 0);
    }
    ck_assert_mem_eq(net_value(floats, "fc:0")->encodings, &output, sizeof(output));
    ck_assert_uint_eq(graph_weight_bytes(floats), (8 + 2 + 3 + 8) * sizeof(float));
    graph_unref(floats);
    graph_unref(graph);
}
END_TEST

START_TEST(quantised_constants_do_not_fold)
{
    static const struct encoding whole = {-2, 125.5f, 0.5f, -4};
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 4, 4, 2));
    uint32_t w = add_codes(builder, "w", SHAPE(1, 1, 2, 3), &whole, 1, 0);

    add_batchnorm(builder, "bn", add_conv(builder, "conv", 1, x, w, NO_VALUE));
    check_unchanged(builder);
}
END_TEST

SUITE(a_batchnorm_goes_into_the_convolution_before_it,
      a_convolution_without_a_bias_gets_the_batchnorms,
      depthwise_and_grouped_and_fully_connected_fold_by_output_channel, batchnorms_in_a_row_all_go,
      joined_names_tell_what_a_layer_took_in, a_joined_name_never_takes_anothers,
      what_somebody_else_reads_is_left_alone, what_is_no_convolution_or_no_constant_is_left_alone,
      codes_become_the_numbers_they_mean, quantised_constants_do_not_fold);
