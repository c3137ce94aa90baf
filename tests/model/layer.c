#include "tests/model/layer.h"

int layer_build(struct builder *builder, enum op op, const void *attrs, const struct shape *shapes,
                size_t n_inputs, uint32_t n_outputs, uint32_t *ret, struct fault *fault)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f"};
    static const char *const outputs[] = {"y", "h", "c_last", "more"};
    uint32_t inputs[6];
    const struct node_spec spec = {.name = "n",
                                   .op = op,
                                   .attrs = attrs,
                                   .inputs = inputs,
                                   .outputs = outputs,
                                   .n_inputs = (uint32_t)n_inputs,
                                   .n_outputs = n_outputs};

    for (size_t i = 0; i < n_inputs; i++)
        inputs[i] =
            shapes[i].rank > SHAPE_RANK_MAX ? NO_VALUE : net_input(builder, names[i], shapes[i]);
    return build_node(builder, &spec, ret, fault);
}

void layer_refused(enum op op, const void *attrs, const struct shape *shapes, size_t n_inputs,
                   int error, const char *sentence)
{
    struct builder *builder = net_new();
    struct fault fault = {""};

    ck_assert_int_eq(layer_build(builder, op, attrs, shapes, n_inputs, 1, NULL, &fault), error);
    ck_assert_str_eq(fault.text, sentence);
    builder_free(builder);
}

uint64_t layer_macs(enum op op, const void *attrs, const struct shape *shapes, size_t n_inputs)
{
    struct builder *builder = net_new();
    const struct value *in[6];
    struct infer infer = {.attrs = attrs, .in = in, .n_in = (uint32_t)n_inputs, .n_out = 1};
    struct fault fault = {""};
    uint64_t macs;
    uint32_t y;

    ck_assert_msg(layer_build(builder, op, attrs, shapes, n_inputs, 1, &y, &fault) == 0, "%s",
                  fault.text);
    for (uint32_t i = 0; i < n_inputs; i++)
        in[i] = builder_value(builder, i);
    macs = op_get(op)->macs(&infer, &builder_value(builder, y)->shape);
    builder_free(builder);
    return macs;
}
