/* What layers of containers mean where the file says less, or says it in another way, than we do.
 */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "model/dlc/dlc.h"
#include "model/dlc/layers.h"
#include "model/ops/clip.h"
#include "model/ops/conv.h"
#include "model/ops/pool.h"
#include "model/ops/relu.h"
#include "model/ops/softmax.h"
#include "model/ops/user_defined.h"
#include "tests/model/dlc/net.h"
#include "tests/model/dlc/sample.h"
#include "tests/support/suite.h"

static struct graph *read_net(struct net *net)
{
    struct buf bytes = net_bytes(net);
    struct graph *graph = sample_read(bytes.base, bytes.size);

    buf_done(&bytes);
    return graph;
}

struct pooling {
    uint32_t in, kernel, stride, pad, strategy, out;
    int32_t trail; /* that is read; -1: refused */
};

static void add_pooling(struct net *net, const struct pooling *p)
{
    struct v3_branch *attrs;

    net_add_input(net, (struct shape){4, {1, p->in, p->in, 1}});
    attrs = net_add(net, &(struct net_layer){
                             "pool", "Pooling", {"x"}, {"y"}, {{4, {1, p->out, p->out, 1}}}, 0});
    v3_tree_i32(&net->tree, attrs, "size_x", (int32_t)p->kernel);
    v3_tree_i32(&net->tree, attrs, "size_y", (int32_t)p->kernel);
    v3_tree_i32(&net->tree, attrs, "stride_x", (int32_t)p->stride);
    v3_tree_i32(&net->tree, attrs, "stride_y", (int32_t)p->stride);
    v3_tree_i32(&net->tree, attrs, "pad_x", (int32_t)p->pad);
    v3_tree_i32(&net->tree, attrs, "pad_y", (int32_t)p->pad);
    v3_tree_u32(&net->tree, attrs, "padding_size_strategy", p->strategy);
}

/* Sizes from real files where there are some: 56 to 28 is Caffe's, 80 to 39 TensorFlow's VALID. */
START_TEST(the_trailing_pad_follows_from_the_output_size)
{
    static const struct pooling cases[] = {
        {56, 3, 2, 0, 1, 28, 0},  /* rounds up */
        {55, 3, 2, 0, 1, 27, 0},  /* exact */
        {56, 3, 2, 0, 1, 27, -1}, /* what rounding down would give */
        {80, 3, 2, 0, 2, 39, 0},  /* VALID rounds down */
        {80, 3, 2, 0, 2, 40, -1}, /* ... and has no pads */
        {7, 3, 2, 1, 3, 4, 0},    /* SAME: the rule says them, not the file */
        {7, 3, 2, 1, 3, 3, -1},   /* ... whatever OutputDims say */
        {7, 3, 1, 1, 4, 7, 1},    /* explicit: like the leading one */
        {8, 3, 2, 1, 4, 4, 1},    /* ... also where the last row is not used */
        {8, 3, 2, 0, 4, 4, 1},    /* ... unless the output is larger than that */
        {8, 3, 2, 2, 4, 4, 0},    /* ... or smaller */
        {8, 3, 2, 1, 0, 4, -1},   /* a strategy that was never seen */
        {8, 3, 2, 1, 5, 4, -1},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct net net = {.n_layers = 0};
        struct graph *graph = NULL;
        struct buf bytes;
        int r;

        add_pooling(&net, &cases[i]);
        bytes = net_bytes(&net);
        r = dlc_read(bytes.base, bytes.size, &graph, NULL, NULL);
        ck_assert_msg((r == 0) == (cases[i].trail >= 0), "case %zu", i);
        if (r == 0) {
            const struct pool_attrs *pool = graph->nodes[1].attrs;

            ck_assert_msg(pool->window.pad_bottom == cases[i].trail, "case %zu", i);
            ck_assert_msg(pool->window.pad_right == cases[i].trail, "case %zu", i);
        }
        graph_unref(graph);
        buf_done(&bytes);
    }
}
END_TEST

START_TEST(each_axis_has_a_trailing_pad_of_its_own)
{
    struct net net = {.n_layers = 0};
    const struct conv_attrs *conv;
    struct v3_branch *attrs;
    struct graph *graph;

    net_add_input(&net, (struct shape){4, {1, 8, 9, 2}});
    attrs = net_add(
        &net, &(struct net_layer){"c", "Convolutional", {"x"}, {"y"}, {{4, {1, 8, 4, 3}}}, 0});
    v3_tree_i32(&net.tree, attrs, "kernel_size", 2);
    v3_tree_i32(&net.tree, attrs, "kernel_size_y", 3);
    v3_tree_i32(&net.tree, attrs, "stride", 2);
    v3_tree_i32(&net.tree, attrs, "padding_y", 0);
    v3_tree_i32(&net.tree, attrs, "dilation_x", 3);
    v3_tree_u32(&net.tree, attrs, "padding_strategy", PADDING_EXPLICIT);
    net_add_zeros(&net, "c", "weights_0", (struct shape){4, {3, 2, 2, 3}});
    graph = read_net(&net);
    conv = graph->nodes[1].attrs;
    ck_assert_int_eq(conv->window.pad_bottom, 2); /* (8-1)*1 + 3 - 8 */
    ck_assert_int_eq(conv->window.pad_right, 1);  /* (4-1)*2 + 4 - 9 */
    ck_assert_int_eq(conv->window.dilation_h, 1);
    ck_assert_uint_eq(graph->nodes[1].n_inputs, 2);
    ck_assert_str_eq(graph->values[graph->nodes[1].inputs[1]].name, "c/weights_0");
    graph_unref(graph);
}
END_TEST

static struct graph *read_neuron(uint32_t type, float min_clamp, float max_clamp)
{
    const struct shape dims = {2, {1, 4}};
    struct net net = {.n_layers = 0};
    struct v3_branch *attrs;

    net_add_input(&net, dims);
    attrs = net_add(&net, &(struct net_layer){"act", "Neuron", {"x"}, {"y"}, {dims}, 0});
    v3_tree_u32(&net.tree, attrs, "type", type);
    v3_tree_f32(&net.tree, attrs, "min_clamp", min_clamp);
    v3_tree_f32(&net.tree, attrs, "max_clamp", max_clamp);
    return read_net(&net);
}

START_TEST(a_neuron_without_clamps_has_no_upper_end)
{
    struct graph *graph = read_neuron(1, 0, 0);

    ck_assert_int_eq(graph->nodes[1].op, OP_RELU);
    ck_assert(isinf(((const struct relu_attrs *)graph->nodes[1].attrs)->max));
    graph_unref(graph);
    graph = read_neuron(1, 0, 6);
    ck_assert_float_eq(((const struct relu_attrs *)graph->nodes[1].attrs)->max, 6);
    graph_unref(graph);
    graph = read_neuron(101, -2, 3);
    ck_assert_int_eq(graph->nodes[1].op, OP_CLIP);
    ck_assert_float_eq(((const struct clip_attrs *)graph->nodes[1].attrs)->min, -2);
    graph_unref(graph);
}
END_TEST

START_TEST(a_softmax_without_axis_takes_the_last)
{
    const struct shape dims = {3, {1, 4, 2}};
    struct net net = {.n_layers = 0};
    struct graph *graph;

    net_add_input(&net, dims);
    net_add(&net, &(struct net_layer){"s", "SoftMax", {"x"}, {"y"}, {dims}, 0});
    graph = read_net(&net);
    ck_assert_int_eq(((const struct softmax_attrs *)graph->nodes[1].attrs)->axis, -1);
    graph_unref(graph);
}
END_TEST

/* The first layer's tensor would be called like the second layer's buffer. */
START_TEST(a_constant_makes_room_for_a_buffer_of_its_name)
{
    const struct shape dims = {2, {1, 4}};
    struct net net = {.n_layers = 0};
    struct graph *graph;

    net_add_input(&net, dims);
    net_add(&net, &(struct net_layer){"f", "FullyConnected", {"x"}, {"y"}, {dims}, 0});
    net_add(&net, &(struct net_layer){"s", "SoftMax", {"y"}, {"f/bias"}, {dims}, 0});
    net_add(&net, &(struct net_layer){"t", "SoftMax", {"f/bias"}, {"f/bias_"}, {dims}, 0});
    net_add_zeros(&net, "f", "bias", (struct shape){1, {4}});
    net_add_zeros(&net, "f", "weights_0", (struct shape){2, {4, 4}});
    graph = read_net(&net);
    ck_assert_uint_ne(graph_find_value(graph, "f/bias__"), NO_VALUE);
    ck_assert_ptr_nonnull(graph->values[graph_find_value(graph, "f/bias__")].blob);
    ck_assert_ptr_null(graph->values[graph_find_value(graph, "f/bias")].blob);
    graph_unref(graph);
}
END_TEST

START_TEST(weights_may_be_computed)
{
    const struct shape dims = {2, {4, 4}};
    struct net net = {.n_layers = 0};
    struct graph *graph, *back;
    struct buf bytes;

    net_add_input(&net, dims);
    net_add(&net, &(struct net_layer){"w", "SoftMax", {"x"}, {"w"}, {dims}, 0});
    net_add(&net, &(struct net_layer){"f", "FullyConnected", {"x", "w"}, {"y"}, {dims}, 0});
    net_add_zeros(&net, "f", "bias", (struct shape){1, {4}});
    graph = read_net(&net);
    ck_assert_uint_eq(graph->nodes[2].n_inputs, 3);
    ck_assert_str_eq(graph->values[graph->nodes[2].inputs[1]].name, "w");
    bytes = sample_bytes(graph);
    back = sample_read(bytes.base, bytes.size);
    sample_compare(graph, back);
    buf_done(&bytes);
    graph_unref(back);
    graph_unref(graph);
}
END_TEST

START_TEST(a_missing_bias_is_written_as_zeros)
{
    static const float zeros[4];
    const struct shape dims = {2, {1, 4}};
    struct net net = {.n_layers = 0};
    struct graph *graph, *back;
    struct buf bytes;

    net_add_input(&net, dims);
    net_add(&net, &(struct net_layer){"f", "FullyConnected", {"x"}, {"y"}, {dims}, 0});
    net_add_zeros(&net, "f", "weights_0", (struct shape){2, {4, 4}});
    graph = read_net(&net);
    ck_assert_uint_eq(graph->nodes[1].n_inputs, 2);
    bytes = sample_bytes(graph);
    back = sample_read(bytes.base, bytes.size);
    ck_assert_uint_eq(back->nodes[1].n_inputs, 3);
    ck_assert_mem_eq(back->values[back->nodes[1].inputs[2]].data, zeros, sizeof(zeros));
    buf_done(&bytes);
    graph_unref(back);
    graph_unref(graph);
}
END_TEST

START_TEST(a_constant_layer_is_a_constant_value)
{
    const struct shape dims = {2, {2, 3}};
    struct net net = {.n_layers = 0};
    struct graph *graph;
    uint32_t value;

    net_add_input(&net, dims);
    net_add(&net, &(struct net_layer){"some layer", "Const", {NULL}, {"k"}, {dims}, 0});
    net_add(&net, &(struct net_layer){"add", "ElementwiseBinaryOp", {"x", "k"}, {"y"}, {dims}, 0});
    net_add_zeros(&net, "some layer", "value", dims);
    graph = read_net(&net);
    value = graph_find_value(graph, "k");
    ck_assert_uint_eq(graph->n_nodes, 2);
    ck_assert_uint_eq(graph->nodes[1].inputs[1], value);
    ck_assert_ptr_nonnull(graph->values[value].data);
    graph_unref(graph);
}
END_TEST

/* A node and a constant may have one name in a graph; layers of a container may not. */
START_TEST(a_constant_called_like_a_node_gets_a_layer_of_another_name)
{
    const struct shape dims = {2, {2, 3}};
    struct net net = {.n_layers = 0};
    struct graph *graph, *back;
    struct buf bytes;

    net_add_input(&net, dims);
    net_add(&net, &(struct net_layer){"k const", "Const", {NULL}, {"add"}, {dims}, 0});
    net_add(&net,
            &(struct net_layer){"add", "ElementwiseBinaryOp", {"x", "add"}, {"y"}, {dims}, 0});
    net_add_zeros(&net, "k const", "value", dims);
    graph = read_net(&net);
    bytes = sample_bytes(graph);
    back = sample_read(bytes.base, bytes.size);
    sample_compare(graph, back);
    buf_done(&bytes);
    graph_unref(back);
    graph_unref(graph);
}
END_TEST

/* As a converter of 1.61 would write them: children in the order of their names, 10 before 2. */
START_TEST(channels_are_found_by_number_not_by_place)
{
    const struct shape dims = {1, {12}};
    static const uint8_t codes[12];
    struct net net = {.n_layers = 0};
    const struct value *k;
    struct v3_branch *attrs, *list;
    struct graph *graph;

    net_add_input(&net, dims);
    net_add(&net, &(struct net_layer){"k", "Const", {NULL}, {"k"}, {dims}, 0});
    net_add(&net, &(struct net_layer){"add", "ElementwiseBinaryOp", {"x", "k"}, {"y"}, {dims}, 0});
    attrs = v3_tree_root(&net.tree);
    list = v3_tree_numbered(&net.tree, v3_tree_list(&net.tree, attrs, "DataEncoding"), 0);
    v3_tree_i32(&net.tree, list, "axis", 0);
    list = v3_tree_list(&net.tree, list, "DataEncodingElement");
    for (uint32_t i = 0; i < 12; i++) {
        struct v3_branch *element = v3_tree_numbered(&net.tree, list, i);

        v3_tree_f32(&net.tree, element, "delta", (float)(i + 1));
        v3_tree_f32(&net.tree, element, "max", 255 * (float)(i + 1));
        v3_tree_u32(&net.tree, element, "precision", 520);
    }
    net.tensors[net.n_tensors++] = (struct net_tensor){"k", "value", dims, 6, codes, 12, attrs};
    graph = read_net(&net);
    k = &graph->values[graph_find_value(graph, "k")];
    ck_assert_uint_eq(k->n_encodings, 12);
    for (uint32_t i = 0; i < 12; i++)
        ck_assert_float_eq(k->encodings[i].delta, (float)(i + 1));
    graph_unref(graph);
}
END_TEST

/* Attributes as a converter of 1.51 writes them, in the order of their names. */
static struct v3_branch *add_udo(struct net *net)
{
    const struct shape dims = {2, {1, 4}};
    struct v3_branch *attrs;

    net_add_input(net, dims);
    attrs = net_add(net, &(struct net_layer){"selu", "UDO", {"x"}, {"y"}, {dims}, 0});
    v3_tree_text(&net->tree, attrs, "input_list", "input");
    v3_tree_u32(&net->tree, attrs, "input_data_type", 2);
    v3_tree_text(&net->tree, attrs, "package_name", "SeluPackage");
    v3_tree_text(&net->tree, attrs, "param_list", "");
    v3_tree_text(&net->tree, attrs, "udo_type", "Selu");
    return attrs;
}

START_TEST(a_user_defined_layer_keeps_all_that_is_said_of_it)
{
    static const char *const params[] = {"alpha", "f32",        "nan",        "input_data_type",
                                         "u32",   "2",          "input_list", "string",
                                         "input", "param_list", "string",     ""};
    struct net net = {.n_layers = 0};
    const struct user_defined_attrs *user;
    struct graph *graph;

    v3_tree_f32(&net.tree, add_udo(&net), "alpha", NAN);
    net_add_zeros(&net, "selu", "scale", (struct shape){2, {1, 4}});
    graph = read_net(&net);
    ck_assert_int_eq(graph->nodes[1].op, OP_USER_DEFINED);
    user = graph->nodes[1].attrs;
    ck_assert_str_eq(user->type, "Selu");
    ck_assert_str_eq(user->package, "SeluPackage");
    ck_assert_uint_eq(user->params.n, ARRAY_SIZE(params));
    for (uint32_t i = 0; i < user->params.n; i++)
        ck_assert_str_eq(user->params.v[i], params[i]);
    ck_assert_mem_eq(user->shapes.v, ((const int32_t[]){2, 1, 4}), 12);
    ck_assert_uint_eq(user->tensors.n, 1);
    ck_assert_str_eq(user->tensors.v[0], "scale");
    ck_assert_uint_eq(graph->nodes[1].n_inputs, 2);
    ck_assert_str_eq(graph->values[graph->nodes[1].inputs[1]].name, "selu/scale");
    graph_unref(graph);
}
END_TEST

static void check_udo(struct net *net, int error, const char *sentence)
{
    struct buf bytes = net_bytes(net);
    struct graph *graph = NULL;
    struct fault fault = {""};

    ck_assert_int_eq(dlc_read(bytes.base, bytes.size, &graph, NULL, &fault), error);
    ck_assert_str_eq(fault.text, sentence);
    buf_done(&bytes);
}

START_TEST(what_cannot_be_kept_of_a_user_defined_layer_is_named)
{
    const struct shape dims = {2, {1, 4}};
    struct net net = {.n_layers = 0};
    struct v3_branch *attrs = add_udo(&net);

    for (int i = 0; i < USER_DEPTH_MOST + 1; i++)
        attrs = v3_tree_list(&net.tree, attrs, "deep");
    check_udo(&net, E_OP_ATTR, "layer selu (UDO): deep: lists in more than 8 lists cannot be kept");
    net_add_input(&net, dims);
    net_add(&net, &(struct net_layer){"nameless", "UDO", {"x"}, {"y"}, {dims}, 0});
    check_udo(&net, E_OP_ATTR, "nameless (UserDefined): type: a user-defined layer needs one");
}
END_TEST

START_TEST(records_of_others_are_carried_and_nothing_else_is_lost)
{
    struct graph *graph = sample_every(), *back;
    struct buf bytes = sample_bytes(graph);

    back = sample_read(bytes.base, bytes.size);
    ck_assert_uint_eq(back->n_sections, 2);
    ck_assert_str_eq(back->sections[0].name, "aip.manifest");
    ck_assert_uint_eq(back->sections[0].size, 2);
    ck_assert_mem_eq(back->sections[0].base, "{}", 2);
    ck_assert_uint_eq(back->sections[1].size, 0);
    buf_done(&bytes);
    graph_unref(back);
    graph_unref(graph);
}
END_TEST

static void check_listed(const struct graph *graph, const char *const *names)
{
    struct layers layers;
    uint32_t n = 0;

    ck_assert_int_eq(layers_init(graph, &layers), 0);
    for (; names[n]; n++) {
        ck_assert_uint_lt(n, layers.n);
        ck_assert_str_eq(layers.v[n].name, names[n]);
    }
    ck_assert_uint_eq(layers.n, n);
    layers_done(&layers);
}

/* Also one that nobody reads, and one that an operator could have stored with its layer. */
START_TEST(constant_layers_keep_their_names_and_places)
{
    static const char *const names[] = {"k layer", "x", "w", "soft", "f", "unread", "add", NULL};
    const struct shape dims = {2, {4, 4}};
    struct net net = {.n_layers = 0};
    struct graph *graph, *back;
    struct buf first, second;

    net_add(&net, &(struct net_layer){"k layer", "Const", {NULL}, {"k"}, {dims}, 0});
    net_add(&net, &(struct net_layer){"x", "Input", {"x"}, {"x"}, {dims}, 0});
    net_add(&net, &(struct net_layer){"w", "Const", {NULL}, {"w:0"}, {dims}, 0});
    net_add(&net, &(struct net_layer){"soft", "SoftMax", {"x"}, {"s"}, {dims}, 0});
    net_add(&net, &(struct net_layer){"f", "FullyConnected", {"s", "w:0"}, {"y"}, {dims}, 0});
    net_add(&net, &(struct net_layer){"unread", "Const", {NULL}, {"u"}, {dims}, 0});
    net_add(&net, &(struct net_layer){"add", "ElementwiseBinaryOp", {"y", "k"}, {"z"}, {dims}, 0});
    net_add_zeros(&net, "f", "bias", (struct shape){1, {4}});
    net_add_zeros(&net, "k layer", "value", dims);
    net_add_zeros(&net, "unread", "value", dims);
    net_add_zeros(&net, "w", "value", dims);
    graph = read_net(&net);
    check_listed(graph, names);
    first = sample_bytes(graph);
    back = sample_read(first.base, first.size);
    check_listed(back, names);
    sample_compare(graph, back);
    second = sample_bytes(back);
    ck_assert_uint_eq(first.size, second.size);
    ck_assert_mem_eq(first.base, second.base, first.size);
    buf_done(&first);
    buf_done(&second);
    graph_unref(back);
    graph_unref(graph);
}
END_TEST

SUITE(the_trailing_pad_follows_from_the_output_size, each_axis_has_a_trailing_pad_of_its_own,
      a_neuron_without_clamps_has_no_upper_end, a_softmax_without_axis_takes_the_last,
      a_constant_makes_room_for_a_buffer_of_its_name, weights_may_be_computed,
      a_missing_bias_is_written_as_zeros, a_constant_layer_is_a_constant_value,
      a_constant_called_like_a_node_gets_a_layer_of_another_name,
      channels_are_found_by_number_not_by_place, a_user_defined_layer_keeps_all_that_is_said_of_it,
      what_cannot_be_kept_of_a_user_defined_layer_is_named,
      records_of_others_are_carried_and_nothing_else_is_lost,
      constant_layers_keep_their_names_and_places);
