#include <stdio.h>

#include "base/error.h"
#include "model/ops/concat.h"
#include "model/ops/input.h"
#include "model/ops/softmax.h"
#include "tests/model/net.h"
#include "tests/support/suite.h"

static struct fault fault;

#define NONE NO_VALUE, NO_VALUE, NO_VALUE

/* x -> relu -> softmax, and a constant that a fully connected layer reads. */
static struct builder *small_net(void)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 4));
    uint32_t weights = net_constant(builder, "fc.weights", SHAPE(3, 4), NULL);
    uint32_t bias = net_constant(builder, "fc.bias", SHAPE(3), NULL);
    uint32_t relu = net_node(builder, "relu", OP_RELU, NULL, x, NONE);
    uint32_t fc = net_node(builder, "fc", OP_FULLY_CONNECTED, NULL, relu, weights, bias, NO_VALUE);

    net_node(builder, "softmax", OP_SOFTMAX, NULL, fc, NONE);
    return builder;
}

START_TEST(a_graph_is_what_was_built)
{
    _cleanup_(graph_unrefp) struct graph *graph = net_done(small_net());
    const struct node *fc;

    ck_assert_uint_eq(graph->n_nodes, 4);
    ck_assert_uint_eq(graph->n_values, 6);
    ck_assert_uint_eq(graph->n_inputs, 1);
    ck_assert_str_eq(graph->values[graph->inputs[0]].name, "x");
    ck_assert_uint_eq(graph->n_outputs, 1);
    ck_assert_str_eq(graph->values[graph->outputs[0]].name, "softmax:0");
    fc = &graph->nodes[graph_find_node(graph, "fc")];
    ck_assert_int_eq(fc->op, OP_FULLY_CONNECTED);
    ck_assert_uint_eq(fc->n_inputs, 3);
    ck_assert_str_eq(graph->values[fc->inputs[1]].name, "fc.weights");
    ck_assert_uint_eq(graph->values[fc->outputs[0]].producer, graph_find_node(graph, "fc"));
    ck_assert_uint_eq(graph->values[fc->inputs[1]].producer, NO_NODE);
    ck_assert(shape_equal(&net_value(graph, "softmax:0")->shape, &SHAPE(1, 3)));
    ck_assert_float_eq(((const float *)net_value(graph, "fc.weights")->data)[7], 7);
    ck_assert_uint_eq((uintptr_t)net_value(graph, "fc.bias")->data % 64, 0);
    ck_assert_uint_eq(graph_weight_bytes(graph), (12 + 3) * sizeof(float));
    ck_assert_uint_eq(graph_find_value(graph, "softmax"), NO_VALUE);
    ck_assert_uint_eq(graph_find_node(graph, "softmax:0"), NO_NODE);
}
END_TEST

START_TEST(nothing_of_the_caller_is_kept_but_the_blob)
{
    struct builder *builder = net_new();
    char name[] = "x", output[] = "buffer";
    int32_t sizes[] = {2, 3};
    struct input_attrs attrs = {.shape = {sizes, 2}};
    const char *outputs[] = {output};
    const struct node_spec spec = {
        .name = name, .op = OP_INPUT, .attrs = &attrs, .outputs = outputs, .n_outputs = 1};
    struct graph *graph;
    const struct input_attrs *kept;

    ck_assert_int_eq(build_node(builder, &spec, NULL, NULL), 0);
    name[0] = output[0] = '?';
    sizes[0] = 9;
    graph = net_done(builder);
    ck_assert_str_eq(graph->nodes[0].name, "x");
    ck_assert_str_eq(graph->values[0].name, "buffer");
    kept = graph->nodes[0].attrs;
    ck_assert_int_eq(kept->shape.v[0], 2);
    graph_unref(graph);
}
END_TEST

START_TEST(outputs_stand_in_the_order_of_the_calls)
{
    struct builder *builder = small_net();
    struct graph *graph;

    ck_assert_int_eq(build_output(builder, 5, &fault), 0);
    ck_assert_int_eq(build_output(builder, 3, &fault), 0);
    ck_assert_int_eq(build_output(builder, 5, &fault), E_GRAPH);
    ck_assert_str_eq(fault.text, "softmax:0 is an output of the network already");
    ck_assert_int_eq(build_output(builder, 1, &fault), E_GRAPH); /* a constant */
    ck_assert_int_eq(build_output(builder, 6, &fault), E_GRAPH);
    graph = net_done(builder);
    ck_assert_uint_eq(graph->n_outputs, 2);
    ck_assert_str_eq(graph->values[graph->outputs[0]].name, "softmax:0");
    ck_assert_str_eq(graph->values[graph->outputs[1]].name, "relu:0");
    graph_unref(graph);
}
END_TEST

START_TEST(encodings_and_sections_are_carried)
{
    static const struct encoding encoding = {-1, 1.55f, 0.01f, -100};
    static const struct encoding odd = {0, 1, 0, 0};
    const struct encoding per_channel[3] = {encoding, encoding, encoding};
    struct builder *builder = small_net();
    struct graph *graph;

    ck_assert_int_eq(build_encoding(builder, 3, &encoding, 1, 7, &fault), 0);
    ck_assert_int_eq(build_encoding(builder, 4, per_channel, 3, 1, &fault), 0);
    ck_assert_int_eq(build_encoding(builder, 4, per_channel, 3, 0, &fault), E_ENCODING);
    ck_assert_str_eq(fault.text,
                     "buffer fc:0: 3 encodings do not fit axis 0, which has the size 1");
    ck_assert_int_eq(build_encoding(builder, 4, per_channel, 3, 2, &fault), E_ENCODING);
    ck_assert_int_eq(build_encoding(builder, 3, &odd, 1, 0, &fault), E_ENCODING);
    ck_assert_str_eq(fault.text,
                     "buffer relu:0: encoding 0 is none: min 0, max 1, delta 0, offset 0");
    ck_assert_int_eq(build_encoding(builder, 1, &encoding, 1, 0, &fault), E_GRAPH);
    ck_assert_int_eq(build_section(builder, "aip", "12345", 5, &fault), 0);
    ck_assert_int_eq(build_section(builder, "empty", NULL, 0, &fault), 0);
    ck_assert_int_eq(build_section(builder, "aip", "1", 1, &fault), E_GRAPH);
    ck_assert_str_eq(fault.text, "there are two records of the name aip");
    graph = net_done(builder);
    ck_assert_uint_eq(graph->values[3].n_encodings, 1);
    ck_assert_int_eq(graph->values[3].encodings->offset, -100);
    ck_assert_uint_eq(graph->values[4].n_encodings, 3);
    ck_assert_uint_eq(graph->values[4].encoding_axis, 1);
    ck_assert_uint_eq(graph->n_sections, 2);
    ck_assert_str_eq(graph->sections[0].name, "aip");
    ck_assert_mem_eq(graph->sections[0].base, "12345", 5);
    ck_assert_uint_eq(graph->sections[1].size, 0);
    graph_unref(graph);
}
END_TEST

static void refuse_constant(struct builder *builder, const struct constant *constant, int error,
                            const char *sentence)
{
    uint32_t value = 77;

    ck_assert_int_eq(build_constant(builder, constant, &value, &fault), error);
    ck_assert_str_eq(fault.text, sentence);
    ck_assert_uint_eq(value, 77);
}

START_TEST(a_constant_is_checked_against_its_bytes)
{
    static const struct encoding odd = {0, 1, 1, 1};
    struct blob *blob = blob_new(12);
    struct builder *builder = net_new();
    struct constant constant = {.name = "w", .shape = SHAPE(4), .dtype = DTYPE_F32, .blob = blob};

    refuse_constant(builder, &constant, E_GRAPH,
                    "constant w: it has 12 bytes, but its shape takes 16");
    constant.shape = SHAPE(3, 0);
    refuse_constant(builder, &constant, E_SHAPE, "constant w: axis 1 has the size 0");
    constant.shape = SHAPE(65536, 65536);
    refuse_constant(builder, &constant, E_SHAPE,
                    "constant w: 65536x65536 is more than the 2147483648 bytes a tensor may have");
    constant.shape.rank = 7;
    refuse_constant(builder, &constant, E_SHAPE,
                    "constant w: it has 7 axes; at most 6 are possible");
    constant.shape = SHAPE(12);
    constant.dtype = DTYPE_TF8;
    refuse_constant(builder, &constant, E_ENCODING,
                    "constant w: it has 8-bit codes, but no encoding for them");
    constant.encodings = &odd;
    constant.n_encodings = 1;
    refuse_constant(builder, &constant, E_ENCODING,
                    "constant w: encoding 0 is none: min 0, max 1, delta 1, offset 1");
    constant.dtype = _DTYPE_MAX;
    refuse_constant(builder, &constant, E_GRAPH, "constant w: it has no data of a known type");
    constant = (struct constant){.name = "", .shape = SHAPE(3), .dtype = DTYPE_F32, .blob = blob};
    refuse_constant(builder, &constant, E_GRAPH, "a layer or buffer has no name");
    blob_unref(blob);
    builder_free(builder);
}
END_TEST

START_TEST(no_layer_computes_with_integers)
{
    struct blob *blob = blob_new(12);
    struct builder *builder = small_net();
    const struct constant constant = {
        .name = "indices", .shape = SHAPE(3), .dtype = DTYPE_I32, .blob = blob};
    uint32_t indices;
    const struct node_spec spec = {.name = "n",
                                   .op = OP_RELU,
                                   .inputs = &indices,
                                   .outputs = (const char *[]){"y"},
                                   .n_inputs = 1,
                                   .n_outputs = 1};

    ck_assert_int_eq(build_constant(builder, &constant, &indices, NULL), 0);
    ck_assert_int_eq(build_node(builder, &spec, NULL, &fault), E_GRAPH);
    ck_assert_str_eq(fault.text, "n (Relu): input 0 (indices) is a constant of integers");
    blob_unref(blob);
    builder_free(builder);
}
END_TEST

/* Nodes that the small net refuses, with the sentence. Value 5 is its last. */
static const struct refusal {
    struct node_spec spec;
    int error;
    const char *sentence;
} refusals[] = {
    {{.name = "relu",
      .op = OP_RELU,
      .inputs = (const uint32_t[]){0},
      .n_inputs = 1,
      .outputs = (const char *[]){"fresh"},
      .n_outputs = 1},
     E_GRAPH,
     "relu (Relu): the name relu is in use already"},
    {{.name = "fresh",
      .op = OP_RELU,
      .inputs = (const uint32_t[]){0},
      .n_inputs = 1,
      .outputs = (const char *[]){"fc.bias"},
      .n_outputs = 1},
     E_GRAPH,
     "fresh (Relu): the name fc.bias is in use already"},
    {{.name = "fresh",
      .op = OP_RELU,
      .inputs = (const uint32_t[]){6},
      .n_inputs = 1,
      .outputs = (const char *[]){"fresh"},
      .n_outputs = 1},
     E_GRAPH,
     "fresh (Relu): input 0 is a value that does not exist yet"},
    {{.name = "fresh",
      .op = OP_RELU,
      .inputs = (const uint32_t[]){0, 0},
      .n_inputs = 2,
      .outputs = (const char *[]){"fresh"},
      .n_outputs = 1},
     E_OP_ARITY,
     "fresh (Relu): it has 2 inputs, not 1 to 1"},
    {{.name = "fresh",
      .op = OP_RELU,
      .inputs = (const uint32_t[]){0},
      .n_inputs = 1,
      .outputs = (const char *[]){"fresh", "more"},
      .n_outputs = 2},
     E_OP_ARITY,
     "fresh (Relu): it has 2 outputs, not 1 to 1"},
    {{.name = "fresh",
      .op = OP_SOFTMAX,
      .attrs = &(const struct softmax_attrs){2},
      .inputs = (const uint32_t[]){0},
      .n_inputs = 1,
      .outputs = (const char *[]){"fresh"},
      .n_outputs = 1},
     E_OP_ATTR,
     "fresh (Softmax): axis 2 is outside rank 2"},
    {{.name = "fresh",
      .op = OP_CONCAT,
      .attrs = &(const struct concat_attrs){-7},
      .inputs = (const uint32_t[]){0},
      .n_inputs = 1,
      .outputs = (const char *[]){"fresh"},
      .n_outputs = 1},
     E_OP_ATTR,
     "fresh (Concat): axis: -7 is outside -6..5"},
    {{.name = "fresh", .op = (enum op)999}, E_GRAPH, "fresh: there is no operator 999"},
    {{.name = "",
      .op = OP_RELU,
      .inputs = (const uint32_t[]){0},
      .n_inputs = 1,
      .outputs = (const char *[]){"fresh"},
      .n_outputs = 1},
     E_GRAPH,
     " (Relu): a layer or buffer has no name"},
};

START_TEST(a_refused_node_leaves_no_trace)
{
    struct builder *builder = small_net();
    struct graph *graph;
    uint32_t value = 77;

    for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
        ck_assert_int_eq(build_node(builder, &refusals[i].spec, &value, &fault), refusals[i].error);
        ck_assert_str_eq(fault.text, refusals[i].sentence);
        ck_assert_uint_eq(value, 77);
    }
    /* its names are free, and its place is the next */
    ck_assert_uint_eq(net_node(builder, "fresh", OP_RELU, NULL, 5, NONE), 6);
    graph = net_done(builder);
    ck_assert_uint_eq(graph->n_values, 7);
    ck_assert_uint_eq(graph->n_nodes, 5);
    ck_assert_uint_eq(graph_find_value(graph, "fresh"), NO_VALUE);
    ck_assert_uint_eq(graph_find_value(graph, "more"), NO_VALUE);
    graph_unref(graph);
}
END_TEST

START_TEST(two_outputs_of_one_node_need_two_names)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 2, 4));
    const uint32_t inputs[] = {x, net_constant(builder, "w", SHAPE(4, 8), NULL),
                               net_constant(builder, "r", SHAPE(2, 8), NULL),
                               net_constant(builder, "b", SHAPE(8), NULL)};
    struct node_spec spec = {.name = "lstm",
                             .op = OP_LSTM,
                             .inputs = inputs,
                             .n_inputs = 4,
                             .outputs = (const char *[]){"y", "h", "y"},
                             .n_outputs = 3};

    ck_assert_int_eq(build_node(builder, &spec, NULL, &fault), E_GRAPH);
    ck_assert_str_eq(fault.text, "lstm (Lstm): the name y is in use already");
    spec.outputs = (const char *[]){"y", "h", "c"};
    ck_assert_int_eq(build_node(builder, &spec, NULL, &fault), 0);
    builder_free(builder);
}
END_TEST

START_TEST(a_network_without_a_layer_is_none)
{
    struct builder *builder = net_new();
    struct graph *graph = NULL;

    net_constant(builder, "w", SHAPE(3), NULL);
    ck_assert_int_eq(build_done(builder, &graph, &fault), E_GRAPH);
    ck_assert_str_eq(fault.text, "the network has no layer");
    ck_assert_ptr_null(graph);
    net_node(builder, "relu", OP_RELU, NULL, 0, NONE); /* of a constant: odd, and fine */
    graph_unref(net_done(builder));
}
END_TEST

START_TEST(an_absent_input_may_stand_between_others)
{
    struct builder *builder = net_new();
    uint32_t x = net_input(builder, "x", SHAPE(1, 4));
    const uint32_t inputs[] = {x, net_constant(builder, "w", SHAPE(3, 4), NULL), NO_VALUE};
    const struct node_spec spec = {.name = "fc",
                                   .op = OP_FULLY_CONNECTED,
                                   .inputs = inputs,
                                   .n_inputs = 3,
                                   .outputs = (const char *[]){"y"},
                                   .n_outputs = 1};
    struct graph *graph;

    ck_assert_int_eq(build_node(builder, &spec, NULL, &fault), 0);
    graph = net_done(builder);
    ck_assert_uint_eq(graph->nodes[1].inputs[2], NO_VALUE);
    graph_unref(graph);
}
END_TEST

START_TEST(ten_thousand_layers_with_sorted_names_are_found_again)
{
    struct builder *builder = net_new();
    uint32_t value = net_input(builder, "x", SHAPE(1, 4));
    const char *output;
    char name[32];
    struct node_spec spec = {.name = name,
                             .op = OP_RELU,
                             .inputs = &value,
                             .n_inputs = 1,
                             .outputs = &output,
                             .n_outputs = 1};
    struct graph *graph;

    output = name;
    for (int i = 0; i < 10000; i++) {
        snprintf(name, sizeof(name), "layer_%05d", i);
        ck_assert_int_eq(build_node(builder, &spec, &value, NULL), 0);
    }
    graph = net_done(builder);
    ck_assert_uint_eq(graph->n_nodes, 10001);
    for (int i = 0; i < 10000; i++) {
        snprintf(name, sizeof(name), "layer_%05d", i);
        ck_assert_uint_eq(graph_find_node(graph, name), (uint32_t)i + 1);
        ck_assert_uint_eq(graph_find_value(graph, name), (uint32_t)i + 1);
    }
    graph_unref(graph);
}
END_TEST

START_TEST(a_blob_that_two_constants_share_counts_once)
{
    struct builder *builder = small_net();
    struct blob *blob = blob_new(400);
    uint32_t value;
    struct graph *graph;

    ck_assert_int_eq(
        build_constant(
            builder,
            &(struct constant){.name = "a", .shape = SHAPE(100), .dtype = DTYPE_F32, .blob = blob},
            &value, NULL),
        0);
    ck_assert_int_eq(
        build_constant(builder,
                       &(struct constant){
                           .name = "b", .shape = SHAPE(10, 10), .dtype = DTYPE_F32, .blob = blob},
                       &value, NULL),
        0);
    blob_unref(blob);
    graph = net_done(builder);
    ck_assert_uint_eq(graph_weight_bytes(graph), 60 + 400);
    graph_unref(graph);
}
END_TEST

SUITE(a_graph_is_what_was_built, nothing_of_the_caller_is_kept_but_the_blob,
      outputs_stand_in_the_order_of_the_calls, encodings_and_sections_are_carried,
      a_constant_is_checked_against_its_bytes, no_layer_computes_with_integers,
      a_refused_node_leaves_no_trace, two_outputs_of_one_node_need_two_names,
      a_network_without_a_layer_is_none, an_absent_input_may_stand_between_others,
      ten_thousand_layers_with_sorted_names_are_found_again,
      a_blob_that_two_constants_share_counts_once);
