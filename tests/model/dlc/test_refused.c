/* What a container must not say, the code it is refused with, and the sentence. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "model/dlc/dlc.h"
#include "tests/model/dlc/net.h"
#include "tests/model/dlc/sample.h"
#include "tests/support/suite.h"

/* Reads and frees BYTES; it must be refused with CODE and a sentence that holds TEXT. */
static void check_refused(struct buf bytes, int code, const char *text)
{
    struct graph *graph = NULL;
    struct fault fault = {""}, checked = {""};
    int r = dlc_read(bytes.base, bytes.size, &graph, NULL, &fault);

    ck_assert_msg(r == code, "%d, not %d: %s", r, code, fault.text);
    ck_assert_int_eq(dlc_check(bytes.base, bytes.size, &checked), code);
    ck_assert_str_eq(checked.text, fault.text);
    ck_assert_msg(strstr(fault.text, text), "no \"%s\" in: %s", text, fault.text);
    buf_done(&bytes);
}

struct patch {
    const char *record, *from, *to;
    size_t n;
    uint32_t nth;
    int code;
    const char *sentence;
};

static void check_patches(struct graph *graph, const struct patch *patches, size_t n_patches)
{
    struct buf bytes = sample_bytes(graph);

    for (size_t i = 0; i < n_patches; i++) {
        const struct patch *p = &patches[i];

        check_refused(net_patched(&bytes, p->record, p->from, p->to, p->n, p->nth), p->code,
                      p->sentence);
    }
    buf_done(&bytes);
    graph_unref(graph);
}

START_TEST(a_patched_record_is_refused_by_name)
{
    static const struct patch patches[] = {
        {"model", "NETD", "NETX", 4, 1, E_DLC_RECORD, "record model, byte 4"},
        {"model.params", "NETP", "NETD", 4, 1, E_DLC_RECORD, "record model.params, byte 4"},
        {"model", "\xd5\x0a\x03", "\xd5\x0b\x03", 3, 1, E_DLC_RECORD, "record model, byte 0"},
        {"model.params", "\xd5\x0a\x03", "\0\0\0", 3, 1, E_DLC_RECORD, "record model.params"},
        {"model", "Convolutional", "Convolutionam", 13, 1, E_DLC_LAYER, "conv (Convolutionam)"},
        {"model", "SoftMax", "UDO____", 7, 1, E_DLC_LAYER, "1 layer of a kind"},
        {"model", "conv:0", "nope:0", 6, 2, E_GRAPH, "relu (Neuron): its input nope:0 is no"},
        {"model", "conv:0", "relu:0", 6, 2, E_GRAPH, "made by a layer that comes later"},
        {"model", "relu:0", "conv:0", 6, 1, E_GRAPH, "conv:0 is another layer's already"},
        {"model", "relu", "conv", 4, 1, E_DLC_RECORD, "two layers are called conv"},
        {"model", "\3\0\0\0\3\0\0\0\3\0\0", "\3\0\0\0\3\0\0\0\4\0\0", 11, 3, E_SHAPE,
         "softmax (SoftMax): output 0 computes to 1x3x3x3, but OutputDims say 1x3x3x4"},
        {"model", "\3\0\0\0\3\0\0\0\3\0\0", "\3\0\0\0\xff\xff\xff\xff\3\0\0", 11, 1, E_SHAPE,
         "conv (Convolutional)"},
        {"model", "OutputDims", "OutputDimz", 10, 1, E_SHAPE, "x (Input): it has no OutputDims"},
        {"model", "kernel_size_y", "kernel_size_z", 13, 1, E_SHAPE, "the kernel is 1x3"},
        {"model.params", "bias", "bios", 4, 1, E_DLC_RECORD,
         "conv (Convolutional): the tensor bios"},
        {"model.params", "\3\0\0\0\2\0\0\0\3\0\0", "\3\0\0\0\2\0\0\0\4\0\0", 11, 1, E_DLC_RECORD,
         "tensor weights_0: its dims do not hold the 54 numbers"},
        {"model.params", "\3\0\0\0\2\0\0\0\3\0\0", "\3\0\0\0\0\0\0\0\3\0\0", 11, 1, E_DLC_RECORD,
         "tensor weights_0: its dims"},
        {"model.params", "\x36\0\0\0\0\0\x80\xbf", "\xff\xff\xff\x3f\0\0\x80\xbf", 8, 1,
         E_DLC_RECORD, "record model.params, byte "},
    };

    check_patches(sample_small(), patches, ARRAY_SIZE(patches));
}
END_TEST

START_TEST(a_patched_encoding_is_refused)
{
    static const struct patch patches[] = {
        {"model.params", "FxpData", "FxpDate", 7, 1, E_ENCODING, "8-bit codes, but no encoding"},
        {"model.params", "delta", "delte", 5, 1, E_ENCODING, "no encoding: min"},
        {"model", "\x08\x02\0\0", "\x10\x02\0\0", 4, 1, E_ENCODING, "precision 528"},
        {"model", "\0\0\0\xc3", "\0\0\x80\xc3", 4, 1, E_ENCODING, "offset -256"},
        {"model", "\0\0\0\xc3", "\0\x80\0\xc3", 4, 1, E_ENCODING, "offset -128.5"},
        {"model", "\0\0\0\xc3", "\0\0\xc0\xff", 4, 1, E_ENCODING, "offset"},
    };

    check_patches(sample_coded(0), patches, ARRAY_SIZE(patches));
}
END_TEST

START_TEST(a_patched_channel_is_refused)
{
    static const struct patch patches[] = {
        {"model.params", "axis", "axes", 4, 2, E_ENCODING, "12 encodings do not fit axis 0"},
        {"model.params", "\2\0\0\x00\x31\x30", "\2\0\0\x00\x31\x31", 6, 1, E_ENCODING, "called 11"},
        {"model.params", "\2\0\0\x00\x31\x30", "\2\0\0\x00\x31\x32", 6, 1, E_ENCODING, "called 12"},
        {"model.params", "DataEncodingElement", "DataEncodingelement", 19, 1, E_ENCODING,
         "DataEncoding has 0 elements"},
    };

    check_patches(sample_coded(1), patches, ARRAY_SIZE(patches));
}
END_TEST

START_TEST(other_versions_are_refused_by_name)
{
    static const struct patch patches[] = {
        {"model", "\xd5\x0a\x03\0\0", "\xd5\x0a\x01\0\0", 5, 1, E_DLC_VERSION, "version 1.0"},
        {"model", "\xd5\x0a\x03\0\0", "\xd5\x0a\x02\0\5", 5, 1, E_DLC_RECORD,
         "record model.params is of version 3, record model of version 2"},
        {"model", "\xd5\x0a\x03\0\0", "\xd5\x0a\x04\0\0", 5, 1, E_DLC_VERSION,
         "container version 4.0 (SNPE 2"},
        {"model", "\xd5\x0a\x03\0\0", "\xd5\x0a\x09\0\0", 5, 1, E_DLC_VERSION, "version 9.0"},
        {"model.params", "\xd5\x0a\x03\0\0", "\xd5\x0a\x04\0\0", 5, 1, E_DLC_VERSION, "4.0"},
    };

    check_patches(sample_small(), patches, ARRAY_SIZE(patches));
}
END_TEST

START_TEST(a_real_container_of_version_4_is_refused_by_name)
{
    const char *path = suite_data("dlc/add2_v4_float/model.dlc");
    struct buf bytes = {NULL, 0, 0};

    if (!path)
        return;
    bytes.base = suite_read(path, &bytes.size);
    check_refused(bytes, E_DLC_VERSION, "container version 4.0");
}
END_TEST

START_TEST(all_layers_of_unknown_kinds_are_named)
{
    struct graph *graph = sample_every();
    struct buf bytes = sample_bytes(graph);

    check_refused(net_patched(&bytes, "model", "Neuron", "Nouron", 6, 0), E_DLC_LAYER,
                  "13 layers of a kind that cannot be read: relu (Nouron), relu6 (Nouron), clip");
    check_refused(net_patched(&bytes, "model", "Pooling", "Poolimg", 7, 0), E_DLC_LAYER,
                  "pool/valid (Poolimg), pool/explicit (Poolimg), pool/dilated (Poolimg), roi pool "
                  "(RoiPoolimg); convert");
    buf_done(&bytes);
    graph_unref(graph);
}
END_TEST

START_TEST(a_code_that_nobody_knows_is_refused)
{
    const struct shape dims = {2, {1, 4}};
    struct net net = {.n_layers = 0};
    struct v3_branch *attrs;

    net_add_input(&net, dims);
    attrs = net_add(&net, &(struct net_layer){"act", "Neuron", {"x"}, {"y"}, {dims}, 0});
    v3_tree_u32(&net.tree, attrs, "type", 7);
    check_refused(net_bytes(&net), E_DLC_LAYER, "act (Neuron, type 7)");

    net_add_input(&net, dims);
    attrs = net_add(
        &net, &(struct net_layer){"pair", "ElementwiseBinaryOp", {"x", "x"}, {"y"}, {dims}, 0});
    v3_tree_u32(&net.tree, attrs, "op", 2);
    check_refused(net_bytes(&net), E_OP_ATTR,
                  "pair (ElementwiseBinaryOp): op: the code 2 is not known");

    net_add_input(&net, dims);
    attrs =
        net_add(&net, &(struct net_layer){"all", "ElementwiseOp", {"x", "x"}, {"y"}, {dims}, 0});
    v3_tree_u32(&net.tree, attrs, "op", 1);
    check_refused(net_bytes(&net), E_DLC_LAYER, "all (ElementwiseOp, op 1)");

    net_add_input(&net, dims);
    attrs = net_add(&net, &(struct net_layer){"s", "Neuron", {"x"}, {"y"}, {dims}, 0});
    v3_tree_u32(&net.tree, attrs, "type", 3);
    v3_tree_f32(&net.tree, attrs, "a", 2);
    check_refused(net_bytes(&net), E_OP_ATTR, "s (Neuron): a sigmoid with a 2");
}
END_TEST

/* A layer of TYPE between x and y, both of DIMS, whose attributes are to be added. */
static struct v3_branch *begin_layer(struct net *net, const char *type, struct shape dims)
{
    net_add_input(net, dims);
    return net_add(net, &(struct net_layer){"it", type, {"x"}, {"y"}, {dims}, 0});
}

START_TEST(attributes_of_the_wrong_sort_are_refused)
{
    static const uint32_t many[300];
    const struct shape dims = {2, {1, 4}};
    struct net net = {.n_layers = 0};
    struct v3_branch *attrs = begin_layer(&net, "Permute", dims);

    v3_tree_u32s(&net.tree, attrs, "order", many, 300);
    check_refused(net_bytes(&net), E_OP_ATTR,
                  "it (Permute): order: a list of 300 numbers is too long");
    attrs = begin_layer(&net, "Permute", dims);
    v3_tree_u32(&net.tree, attrs, "order", 1);
    check_refused(net_bytes(&net), E_OP_ATTR, "it (Permute): order: it is no list");
    attrs = begin_layer(&net, "Concat", dims);
    v3_tree_u32s(&net.tree, attrs, "axis", many, 1);
    check_refused(net_bytes(&net), E_OP_ATTR, "it (Concat): axis: it is no number");
    attrs = begin_layer(&net, "Reduction", dims);
    v3_tree_f32(&net.tree, attrs, "op", NAN);
    check_refused(net_bytes(&net), E_OP_ATTR, "it (Reduction): op: the code nan is");
    attrs = begin_layer(&net, "Neuron", dims);
    v3_tree_u32(&net.tree, attrs, "type", 1);
    v3_tree_f32(&net.tree, attrs, "min_clamp", -1);
    check_refused(net_bytes(&net), E_OP_ATTR, "it (Neuron): min_clamp: -1");
    attrs = begin_layer(&net, "BatchNorm", dims);
    v3_tree_bool(&net.tree, attrs, "mu_sigma", false);
    net_add_zeros(&net, "it", "weights_0", (struct shape){1, {4}});
    net_add_zeros(&net, "it", "bias", (struct shape){1, {4}});
    check_refused(net_bytes(&net), E_OP_ATTR, "it (BatchNorm): mu_sigma is false");
    attrs = begin_layer(&net, "BatchNorm", dims);
    v3_tree_bool(&net.tree, attrs, "compute_stats", true);
    check_refused(net_bytes(&net), E_DLC_LAYER, "it (BatchNorm, compute_stats 1)");
    attrs = begin_layer(&net, "ArgMax", dims);
    v3_tree_text(&net.tree, attrs, "op", "ARGMID");
    check_refused(net_bytes(&net), E_OP_ATTR, "it (ArgMax): op: \"ARGMID\" is not known");
    begin_layer(&net, "ArgMax", dims);
    check_refused(net_bytes(&net), E_OP_ATTR, "it (ArgMax): op: \"\" is not known");
    attrs = begin_layer(&net, "Scaling", dims);
    v3_tree_bool(&net.tree, attrs, "maintain_aspect_ratio", true);
    check_refused(net_bytes(&net), E_OP_ATTR, "it (Scaling): maintain_aspect_ratio is true");
    attrs = begin_layer(&net, "StridedSlice", dims);
    v3_tree_i32(&net.tree, attrs, "new_axis_mask", 1);
    check_refused(net_bytes(&net), E_OP_ATTR, "it (StridedSlice): new_axis_mask: 1");
}
END_TEST

START_TEST(constants_that_are_none_are_refused)
{
    const struct shape dims = {2, {1, 4}};
    struct net net = {.n_layers = 0};
    struct v3_branch *attrs, *element;

    net_add_input(&net, dims);
    net_add(&net, &(struct net_layer){"k", "Const", {NULL}, {"k"}, {dims}, 0});
    check_refused(net_bytes(&net), E_DLC_RECORD, "k (Const): a constant has one output and one");
    net_add_input(&net, dims);
    net_add(&net, &(struct net_layer){"k", "Const", {NULL}, {"k"}, {{1, {4}}}, 0});
    net_add_zeros(&net, "k", "value", dims);
    check_refused(net_bytes(&net), E_SHAPE, "k (Const): output 0 computes to 1x4, but");
    net_add_input(&net, dims);
    attrs = net_add(&net, &(struct net_layer){"k", "Const", {NULL}, {"k"}, {dims}, 0});
    element = v3_tree_numbered(&net.tree, v3_tree_list(&net.tree, attrs, "FxpData"), 0);
    v3_tree_f32(&net.tree, element, "delta", -1);
    net_add_zeros(&net, "k", "value", dims);
    check_refused(net_bytes(&net), E_ENCODING, "k (Const): no encoding: min 0");
    net_add_input(&net, dims);
    net_add(&net, &(struct net_layer){"k", "Const", {NULL}, {"k"}, {dims}, 0});
    net_add_zeros(&net, "k", "value", dims);
    net.tensors[0].dtype = 4;
    check_refused(net_bytes(&net), E_DLC_RECORD, "tensor value: its numbers are of type 4");
}
END_TEST

START_TEST(a_network_must_have_layers_in_order)
{
    const struct shape dims = {2, {1, 4}};
    struct net net = {.n_layers = 0};

    check_refused(net_bytes(&net), E_DLC_RECORD, "the network has no layers");
    net_add_input(&net, dims);
    net_add(&net, &(struct net_layer){"c", "SoftMax", {"x"}, {"c"}, {dims}, 7});
    net_add(&net, &(struct net_layer){"d", "SoftMax", {"c"}, {"d"}, {dims}, 7});
    check_refused(net_bytes(&net), E_DLC_RECORD, "layer d has the id 7, the one before it 7");
    net_add_input(&net, dims);
    net_add(&net, &(struct net_layer){"c", "SoftMax", {"x", "x"}, {"c"}, {dims}, 0});
    check_refused(net_bytes(&net), E_OP_ARITY, "c (SoftMax): it has 2 inputs");
    net_add_input(&net, dims);
    net_add(&net, &(struct net_layer){"c", "SoftMax", {"x"}, {NULL}, {dims}, 0});
    check_refused(net_bytes(&net), E_OP_ARITY, "c (SoftMax): it has 0 outputs");
    net_add_input(&net, dims);
    net_add(&net, &(struct net_layer){"", "SoftMax", {"x"}, {"y"}, {dims}, 0});
    check_refused(net_bytes(&net), E_GRAPH, "no name");
}
END_TEST

START_TEST(an_archive_without_a_model_is_refused)
{
    check_refused(net_archive(NULL, 0, "abc", 3), E_DLC_RECORD, "no record named model");
    check_refused(net_archive("abc", 3, NULL, 0), E_DLC_RECORD, "record model, byte 0");
    check_refused((struct buf){NULL, 0, 0}, E_DLC_ARCHIVE, "too few");
}
END_TEST

START_TEST(weights_that_are_missing_are_refused)
{
    struct graph *graph = sample_small();
    struct buf bytes = sample_bytes(graph);
    struct buf renamed = net_patched(&bytes, "model.params", "conv", "cons", 4, 1);

    check_refused(renamed, E_OP_ARITY, "conv (Conv)");
    buf_done(&bytes);
    graph_unref(graph);
}
END_TEST

SUITE(a_patched_record_is_refused_by_name, a_patched_encoding_is_refused,
      a_patched_channel_is_refused, other_versions_are_refused_by_name,
      a_real_container_of_version_4_is_refused_by_name, all_layers_of_unknown_kinds_are_named,
      a_code_that_nobody_knows_is_refused, attributes_of_the_wrong_sort_are_refused,
      constants_that_are_none_are_refused, a_network_must_have_layers_in_order,
      an_archive_without_a_model_is_refused, weights_that_are_missing_are_refused);
