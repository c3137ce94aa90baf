/*
 * Conv: cross-correlation, y(n,h,w,m) = bias(m) + the sum over i, j, c of
 * x(n, h*stride - lead + i*dilation, w*stride - lead + j*dilation, c) * weights(i,j,c,m); zeros
 * outside x; with groups, output m sees the channels of its group only.
 *
 * Shapes   x [N,H,W,C], weights [kH,kW,C/groups,M], bias M numbers (absent: zeros) -> y
 *          [N,oH,oW,M].
 * Types    f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe Convolution, ConvolutionDepthwise, DepthwiseConvolution; Caffe2 Conv; ONNX Conv
 *          (group 1, pads 0); TensorFlow Conv2D and DepthwiseConv2dNative; DLC Convolutional.
 */
#include "model/ops/conv.h"

#include "base/error.h"
#include "model/graph.h"

#define WINDOW(member) offsetof(struct conv_attrs, window.member)

static const struct attr_spec conv_specs[] = {
#include "model/ops/conv_window.def"
    {"groups", "groups", ATTR_I32, offsetof(struct conv_attrs, groups), .preset = 1, .least = 1,
     .most = INT32_MAX, .help = "parts of the channels that do not mix"},
    {"padding_mode", "padding_mode", ATTR_I32, offsetof(struct conv_attrs, padding_mode),
     .least = 0, .most = 0, .help = "0: zeros"},
    {0},
};

static int check_weights(const struct infer *node, struct fault *fault)
{
    const struct conv_attrs *conv = node->attrs;
    const uint32_t *weights = node->in[1]->shape.dim;
    uint32_t channels = node->in[0]->shape.dim[3];
    uint32_t groups = (uint32_t)conv->groups;

    if ((uint32_t)conv->window.kernel_h != weights[0] ||
        (uint32_t)conv->window.kernel_w != weights[1])
        return fail(fault, E_SHAPE, "the kernel is %dx%d, but the weights are %ux%u",
                    conv->window.kernel_h, conv->window.kernel_w, weights[0], weights[1]);
    if (channels % groups != 0 || weights[3] % groups != 0)
        return fail(fault, E_SHAPE, "%u channels in and %u out cannot be cut into %u groups",
                    channels, weights[3], groups);
    if (weights[2] != channels / groups)
        return fail(fault, E_SHAPE, "the weights take %u channels a group, but the input has %u/%u",
                    weights[2], channels, groups);
    return op_check_count(node, 2, "the bias", weights[3], fault);
}

static int conv_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct conv_attrs *conv = node->attrs;
    const struct shape *x = &node->in[0]->shape;
    struct window_axis h, w;
    int r = op_check_rank(node, 0, 4, fault);

    if (r == 0)
        r = op_check_rank(node, 1, 4, fault);
    if (r == 0)
        r = check_weights(node, fault);
    if (r == 0)
        r = window_infer(&conv->window, 0, x->dim[1], x->dim[2], &h, &w, fault);
    if (r == 0)
        out[0] = (struct shape){4, {x->dim[0], h.out, w.out, node->in[1]->shape.dim[3]}};
    return r;
}

static uint64_t conv_macs(const struct infer *node, const struct shape *out)
{
    const uint32_t *weights = node->in[1]->shape.dim;

    return (uint64_t)shape_elements(out) * weights[0] * weights[1] * weights[2];
}

static const char *const conv_params[] = {NULL, "weights_0", "bias"};

const struct op_def op_conv = {
    .name = "Conv",
    .params = conv_params,
    .n_inputs = {2, 3},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct conv_attrs),
    .attrs = conv_specs,
    .infer = conv_infer,
    .macs = conv_macs,
};
