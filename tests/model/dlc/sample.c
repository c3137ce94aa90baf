#include "tests/model/dlc/sample.h"

#include <math.h>
#include <string.h>

#include "model/dlc/dlc.h"
#include "model/ops/arg_max.h"
#include "model/ops/binary.h"
#include "model/ops/channel_shuffle.h"
#include "model/ops/clip.h"
#include "model/ops/concat.h"
#include "model/ops/conv.h"
#include "model/ops/cumsum.h"
#include "model/ops/deconv.h"
#include "model/ops/depth_to_space.h"
#include "model/ops/elu.h"
#include "model/ops/gather.h"
#include "model/ops/gelu.h"
#include "model/ops/hard_sigmoid.h"
#include "model/ops/input.h"
#include "model/ops/instance_norm.h"
#include "model/ops/l2_norm.h"
#include "model/ops/layer_norm.h"
#include "model/ops/leaky_relu.h"
#include "model/ops/lrn.h"
#include "model/ops/lstm.h"
#include "model/ops/matmul.h"
#include "model/ops/moments.h"
#include "model/ops/normalize.h"
#include "model/ops/pack.h"
#include "model/ops/pad.h"
#include "model/ops/permute.h"
#include "model/ops/pool.h"
#include "model/ops/power.h"
#include "model/ops/reduce.h"
#include "model/ops/relu.h"
#include "model/ops/reshape.h"
#include "model/ops/resize.h"
#include "model/ops/selu.h"
#include "model/ops/softmax.h"
#include "model/ops/space_to_depth.h"
#include "model/ops/strided_slice.h"
#include "model/ops/sum.h"
#include "model/ops/swish.h"
#include "model/ops/thresholded_relu.h"
#include "model/ops/tile.h"
#include "model/ops/unary.h"
#include "model/ops/unpack.h"
#include "tests/support/suite.h"

#define LIST(...)                                                                                  \
    (struct i32s)                                                                                  \
    {                                                                                              \
        (const int32_t[]){__VA_ARGS__}, sizeof((const int32_t[]){__VA_ARGS__}) / sizeof(int32_t)   \
    }

uint32_t sample_floats(struct builder *builder, const char *name, struct shape shape)
{
    size_t n = shape_elements(&shape);
    _cleanup_(blob_unrefp) struct blob *blob = blob_new(n * sizeof(float));
    const struct constant constant = {name, shape, DTYPE_F32, blob, NULL, 0, 0};
    struct fault fault = {""};
    uint32_t value;

    for (size_t i = 0; i < n; i++)
        ((float *)blob_base(blob))[i] = 0.25f * (float)i - 1;
    ck_assert_msg(build_constant(builder, &constant, &value, &fault) == 0, "%s", fault.text);
    return value;
}

/* Adds the codes 0, 7, 14, ... with N_ENCODINGS different encodings. */
static uint32_t codes(struct builder *builder, const char *name, struct shape shape,
                      uint32_t n_encodings, uint32_t axis)
{
    size_t n = shape_elements(&shape);
    _cleanup_(blob_unrefp) struct blob *blob = blob_new(n);
    struct encoding encodings[16];
    const struct constant constant = {name, shape, DTYPE_TF8, blob, encodings, n_encodings, axis};
    struct fault fault = {""};
    uint32_t value;

    for (size_t i = 0; i < n; i++)
        ((uint8_t *)blob_base(blob))[i] = (uint8_t)(7 * i);
    for (uint32_t i = 0; i < n_encodings; i++)
        ck_assert_int_eq(encoding_of_range(-0.5 - i, 1.25 + 2 * i, &encodings[i]), 0);
    ck_assert_msg(build_constant(builder, &constant, &value, &fault) == 0, "%s", fault.text);
    return value;
}

uint32_t sample_node(struct builder *builder, enum op op, const char *name, const void *attrs,
                     const uint32_t *inputs, uint32_t n_inputs, uint32_t n_outputs)
{
    const char *const outputs[] = {suite_text("%s:0", name), suite_text("%s:1", name),
                                   suite_text("%s:2", name)};
    const struct node_spec spec = {name, op, attrs, inputs, outputs, n_inputs, n_outputs};
    struct fault fault = {""};
    uint32_t values[3];

    ck_assert_msg(build_node(builder, &spec, values, &fault) == 0, "%s", fault.text);
    return values[0];
}

static uint32_t one(struct builder *builder, enum op op, const char *name, const void *attrs,
                    uint32_t x)
{
    return sample_node(builder, op, name, attrs, &x, 1, 1);
}

uint32_t sample_input(struct builder *builder, const char *name, struct i32s shape)
{
    const struct input_attrs attrs = {shape, 4, 4, 1};

    return sample_node(builder, OP_INPUT, name, &attrs, NULL, 0, 1);
}

static struct window window(int32_t kernel, int32_t stride, int32_t pad, enum padding padding)
{
    return (struct window){kernel, kernel, stride, stride, 1, 1, pad, pad, pad, pad, padding};
}

static void add_deconvs(struct builder *builder, uint32_t x)
{
    struct deconv_attrs deconv = {window(4, 2, 1, PADDING_EXPLICIT), 1, 0, 1};
    uint32_t in[3] = {x, sample_floats(builder, "w deconv", (struct shape){4, {4, 4, 4, 3}}),
                      sample_floats(builder, "b deconv", (struct shape){1, {3}})};

    sample_node(builder, OP_DECONV, "deconv/explicit", &deconv, in, 3, 1);
    deconv = (struct deconv_attrs){window(4, 2, 0, PADDING_SAME), 1, -1, 0};
    sample_node(builder, OP_DECONV, "deconv/same", &deconv, in, 3, 1);
    deconv = (struct deconv_attrs){window(4, 3, 1, PADDING_CAFFE), 2, 0, 0};
    deconv.window.pad_right = 2;
    in[2] = sample_floats(builder, "b grouped", (struct shape){1, {6}});
    sample_node(builder, OP_DECONV, "deconv/grouped", &deconv, in, 3, 1);
}

/* x is [1,8,8,4] here and again behind it. */
static uint32_t add_windows(struct builder *builder, uint32_t x)
{
    struct conv_attrs conv = {window(3, 1, 0, PADDING_SAME), 1, 0};
    struct pool_attrs pool = {POOL_MAX, window(3, 2, 0, PADDING_CAFFE), false};
    uint32_t in[3] = {x, sample_floats(builder, "w same", (struct shape){4, {3, 3, 4, 4}}),
                      sample_floats(builder, "b same", (struct shape){1, {4}})};

    x = in[0] = sample_node(builder, OP_CONV, "conv/same", &conv, in, 3, 1);
    conv = (struct conv_attrs){window(3, 1, 1, PADDING_EXPLICIT), 4, 0};
    in[1] = sample_floats(builder, "w depthwise", (struct shape){4, {3, 3, 1, 4}});
    in[2] = sample_floats(builder, "b depthwise", (struct shape){1, {4}});
    x = sample_node(builder, OP_CONV, "conv/depthwise", &conv, in, 3, 1);
    one(builder, OP_POOL, "pool/caffe", &pool, x);
    add_deconvs(builder, x);
    pool = (struct pool_attrs){POOL_AVERAGE, window(2, 2, 0, PADDING_VALID), true};
    one(builder, OP_POOL, "pool/valid", &pool, x);
    pool = (struct pool_attrs){POOL_AVERAGE, window(3, 1, 1, PADDING_EXPLICIT), false};
    one(builder, OP_POOL, "pool/explicit", &pool, x);
    pool.window.dilation_w = 2;
    pool.window.pad_left = pool.window.pad_right = 2;
    return one(builder, OP_POOL, "pool/dilated", &pool, x);
}

static uint32_t add_activations(struct builder *builder, uint32_t x)
{
    uint32_t in[3] = {x, NO_VALUE, NO_VALUE};

    x = one(builder, OP_RELU, "relu", &(struct relu_attrs){INFINITY}, x);
    x = one(builder, OP_RELU, "relu6", &(struct relu_attrs){6}, x);
    x = one(builder, OP_CLIP, "clip", &(struct clip_attrs){-1.5f, 2.5f}, x);
    x = one(builder, OP_SIGMOID, "sigmoid", NULL, x);
    x = one(builder, OP_TANH, "tanh", NULL, x);
    x = one(builder, OP_ELU, "elu", &(struct elu_attrs){0.75f}, x);
    in[0] = x;
    in[1] = sample_floats(builder, "slopes", (struct shape){1, {4}});
    x = in[0] = sample_node(builder, OP_PRELU, "prelu", NULL, in, 2, 1);
    in[1] = sample_floats(builder, "scale", (struct shape){4, {1, 1, 4, 1}});
    in[2] = sample_floats(builder, "shift", (struct shape){4, {1, 1, 4, 1}});
    return sample_node(builder, OP_BATCH_NORM, "batch_norm", NULL, in, 3, 1);
}

static void add_neurons(struct builder *builder, uint32_t x)
{
    one(builder, OP_LEAKY_RELU, "leaky", &(struct leaky_relu_attrs){0.1f, INFINITY}, x);
    one(builder, OP_LEAKY_RELU, "leaky6", &(struct leaky_relu_attrs){0.1f, 6}, x);
    one(builder, OP_THRESHOLDED_RELU, "thresholded", &(struct thresholded_relu_attrs){0.5f}, x);
    one(builder, OP_HARD_SIGMOID, "hard_sigmoid", &(struct hard_sigmoid_attrs){0.25f, 0.75f}, x);
    one(builder, OP_HARD_SWISH, "hard_swish", NULL, x);
    one(builder, OP_SWISH, "swish", &(struct swish_attrs){1.5f}, x);
    one(builder, OP_GELU, "gelu", &(struct gelu_attrs){true}, x);
    one(builder, OP_SELU, "selu", &(struct selu_attrs){1.5f, 1.25f}, x);
    one(builder, OP_POWER, "power", &(struct power_attrs){2, 1, -0.5f}, x);
    one(builder, OP_LOG_SOFTMAX, "log_softmax", &(struct softmax_attrs){2}, x);
}

static void add_norms(struct builder *builder, uint32_t x)
{
    uint32_t in[3] = {x, sample_floats(builder, "norm w", (struct shape){1, {4}}),
                      sample_floats(builder, "norm b", (struct shape){1, {4}})};

    one(builder, OP_LRN, "lrn", &(struct lrn_attrs){LRN_WITHIN_CHANNEL, 3, 0.5f, 0.25f, 2}, x);
    sample_node(builder, OP_INSTANCE_NORM, "instance_norm", &(struct instance_norm_attrs){1e-3f},
                in, 3, 1);
    sample_node(builder, OP_LAYER_NORM, "layer_norm", &(struct layer_norm_attrs){3, 1e-3f}, in, 3,
                1);
    sample_node(builder, OP_NORMALIZE, "normalize", &(struct normalize_attrs){false, 1e-3f}, in, 2,
                1);
    one(builder, OP_L2_NORM, "l2_norm", &(struct l2_norm_attrs){LIST(1, 2), L2_NORM_ADD, 1e-3f}, x);
    sample_node(builder, OP_MOMENTS, "moments", &(struct moments_attrs){LIST(1, 2), true}, in, 1,
                2);
    one(builder, OP_ARG_MAX, "arg_max", &(struct arg_max_attrs){ARG_MAX, 3, false, false}, x);
    one(builder, OP_ARG_MAX, "arg_min", &(struct arg_max_attrs){ARG_MIN, 1, true, true}, x);
    one(builder, OP_CUMSUM, "cumsum", &(struct cumsum_attrs){1, true, true}, x);
}

static uint32_t add_arithmetic(struct builder *builder, uint32_t x)
{
    uint32_t in[3] = {x, sample_floats(builder, "row", (struct shape){4, {1, 1, 1, 4}}), x};
    const struct sum_attrs sum = {{(const float[]){1, -0.5f}, 2}};

    for (int i = BINARY_ADD; i <= BINARY_XOR; i++) {
        const struct binary_attrs attrs = {(enum binary_kind)i};

        in[0] = sample_node(builder, OP_BINARY, suite_text("binary %d", i), &attrs, in, 2, 1);
    }
    for (int i = UNARY_ABS; i <= UNARY_ATANH; i++) {
        const struct unary_attrs attrs = {(enum unary_kind)i};

        in[0] = one(builder, OP_UNARY, suite_text("unary %d", i), &attrs, in[0]);
    }
    for (int i = REDUCE_MEAN; i <= REDUCE_SUM_SQUARE; i++) {
        const struct reduce_attrs attrs = {(enum reduce_kind)i, i % 2 == 0, LIST(1, 2)};

        one(builder, OP_REDUCE, suite_text("reduce %d", i), &attrs, x);
    }
    in[1] = in[2];
    sample_node(builder, OP_SELECT, "select", NULL, in, 3, 1);
    sample_node(builder, OP_MATMUL, "matmul", &(struct matmul_attrs){false, true}, in, 2, 1);
    return sample_node(builder, OP_SUM, "sum", &sum, in, 2, 1);
}

static void add_moves(struct builder *builder, uint32_t x)
{
    const struct resize_attrs theirs = {
        RESIZE_NEAREST, RESIZE_TF_HALF_PIXEL_FOR_NN, RESIZE_FLOOR, 12, 20, 0, 0, -0.75f, false};
    const struct resize_attrs flat = {
        RESIZE_BILINEAR, RESIZE_ALIGN_CORNERS, RESIZE_FLOOR, 15, 4, 0, 0, -0.75f, false};
    const struct resize_attrs ours = {
        RESIZE_CUBIC, RESIZE_PYTORCH_HALF_PIXEL, RESIZE_CEIL, 20, 20, 2.5f, 2.5f, -0.5f, true};
    uint32_t in[2] = {x, sample_floats(builder, "places", (struct shape){1, {2}})};

    one(builder, OP_RESIZE, "resize/theirs", &theirs, x);
    one(builder, OP_RESIZE, "resize/flat", &flat, x);
    one(builder, OP_RESIZE, "resize/ours", &ours, x);
    one(builder, OP_TILE, "tile", &(struct tile_attrs){LIST(2, 1, 1, 3)}, x);
    one(builder, OP_CHANNEL_SHUFFLE, "shuffle", &(struct channel_shuffle_attrs){2}, x);
    sample_node(builder, OP_GATHER, "gather", &(struct gather_attrs){2}, in, 2, 1);
    in[1] = x;
    x = sample_node(builder, OP_PACK, "pack", &(struct pack_attrs){4}, in, 2, 1);
    sample_node(builder, OP_UNPACK, "unpack", &(struct unpack_attrs){4}, &x, 1, 2);
}

static uint32_t add_layouts(struct builder *builder, uint32_t x)
{
    const struct strided_slice_attrs slice = {
        LIST(0, 1, 7, 0), LIST(1, 8, 0, 4), LIST(1, 2, -1, 1), 1, 8, 0};
    uint32_t in[2] = {x, x};

    for (int i = PAD_CONSTANT; i <= PAD_WRAP; i++) {
        const struct pad_attrs attrs = {(enum pad_mode)i, LIST(0, 1, 2, 0), LIST(0, 0, 3, 0),
                                        i == PAD_CONSTANT ? -0.5f : 0};

        one(builder, OP_PAD, suite_text("pad %d", i), &attrs, x);
    }
    one(builder, OP_STRIDED_SLICE, "slice", &slice, x);
    x = in[0] = one(builder, OP_SPACE_TO_DEPTH, "s2d", &(struct space_to_depth_attrs){2}, x);
    x = in[0] =
        one(builder, OP_DEPTH_TO_SPACE, "d2s", &(struct depth_to_space_attrs){.factor = 2}, x);
    one(builder, OP_DEPTH_TO_SPACE, "d2s crd",
        &(struct depth_to_space_attrs){2, DEPTH_TO_SPACE_CRD}, x);
    add_moves(builder, x);
    x = sample_node(builder, OP_CONCAT, "concat", &(struct concat_attrs){3}, in, 2, 1);
    x = one(builder, OP_PERMUTE, "permute", &(struct permute_attrs){LIST(0, 3, 1, 2)}, x);
    x = one(builder, OP_SOFTMAX, "softmax over channels", &(struct softmax_attrs){1}, x);
    return one(builder, OP_RESHAPE, "reshape", &(struct reshape_attrs){LIST(1, 8, 64)}, x);
}

/* x is [1,8,64]. */
static void add_recurrent(struct builder *builder, uint32_t x)
{
    const struct lstm_attrs attrs = {true};
    uint32_t in[6] = {
        x,
        sample_floats(builder, "lstm w", (struct shape){2, {64, 8}}),
        sample_floats(builder, "lstm r", (struct shape){2, {2, 8}}),
        sample_floats(builder, "lstm b", (struct shape){1, {8}}),
        sample_input(builder, "state", LIST(1, 2)),
        sample_floats(builder, "cell", (struct shape){2, {1, 2}}),
    };
    uint32_t y = sample_node(builder, OP_LSTM, "lstm", &attrs, in, 6, 3);
    uint32_t fc[3] = {y, sample_floats(builder, "fc w", (struct shape){2, {5, 16}}),
                      sample_floats(builder, "fc b", (struct shape){1, {5}})};

    y = sample_node(builder, OP_FULLY_CONNECTED, "fc", NULL, fc, 3, 1);
    one(builder, OP_SOFTMAX, "softmax", &(struct softmax_attrs){-1}, y);
}

static struct graph *done(struct builder *builder)
{
    struct graph *graph = NULL;
    struct fault fault = {""};

    ck_assert_msg(build_done(builder, &graph, &fault) == 0, "%s", fault.text);
    builder_free(builder);
    return graph;
}

static struct builder *begin(void)
{
    struct builder *builder = NULL;

    ck_assert_int_eq(builder_new(&builder), 0);
    return builder;
}

struct graph *sample_every(void)
{
    struct builder *builder = begin();
    const struct encoding encoding = {-1.28f, 1.27f, 0.01f, -128};
    uint32_t x = sample_input(builder, "image", LIST(1, 8, 8, 4));

    x = add_windows(builder, x);
    ck_assert_int_eq(build_encoding(builder, x, &encoding, 1, 0, NULL), 0);
    x = add_activations(builder, x);
    add_neurons(builder, x);
    add_norms(builder, x);
    x = add_arithmetic(builder, x);
    x = add_layouts(builder, x);
    add_recurrent(builder, x);
    sample_add_boxes(builder);
    sample_add_user(builder);
    ck_assert_int_eq(build_section(builder, "aip.manifest", "{}", 2, NULL), 0);
    ck_assert_int_eq(build_section(builder, "zzz", NULL, 0, NULL), 0);
    return done(builder);
}

static void add_tail(struct builder *builder, uint32_t x)
{
    x = one(builder, OP_RELU, "relu", &(struct relu_attrs){INFINITY}, x);
    one(builder, OP_SOFTMAX, "softmax", &(struct softmax_attrs){-1}, x);
}

struct graph *sample_small(void)
{
    struct builder *builder = begin();
    const struct conv_attrs conv = {window(3, 2, 1, PADDING_EXPLICIT), 1, 0};
    uint32_t in[3] = {sample_input(builder, "x", LIST(1, 6, 6, 2)),
                      sample_floats(builder, "w", (struct shape){4, {3, 3, 2, 3}}),
                      sample_floats(builder, "b", (struct shape){1, {3}})};

    add_tail(builder, sample_node(builder, OP_CONV, "conv", &conv, in, 3, 1));
    return done(builder);
}

struct graph *sample_coded(int channels)
{
    struct builder *builder = begin();
    const struct conv_attrs conv = {window(3, 2, 1, PADDING_EXPLICIT), 1, 0};
    const struct encoding encoding = {-2.56f, 2.54f, 0.02f, -128};
    uint32_t in[3] = {sample_input(builder, "x", LIST(1, 6, 6, 2)),
                      codes(builder, "w", (struct shape){4, {3, 3, 2, 12}}, channels ? 12 : 1, 3),
                      codes(builder, "b", (struct shape){1, {12}}, 1, 0)};
    uint32_t y = sample_node(builder, OP_CONV, "conv", &conv, in, 3, 1);

    ck_assert_int_eq(build_encoding(builder, in[0], &encoding, 1, 0, NULL), 0);
    ck_assert_int_eq(build_encoding(builder, y, &encoding, 1, 0, NULL), 0);
    add_tail(builder, y);
    return done(builder);
}

struct buf sample_bytes(const struct graph *graph)
{
    struct buf bytes = {NULL, 0, 0};
    struct fault fault = {""};

    ck_assert_msg(dlc_write(graph, NULL, &bytes, &fault) == 0, "%s", fault.text);
    return bytes;
}
