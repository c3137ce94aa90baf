#include "tests/model/net.h"

#include "model/ops/input.h"
#include "tests/support/suite.h"

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
