/* Published graphs of TensorFlow: how they look as containers, and that they still say what they
 * said; names, ranges of training. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tests/convert/run.h"
#include "tests/support/suite.h"

/* A model of the shared data: where it is, what is said of it, and what becomes of it. */
struct published {
    const char *path, *dims_name, *out_node;
    struct shape dims;
    uint32_t n_nodes;
    const char *in, *out, *out_dims;
};

static const struct published models[] = {
    {"models/imagenet/squeezenet_v1.0/squeezenet_v1.0_frozen.pb",
     NULL,
     NULL,
     {0},
     68,
     "input:0",
     "prob:0",
     "1x1000"},
    {"models/imagenet/mobilenet_v1_0.25_224/mobilenet_v1_0.25_224_frozen.pb",
     NULL,
     "act_softmax",
     {0},
     59,
     "input:0",
     "act_softmax:0",
     "1x1000"},
    {"models/imagenet/mobilenet_v2_1.0_224/mobilenet_v2_1.0_224_frozen.pb",
     "input",
     "Predictions",
     {4, {1, 224, 224, 3}},
     102,
     "input:0",
     "Predictions:0",
     "1x1001"},
    {"models/camera/fsrcnn/FSRCNN_x2.pb",
     "IteratorGetNext",
     "NHWC_output",
     {4, {1, 24, 20, 1}},
     18,
     "IteratorGetNext:0",
     "NHWC_output:0",
     "1x48x40x1"},
    {"models/voice/kws/DNN_S.pb",
     "Mfcc",
     "labels_softmax",
     {3, {1, 25, 10}},
     10,
     "Mfcc:0",
     "labels_softmax:0",
     "1x12"},
    {"models/voice/kws/CNN_S.pb",
     "Mfcc",
     NULL,
     {3, {1, 49, 10}},
     12,
     "Mfcc:0",
     "labels_softmax:0",
     "1x12"},
    {"models/voice/kws/DS_CNN_S_nn.pb", NULL, NULL, {0}, 24, "Mfcc:0", "labels_softmax:0", "1x12"},
};

static struct graph *convert(const struct published *model, const char *path)
{
    const struct input_dims dims = {.name = model->dims_name, .shape = model->dims};
    const struct convert_options options = {
        .dims = &dims,
        .n_dims = model->dims_name != NULL,
        .outputs = &model->out_node,
        .n_outputs = model->out_node != NULL,
    };
    struct graph *graph = NULL;
    struct buf report = {0};
    struct fault fault = {""};
    size_t size;
    void *bytes = suite_read(path, &size);
    int r = tensorflow_convert(bytes, size, &options, &graph, &report, &fault);

    ck_assert_msg(r == 0, "%s: %s", path, fault.text);
    buf_done(&report);
    free(bytes);
    return graph;
}

START_TEST(published_graphs_have_their_names_sizes_and_layers)
{
    char text[STR_SHAPE_SIZE];

    for (size_t i = 0; i < ARRAY_SIZE(models); i++) {
        const struct published *model = &models[i];
        const char *path = suite_data(model->path);
        const struct value *out;
        struct graph *graph;

        if (!path)
            return;
        graph = convert(model, path);
        out = &graph->values[graph->outputs[0]];
        ck_assert_msg(graph->n_nodes == model->n_nodes, "%s: %u layers", path, graph->n_nodes);
        ck_assert_uint_eq(graph->n_inputs, 1);
        ck_assert_uint_eq(graph->n_outputs, 1);
        ck_assert_str_eq(graph->values[graph->inputs[0]].name, model->in);
        ck_assert_str_eq(out->name, model->out);
        ck_assert_str_eq(str_shape(&out->shape, text, sizeof(text)), model->out_dims);
        for (uint32_t k = 0; k < graph->n_nodes; k++)
            ck_assert_int_ne(graph->nodes[k].op, OP_BATCH_NORM);
        graph_unref(graph);
    }
}
END_TEST

START_TEST(a_keyword_network_gives_the_reference_s_probabilities)
{
    const char *path = suite_data(models[5].path);
    struct case_tensor in = {"Mfcc:0", {3, {1, 49, 10}}, NULL};
    struct case_tensor out = {"labels_softmax:0", {2, {1, 12}}, NULL};
    struct engine *engine = NULL;
    struct graph *graph;
    const char *wrong;
    void *mfcc, *want;
    size_t size;

    if (!path)
        return;
    in.data = mfcc = suite_read(suite_data("inputs/mfcc_tflm_yes_1x49x10.f32"), &size);
    out.data = want =
        suite_read(suite_data("expected/kws_cnn_s.tflm_yes.labels_softmax.f32"), &size);
    graph = convert(&models[5], path);
    ck_assert_int_eq(engine_new(&(struct engine_options){.n_threads = 1}, &engine, NULL), 0);
    wrong = run_graph(graph, engine, &in, 1, &out, 1, 1e-4);
    engine_free(engine);
    graph_unref(graph);
    free(mfcc);
    free(want);
    ck_assert_msg(!wrong, "%s", wrong);
}
END_TEST

/* The graph of a case of data/tensorflow/. */
static struct graph *convert_case(const char *name)
{
    struct graph *graph = NULL;
    struct fault fault = {""};
    struct convert_case c;

    case_read(case_path(suite_text("tensorflow/%s", name)), &c);
    ck_assert_msg(case_convert(&c, &graph, NULL, &fault) == 0, "%s", fault.text);
    case_done(&c);
    return graph;
}

START_TEST(layers_have_the_names_of_nodes_and_buffers_those_of_tensors)
{
    struct graph *graph = convert_case("bias_add");

    ck_assert_str_eq(graph->nodes[0].name, "x:0");
    ck_assert_str_eq(graph->nodes[1].name, "conv/Conv2D");
    ck_assert_str_eq(graph->values[graph->nodes[1].outputs[0]].name, "conv/BiasAdd:0");
    ck_assert_str_eq(graph->values[graph->nodes[1].inputs[1]].name, "conv/Conv2D/w:0");
    ck_assert_str_eq(graph->nodes[2].name, "y");
    ck_assert_str_eq(graph->values[graph->nodes[2].outputs[0]].name, "y:0");
    graph_unref(graph);
}
END_TEST

START_TEST(ranges_of_training_are_encodings)
{
    struct graph *graph = convert_case("fake_quant");
    const struct value *y = &graph->values[graph->outputs[0]];

    ck_assert_str_eq(y->name, "y:0");
    ck_assert_uint_eq(y->n_encodings, 1);
    ck_assert_float_eq_tol(y->encodings[0].min, 0, 1e-6f);
    ck_assert_float_eq_tol(y->encodings[0].max, 5.9f, 1e-5f);
    ck_assert_float_eq_tol(y->encodings[0].delta, 5.9f / 255, 1e-7f);
    ck_assert_int_eq(y->encodings[0].offset, 0);
    graph_unref(graph);
}
END_TEST

SUITE(published_graphs_have_their_names_sizes_and_layers,
      a_keyword_network_gives_the_reference_s_probabilities,
      layers_have_the_names_of_nodes_and_buffers_those_of_tensors,
      ranges_of_training_are_encodings);
