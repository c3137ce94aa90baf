/* Conv2D, DepthwiseConv2dNative, Conv2DBackpropInput, each with the bias behind it; BiasAdd. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "convert/emit.h"
#include "convert/fold.h"
#include "convert/numbers.h"
#include "convert/tensorflow/tf_attr.h"
#include "convert/tensorflow/tf_ops.h"
#include "convert/tensorflow/tf_window.h"
#include "model/ops/conv.h"
#include "model/ops/deconv.h"

static int read_weights(struct conversion *c, uint32_t i, const struct numbers **ret)
{
    int r = conversion_constant(c, i, "the weights", ret);

    if (r == 0 && (!*ret || (*ret)->shape.rank != 4 || (*ret)->n == 0))
        r = conversion_unsupported(c, "check the model", "its weights are not of rank 4");
    return r;
}

/* Weights as the graph wants them: SHAPE, walked with STRIDES through the file's. */
static int place_weights(struct conversion *c, uint32_t i, const struct numbers *weights,
                         struct walk *walk, uint32_t *ret)
{
    struct blob *blob;
    int r = numbers_lay_out(c, weights, walk, 1, &blob);

    return r < 0 ? r : conversion_add_constant(c, c->node->inputs[i], &walk->shape, blob, ret);
}

/* The bias, input I: one number a channel; zeros where there is none. */
static int place_bias(struct conversion *c, uint32_t i, uint32_t n, uint32_t *ret)
{
    const struct numbers *bias;
    struct numbers zeros = {.n = n, .is_float = true, .f32 = &(float){0}};
    struct walk walk = {.shape = {1, {n}}};
    struct blob *blob;
    int r = conversion_constant(c, i, "the bias", &bias);

    if (r < 0)
        return r;
    walk.stride[0] = bias && bias->n == n;
    if (bias)
        zeros = *bias;
    zeros.n = n; /* one number is walked on the spot */
    r = numbers_lay_out(c, &zeros, &walk, 1, &blob);
    return r < 0 ? r
                 : conversion_add_constant(c, bias ? c->node->inputs[i] : "zeros", &walk.shape,
                                           blob, ret);
}

/* The weights of a forward convolution over CHANNELS: their layout in the graph, and the groups. */
static int turn_weights(struct conversion *c, const struct numbers *weights, uint32_t channels,
                        struct walk *walk, int32_t *ret_groups)
{
    uint32_t *dim = walk->shape.dim;

    walk->shape = weights->shape;
    walk_strides(&weights->shape, walk->stride);
    if (strcmp(c->node->op, "DepthwiseConv2dNative") == 0) {
        /* [kH,kW,C,multiplier] lies in memory as [kH,kW,1,C*multiplier]. */
        *ret_groups = (int32_t)dim[2];
        walk->stride[2] *= dim[2];
        dim[3] *= dim[2];
        dim[2] = 1;
        return 0;
    }
    if (channels % dim[2])
        return conversion_unsupported(c, "check the model and the sizes of its inputs",
                                      "%u channels for weights of %u", channels, dim[2]);
    *ret_groups = (int32_t)(channels / dim[2]);
    return 0;
}

/*
 * What an idiom adds, a convolution between SpaceToBatchND and BatchToSpaceND: the blocks, inputs
 * 3, are the dilation; of the pads, 4, the crops, 5, are taken off again.
 */
static int dilate(struct conversion *c, struct window *window)
{
    const struct numbers *blocks, *edges[2] = {NULL};
    int64_t pads[4];
    int r = conversion_constant(c, 3, "the sizes of blocks", &blocks);

    for (uint32_t i = 0; r == 0 && i < 2; i++) {
        r = conversion_constant(c, 4 + i, "the edges", &edges[i]);
        if (r == 0 && (!edges[i] || edges[i]->is_float || edges[i]->n != 4))
            r = conversion_unsupported(c, "check the model", "its edges are not two for each axis");
    }
    for (uint32_t i = 0; r == 0 && i < 4; i++) {
        pads[i] = edges[0]->whole[i] - edges[1]->whole[i];
        if (pads[i] < 0 || pads[i] > WINDOW_MOST || blocks->whole[i / 2] < 1 ||
            blocks->whole[i / 2] > WINDOW_MOST)
            r = conversion_unsupported(c, WAY_REPLACE, "blocks that are no dilation");
    }
    if (r < 0)
        return r;
    window->dilation_h = (int32_t)blocks->whole[0];
    window->dilation_w = (int32_t)blocks->whole[1];
    window->padding = PADDING_EXPLICIT;
    window->pad_top = (int32_t)pads[0];
    window->pad_bottom = (int32_t)pads[1];
    window->pad_left = (int32_t)pads[2];
    window->pad_right = (int32_t)pads[3];
    return 0;
}

int tf_conv(struct conversion *c)
{
    struct conv_attrs attrs = {0};
    uint32_t in[3];
    struct node_spec spec = {.op = OP_CONV, .attrs = &attrs, .inputs = in, .n_inputs = 3};
    const struct numbers *weights = NULL;
    struct walk walk = {0};
    struct tensor *x;
    struct view view;
    int r = tf_window_input(c, 0, &x, &in[0], &view);

    if (r == 0)
        r = read_weights(c, 1, &weights);
    if (r == 0)
        r = tf_window_read(c, weights->shape.dim[0], weights->shape.dim[1], &attrs.window);
    if (r == 0 && c->node->n_inputs > 3)
        r = dilate(c, &attrs.window);
    if (r == 0)
        r = turn_weights(c, weights, builder_value(c->builder, in[0])->shape.dim[3], &walk,
                         &attrs.groups);
    if (r == 0)
        r = place_weights(c, 1, weights, &walk, &in[1]);
    if (r == 0)
        r = place_bias(c, 2, walk.shape.dim[3], &in[2]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

/* How long an axis of the output is, beyond what stride, kernel and padding make of IN. */
static int32_t missing(int64_t said, int64_t in, int64_t stride, int64_t reach, int64_t pads,
                       enum padding padding)
{
    int64_t full = (in - 1) * stride + reach, out = full - pads;

    if (padding == PADDING_SAME)
        out = in * stride;
    else if (padding == PADDING_VALID)
        out = full > in * stride ? full : in * stride;
    out = said - out;
    return out > WINDOW_MOST ? INT32_MAX : out < -WINDOW_MOST ? INT32_MIN : (int32_t)out;
}

/* Input 0 says the sizes of the output. */
static int read_output(struct conversion *c, const struct shape *x, struct deconv_attrs *attrs)
{
    const struct window *w = &attrs->window;
    struct ints sizes;
    bool channel_first;
    int r = tf_input_ints(c, 0, "the sizes of the output", &sizes);

    if (r == 0)
        r = tf_attr_channel_first(c, &channel_first);
    if (r < 0)
        return r;
    if (sizes.n != 4)
        return conversion_unsupported(c, "check the model", "%u sizes of the output", sizes.n);
    sizes.v += channel_first ? 2 : 1;
    for (uint32_t i = 0; i < 2; i++)
        if (sizes.v[i] < 1 || sizes.v[i] > INT32_MAX)
            return conversion_unsupported(c, "check the model", "an output of %" PRId64,
                                          sizes.v[i]);
    attrs->output_pad_h =
        missing(sizes.v[0], x->dim[1], w->stride_h, (w->kernel_h - 1) * w->dilation_h + 1,
                w->pad_top + w->pad_bottom, w->padding);
    attrs->output_pad_w =
        missing(sizes.v[1], x->dim[2], w->stride_w, (w->kernel_w - 1) * w->dilation_w + 1,
                w->pad_left + w->pad_right, w->padding);
    return 0;
}

/* Conv2DBackpropInput(sizes, weights [kH,kW,outputs,inputs], x). */
int tf_deconv(struct conversion *c)
{
    struct deconv_attrs attrs = {.groups = 1};
    uint32_t in[3];
    struct node_spec spec = {.op = OP_DECONV, .attrs = &attrs, .inputs = in, .n_inputs = 3};
    const struct numbers *weights = NULL;
    ptrdiff_t stride[SHAPE_RANK_MAX];
    struct walk walk = {0};
    struct tensor *x;
    struct view view;
    int r = tf_window_input(c, 2, &x, &in[0], &view);

    if (r == 0)
        r = read_weights(c, 1, &weights);
    if (r == 0)
        r = tf_window_read(c, weights->shape.dim[0], weights->shape.dim[1], &attrs.window);
    if (r == 0)
        r = read_output(c, &builder_value(c->builder, in[0])->shape, &attrs);
    if (r < 0)
        return r;
    walk_strides(&weights->shape, stride);
    walk = (struct walk){
        .shape = {4,
                  {weights->shape.dim[0], weights->shape.dim[1], weights->shape.dim[3],
                   weights->shape.dim[2]}},
        .stride = {stride[0], stride[1], stride[3], stride[2]},
    };
    r = place_weights(c, 1, weights, &walk, &in[1]);
    if (r == 0)
        r = place_bias(c, 3, walk.shape.dim[3], &in[2]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

/* BiasAdd where no convolution takes it in. */
int tf_bias_add(struct conversion *c)
{
    struct tensor *x, *bias, *channels;
    struct numbers numbers;
    bool channel_first;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = conversion_activation(c, 1, &bias);
    if (r == 0)
        r = tf_attr_channel_first(c, &channel_first);
    if (r < 0)
        return r;
    if (bias->shape.rank != 1 || x->shape.rank < 2)
        return conversion_unsupported(c, "check the model", "its bias is no list");
    if (!channel_first)
        return emit_binary(c, x, bias, BINARY_ADD);
    if (bias->state != TENSOR_NUMBERS)
        return conversion_unsupported(c, WAY_CONSTANT, "the bias comes out of the network");
    numbers = *bias->numbers;
    while (numbers.shape.rank + 1 < x->shape.rank)
        numbers.shape.dim[numbers.shape.rank++] = 1;
    channels = arena_copy(&c->arena, bias, sizeof(*bias));
    if (channels)
        channels->numbers = arena_copy(&c->arena, &numbers, sizeof(numbers));
    if (!channels || !channels->numbers)
        return -ENOMEM;
    channels->shape = numbers.shape;
    channels->layouts = (struct rows){0};
    return emit_binary(c, x, channels, BINARY_ADD);
}

int tf_fold_bias_add(struct conversion *c)
{
    const struct numbers *x, *bias = NULL;
    bool channel_first;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = fold_input(c, 1, &bias);
    if (r == 0)
        r = tf_attr_channel_first(c, &channel_first);
    if (r == 0 && channel_first)
        r = conversion_unsupported(c, WAY_REPLACE, "a constant with channels first");
    return r < 0 ? r : fold_pair(c, x, bias, BINARY_ADD);
}
