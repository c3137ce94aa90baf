/* Layers that do nothing go; what is computed, and what is asked for by name, stays. */
#include "model/derive.h"
#include "model/ops/binary.h"
#include "model/ops/strided_slice.h"
#include "tests/model/net.h"
#include "tests/support/suite.h"

#define NONE NO_VALUE, NO_VALUE, NO_VALUE

static struct graph *drop(struct graph *take_graph)
{
    struct graph *dropped = NULL;
    struct fault fault = {""};
    int r = graph_drop_noop(take_graph, &dropped, &fault);

    ck_assert_msg(r == 0, "%s", fault.text);
    graph_unref(take_graph);
    return dropped;
}

/* The graph's layers behind its input, as "Relu(r) Reduce(s)". */
static const char *layers(const struct graph *graph)
{
    const char *text = "";

    for (uint32_t i = 0; i < graph->n_nodes; i++)
        if (graph->nodes[i].op != OP_INPUT)
            text = suite_text("%s%s%s(%s)", text, *text ? " " : "",
                              op_get(graph->nodes[i].op)->name, graph->nodes[i].name);
    return text;
}

/* GRAPH, which is taken, becomes LAYERS, as layers() says it. */
static void check(struct builder *take_builder, const char *wanted)
{
    struct graph *graph = drop(net_done(take_builder));

    ck_assert_str_eq(layers(graph), wanted);
    graph_unref(graph);
}

START_TEST(a_reshape_and_its_way_back_go_with_a_function_between)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 1, 4, 3));
    uint32_t flat = net_reshape(builder, "flat", x, SHAPE(1, 4, 3));
    uint32_t relu = net_relu(builder, "relu", flat);
    uint32_t back = net_reshape(builder, "back", relu, SHAPE(1, 1, 4, 3));
    struct graph *graph;

    net_sum(builder, "sum", back);
    graph = drop(net_done(builder));
    ck_assert_str_eq(layers(graph), "Relu(relu) Reduce(sum)");
    ck_assert(shape_equal(&net_value(graph, "relu:0")->shape, &SHAPE(1, 1, 4, 3)));
    ck_assert_str_eq(graph->values[graph->outputs[0]].name, "sum:0");
    graph_unref(graph);
}
END_TEST

START_TEST(what_is_asked_for_keeps_its_name_and_shape)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 1, 4, 3));
    uint32_t flat = net_reshape(builder, "flat", x, SHAPE(1, 4, 3));
    uint32_t relu = net_relu(builder, "relu", flat);
    uint32_t back = net_reshape(builder, "back", relu, SHAPE(1, 1, 4, 3));
    uint32_t sum = net_sum(builder, "sum", back);
    struct graph *graph;

    ck_assert_int_eq(build_output(builder, relu, NULL), 0);
    ck_assert_int_eq(build_output(builder, sum, NULL), 0);
    graph = drop(net_done(builder));
    ck_assert_str_eq(layers(graph), "Reshape(flat) Relu(relu) Reshape(back) Reduce(sum)");
    ck_assert(shape_equal(&net_value(graph, "relu:0")->shape, &SHAPE(1, 4, 3)));
    ck_assert_str_eq(graph->values[graph->outputs[0]].name, "relu:0");
    graph_unref(graph);
}
END_TEST

START_TEST(an_output_that_is_another_value_gives_it_its_name)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(2, 3));
    uint32_t relu = net_relu(builder, "relu", x);
    struct graph *graph;

    net_reshape(builder, "same", relu, SHAPE(2, 3));
    graph = drop(net_done(builder));
    ck_assert_str_eq(layers(graph), "Relu(relu)");
    ck_assert_str_eq(graph->values[graph->outputs[0]].name, "same:0");
    graph_unref(graph);
}
END_TEST

START_TEST(an_output_that_is_an_input_stays_a_layer)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(2, 3));

    net_reshape(builder, "same", x, SHAPE(2, 3));
    check(builder, "Reshape(same)");
}
END_TEST

START_TEST(who_means_the_shape_gets_one_reshape)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(4, 6));
    uint32_t first = net_reshape(builder, "first", x, SHAPE(2, 2, 6));
    uint32_t second = net_reshape(builder, "second", first, SHAPE(8, 3));
    uint32_t a = net_sum(builder, "a", second), b = net_sum(builder, "b", second);

    net_node(builder, "both", OP_BINARY, NULL, a, b, NO_VALUE, NO_VALUE);
    check(builder, "Reshape(second) Reduce(a) Reduce(b) Binary(both)");
}
END_TEST

START_TEST(a_function_in_another_shape_is_reshaped_behind)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(4, 6));
    uint32_t relu = net_relu(builder, "relu", net_reshape(builder, "first", x, SHAPE(2, 2, 6)));
    struct graph *graph;

    net_sum(builder, "sum", relu);
    graph = drop(net_done(builder));
    ck_assert_str_eq(layers(graph), "Relu(relu) Reshape(relu:0.shape) Reduce(sum)");
    ck_assert(shape_equal(&net_value(graph, "relu:0.shape")->shape, &SHAPE(2, 2, 6)));
    graph_unref(graph);
}
END_TEST

START_TEST(permutes_in_a_row_are_one_or_none)
{
    const int32_t last[] = {0, 2, 3, 1}, first[] = {0, 3, 1, 2};
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 3, 4, 5));
    uint32_t a = net_permute(builder, "a", x, last, 4);
    uint32_t none = net_permute(builder, "none", a, first, 4);
    uint32_t once = net_permute(builder, "once", net_permute(builder, "b", a, last, 4), last, 4);
    uint32_t m = net_sum(builder, "m", none), n = net_sum(builder, "n", once);
    struct graph *graph;

    ck_assert_int_eq(build_output(builder, m, NULL), 0);
    ck_assert_int_eq(build_output(builder, n, NULL), 0);
    graph = drop(net_done(builder));
    ck_assert_str_eq(layers(graph), "Reduce(m) Reduce(n)");
    graph_unref(graph);
}
END_TEST

START_TEST(a_permute_of_axes_of_one_is_a_view)
{
    const int32_t order[] = {0, 3, 1, 2};
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 1, 5, 1));
    uint32_t moved = net_permute(builder, "moved", x, order, 4);

    net_sum(builder, "sum", net_reshape(builder, "flat", moved, SHAPE(1, 1, 5, 1)));
    check(builder, "Reduce(sum)");
}
END_TEST

START_TEST(slices_of_everything_go_and_others_stay)
{
    const int32_t begin[] = {0, 0}, end[] = {2, 3}, forward[] = {1, 1}, backward[] = {1, -1};
    const int32_t turned[] = {0, 2};
    const struct strided_slice_attrs all = {
        .begin = {begin, 2}, .end = {end, 2}, .strides = {forward, 2}};
    const struct strided_slice_attrs back = {
        .begin = {turned, 2}, .end = {end, 2}, .strides = {backward, 2}, .end_mask = 2};
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(2, 3));
    uint32_t a = net_node(builder, "all", OP_STRIDED_SLICE, &all, x, NONE);

    net_sum(builder, "sum", net_node(builder, "back", OP_STRIDED_SLICE, &back, a, NONE));
    check(builder, "StridedSlice(back) Reduce(sum)");
}
END_TEST

START_TEST(operands_of_one_shape_meet_in_it)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 1, 4, 3));
    uint32_t slope = net_constant(builder, "slope", SHAPE(3), NULL);
    uint32_t flat = net_reshape(builder, "flat", x, SHAPE(1, 4, 3));
    uint32_t relu = net_node(builder, "prelu", OP_PRELU, NULL, flat, slope, NO_VALUE, NO_VALUE);
    uint32_t sum = net_node(builder, "add", OP_BINARY, NULL, flat, relu, NO_VALUE, NO_VALUE);
    uint32_t scaled = net_node(builder, "mul", OP_BINARY, &(struct binary_attrs){BINARY_MUL}, sum,
                               slope, NO_VALUE, NO_VALUE);

    net_sum(builder, "sum", net_reshape(builder, "back", scaled, SHAPE(1, 1, 4, 3)));
    check(builder, "Prelu(prelu) Binary(add) Binary(mul) Reduce(sum)");
}
END_TEST

START_TEST(operands_that_broadcast_keep_their_shapes)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(6, 4));
    uint32_t a = net_reshape(builder, "a", x, SHAPE(2, 3, 4));
    uint32_t column = net_constant(builder, "column", SHAPE(3, 1), NULL);

    net_node(builder, "add", OP_BINARY, NULL, a, column, NO_VALUE, NO_VALUE);
    check(builder, "Reshape(a) Binary(add)");
}
END_TEST

START_TEST(a_batchnorm_behind_a_reshape_can_be_folded)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 5));
    uint32_t w = net_constant(builder, "w", SHAPE(3, 5), NULL);
    uint32_t fc = net_node(builder, "fc", OP_FULLY_CONNECTED, NULL, x, w, NO_VALUE, NO_VALUE);
    uint32_t k = net_constant(builder, "k", SHAPE(3), NULL);
    uint32_t b = net_constant(builder, "b", SHAPE(3), NULL);
    uint32_t wide = net_reshape(builder, "wide", fc, SHAPE(1, 1, 3));
    uint32_t bn = net_node(builder, "bn", OP_BATCH_NORM, NULL, wide, k, b, NO_VALUE);
    struct graph *dropped, *folded;

    net_sum(builder, "sum", bn);
    dropped = drop(net_done(builder));
    ck_assert_int_eq(graph_fold_batchnorm(dropped, false, &folded, NULL), 0);
    ck_assert_str_eq(layers(folded), "FullyConnected(fc) Reshape(bn:0.shape) Reduce(sum)");
    graph_unref(dropped);
    graph_unref(folded);
}
END_TEST

START_TEST(a_helper_s_value_gets_the_name_it_was_made_for)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 1, 4, 3));
    const uint32_t in[] = {x};
    const char *name = "y:0.2d";
    const struct node_spec spec = {.name = "conv",
                                   .op = OP_SIGMOID,
                                   .inputs = in,
                                   .n_inputs = 1,
                                   .outputs = &name,
                                   .n_outputs = 1};
    struct graph *graph;
    uint32_t value;

    ck_assert_int_eq(build_node(builder, &spec, &value, NULL), 0);
    net_relu(builder, "relu", net_reshape(builder, "y", value, SHAPE(1, 4, 3)));
    net_sum(builder, "sum", net_reshape(builder, "back", 2, SHAPE(1, 1, 4, 3)));
    graph = drop(net_done(builder));
    ck_assert(shape_equal(&net_value(graph, "y:0")->shape, &SHAPE(1, 1, 4, 3)));
    graph_unref(graph);
}
END_TEST

SUITE(a_reshape_and_its_way_back_go_with_a_function_between,
      what_is_asked_for_keeps_its_name_and_shape, an_output_that_is_another_value_gives_it_its_name,
      an_output_that_is_an_input_stays_a_layer, who_means_the_shape_gets_one_reshape,
      a_function_in_another_shape_is_reshaped_behind, permutes_in_a_row_are_one_or_none,
      a_permute_of_axes_of_one_is_a_view, slices_of_everything_go_and_others_stay,
      operands_of_one_shape_meet_in_it, operands_that_broadcast_keep_their_shapes,
      a_batchnorm_behind_a_reshape_can_be_folded, a_helper_s_value_gets_the_name_it_was_made_for);
