/* LRN, Normalize (of SSD) and MVN: by what stands around. */
#include <math.h>
#include <string.h>

#include "convert/caffe/kernel.h"
#include "convert/caffe/layer.h"
#include "convert/caffe/ops.h"
#include "convert/caffe/param.h"
#include "convert/layout.h"
#include "model/ops/binary.h"
#include "model/ops/instance_norm.h"
#include "model/ops/lrn.h"
#include "model/ops/moments.h"
#include "model/ops/normalize.h"
#include "model/ops/power.h"
#include "model/ops/reduce.h"
#include "model/ops/unary.h"

int convert_caffe_lrn(struct conversion *c)
{
    static const char *const regions[] = {"ACROSS_CHANNELS", "WITHIN_CHANNEL", NULL};
    struct lrn_attrs attrs;
    uint32_t in;
    struct node_spec spec = {.op = OP_LRN, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    struct view view = view_channel_last(4);
    struct tensor *x;
    int region, r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = kernel_input(c, &x, &in);
    if (r == 0)
        r = param_word(c, "norm_region", regions, 0, &region);
    if (r == 0)
        r = param_i32(c, "local_size", 5, 1, WINDOW_MOST, &attrs.size);
    if (r == 0)
        r = param_f32(c, "alpha", 1, &attrs.alpha);
    if (r == 0)
        r = param_f32(c, "beta", 0.75f, &attrs.beta);
    if (r == 0)
        r = param_f32(c, "k", 1, &attrs.bias);
    if (r == 0 && attrs.size % 2 == 0)
        r = conversion_unsupported(c, "check the prototxt", "local_size %d is even", attrs.size);
    if (r < 0)
        return r;
    attrs.kind = region == 0 ? LRN_ACROSS_CHANNELS : LRN_WITHIN_CHANNEL;
    if (region == 1)
        attrs.bias = 1; /* Caffe reads k only across channels */
    return conversion_emit(c, 0, &spec, &view);
}

int convert_caffe_normalize(struct conversion *c)
{
    struct normalize_attrs attrs;
    uint32_t in[2];
    struct node_spec spec = {.op = OP_NORMALIZE, .attrs = &attrs, .inputs = in, .n_inputs = 2};
    struct view view = view_channel_last(4);
    const struct caffe_blob *blob;
    struct tensor *x;
    const double *scale;
    bool shared;
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = kernel_input(c, &x, &in[0]);
    if (r == 0)
        r = param_bool(c, "across_spatial", true, &attrs.across_spatial);
    if (r == 0)
        r = param_bool(c, "channel_shared", true, &shared);
    if (r == 0)
        r = param_f32(c, "eps", 1e-10f, &attrs.epsilon);
    if (r == 0)
        r = layer_blob(c, 0, "the factors", shared ? 1 : x->shape.dim[1], &blob);
    if (r == 0)
        r = layer_numbers(c, blob, layer_blob_count(blob), &scale);
    if (r < 0)
        return r;
    r = shared ? layer_place_number(c, "weights", (float)scale[0], x->shape.dim[1], &in[1])
               : layer_place(c, scale, x->shape.dim[1], "weights", &in[1]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

/* y = (x - mean) / (deviation + eps), the parts one by one. */
static int make_mvn(struct conversion *c, uint32_t x, const struct i32s *axes, float epsilon)
{
    static const char *const names[] = {"mean", "variance"};
    const struct moments_attrs moments = {.axes = *axes, .keep_dims = true};
    const struct unary_attrs root = {UNARY_SQRT};
    const struct power_attrs more = {.scale = 1, .shift = epsilon, .power = 1};
    const struct binary_attrs minus = {BINARY_SUB}, by = {BINARY_DIV};
    uint32_t both[2], in[2] = {x, 0};
    struct node_spec measure = {
        .op = OP_MOMENTS, .attrs = &moments, .inputs = in, .n_inputs = 1, .n_outputs = 2};
    struct node_spec spread = {.op = OP_UNARY, .attrs = &root, .inputs = &both[1], .n_inputs = 1};
    struct node_spec shift = {.op = OP_POWER, .attrs = &more, .inputs = &both[1], .n_inputs = 1};
    struct node_spec centre = {.op = OP_BINARY, .attrs = &minus, .inputs = in, .n_inputs = 2};
    struct node_spec divide = {.op = OP_BINARY, .attrs = &by, .inputs = in, .n_inputs = 2};
    struct view view = view_channel_last(4);
    int r = conversion_emit_many(c, names, &measure, both);

    if (r == 0)
        r = conversion_emit_main(c, "deviation", &spread, &both[1]);
    if (r == 0)
        r = conversion_emit_main(c, "divisor", &shift, &both[1]);
    in[1] = both[0];
    if (r == 0)
        r = conversion_emit_main(c, "centred", &centre, &in[0]);
    in[1] = both[1];
    return r < 0 ? r : conversion_emit(c, 0, &divide, &view);
}

/* y = x - mean */
static int make_centred(struct conversion *c, uint32_t x, const struct i32s *axes)
{
    const struct reduce_attrs mean = {.kind = REDUCE_MEAN, .keep_dims = true, .axes = *axes};
    const struct binary_attrs minus = {BINARY_SUB};
    uint32_t in[2] = {x, 0};
    struct node_spec measure = {.op = OP_REDUCE, .attrs = &mean, .inputs = in, .n_inputs = 1};
    struct node_spec centre = {.op = OP_BINARY, .attrs = &minus, .inputs = in, .n_inputs = 2};
    struct view view = view_channel_last(4);
    int r = conversion_emit_main(c, "mean", &measure, &in[1]);

    return r < 0 ? r : conversion_emit(c, 0, &centre, &view);
}

/* An eps too small to be seen: one layer, which adds it to the variance instead. */
static int make_instance_norm(struct conversion *c, uint32_t x, uint32_t channels)
{
    const struct instance_norm_attrs attrs = {.epsilon = 1e-12f};
    uint32_t in[3] = {x};
    struct node_spec spec = {.op = OP_INSTANCE_NORM, .attrs = &attrs, .inputs = in, .n_inputs = 3};
    struct view view = view_channel_last(4);
    int r = layer_place_number(c, "weights", 1, channels, &in[1]);

    if (r == 0)
        r = layer_place_number(c, "bias", 0, channels, &in[2]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

int convert_caffe_mvn(struct conversion *c)
{
    static const int32_t all[] = {1, 2, 3};
    struct i32s axes = {all, 2};
    struct tensor *x;
    uint32_t in;
    bool variance, across;
    float epsilon;
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = kernel_input(c, &x, &in);
    if (r == 0)
        r = param_bool(c, "normalize_variance", true, &variance);
    if (r == 0)
        r = param_bool(c, "across_channels", false, &across);
    if (r == 0)
        r = param_f32(c, "eps", 1e-9f, &epsilon);
    if (r < 0)
        return r;
    axes.n = across ? 3 : 2;
    if (!variance)
        return make_centred(c, in, &axes);
    return across || epsilon > 1e-8f ? make_mvn(c, in, &axes, epsilon)
                                     : make_instance_norm(c, in, x->shape.dim[1]);
}
