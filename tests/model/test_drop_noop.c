/* Layers that do nothing go; what is computed, and what is asked for by name, stays. */
#include <stdlib.h>
#include <string.h>

#include "model/derive.h"
#include "model/ops/binary.h"
#include "model/ops/permute.h"
#include "model/ops/reduce.h"
#include "model/ops/reshape.h"
#include "model/ops/strided_slice.h"
#include "model/ops/unary.h"
#include "tests/model/net.h"
#include "tests/support/numbers.h"
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

static uint32_t add_reshape(struct builder *builder, const char *name, uint32_t x,
                            struct shape shape)
{
    int32_t dims[SHAPE_RANK_MAX];
    const struct reshape_attrs attrs = {.shape = {dims, shape.rank}};

    for (uint32_t i = 0; i < shape.rank; i++)
        dims[i] = (int32_t)shape.dim[i];
    return net_node(builder, name, OP_RESHAPE, &attrs, x, NONE);
}

static uint32_t add_permute(struct builder *builder, const char *name, uint32_t x,
                            const int32_t *order, uint32_t rank)
{
    const struct permute_attrs attrs = {.order = {order, rank}};

    return net_node(builder, name, OP_PERMUTE, &attrs, x, NONE);
}

static uint32_t add_relu(struct builder *builder, const char *name, uint32_t x)
{
    return net_node(builder, name, OP_RELU, NULL, x, NONE);
}

/* The sum along the last axis, for which the shape matters. */
static uint32_t add_sum(struct builder *builder, const char *name, uint32_t x)
{
    const int32_t axis = -1;
    const struct reduce_attrs attrs = {.kind = REDUCE_SUM, .axes = {&axis, 1}};

    return net_node(builder, name, OP_REDUCE, &attrs, x, NONE);
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
    uint32_t flat = add_reshape(builder, "flat", x, SHAPE(1, 4, 3));
    uint32_t relu = add_relu(builder, "relu", flat);
    uint32_t back = add_reshape(builder, "back", relu, SHAPE(1, 1, 4, 3));
    struct graph *graph;

    add_sum(builder, "sum", back);
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
    uint32_t flat = add_reshape(builder, "flat", x, SHAPE(1, 4, 3));
    uint32_t relu = add_relu(builder, "relu", flat);
    uint32_t back = add_reshape(builder, "back", relu, SHAPE(1, 1, 4, 3));
    uint32_t sum = add_sum(builder, "sum", back);
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
    uint32_t relu = add_relu(builder, "relu", x);
    struct graph *graph;

    add_reshape(builder, "same", relu, SHAPE(2, 3));
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

    add_reshape(builder, "same", x, SHAPE(2, 3));
    check(builder, "Reshape(same)");
}
END_TEST

START_TEST(who_means_the_shape_gets_one_reshape)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(4, 6));
    uint32_t first = add_reshape(builder, "first", x, SHAPE(2, 2, 6));
    uint32_t second = add_reshape(builder, "second", first, SHAPE(8, 3));
    uint32_t a = add_sum(builder, "a", second), b = add_sum(builder, "b", second);

    net_node(builder, "both", OP_BINARY, NULL, a, b, NO_VALUE, NO_VALUE);
    check(builder, "Reshape(second) Reduce(a) Reduce(b) Binary(both)");
}
END_TEST

START_TEST(a_function_in_another_shape_is_reshaped_behind)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(4, 6));
    uint32_t relu = add_relu(builder, "relu", add_reshape(builder, "first", x, SHAPE(2, 2, 6)));
    struct graph *graph;

    add_sum(builder, "sum", relu);
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
    uint32_t a = add_permute(builder, "a", x, last, 4);
    uint32_t none = add_permute(builder, "none", a, first, 4);
    uint32_t once = add_permute(builder, "once", add_permute(builder, "b", a, last, 4), last, 4);
    uint32_t m = add_sum(builder, "m", none), n = add_sum(builder, "n", once);
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
    uint32_t moved = add_permute(builder, "moved", x, order, 4);

    add_sum(builder, "sum", add_reshape(builder, "flat", moved, SHAPE(1, 1, 5, 1)));
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

    add_sum(builder, "sum", net_node(builder, "back", OP_STRIDED_SLICE, &back, a, NONE));
    check(builder, "StridedSlice(back) Reduce(sum)");
}
END_TEST

START_TEST(operands_of_one_shape_meet_in_it)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 1, 4, 3));
    uint32_t slope = net_constant(builder, "slope", SHAPE(3), NULL);
    uint32_t flat = add_reshape(builder, "flat", x, SHAPE(1, 4, 3));
    uint32_t relu = net_node(builder, "prelu", OP_PRELU, NULL, flat, slope, NO_VALUE, NO_VALUE);
    uint32_t sum = net_node(builder, "add", OP_BINARY, NULL, flat, relu, NO_VALUE, NO_VALUE);
    uint32_t scaled = net_node(builder, "mul", OP_BINARY, &(struct binary_attrs){BINARY_MUL}, sum,
                               slope, NO_VALUE, NO_VALUE);

    add_sum(builder, "sum", add_reshape(builder, "back", scaled, SHAPE(1, 1, 4, 3)));
    check(builder, "Prelu(prelu) Binary(add) Binary(mul) Reduce(sum)");
}
END_TEST

START_TEST(operands_that_broadcast_keep_their_shapes)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(6, 4));
    uint32_t a = add_reshape(builder, "a", x, SHAPE(2, 3, 4));
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
    uint32_t wide = add_reshape(builder, "wide", fc, SHAPE(1, 1, 3));
    uint32_t bn = net_node(builder, "bn", OP_BATCH_NORM, NULL, wide, k, b, NO_VALUE);
    struct graph *dropped, *folded;

    add_sum(builder, "sum", bn);
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
    add_relu(builder, "relu", add_reshape(builder, "y", value, SHAPE(1, 4, 3)));
    add_sum(builder, "sum", add_reshape(builder, "back", 2, SHAPE(1, 1, 4, 3)));
    graph = drop(net_done(builder));
    ck_assert(shape_equal(&net_value(graph, "y:0")->shape, &SHAPE(1, 1, 4, 3)));
    graph_unref(graph);
}
END_TEST

/* What each value of a graph holds that is made of the layers below. */
struct numbers {
    float **of;
    const struct graph *graph;
};

/* Where the place AT of a tensor of SHAPE is in X, along whose axes STRIDE goes. */
static size_t walk(const struct shape *shape, size_t at, const ptrdiff_t *stride)
{
    size_t place = 0;

    for (uint32_t i = shape->rank; i-- > 0; at /= shape->dim[i])
        place += at % shape->dim[i] * (size_t)stride[i];
    return place;
}

static void dense(const struct shape *shape, ptrdiff_t *stride)
{
    ptrdiff_t step = 1;

    for (uint32_t i = shape->rank; i-- > 0; step *= shape->dim[i])
        stride[i] = step;
}

/* For each axis of Y how far to go in X. */
static size_t strides_of(const struct node *node, const struct shape *x, const struct shape *y,
                         ptrdiff_t *stride)
{
    const struct permute_attrs *permute = node->attrs;
    ptrdiff_t of_x[SHAPE_RANK_MAX];
    struct slice_axis axis;
    size_t begin = 0;

    dense(x, of_x);
    for (uint32_t i = 0; i < y->rank; i++) {
        uint32_t behind = y->rank - 1 - i;

        if (node->op == OP_PERMUTE) {
            stride[i] = of_x[permute->order.v[i]];
        } else if (node->op == OP_STRIDED_SLICE) {
            ck_assert_int_eq(strided_slice_axis(node->attrs, x, i, &axis, NULL), 0);
            stride[i] = of_x[i] * axis.stride;
            begin += axis.begin * (size_t)of_x[i];
        } else { /* as numpy broadcasts */
            stride[i] = behind < x->rank && x->dim[x->rank - 1 - behind] > 1
                            ? of_x[x->rank - 1 - behind]
                            : 0;
        }
    }
    return begin;
}

static float compute(const struct numbers *numbers, const struct node *node, size_t at)
{
    const struct value *values = numbers->graph->values;
    const struct shape *y = &values[node->outputs[0]].shape, *x = &values[node->inputs[0]].shape;
    const float *a = numbers->of[node->inputs[0]];
    ptrdiff_t stride[SHAPE_RANK_MAX], other[SHAPE_RANK_MAX];
    float sum = 0;
    size_t begin;

    switch (node->op) {
    case OP_RESHAPE:
        return a[at];
    case OP_RELU:
        return a[at] > 0 ? a[at] : 0;
    case OP_REDUCE:
        for (size_t k = 0; k < x->dim[x->rank - 1]; k++)
            sum += a[at * x->dim[x->rank - 1] + k];
        return sum;
    case OP_PERMUTE:
    case OP_STRIDED_SLICE:
        begin = strides_of(node, x, y, stride);
        return a[begin + walk(y, at, stride)];
    default: /* a sum, or a Prelu as if it were one */
        strides_of(node, x, y, stride);
        strides_of(node, &values[node->inputs[1]].shape, y, other);
        return a[walk(y, at, stride)] + numbers->of[node->inputs[1]][walk(y, at, other)];
    }
}

/* Fills NUMBERS for all of GRAPH, whose one input is 1, -2, 3, -4, ... */
static void evaluate(const struct graph *graph, struct numbers *ret)
{
    *ret = (struct numbers){calloc(graph->n_values, sizeof(float *)), graph};
    for (uint32_t i = 0; i < graph->n_values; i++) {
        const struct value *value = &graph->values[i];
        size_t n = shape_elements(&value->shape);
        const struct node *node = value->blob ? NULL : &graph->nodes[value->producer];

        ret->of[i] = malloc(n * sizeof(float));
        for (size_t k = 0; k < n; k++)
            if (!node)
                ret->of[i][k] = ((const float *)value->data)[k];
            else if (node->op == OP_INPUT)
                ret->of[i][k] = (float)(k + 1) * (k % 2 ? -1.0f : 1.0f);
            else
                ret->of[i][k] = compute(ret, node, k);
    }
}

static void numbers_done(struct numbers *numbers)
{
    for (uint32_t i = 0; i < numbers->graph->n_values; i++)
        free(numbers->of[i]);
    free(numbers->of);
}

/* N numbers in some shape. */
static struct shape random_shape(struct random *random, size_t n)
{
    struct shape shape = {.rank = 1 + (uint32_t)random_below(random, 4)};

    for (uint32_t i = 0; i < shape.rank; i++)
        shape.dim[i] = 1;
    for (uint32_t k = 2; n > 1; k++)
        for (; n % k == 0; n /= k)
            shape.dim[random_below(random, shape.rank)] *= k;
    return shape;
}

static uint32_t random_permute(struct random *random, struct builder *builder, const char *name,
                               uint32_t x)
{
    uint32_t rank = builder_value(builder, x)->shape.rank;
    int32_t order[SHAPE_RANK_MAX];

    for (uint32_t i = 0; i < rank; i++)
        order[i] = (int32_t)i;
    for (uint32_t i = rank; i-- > 1;) {
        size_t k = random_below(random, i + 1);
        int32_t swapped = order[i];

        order[i] = order[k];
        order[k] = swapped;
    }
    return add_permute(builder, name, x, order, rank);
}

/* One more layer on X; OTHER is a value made before. */
static uint32_t random_layer(struct random *random, struct builder *builder, const char *name,
                             uint32_t x, uint32_t other)
{
    const struct shape shape = builder_value(builder, x)->shape;
    uint32_t last = shape.rank ? shape.dim[shape.rank - 1] : 1;

    switch (random_below(random, 8)) {
    case 0:
    case 1:
    case 2:
        return add_reshape(builder, name, x, random_shape(random, shape_elements(&shape)));
    case 3:
        return random_permute(random, builder, name, x);
    case 4:
        return add_relu(builder, name, x);
    case 5:
        other = shape_equal(&builder_value(builder, other)->shape, &shape)
                    ? other
                    : net_constant(builder, suite_text("%s.k", name), SHAPE(last), NULL);
        return net_node(builder, name, OP_BINARY, NULL, x, other, NO_VALUE, NO_VALUE);
    case 6:
        return shape.rank && last < 3 ? add_sum(builder, name, x) : add_relu(builder, name, x);
    default:
        return add_reshape(builder, name, x, builder_value(builder, other)->shape);
    }
}

static struct graph *random_graph(struct random *random)
{
    struct builder *builder = net_new();
    uint32_t values[12] = {net_input(builder, "x", random_shape(random, 24))};

    for (uint32_t i = 1; i < ARRAY_SIZE(values); i++) {
        uint32_t x = values[i - 1 - random_below(random, i < 3 ? i : 3)];
        uint32_t other = values[random_below(random, i)];

        if (shape_elements(&builder_value(builder, x)->shape) !=
            shape_elements(&builder_value(builder, other)->shape))
            other = x;
        values[i] = random_layer(random, builder, suite_text("n%u", i), x, other);
        if (random_below(random, 6) == 0)
            ck_assert_int_eq(build_output(builder, values[i], NULL), 0);
    }
    return net_done(builder);
}

START_TEST(the_same_numbers_come_out_of_any_graph)
{
    struct random random = {5};
    size_t n_before = 0, n_after = 0;

    for (int round = 0; round < 2000; round++) {
        struct graph *graph = random_graph(&random), *dropped;
        struct numbers before, after;

        dropped = drop(graph_ref(graph));
        n_before += graph->n_nodes;
        n_after += dropped->n_nodes;
        ck_assert_uint_eq(dropped->n_outputs, graph->n_outputs);
        evaluate(graph, &before);
        evaluate(dropped, &after);
        for (uint32_t i = 0; i < graph->n_outputs; i++) {
            const struct value *was = &graph->values[graph->outputs[i]];
            const struct value *is = &dropped->values[dropped->outputs[i]];

            ck_assert_str_eq(is->name, was->name);
            ck_assert(shape_equal(&is->shape, &was->shape));
            ck_assert_mem_eq(after.of[dropped->outputs[i]], before.of[graph->outputs[i]],
                             shape_elements(&was->shape) * sizeof(float));
        }
        numbers_done(&before);
        numbers_done(&after);
        graph_unref(graph);
        graph_unref(dropped);
    }
    ck_assert_uint_lt(n_after, n_before * 3 / 4);
}
END_TEST

SUITE(a_reshape_and_its_way_back_go_with_a_function_between,
      what_is_asked_for_keeps_its_name_and_shape, an_output_that_is_another_value_gives_it_its_name,
      an_output_that_is_an_input_stays_a_layer, who_means_the_shape_gets_one_reshape,
      a_function_in_another_shape_is_reshaped_behind, permutes_in_a_row_are_one_or_none,
      a_permute_of_axes_of_one_is_a_view, slices_of_everything_go_and_others_stay,
      operands_of_one_shape_meet_in_it, operands_that_broadcast_keep_their_shapes,
      a_batchnorm_behind_a_reshape_can_be_folded, a_helper_s_value_gets_the_name_it_was_made_for,
      the_same_numbers_come_out_of_any_graph);
