/* Containers of version 2: every layer they may hold, and what they must not say. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "model/dlc/dlc.h"
#include "model/ops/concat.h"
#include "model/ops/conv.h"
#include "model/ops/elu.h"
#include "model/ops/input.h"
#include "model/ops/permute.h"
#include "model/ops/pool.h"
#include "model/ops/relu.h"
#include "model/ops/sum.h"
#include "tests/model/dlc/net.h"
#include "tests/model/dlc/sample.h"
#include "tests/model/dlc/wire.h"
#include "tests/support/suite.h"

static struct graph *take(struct buf bytes)
{
    struct graph *graph = sample_read(bytes.base, bytes.size);

    buf_done(&bytes);
    return graph;
}

static const struct node *find(const struct graph *graph, const char *name, enum op op)
{
    uint32_t i = graph_find_node(graph, name);

    ck_assert_msg(i != NO_NODE, "no %s", name);
    ck_assert_msg(graph->nodes[i].op == op, "%s is a %s", name, op_get(graph->nodes[i].op)->name);
    return &graph->nodes[i];
}

static const void *attrs_of(const struct graph *graph, const char *name, enum op op)
{
    return find(graph, name, op)->attrs;
}

static float relu_end(const struct graph *graph, const char *name)
{
    return ((const struct relu_attrs *)attrs_of(graph, name, OP_RELU))->max;
}

static void check_convs(const struct graph *graph)
{
    const struct conv_attrs *conv = attrs_of(graph, "conv", OP_CONV);

    ck_assert_int_eq(conv->groups, 1);
    ck_assert_int_eq(conv->window.kernel_h, 3);
    ck_assert_int_eq(conv->window.stride_w, 2);
    ck_assert_int_eq(conv->window.pad_top, 1);
    ck_assert_int_eq(conv->window.pad_bottom, 1); /* not in the file; its dims allow it */
    ck_assert_int_eq(conv->window.padding, PADDING_EXPLICIT);
    conv = attrs_of(graph, "depthwise", OP_CONV);
    ck_assert_int_eq(conv->groups, 4);
    ck_assert_int_eq(conv->window.dilation_h, 1);
    ck_assert_int_eq(conv->window.dilation_w, 2);
    ck_assert_int_eq(conv->window.padding, PADDING_SAME);
}

static void check_pools(const struct graph *graph)
{
    const struct pool_attrs *pool = attrs_of(graph, "max", OP_POOL);

    ck_assert_int_eq(pool->kind, POOL_MAX);
    ck_assert(!pool->include_padding);
    ck_assert_int_eq(pool->window.padding, PADDING_CAFFE);
    pool = attrs_of(graph, "average", OP_POOL);
    ck_assert_int_eq(pool->kind, POOL_AVERAGE);
    ck_assert(pool->include_padding);
    ck_assert_int_eq(pool->window.pad_top, 1);
}

START_TEST(every_layer_means_what_the_twin_in_version_3_means)
{
    static const int32_t order[] = {0, 3, 1, 2};
    struct graph *graph = take(wire_every(false));
    const struct input_attrs *input = attrs_of(graph, "x", OP_INPUT);
    const struct sum_attrs *sum = attrs_of(graph, "sum", OP_SUM);

    check_convs(graph);
    check_pools(graph);
    ck_assert_int_eq(input->color_space_in, 4);
    ck_assert_int_eq(input->input_type, 1);
    ck_assert(isinf(relu_end(graph, "relu")));
    ck_assert_float_eq(relu_end(graph, "relu6"), 6);
    ck_assert_float_eq(relu_end(graph, "clamped"), 4);
    find(graph, "sigmoid", OP_SIGMOID);
    ck_assert_float_eq(((const struct elu_attrs *)attrs_of(graph, "elu", OP_ELU))->alpha, 0.5f);
    ck_assert_float_eq(sum->coeffs.v[1], -0.5f);
    ck_assert_int_eq(((const struct concat_attrs *)attrs_of(graph, "concat", OP_CONCAT))->axis, 3);
    ck_assert_mem_eq(
        ((const struct permute_attrs *)attrs_of(graph, "permute", OP_PERMUTE))->order.v, order,
        sizeof(order));
    find(graph, "norm", OP_BATCH_NORM);
    find(graph, "reshape", OP_RESHAPE);
    find(graph, "fc", OP_FULLY_CONNECTED);
    find(graph, "softmax", OP_SOFTMAX);
    graph_unref(graph);
}
END_TEST

START_TEST(what_is_read_is_written_as_version_3)
{
    for (int coded = 0; coded < 2; coded++) {
        struct graph *graph = take(wire_every(coded));
        struct graph *back = take(sample_bytes(graph));

        sample_compare(graph, back);
        graph_unref(back);
        graph_unref(graph);
    }
}
END_TEST

START_TEST(encodings_are_kept)
{
    struct graph *graph = take(wire_every(true));
    const struct node *conv = find(graph, "conv", OP_CONV);
    struct encoding want;

    ck_assert_int_eq(encoding_of_range(-0.5, 1.25, &want), 0);
    for (uint32_t i = 1; i < 3; i++) {
        const struct value *tensor = &graph->values[conv->inputs[i]];

        ck_assert_int_eq(tensor->dtype, DTYPE_TF8);
        ck_assert_mem_eq(tensor->encodings, &want, sizeof(want));
        ck_assert_uint_eq(((const uint8_t *)tensor->data)[3], 21);
    }
    ck_assert_mem_eq(graph->values[conv->outputs[0]].encodings, &want, sizeof(want));
    graph_unref(graph);
}
END_TEST

/* A convolution of 4 channels into 2 groups whose three fields are these. */
static struct buf grouped(uint32_t seven, uint32_t eight, uint32_t nine)
{
    static const uint32_t same[] = {1, 1, 1, 1, 0, 0};
    struct buf net = {NULL, 0, 0}, conv = {NULL, 0, 0}, pair = {NULL, 0, 0};

    for (uint32_t i = 0; i < ARRAY_SIZE(same); i++)
        wire_number(&conv, i + 1, same[i]);
    wire_number(&conv, 7, seven);
    wire_number(&conv, 8, eight);
    wire_number(&conv, 9, nine);
    wire_number(&conv, 11, 4);
    wire_inner(&pair, 1, wire_floats((struct shape){4, {1, 1, 2, 2}}));
    wire_inner(&conv, 20, pair);
    wire_add_input(&net, (struct shape){4, {1, 2, 2, 4}});
    wire_add(&net, &(struct wire_layer){.name = "c",
                                        .type = 40,
                                        .in = {"x"},
                                        .out = {"c"},
                                        .dims = {4, {1, 2, 2, 2}},
                                        .id = 1,
                                        .field = 30,
                                        .params = conv});
    return wire_archive(&net);
}

START_TEST(the_shapes_say_which_field_holds_the_groups)
{
    static const struct {
        uint32_t fields[3];
        int32_t dilation_h, dilation_w;
    } cases[] = {{{2, 3, 5}, 3, 5}, {{3, 2, 5}, 3, 5}, {{3, 5, 2}, 3, 5}, {{2, 2, 1}, 2, 1}};

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const uint32_t *fields = cases[i].fields;
        struct graph *graph = take(grouped(fields[0], fields[1], fields[2]));
        const struct conv_attrs *conv = attrs_of(graph, "c", OP_CONV);

        ck_assert_int_eq(conv->groups, 2);
        ck_assert_int_eq(conv->window.dilation_h, cases[i].dilation_h);
        ck_assert_int_eq(conv->window.dilation_w, cases[i].dilation_w);
        graph_unref(graph);
    }
}
END_TEST

/* Reads and frees BYTES; it must be refused with CODE and a sentence that holds TEXT. */
static void check_refused(struct buf bytes, int code, const char *text)
{
    struct graph *graph = NULL;
    struct fault fault = {""};
    int r = dlc_read(bytes.base, bytes.size, &graph, NULL, &fault);

    ck_assert_msg(r == code, "%d, not %d: %s", r, code, fault.text);
    ck_assert_msg(strstr(fault.text, text), "no \"%s\" in: %s", text, fault.text);
    buf_done(&bytes);
}

START_TEST(a_patched_record_is_refused_by_name)
{
    static const struct {
        const char *from, *to;
        size_t n;
        uint32_t nth; /* from the end */
        int code;
        const char *sentence;
    } patches[] = {
        {"conv:0", "nope:0", 6, 1, E_GRAPH, "depthwise (Convolutional): its input nope:0 is no"},
        {"conv:0", "relu:0", 6, 1, E_GRAPH, "relu:0 is made by a layer that comes later"},
        {"relu:0", "conv:0", 6, 2, E_GRAPH, "relu (Neuron): its output conv:0 is another layer's"},
        {"relu", "conv", 4, 6, E_DLC_RECORD, "two layers are called conv"},
        {"relu", "re\1u", 4, 5, E_DLC_RECORD, "a name that is no text"},
        {"relu", "re\xffu", 4, 5, E_DLC_RECORD, "record model, byte "},
        {"\x10\x9b\1", "\x10\x9b\7", 3, 1, E_DLC_LAYER,
         "1 layer of a kind that cannot be read: permute (type 923)"},
        {"\x10\xa3\1", "\x10\xa4\1", 3, 1, E_DLC_LAYER, "reshape (type 164)"},
        {"\x08\x06\x15", "\x08\x07\x15", 3, 1, E_DLC_LAYER, "elu (type 150, kind 7)"},
        {"\xd2\x05\x16\x08\x03\x15", "\xd2\x05\x16\x08\x05\x15", 6, 2, E_DLC_LAYER,
         "relu (type 150, kind 5)"},
        {"\x08\x02\x15", "\x08\x09\x15", 3, 1, E_DLC_LAYER, "sum (type 90, kind 9)"},
        {"\x18\x01\x18\x03", "\x18\x01\x18\x04", 4, 2, E_SHAPE,
         "fc (FullyConnected): its output computes to 1x3, but its dims say 1x4"},
        {"\x08\x03\x10\x03\x18\x02", "\x08\x03\x10\x02\x18\x02", 6, 3, E_SHAPE,
         "conv (Conv): the kernel is 3x2"},
        {"\x08\x03\x10\x03\x18\x02", "\x08\x03\x10\x03\x18\x00", 6, 3, E_OP_ATTR,
         "conv (Convolutional): stride_h"},
        {"\x40\x04\x48\x02", "\x40\x03\x48\x02", 4, 1, E_OP_ATTR,
         "depthwise (Convolutional): its shapes make 4 groups, its attributes say 1, 3, 2"},
        {"\x40\x04\x48\x02\x50\x00\x58\x03", "\x40\x04\x48\x02\x50\x00\x58\x09", 8, 1, E_OP_ATTR,
         "depthwise (Convolutional): padding"},
        {"\x18\x00\x20\x01\x28\x01", "\x18\x01\x20\x01\x28\x01", 6, 1, E_OP_ATTR,
         "norm (BatchNorm): a batch norm with compute_stats 1"},
        {"\x08\x03\x08\x60\x12", "\x08\x03\x08\x61\x12", 5, 1, E_DLC_RECORD,
         "fc (FullyConnected): tensor weights_0: its dims do not hold the 1152 bytes"},
    };
    struct buf bytes = wire_every(false);

    for (size_t i = 0; i < ARRAY_SIZE(patches); i++)
        check_refused(net_patched(&bytes, "model", patches[i].from, patches[i].to, patches[i].n,
                                  patches[i].nth),
                      patches[i].code, patches[i].sentence);
    buf_done(&bytes);
}
END_TEST

/* Behind x one layer of TYPE from x to y, with FIELD's message. */
static struct buf one_layer(struct wire_layer layer)
{
    struct buf net = {NULL, 0, 0};

    wire_add_input(&net, (struct shape){2, {1, 4}});
    layer.name = "it";
    if (!layer.in[0])
        layer.in[0] = "x";
    if (!layer.out[0])
        layer.out[0] = "y";
    if (!layer.dims.rank)
        layer.dims = (struct shape){2, {1, 4}};
    wire_add(&net, &layer);
    return wire_archive(&net);
}

static struct buf neuron(uint32_t kind, float a, float b, float clamp_4, float clamp_5)
{
    struct buf message = {NULL, 0, 0};

    wire_number(&message, 1, kind);
    wire_float(&message, 2, a);
    wire_float(&message, 3, b);
    wire_float(&message, 4, clamp_4);
    wire_float(&message, 5, clamp_5);
    return one_layer((struct wire_layer){.type = 150, .id = 1, .field = 90, .params = message});
}

START_TEST(neurons_that_nobody_knows_are_refused)
{
    check_refused(neuron(3, 0, 0, -1, 6), E_OP_ATTR, "a relu with the clamps -1 and 6");
    check_refused(neuron(3, 0, 0, 1, 6), E_OP_ATTR, "a relu with the clamps 1 and 6");
    check_refused(neuron(3, 0, 0, 0, NAN), E_OP_ATTR, "a relu with the clamps 0 and nan");
    check_refused(neuron(3, 0, 0, INFINITY, 0), E_OP_ATTR, "a relu with the clamps inf and 0");
    check_refused(neuron(2, 2, 0, 0, 0), E_OP_ATTR, "a sigmoid with a 2 and b 0");
    check_refused(neuron(2, 1, 1, 0, 0), E_OP_ATTR, "a sigmoid with a 1 and b 1");
    check_refused(neuron(4, 0, 0, -1, 1), E_DLC_LAYER, "it (type 150, kind 4)");
    check_refused(neuron(4, 0, 0, 0, 0), E_DLC_LAYER, "it (type 150, kind 4)");
}
END_TEST

START_TEST(layers_that_are_none_are_refused)
{
    struct buf none = {NULL, 0, 0}, net = {NULL, 0, 0};
    struct encoding encoding = {0, 1, -1, 0};

    check_refused(wire_archive(&none), E_DLC_RECORD, "the network has no layers");
    check_refused(one_layer((struct wire_layer){.type = 170, .id = 0}), E_DLC_RECORD,
                  "layer it has the id 0, the one before it 0");
    check_refused(one_layer((struct wire_layer){.type = 170, .id = 1, .in = {"x", "x"}}),
                  E_OP_ARITY, "it (SoftMax): it has 2 inputs");
    check_refused(one_layer((struct wire_layer){.type = 170, .id = 1, .out = {"y", "z"}}),
                  E_OP_ARITY, "it (SoftMax): it has 2 outputs");
    check_refused(one_layer((struct wire_layer){.type = 100, .id = 1}), E_OP_ARITY,
                  "it (FullyConnected)");
    check_refused(one_layer((struct wire_layer){.type = 170, .id = 1, .encoding = &encoding}),
                  E_ENCODING, "it (SoftMax): no encoding: min 0");
    wire_add_input(&net, (struct shape){2, {1, 4}});
    for (uint32_t i = 0; i < 7; i++)
        wire_number(&net, 5, 1);
    check_refused(wire_archive(&net), E_DLC_RECORD, "record model of version 2");
}
END_TEST

/* A matrix of 3x4 whose blob is MESSAGE. */
static struct buf matrix(struct buf message)
{
    struct buf pair = {NULL, 0, 0};

    wire_inner(&pair, 1, message);
    return one_layer((struct wire_layer){
        .type = 100, .id = 1, .dims = {2, {1, 3}}, .field = 70, .params = pair});
}

START_TEST(tensors_that_are_none_are_refused)
{
    static const float numbers[12];
    struct encoding encoding = {0, 1, 1 / 255.f, 0};
    struct buf blob = wire_floats((struct shape){2, {3, 4}}), codes = {NULL, 0, 0};

    wire_bytes(&blob, 2, numbers, sizeof(numbers));
    check_refused(matrix(blob), E_DLC_RECORD, "numbers in several pieces");
    blob = wire_codes((struct shape){2, {3, 4}}, &encoding);
    wire_bytes(&blob, 2, numbers, sizeof(numbers));
    check_refused(matrix(blob), E_DLC_RECORD, "tensor weights_0: it has both floats and 8-bit");
    blob = (struct buf){NULL, 0, 0};
    wire_number(&blob, 1, 3);
    wire_number(&blob, 1, 4);
    check_refused(matrix(blob), E_DLC_RECORD, "tensor weights_0: its dims do not hold the 0 bytes");
    blob = wire_floats((struct shape){2, {3, 4}});
    for (uint32_t i = 0; i < 5; i++)
        wire_number(&blob, 1, 1);
    check_refused(matrix(blob), E_DLC_RECORD, "array overflow");
    blob = (struct buf){NULL, 0, 0};
    wire_number(&blob, 1, 3);
    wire_number(&blob, 1, 4);
    wire_bytes(&codes, 3, numbers, 12);
    wire_inner(&blob, 3, codes);
    check_refused(matrix(blob), E_ENCODING, "8-bit codes, but no encoding");
}
END_TEST

START_TEST(all_layers_of_unknown_types_are_named)
{
    const char *const names[] = {"lrn", "crop", "udo"};
    struct buf net = {NULL, 0, 0};

    wire_add_input(&net, (struct shape){2, {1, 4}});
    for (uint32_t i = 0; i < ARRAY_SIZE(names); i++)
        wire_add(&net, &(struct wire_layer){.name = names[i],
                                            .type = 110 + i,
                                            .in = {"x"},
                                            .out = {names[i]},
                                            .dims = {2, {1, 4}},
                                            .id = i + 1});
    check_refused(wire_archive(&net), E_DLC_LAYER,
                  "3 layers of a kind that cannot be read: lrn (type 110), crop (type 111), udo "
                  "(type 112); convert the model without them");
}
END_TEST

static bool touches(const struct graph *graph, const struct node *node, const char *value)
{
    bool touches = strcmp(graph->values[node->outputs[0]].name, value) == 0;

    for (uint32_t i = 0; i < node->n_inputs; i++)
        touches |= strcmp(graph->values[node->inputs[i]].name, value) == 0;
    return touches;
}

/* But for the order of its ends, and one layer that has another name. */
START_TEST(the_same_model_in_both_versions_is_the_same_graph)
{
    const char *old = suite_data("dlc/driver_monitoring_v2_int8/model.dlc");
    const char *new = suite_data("dlc/driver_monitoring_v3_int8/model.dlc");
    struct buf bytes = {NULL, 0, 0};
    struct graph *a, *b;

    if (!old || !new)
        return;
    bytes.base = suite_read(old, &bytes.size);
    a = take(bytes);
    bytes.base = suite_read(new, &bytes.size);
    b = take(bytes);
    ck_assert_uint_eq(a->n_nodes, b->n_nodes);
    for (uint32_t i = 0; i < a->n_nodes; i++)
        if (!touches(a, &a->nodes[i], "lambda/div:0")) {
            uint32_t twin = graph_find_node(b, a->nodes[i].name);

            ck_assert_msg(twin != NO_NODE, "no %s", a->nodes[i].name);
            sample_compare_nodes(a, i, b, twin);
        }
    graph_unref(a);
    graph_unref(b);
}
END_TEST

SUITE(every_layer_means_what_the_twin_in_version_3_means, what_is_read_is_written_as_version_3,
      encodings_are_kept, the_shapes_say_which_field_holds_the_groups,
      a_patched_record_is_refused_by_name, neurons_that_nobody_knows_are_refused,
      layers_that_are_none_are_refused, tensors_that_are_none_are_refused,
      all_layers_of_unknown_types_are_named, the_same_model_in_both_versions_is_the_same_graph);
