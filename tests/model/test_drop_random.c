/* Whatever graph of layers that move numbers: less of them compute the same. */
#include <stdlib.h>

#include "model/derive.h"
#include "model/ops/permute.h"
#include "model/ops/strided_slice.h"
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
    return net_permute(builder, name, x, order, rank);
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
        return net_reshape(builder, name, x, random_shape(random, shape_elements(&shape)));
    case 3:
        return random_permute(random, builder, name, x);
    case 4:
        return net_relu(builder, name, x);
    case 5:
        other = shape_equal(&builder_value(builder, other)->shape, &shape)
                    ? other
                    : net_constant(builder, suite_text("%s.k", name), SHAPE(last), NULL);
        return net_node(builder, name, OP_BINARY, NULL, x, other, NO_VALUE, NO_VALUE);
    case 6:
        return shape.rank && last < 3 ? net_sum(builder, name, x) : net_relu(builder, name, x);
    default:
        return net_reshape(builder, name, x, builder_value(builder, other)->shape);
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

SUITE(the_same_numbers_come_out_of_any_graph);
