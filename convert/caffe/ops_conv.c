/* Convolution and Deconvolution, with groups. */
#include <string.h>

#include "convert/caffe/kernel.h"
#include "convert/caffe/layer.h"
#include "convert/caffe/ops.h"
#include "convert/caffe/param.h"
#include "model/ops/conv.h"
#include "model/ops/deconv.h"

struct filters {
    int32_t n_outputs, groups;
    bool bias;
    uint32_t channels;
    struct window window;
};

static int read_filters(struct conversion *c, uint32_t channels, struct filters *ret)
{
    int32_t axis;
    int r = param_i32(c, "num_output", 0, 1, INT32_MAX, &ret->n_outputs);

    if (r == 0)
        r = param_bool(c, "bias_term", true, &ret->bias);
    if (r == 0)
        r = param_i32(c, "group", 1, 1, INT32_MAX, &ret->groups);
    if (r == 0)
        r = param_i32(c, "axis", 1, -4, 3, &axis);
    if (r == 0)
        r = kernel_read_needed(c, &ret->window);
    if (r < 0)
        return r;
    ret->channels = channels;
    if (!ret->n_outputs)
        return conversion_unsupported(c, "check the prototxt", "it has no num_output");
    if (axis != 1 && axis != -3)
        return conversion_unsupported(c, WAY_REPLACE, "axis %d; 1 is supported", axis);
    if (channels % (uint32_t)ret->groups || ret->n_outputs % ret->groups)
        return conversion_unsupported(c, "check the prototxt",
                                      "%u channels and %d outputs in %d groups", channels,
                                      ret->n_outputs, ret->groups);
    return 0;
}

/*
 * Caffe's weights [A,B,kH,kW] as the graph's [kH,kW,...]: [B,A] if SWAPPED (a Convolution), else
 * [A,B].
 */
static int place_weights(struct conversion *c, const struct filters *filters, uint32_t a,
                         uint32_t b, bool swapped, uint32_t *ret)
{
    const uint32_t h = (uint32_t)filters->window.kernel_h, w = (uint32_t)filters->window.kernel_w;
    const ptrdiff_t area = (ptrdiff_t)h * w;
    struct walk walk = {
        .shape = {4, {h, w, swapped ? b : a, swapped ? a : b}},
        .stride = {w, 1, swapped ? area : area * b, swapped ? area * b : area},
    };
    const struct caffe_blob *blob;
    int r = layer_blob(c, 0, "the weights", (uint64_t)a * b * h * w, &blob);

    return r < 0 ? r : layer_lay_out(c, blob, &walk, &walk.shape, "weights", ret);
}

static int make_conv(struct conversion *c, const struct filters *filters, uint32_t *in)
{
    struct conv_attrs attrs = {.window = filters->window, .groups = filters->groups};
    struct node_spec spec = {.op = OP_CONV, .attrs = &attrs, .inputs = in, .n_inputs = 3};
    struct view view = view_channel_last(4);
    int r = place_weights(c, filters, (uint32_t)filters->n_outputs,
                          filters->channels / (uint32_t)filters->groups, true, &in[1]);

    if (r == 0)
        r = layer_place_bias(c, 1, filters->bias, (uint32_t)filters->n_outputs, &in[2]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

int convert_caffe_conv(struct conversion *c)
{
    struct filters filters;
    struct tensor *x;
    uint32_t in[3];
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = kernel_input(c, &x, &in[0]);
    if (r == 0)
        r = read_filters(c, x->shape.dim[1], &filters);
    return r < 0 ? r : make_conv(c, &filters, in);
}

/* One filter for each channel, whatever `group` says. */
int convert_caffe_depthwise(struct conversion *c)
{
    struct filters filters;
    struct tensor *x;
    uint32_t in[3];
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = kernel_input(c, &x, &in[0]);
    if (r == 0)
        r = read_filters(c, x->shape.dim[1], &filters);
    if (r < 0)
        return r;
    if ((uint32_t)filters.n_outputs % filters.channels)
        return conversion_unsupported(c, "check the prototxt", "%d outputs for %u channels",
                                      filters.n_outputs, filters.channels);
    filters.groups = (int32_t)filters.channels;
    return make_conv(c, &filters, in);
}

int convert_caffe_deconv(struct conversion *c)
{
    struct filters filters;
    struct deconv_attrs attrs = {0};
    struct tensor *x;
    uint32_t in[3];
    struct node_spec spec = {.op = OP_DECONV, .attrs = &attrs, .inputs = in, .n_inputs = 3};
    struct view view = view_channel_last(4);
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = kernel_input(c, &x, &in[0]);
    if (r == 0)
        r = read_filters(c, x->shape.dim[1], &filters);
    if (r == 0)
        r = place_weights(c, &filters, filters.channels,
                          (uint32_t)filters.n_outputs / (uint32_t)filters.groups, false, &in[1]);
    if (r == 0)
        r = layer_place_bias(c, 1, filters.bias, (uint32_t)filters.n_outputs, &in[2]);
    if (r < 0)
        return r;
    attrs.window = filters.window;
    attrs.groups = filters.groups;
    return conversion_emit(c, 0, &spec, &view);
}
