/* Published models: how they look as containers, and that they still say what they said. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tests/convert/run.h"
#include "tests/support/suite.h"

/* A model of the shared data: where it is and what becomes of it. */
struct published {
    const char *path;
    uint32_t n_nodes;
    const char *in[2], *in_dims[2], *out[2], *out_dims[2];
};

static const struct published models[] = {
    {"models/imagenet/squeezenet_v1.0/squeezenet_v1.0.onnx",
     66,
     {"data"},
     {"1x227x227x3"},
     {"prob"},
     {"1x1x1x1000"}},
    {"models/imagenet/mobilenet_v1_1.0_224/mobilenet_v1_1.0_224.onnx",
     59,
     {"input"},
     {"1x224x224x3"},
     {"Predictions"},
     {"1x1001"}},
    {"models/imagenet/mobilenet_v1_0.25_224/mobilenet_v1_0.25_224.onnx",
     59,
     {"input"},
     {"1x224x224x3"},
     {"act_softmax"},
     {"1x1000"}},
    {"models/camera/ultraface_rfb_320/ultraface_rfb_320.onnx",
     121,
     {"input"},
     {"1x240x320x3"},
     {"scores", "boxes"},
     {"1x4420x2", "1x4420x4"}},
    {"models/voice/silero_vad_16k/silero_vad_16k.onnx",
     35,
     {"input", "state"},
     {"1x576", "2x1x128"},
     {"output", "stateN"},
     {"1x1", "2x1x128"}},
};

static struct graph *convert(const char *path)
{
    struct graph *graph = NULL;
    struct buf report = {0};
    struct fault fault = {""};
    size_t size;
    void *bytes = suite_read(path, &size);
    int r = onnx_convert(bytes, size, &(struct convert_options){0}, &graph, &report, &fault);

    ck_assert_msg(r == 0, "%s: %s", path, fault.text);
    buf_done(&report);
    free(bytes);
    return graph;
}

static void assert_values(const struct graph *graph, const uint32_t *values, uint32_t n,
                          const char *const *names, const char *const *dims)
{
    char text[STR_SHAPE_SIZE];
    uint32_t n_want = names[1] ? 2 : 1;

    ck_assert_uint_eq(n, n_want);
    for (uint32_t i = 0; i < n; i++) {
        const struct value *value = &graph->values[values[i]];

        ck_assert_str_eq(value->name, names[i]);
        ck_assert_str_eq(str_shape(&value->shape, text, sizeof(text)), dims[i]);
    }
}

START_TEST(published_models_have_their_names_sizes_and_layers)
{
    for (size_t i = 0; i < ARRAY_SIZE(models); i++) {
        const struct published *model = &models[i];
        const char *path = suite_data(model->path);
        struct graph *graph;

        if (!path)
            return;
        graph = convert(path);
        ck_assert_uint_eq(graph->n_nodes, model->n_nodes);
        assert_values(graph, graph->inputs, graph->n_inputs, model->in, model->in_dims);
        assert_values(graph, graph->outputs, graph->n_outputs, model->out, model->out_dims);
        for (uint32_t k = 0; k < graph->n_nodes; k++)
            ck_assert_int_ne(graph->nodes[k].op, OP_BATCH_NORM);
        graph_unref(graph);
    }
}
END_TEST

static uint32_t count_permutes(const struct graph *graph)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < graph->n_nodes; i++)
        n += graph->nodes[i].op == OP_PERMUTE;
    return n;
}

/* ShuffleNet's channels, heads that end channel last, detectors with anchors: all as they lie. */
START_TEST(no_tensor_is_turned_that_the_model_does_not_turn)
{
    static const char *const turned[] = {
        "models/camera/fastestdet/fastestdet.onnx",
        "models/camera/yunet_n_320/yunet_n_320.onnx",
        "models/camera/ultraface_rfb_320/ultraface_rfb_320.onnx",
        "models/camera/deeplabv3_mnv2_dm05/deeplabv3_mnv2_dm05.onnx",
        "models/voice/silero_vad_16k/silero_vad_16k.onnx",
    };

    for (size_t i = 0; i < ARRAY_SIZE(turned); i++) {
        const char *path = suite_data(turned[i]);
        struct graph *graph;

        if (!path)
            return;
        graph = convert(path);
        ck_assert_msg(count_permutes(graph) == 0, "%s: %u", turned[i], count_permutes(graph));
        graph_unref(graph);
    }
}
END_TEST

START_TEST(mtcnn_of_caffe_turns_nothing_either)
{
    for (int i = 1; i <= 3; i++) {
        const char *net = suite_data(suite_text("models/camera/mtcnn/det%d.prototxt", i));
        const char *blobs = suite_data(suite_text("models/camera/mtcnn/det%d.caffemodel", i));
        struct convert_options options = {0};
        struct graph *graph = NULL;
        struct buf report = {0};
        struct fault fault = {""};
        void *text, *weights;
        size_t size;

        if (!net || !blobs)
            return;
        text = suite_read(net, &size);
        options.weights = weights = suite_read(blobs, &options.weights_size);
        ck_assert_msg(caffe_convert(text, size, &options, &graph, &report, &fault) == 0, "%s",
                      fault.text);
        ck_assert_uint_eq(count_permutes(graph), 0);
        graph_unref(graph);
        buf_done(&report);
        free(text);
        free(weights);
    }
}
END_TEST

/* 227 x 227 bytes RGB as the network wants them: BGR less the means of ImageNet. */
static float *read_picture(const char *path)
{
    static const float means[] = {104, 117, 123};
    size_t size;
    uint8_t *rgb = suite_read(path, &size);
    float *bgr = malloc(size * sizeof(*bgr));

    for (size_t i = 0; i < size; i++)
        bgr[i] = (float)rgb[i / 3 * 3 + 2 - i % 3] - means[i % 3];
    free(rgb);
    return bgr;
}

START_TEST(squeezenet_gives_the_reference_s_probabilities)
{
    const char *path = suite_data(models[0].path);
    struct case_tensor in = {"data", {4, {1, 227, 227, 3}}, NULL};
    struct case_tensor out = {"prob", {4, {1, 1, 1, 1000}}, NULL};
    struct engine *engine = NULL;
    struct graph *graph;
    const char *wrong;
    float *picture, *want;
    size_t size;

    if (!path)
        return;
    in.data = picture = read_picture(suite_data("inputs/imagenet_n02364673_227x227x3.u8"));
    out.data = want =
        suite_read(suite_data("expected/squeezenet_v1_0.imagenet_n02364673.prob.f32"), &size);
    graph = convert(path);
    ck_assert_int_eq(engine_new(&(struct engine_options){.n_threads = 1}, &engine, NULL), 0);
    wrong = run_graph(graph, engine, &in, 1, &out, 1, 1e-4);
    engine_free(engine);
    graph_unref(graph);
    free(picture);
    free(want);
    ck_assert_msg(!wrong, "%s", wrong);
}
END_TEST

START_TEST(a_model_cut_at_many_places_is_refused)
{
    const char *path = suite_data(models[4].path);
    size_t size;
    char *bytes;

    if (!path)
        return;
    bytes = suite_read(path, &size);
    for (size_t part = 0; part < size; part += 1 + size / 97) {
        struct graph *graph = NULL;
        struct buf report = {0};
        struct fault fault = {""};

        ck_assert_int_lt(
            onnx_convert(bytes, part, &(struct convert_options){0}, &graph, &report, &fault), 0);
        ck_assert_ptr_null(graph);
        ck_assert_uint_gt(strlen(fault.text), 0);
        buf_done(&report);
    }
    free(bytes);
}
END_TEST

SUITE(published_models_have_their_names_sizes_and_layers,
      no_tensor_is_turned_that_the_model_does_not_turn, mtcnn_of_caffe_turns_nothing_either,
      squeezenet_gives_the_reference_s_probabilities, a_model_cut_at_many_places_is_refused);
