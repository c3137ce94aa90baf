/* Conv and ConvTranspose, with groups, in both orders. */
#include "convert/caffe2/c2_ops.h"
#include "convert/caffe2/c2_weights.h"
#include "convert/caffe2/c2_window.h"
#include "model/ops/conv.h"
#include "model/ops/deconv.h"

/* Where the axes of weights [A,B,kH,kW] are, or with order NHWC [A,kH,kW,B]. */
struct axes {
    uint32_t b, h, w;
};

static struct axes find_axes(const struct conversion *c)
{
    return c2_is_channels_last(c) ? (struct axes){3, 1, 2} : (struct axes){1, 2, 3};
}

/* [kH,kW,A,B], or with LAST_A [kH,kW,B,A]. */
static int place_weights(struct conversion *c, const struct numbers *weights, bool last_a,
                         uint32_t *ret)
{
    const struct axes at = find_axes(c);
    const uint32_t *dim = weights->shape.dim,
                   from[] = {at.h, at.w, last_a ? at.b : 0, last_a ? 0 : at.b};
    ptrdiff_t stride[SHAPE_RANK_MAX];
    struct walk walk = {.shape = {.rank = 4}};

    walk_strides(&weights->shape, stride);
    for (uint32_t i = 0; i < 4; i++) {
        walk.shape.dim[i] = dim[from[i]];
        walk.stride[i] = stride[from[i]];
    }
    return c2_weights_place(c, 1, weights, &walk, &walk.shape, ret);
}

static int read_common(struct conversion *c, const struct numbers *weights, struct window *window,
                       enum c2_legacy_pad *legacy, int32_t *ret_groups)
{
    const struct axes at = find_axes(c);
    const uint32_t kernel[] = {weights->shape.dim[at.h], weights->shape.dim[at.w]};
    int64_t groups;
    int r = c2_arg_int(c, "group", 1, INT16_MAX, 1, &groups);

    *ret_groups = (int32_t)groups;
    return r < 0 ? r : c2_window_read(c, kernel, window, legacy);
}

/* Caffe's rule for pools, which a convolution here follows too, as pads: what the trail grows by.
 */
static int32_t trail_of(uint32_t in, int32_t lead, int32_t kernel, int32_t stride)
{
    int64_t room = (int64_t)in + 2 * (int64_t)lead - kernel;
    int64_t out = (room + stride - 1) / stride, less = room / stride;

    if (lead > 0 && out * stride >= (int64_t)in + lead)
        out--;
    return (int32_t)(lead + stride * (out - less));
}

static void settle_legacy(const struct shape *in, enum c2_legacy_pad legacy, struct window *window)
{
    if (legacy != C2_PAD_CAFFE)
        return;
    window->padding = PADDING_EXPLICIT;
    window->pad_bottom = trail_of(in->dim[1], window->pad_top, window->kernel_h, window->stride_h);
    window->pad_right = trail_of(in->dim[2], window->pad_left, window->kernel_w, window->stride_w);
}

int c2_conv(struct conversion *c)
{
    struct conv_attrs attrs = {0};
    uint32_t in[3];
    struct node_spec spec = {.op = OP_CONV, .attrs = &attrs, .inputs = in, .n_inputs = 3};
    const struct numbers *weights = NULL;
    struct view view = c2_picture_view(c);
    enum c2_legacy_pad legacy;
    struct tensor *x;
    int r = c2_window_input(c, 0, &x, &in[0]);

    if (r == 0)
        r = c2_weights_read(c, 1, "the weights", 4, &weights);
    if (r == 0)
        r = read_common(c, weights, &attrs.window, &legacy, &attrs.groups);
    if (r < 0)
        return r;
    settle_legacy(&builder_value(c->builder, in[0])->shape, legacy, &attrs.window);
    r = place_weights(c, weights, true, &in[1]);
    if (r == 0)
        r = c2_weights_bias(c, 2, weights->shape.dim[0], &in[2]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

static int read_more(struct conversion *c, struct deconv_attrs *attrs)
{
    int64_t both, h, w;
    int r = c2_arg_int(c, "adj", 0, WINDOW_MOST, 0, &both);

    if (r == 0)
        r = c2_arg_int(c, "adj_h", 0, WINDOW_MOST, both, &h);
    if (r == 0)
        r = c2_arg_int(c, "adj_w", 0, WINDOW_MOST, both, &w);
    if (r < 0)
        return r;
    attrs->output_pad_h = (int32_t)h;
    attrs->output_pad_w = (int32_t)w;
    return 0;
}

static int read_deconv(struct conversion *c, const struct numbers *weights,
                       struct deconv_attrs *attrs)
{
    enum c2_legacy_pad legacy;
    struct window *window = &attrs->window;
    int r = read_common(c, weights, window, &legacy, &attrs->groups);

    if (r == 0)
        r = read_more(c, attrs);
    if (r < 0)
        return r;
    if (legacy == C2_PAD_SAME || legacy == C2_PAD_CAFFE)
        return conversion_unsupported(c, C2_WAY_CHECK, "legacy_pad %d, which Caffe2 does not have",
                                      legacy);
    if (legacy == C2_PAD_VALID)
        window->pad_top = window->pad_left = window->pad_bottom = window->pad_right = 0;
    /* The graph's VALID follows TensorFlow, which may add places. */
    window->padding = PADDING_EXPLICIT;
    return 0;
}

int c2_deconv(struct conversion *c)
{
    struct deconv_attrs attrs = {0};
    uint32_t in[3];
    struct node_spec spec = {.op = OP_DECONV, .attrs = &attrs, .inputs = in, .n_inputs = 3};
    const struct numbers *weights = NULL;
    struct view view = c2_picture_view(c);
    struct tensor *x;
    int r = c2_window_input(c, 0, &x, &in[0]);

    if (r == 0)
        r = c2_weights_read(c, 1, "the weights", 4, &weights);
    if (r == 0)
        r = read_deconv(c, weights, &attrs);
    if (r == 0)
        r = place_weights(c, weights, false, &in[1]);
    if (r == 0)
        r = c2_weights_bias(c, 2, weights->shape.dim[find_axes(c).b] * (uint32_t)attrs.groups,
                            &in[2]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}
