#include "base/error.h"
#include "model/derive.h"
#include "model/ops/conv.h"
#include "model/ops/reshape.h"
#include "tests/model/net.h"
#include "tests/support/suite.h"

static struct fault fault;

#define NONE       NO_VALUE, NO_VALUE, NO_VALUE
#define NAMES(...) (const char *[]){__VA_ARGS__}, ARRAY_SIZE(((const char *[]){__VA_ARGS__}))

static const struct encoding encoding = {-1, 1.55f, 0.01f, -100};

/*
 *  image [1,8,8,3] - conv 3x3 [1,6,6,4] - relu - head (sigmoid)
 *                                            `-- side (reshape to [1,144]), an output
 *  other [1,5] - twin (fully connected), an output
 */
static struct graph *base_net(void)
{
    const struct conv_attrs k3 = {.window = {3, 3, 1, 1, 1, 1, 0, 0, 0, 0, PADDING_EXPLICIT},
                                  .groups = 1};
    const struct reshape_attrs flat = {{(const int32_t[]){1, 144}, 2}};
    struct builder *builder = net_new();
    uint32_t image = net_input(builder, "image", SHAPE(1, 8, 8, 3));
    uint32_t other = net_input(builder, "other", SHAPE(1, 5));
    uint32_t weights = net_constant(builder, "conv.w", SHAPE(3, 3, 3, 4), NULL);
    uint32_t bias = net_constant(builder, "conv.b", SHAPE(4), NULL);
    uint32_t conv = net_node(builder, "conv", OP_CONV, &k3, image, weights, bias, NO_VALUE);
    uint32_t relu = net_node(builder, "relu", OP_RELU, NULL, conv, NONE);
    uint32_t side = net_node(builder, "side", OP_RESHAPE, &flat, relu, NONE);
    uint32_t twin_w = net_constant(builder, "twin.w", SHAPE(5, 5), NULL);
    uint32_t twin =
        net_node(builder, "twin", OP_FULLY_CONNECTED, NULL, other, twin_w, NO_VALUE, NO_VALUE);

    ck_assert_int_eq(build_encoding(builder, relu, &encoding, 1, 0, NULL), 0);
    ck_assert_int_eq(build_section(builder, "aip", "abc", 3, NULL), 0);
    net_node(builder, "head", OP_SIGMOID, NULL, relu, NONE);
    ck_assert_int_eq(build_output(builder, twin, NULL), 0);
    ck_assert_int_eq(build_output(builder, side, NULL), 0);
    return net_done(builder);
}

static struct graph *derive(const struct graph *graph, const struct input_dims *dims,
                            uint32_t n_dims, const char *const *outputs, size_t n_outputs)
{
    const struct derive wish = {
        .dims = dims, .n_dims = n_dims, .outputs = outputs, .n_outputs = (uint32_t)n_outputs};
    struct graph *derived;

    ck_assert_msg(graph_derive(graph, &wish, &derived, &fault) == 0, "%s", fault.text);
    return derived;
}

START_TEST(only_what_the_outputs_need_is_left)
{
    _cleanup_(graph_unrefp) struct graph *graph = base_net();
    _cleanup_(graph_unrefp) struct graph *derived = derive(graph, NULL, 0, NAMES("relu:0"));

    ck_assert_uint_eq(derived->n_nodes, 3);
    ck_assert_str_eq(derived->nodes[0].name, "image");
    ck_assert_str_eq(derived->nodes[1].name, "conv");
    ck_assert_str_eq(derived->nodes[2].name, "relu");
    ck_assert_uint_eq(derived->n_values, 5);
    ck_assert_uint_eq(graph_find_value(derived, "twin.w"), NO_VALUE);
    ck_assert_uint_eq(derived->n_inputs, 1);
    ck_assert_uint_eq(derived->n_outputs, 1);
    ck_assert_str_eq(derived->values[derived->outputs[0]].name, "relu:0");
    ck_assert_uint_eq(derived->n_sections, 1);
    ck_assert_mem_eq(derived->sections[0].base, "abc", 3);
    ck_assert_uint_eq(net_value(derived, "relu:0")->n_encodings, 1);
    ck_assert_mem_eq(net_value(derived, "relu:0")->encodings, &encoding, sizeof(encoding));
    ck_assert_uint_eq(graph_weight_bytes(derived), (108 + 4) * sizeof(float));
}
END_TEST

START_TEST(no_outputs_named_means_those_of_the_old_graph)
{
    _cleanup_(graph_unrefp) struct graph *graph = base_net();
    _cleanup_(graph_unrefp) struct graph *derived = derive(graph, NULL, 0, NULL, 0);

    ck_assert_uint_eq(derived->n_outputs, 2);
    ck_assert_str_eq(derived->values[derived->outputs[0]].name, "twin:0");
    ck_assert_str_eq(derived->values[derived->outputs[1]].name, "side:0");
    ck_assert_uint_eq(graph_find_node(derived, "head"), NO_NODE); /* nobody needs it */
}
END_TEST

START_TEST(a_layer_means_its_outputs_and_none_comes_twice)
{
    _cleanup_(graph_unrefp) struct graph *graph = base_net();
    _cleanup_(graph_unrefp) struct graph *derived =
        derive(graph, NULL, 0, NAMES("head", "twin:0", "head:0", "twin"));

    ck_assert_uint_eq(derived->n_outputs, 2);
    ck_assert_str_eq(derived->values[derived->outputs[0]].name, "head:0");
    ck_assert_str_eq(derived->values[derived->outputs[1]].name, "twin:0");
    ck_assert_uint_eq(graph_find_node(derived, "side"), NO_NODE);
}
END_TEST

START_TEST(new_dims_reach_every_layer)
{
    _cleanup_(graph_unrefp) struct graph *graph = base_net();
    const struct input_dims dims[] = {{"image", SHAPE(2, 20, 11, 3)}};
    _cleanup_(graph_unrefp) struct graph *derived = derive(graph, dims, 1, NAMES("head"));

    ck_assert(shape_equal(&net_value(derived, "image")->shape, &SHAPE(2, 20, 11, 3)));
    ck_assert(shape_equal(&net_value(derived, "head:0")->shape, &SHAPE(2, 18, 9, 4)));
    ck_assert(shape_equal(&net_value(graph, "head:0")->shape, &SHAPE(1, 6, 6, 4)));
}
END_TEST

START_TEST(a_reshape_follows_the_batch)
{
    _cleanup_(graph_unrefp) struct graph *graph = base_net();
    const struct input_dims dims[] = {{"image", SHAPE(7, 8, 8, 3)}, {"other", SHAPE(3, 5)}};
    _cleanup_(graph_unrefp) struct graph *derived = derive(graph, dims, 2, NULL, 0);

    ck_assert(shape_equal(&net_value(derived, "side:0")->shape, &SHAPE(7, 144)));
    ck_assert(shape_equal(&net_value(derived, "twin:0")->shape, &SHAPE(3, 5)));
}
END_TEST

static void refuse(const struct graph *graph, const struct derive *wish, int error,
                   const char *sentence)
{
    struct graph *derived = NULL;

    ck_assert_int_eq(graph_derive(graph, wish, &derived, &fault), error);
    ck_assert_str_eq(fault.text, sentence);
    ck_assert_ptr_null(derived);
}

START_TEST(what_cannot_be_derived_is_named)
{
    _cleanup_(graph_unrefp) struct graph *graph = base_net();
    const char *const unknown[] = {"tail"}, *const constant[] = {"conv.w"};
    const struct input_dims small = {"image", SHAPE(1, 9, 8, 3)},
                            tiny = {"image", SHAPE(1, 2, 8, 3)};
    const struct input_dims grey = {"image", SHAPE(1, 8, 8, 1)}, nobody = {"picture", SHAPE(1)};
    const struct input_dims zero = {"other", SHAPE(0, 5)}, conv = {"conv", SHAPE(1, 5)};

    refuse(graph, &(struct derive){.outputs = unknown, .n_outputs = 1}, E_NO_TENSOR,
           "the network has no layer or buffer \"tail\"; it has head:0, twin:0, side:0, relu:0, "
           "conv:0, other, image");
    refuse(graph, &(struct derive){.outputs = constant, .n_outputs = 1}, E_NO_TENSOR,
           "the network has no layer or buffer \"conv.w\"; it has head:0, twin:0, side:0, relu:0, "
           "conv:0, other, image");
    refuse(graph, &(struct derive){.dims = &nobody, .n_dims = 1}, E_NO_TENSOR,
           "the network has no input \"picture\"; it has other, image");
    refuse(graph, &(struct derive){.dims = &conv, .n_dims = 1}, E_NO_TENSOR,
           "the network has no input \"conv\"; it has other, image");
    refuse(graph, &(struct derive){.dims = &zero, .n_dims = 1}, E_SHAPE,
           "input other: axis 0 cannot have the size 0");
    refuse(graph, &(struct derive){.dims = &small, .n_dims = 1}, E_SHAPE,
           "side (Reshape): 168 numbers do not fit into a shape of 144");
    refuse(graph, &(struct derive){.dims = &tiny, .n_dims = 1}, E_SHAPE,
           "conv (Conv): a window of height 3 does not fit into 2 padded to 2");
    refuse(graph, &(struct derive){.dims = &grey, .n_dims = 1}, E_SHAPE,
           "conv (Conv): the weights take 3 channels a group, but the input has 1/1");
}
END_TEST

START_TEST(a_list_of_names_that_is_too_long_is_cut_at_a_name)
{
    struct builder *builder = net_new();
    const char *const unknown[] = {"tail"};
    struct graph *graph;
    uint32_t value = net_input(builder, "x", SHAPE(1));

    for (int i = 0; i < 50; i++)
        value = net_node(builder, suite_text("a_layer_with_a_name_%02d", i), OP_RELU, NULL, value,
                         NONE);
    graph = net_done(builder);
    refuse(graph, &(struct derive){.outputs = unknown, .n_outputs = 1}, E_NO_TENSOR,
           "the network has no layer or buffer \"tail\"; it has a_layer_with_a_name_49:0, "
           "a_layer_with_a_name_48:0, a_layer_with_a_name_47:0, a_layer_with_a_name_46:0, "
           "a_layer_with_a_name_45:0, ...");
    graph_unref(graph);
}
END_TEST

START_TEST(ten_derived_graphs_share_all_constants)
{
    _cleanup_(graph_unrefp) struct graph *graph = base_net();
    struct graph *derived[10];

    for (uint32_t i = 0; i < 10; i++) {
        const struct input_dims dims = {"image", SHAPE(1, 8 + i, 8, 3)};

        derived[i] = derive(graph, &dims, 1, NAMES("head", "twin"));
        ck_assert_uint_eq(graph_weight_bytes(derived[i]), graph_weight_bytes(graph));
        for (uint32_t v = 0; v < derived[i]->n_values; v++) {
            const struct value *value = &derived[i]->values[v];

            if (value->blob)
                ck_assert_ptr_eq(value->blob, net_value(graph, value->name)->blob);
        }
    }
    for (uint32_t i = 0; i < 10; i++)
        graph_unref(derived[i]);
}
END_TEST

START_TEST(a_derived_graph_outlives_its_base)
{
    struct graph *graph = base_net();
    struct graph *derived = derive(graph, NULL, 0, NAMES("head"));

    graph_unref(graph);
    ck_assert_float_eq(((const float *)net_value(derived, "conv.w")->data)[107], 107);
    graph_unref(derived);
}
END_TEST

SUITE(only_what_the_outputs_need_is_left, no_outputs_named_means_those_of_the_old_graph,
      a_layer_means_its_outputs_and_none_comes_twice, new_dims_reach_every_layer,
      a_reshape_follows_the_batch, what_cannot_be_derived_is_named,
      a_list_of_names_that_is_too_long_is_cut_at_a_name, ten_derived_graphs_share_all_constants,
      a_derived_graph_outlives_its_base);
