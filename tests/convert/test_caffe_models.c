/* Published networks, and how networks look as graphs: names, layers, no transposes. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "model/ops/user_defined.h"
#include "tests/convert/case.h"
#include "tests/support/suite.h"

/* A network of the shared data: its files, and what becomes of them. */
struct published {
    const char *net, *weights;
    uint32_t n_nodes;
    const char *in_dims, *out[3], *out_dims[3];
};

static const struct published models[] = {
    {"imagenet/squeezenet_v1.0/squeezenet_v1.0_deploy.prototxt",
     "imagenet/squeezenet_v1.0/squeezenet_v1.0.caffemodel",
     66,
     "10x227x227x3",
     {"prob"},
     {"10x1x1x1000"}},
    {"camera/mtcnn/det1.prototxt",
     "camera/mtcnn/det1.caffemodel",
     11,
     "1x12x12x3",
     {"conv4-2", "prob1"},
     {"1x1x1x4", "1x1x1x2"}},
    {"camera/mtcnn/det3.prototxt",
     "camera/mtcnn/det3.caffemodel",
     18,
     "1x48x48x3",
     {"conv6-2", "conv6-3", "prob1"},
     {"1x4", "1x10", "1x2"}},
    {"camera/ultraface_rfb_320/ultraface_rfb_320.prototxt",
     "camera/ultraface_rfb_320/ultraface_rfb_320.caffemodel",
     103,
     "1x240x320x3",
     {"boxes", "scores"},
     {"1x4420x4", "1x4420x2"}},
    {"camera/wechat_qr_detect/detect.prototxt",
     "camera/wechat_qr_detect/detect.caffemodel",
     163,
     "1x384x384x1",
     {"detection_output"},
     {"1x1x100x7"}},
};

/* A file of the shared data's models; NULL if it is not there. */
static void *read_model(const char *path, size_t *ret_size)
{
    const char *whole = suite_data(suite_text("models/%s", path));

    return whole ? suite_read(whole, ret_size) : NULL;
}

static struct graph *convert(const void *net, size_t size, const struct convert_options *options)
{
    struct graph *graph = NULL;
    struct buf report = {0};
    struct fault fault = {""};
    int r = caffe_convert(net, size, options, &graph, &report, &fault);

    buf_done(&report);
    ck_assert_msg(r == 0, "%s", fault.text);
    return graph;
}

static uint32_t count_op(const struct graph *graph, enum op op)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < graph->n_nodes; i++)
        n += graph->nodes[i].op == op;
    return n;
}

static void assert_dims(const struct graph *graph, uint32_t value, const char *dims)
{
    char text[STR_SHAPE_SIZE];

    ck_assert_str_eq(str_shape(&graph->values[value].shape, text, sizeof(text)), dims);
}

START_TEST(published_networks_have_their_names_and_no_transposes)
{
    for (size_t i = 0; i < ARRAY_SIZE(models); i++) {
        const struct published *model = &models[i];
        struct convert_options options = {0};
        size_t size;
        void *net = read_model(model->net, &size), *weights;
        struct graph *graph;

        if (!net)
            return;
        options.weights = weights = read_model(model->weights, &options.weights_size);
        graph = convert(net, size, &options);
        ck_assert_uint_eq(graph->n_nodes, model->n_nodes);
        ck_assert_uint_eq(count_op(graph, OP_PERMUTE), 0);
        assert_dims(graph, graph->inputs[0], model->in_dims);
        for (uint32_t k = 0; k < 3 && model->out[k]; k++) {
            ck_assert_str_eq(graph->values[graph->outputs[k]].name, model->out[k]);
            assert_dims(graph, graph->outputs[k], model->out_dims[k]);
        }
        graph_unref(graph);
        free(weights);
        free(net);
    }
}
END_TEST

START_TEST(a_caffemodel_cut_at_many_places_is_refused)
{
    struct convert_options options = {0};
    size_t size, whole;
    void *net = read_model(models[1].net, &size), *weights;

    if (!net)
        return;
    options.weights = weights = read_model(models[1].weights, &whole);
    for (size_t part = 0; part < whole; part += 1 + whole / 97) {
        struct graph *graph = NULL;
        struct buf report = {0};
        struct fault fault = {""};

        options.weights_size = part;
        ck_assert_int_lt(caffe_convert(net, size, &options, &graph, &report, &fault), 0);
        ck_assert_ptr_null(graph);
        ck_assert_uint_gt(strlen(fault.text), 0);
        buf_done(&report);
    }
    free(weights);
    free(net);
}
END_TEST

/* The case's network, without running it. */
static struct graph *convert_case(const char *name)
{
    struct convert_case c;
    struct graph *graph = NULL;
    struct fault fault = {""};

    case_read(case_path(name), &c);
    ck_assert_msg(case_convert(&c, &graph, NULL, &fault) == 0, "%s", fault.text);
    case_done(&c);
    return graph;
}

static void assert_node(const struct graph *graph, const char *layer, const char *buffer)
{
    uint32_t at = graph_find_node(graph, layer);

    ck_assert_msg(at != NO_NODE, "there is no layer %s", layer);
    ck_assert_str_eq(graph->values[graph->nodes[at].outputs[0]].name, buffer);
}

START_TEST(buffers_and_layers_are_called_as_snpe_calls_them)
{
    static const char net[] =
        "input: 'data' input_dim: 1 input_dim: 2 input_dim: 4 input_dim: 4\n"
        "layer { name: 'pool1' type: 'Pooling' bottom: 'data' top: 'pool1'\n"
        "  pooling_param { kernel_size: 2 stride: 2 } }\n"
        "layer { name: 'relu_pool1' type: 'ReLU' bottom: 'pool1' top: 'pool1' }\n"
        "layer { name: 'drop' type: 'Dropout' bottom: 'pool1' top: 'pool1' }\n"
        "layer { name: 'tanh' type: 'TanH' bottom: 'pool1' top: 'tanh' }\n"
        "layer { name: 'relu' type: 'ReLU' bottom: 'tanh' top: 'tanh' }\n";
    struct graph *graph = convert(net, sizeof(net) - 1, &(struct convert_options){0});

    ck_assert_uint_eq(graph->n_nodes, 5);
    assert_node(graph, "pool1", "pool1");
    assert_node(graph, "relu_pool1", "relu_pool1.pool1");
    assert_node(graph, "relu", "tanh"); /* the output bears the blob's name */
    graph_unref(graph);
    graph = convert_case("caffe/batch_norm_folded");
    assert_node(graph, "c.bn.sc", "sc.c");
    assert_node(graph, "r", "c");
    graph_unref(graph);
}
END_TEST

/* A unit of ShuffleNet: grouped 1x1, shuffle, depthwise, grouped 1x1, the shortcut's pooling. */
START_TEST(a_unit_of_shufflenet_has_no_transposes)
{
    static const char net[] =
        "input: 'data' input_dim: 1 input_dim: 4 input_dim: 8 input_dim: 8\n"
        "layer { name: 'p' type: 'Pooling' bottom: 'data' top: 'p'\n"
        "  pooling_param { pool: AVE kernel_size: 3 stride: 2 } }\n"
        "layer { name: 'r' type: 'ReLU' bottom: 'data' top: 'r' }\n"
        "layer { name: 's' type: 'ShuffleChannel' bottom: 'r' top: 's'\n"
        "  shuffle_channel_param { group: 2 } }\n"
        "layer { name: 'd' type: 'Pooling' bottom: 's' top: 'd'\n"
        "  pooling_param { kernel_size: 3 stride: 2 } }\n"
        "layer { name: 'c' type: 'Concat' bottom: 'p' bottom: 'd' top: 'c' }\n"
        "layer { name: 'g' type: 'Pooling' bottom: 'c' top: 'g'\n"
        "  pooling_param { pool: AVE global_pooling: true } }\n"
        "layer { name: 'f' type: 'Flatten' bottom: 'g' top: 'f' }\n"
        "layer { name: 'y' type: 'Softmax' bottom: 'f' top: 'y' }\n";
    struct graph *graph = convert(net, sizeof(net) - 1, &(struct convert_options){0});

    ck_assert_uint_eq(count_op(graph, OP_PERMUTE), 0);
    ck_assert_uint_eq(count_op(graph, OP_CHANNEL_SHUFFLE), 1);
    ck_assert_uint_eq(graph->n_nodes, 9);
    graph_unref(graph);
}
END_TEST

START_TEST(what_its_author_alone_knows_is_kept_as_it_is)
{
    static const char net[] = "input: 'data' input_dim: 1 input_dim: 3 input_dim: 8 input_dim: 6\n"
                              "layer { name: 'frob' type: 'Frobnicate' bottom: 'data' top: 'frob' "
                              "include { phase: TEST }\n"
                              "  frob_param { a: 1 b: 0.5 w: MAX sub { on: true s: 't x' } } }\n"
                              "layer { name: 'py' type: 'Python' bottom: 'frob' top: 'a' top: 'b'\n"
                              "  python_param { module: 'm' layer: 'L' param_str: \"'k': 1\" } }\n";
    static const char *const params[] = {
        "frob_param", "list", "4",    "a", "i32", "1",    "b",    "f32", "0.5",    "w",   "string",
        "MAX",        "sub",  "list", "2", "on",  "bool", "true", "s",   "string", "t x",
    };
    const struct input_dims dims[] = {
        {"frob", {4, {1, 5, 4, 3}}}, {"a", {4, {1, 2, 4, 3}}}, {"b", {2, {1, 7}}}};
    struct graph *graph =
        convert(net, sizeof(net) - 1, &(struct convert_options){.dims = dims, .n_dims = 3});
    const struct user_defined_attrs *frob, *py;

    ck_assert_uint_eq(graph->n_nodes, 3);
    frob = graph->nodes[graph_find_node(graph, "frob")].attrs;
    py = graph->nodes[graph_find_node(graph, "py")].attrs;
    ck_assert_str_eq(frob->type, "Frobnicate");
    ck_assert_str_eq(py->type, "m.L");
    ck_assert_uint_eq(frob->params.n, ARRAY_SIZE(params));
    for (size_t i = 0; i < ARRAY_SIZE(params); i++)
        ck_assert_str_eq(frob->params.v[i], params[i]);
    assert_dims(graph, graph_find_value(graph, "frob"), "1x4x3x5");
    assert_dims(graph, graph_find_value(graph, "a"), "1x4x3x2");
    assert_dims(graph, graph_find_value(graph, "b"), "1x7");
    graph_unref(graph);
}
END_TEST

SUITE(published_networks_have_their_names_and_no_transposes,
      a_caffemodel_cut_at_many_places_is_refused, buffers_and_layers_are_called_as_snpe_calls_them,
      a_unit_of_shufflenet_has_no_transposes, what_its_author_alone_knows_is_kept_as_it_is);
