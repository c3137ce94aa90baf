#include "tests/model/net.h"

#include "model/ops/input.h"
#include "model/ops/permute.h"
#include "model/ops/reduce.h"
#include "model/ops/reshape.h"
#include "tests/support/suite.h"

#define NONE NO_VALUE, NO_VALUE, NO_VALUE

struct builder *net_new(void)
{
    struct builder *builder;

    ck_assert_int_eq(builder_new(&builder), 0);
    return builder;
}

uint32_t net_input(struct builder *builder, const char *name, struct shape shape)
{
    int32_t sizes[SHAPE_RANK_MAX];
    const struct input_attrs attrs = {.shape = {sizes, shape.rank}};
    const struct node_spec spec = {
        .name = name, .op = OP_INPUT, .attrs = &attrs, .outputs = &name, .n_outputs = 1};
    struct fault fault;
    uint32_t value;

    for (uint32_t i = 0; i < shape.rank; i++)
        sizes[i] = (int32_t)shape.dim[i];
    ck_assert_msg(build_node(builder, &spec, &value, &fault) == 0, "%s", fault.text);
    return value;
}

uint32_t net_constant(struct builder *builder, const char *name, struct shape shape,
                      const float *numbers)
{
    const size_t n = shape_elements(&shape);
    struct constant constant = {.name = name, .shape = shape, .dtype = DTYPE_F32};
    struct fault fault;
    uint32_t value;
    float *to;

    constant.blob = blob_new(n * sizeof(float));
    ck_assert_ptr_nonnull(constant.blob);
    to = blob_base(constant.blob);
    for (size_t i = 0; i < n; i++)
        to[i] = numbers ? numbers[i] : (float)i;
    ck_assert_msg(build_constant(builder, &constant, &value, &fault) == 0, "%s", fault.text);
    blob_unref(constant.blob);
    return value;
}

uint32_t net_node(struct builder *builder, const char *name, enum op op, const void *attrs,
                  uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    const uint32_t inputs[] = {a, b, c, d};
    const char *output = suite_text("%s:0", name);
    struct node_spec spec = {.name = name,
                             .op = op,
                             .attrs = attrs,
                             .inputs = inputs,
                             .outputs = &output,
                             .n_outputs = 1};
    struct fault fault;
    uint32_t value;

    while (spec.n_inputs < 4 && inputs[spec.n_inputs] != NO_VALUE)
        spec.n_inputs++;
    ck_assert_msg(build_node(builder, &spec, &value, &fault) == 0, "%s", fault.text);
    return value;
}

uint32_t net_reshape(struct builder *builder, const char *name, uint32_t x, struct shape shape)
{
    int32_t dims[SHAPE_RANK_MAX];
    const struct reshape_attrs attrs = {.shape = {dims, shape.rank}};

    for (uint32_t i = 0; i < shape.rank; i++)
        dims[i] = (int32_t)shape.dim[i];
    return net_node(builder, name, OP_RESHAPE, &attrs, x, NONE);
}

uint32_t net_permute(struct builder *builder, const char *name, uint32_t x, const int32_t *order,
                     uint32_t rank)
{
    const struct permute_attrs attrs = {.order = {order, rank}};

    return net_node(builder, name, OP_PERMUTE, &attrs, x, NONE);
}

uint32_t net_relu(struct builder *builder, const char *name, uint32_t x)
{
    return net_node(builder, name, OP_RELU, NULL, x, NONE);
}

uint32_t net_sum(struct builder *builder, const char *name, uint32_t x)
{
    const int32_t axis = -1;
    const struct reduce_attrs attrs = {.kind = REDUCE_SUM, .axes = {&axis, 1}};

    return net_node(builder, name, OP_REDUCE, &attrs, x, NONE);
}

struct graph *net_done(struct builder *take_builder)
{
    struct graph *graph;
    struct fault fault;

    ck_assert_msg(build_done(take_builder, &graph, &fault) == 0, "%s", fault.text);
    builder_free(take_builder);
    return graph;
}

const struct value *net_value(const struct graph *graph, const char *name)
{
    uint32_t value = graph_find_value(graph, name);

    ck_assert_msg(value != NO_VALUE, "there is no %s", name);
    return &graph->values[value];
}
