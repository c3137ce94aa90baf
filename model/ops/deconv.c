/*
 * Deconv: the transposed convolution; the formula is in ops/deconv.h.
 *
 * Shapes   x [N,H,W,C], weights [kH,kW,C,M/groups], bias M numbers (absent: zeros) -> y
 *          [N,oH,oW,M], sizes as ops/deconv.h says.
 * Types    f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe Deconvolution; Caffe2 ConvTranspose; ONNX ConvTranspose; TensorFlow
 *          Conv2DBackpropInput; DLC Deconvolution.
 */
#include "model/ops/deconv.h"

#include "base/error.h"
#include "model/graph.h"

#define WINDOW(member) offsetof(struct deconv_attrs, window.member)

static const struct attr_spec deconv_specs[] = {
#include "model/ops/conv_window.def"
    {"groups", "groups", ATTR_I32, offsetof(struct deconv_attrs, groups), .preset = 1, .least = 1,
     .most = INT32_MAX, .help = "parts of the channels that do not mix"},
    {"output_pad_h", "output_padding_y", ATTR_I32, offsetof(struct deconv_attrs, output_pad_h),
     .least = -WINDOW_MOST, .most = WINDOW_MOST, .help = "rows more at the end"},
    {"output_pad_w", "output_padding_x", ATTR_I32, offsetof(struct deconv_attrs, output_pad_w),
     .least = -WINDOW_MOST, .most = WINDOW_MOST, .help = "columns more at the end"},
    {0},
};

/* One axis in 64 bits; the limits of the attributes keep all sums below 2^47. */
struct axis {
    int64_t in, stride, reach, lead, trail, extra;
};

static int infer_axis(struct axis axis, enum padding padding, const char *side,
                      struct window_axis *ret, struct fault *fault)
{
    int64_t full = (axis.in - 1) * axis.stride + axis.reach, out;

    if (padding == PADDING_SAME) {
        out = axis.in * axis.stride + axis.extra;
        axis.lead = full > out ? (full - out) / 2 : 0;
    } else if (padding == PADDING_VALID) {
        out = (full > axis.in * axis.stride ? full : axis.in * axis.stride) + axis.extra;
        axis.lead = 0;
    } else {
        out = full - axis.lead - axis.trail + axis.extra;
    }
    if (out < 1)
        return fail(fault, E_SHAPE,
                    "of a %s of %lld nothing is left when %lld and %lld are cut off", side,
                    (long long)full, (long long)axis.lead, (long long)(full - axis.lead - out));
    if (out > (int64_t)SHAPE_BYTES_MAX)
        return fail(fault, E_SHAPE, "the output would have the %s %lld", side, (long long)out);
    *ret = (struct window_axis){.out = (uint32_t)out,
                                .lead = (int32_t)axis.lead,
                                .trail = (int32_t)(full - axis.lead - out)};
    return 0;
}

int deconv_window(const struct deconv_attrs *attrs, uint32_t in_h, uint32_t in_w,
                  struct window_axis *ret_h, struct window_axis *ret_w, struct fault *fault)
{
    const struct window *window = &attrs->window;
    const struct axis h = {
        .in = in_h,
        .stride = window->stride_h,
        .reach = (int64_t)(window->kernel_h - 1) * window->dilation_h + 1,
        .lead = window->pad_top,
        .trail = window->pad_bottom,
        .extra = attrs->output_pad_h,
    };
    const struct axis w = {
        .in = in_w,
        .stride = window->stride_w,
        .reach = (int64_t)(window->kernel_w - 1) * window->dilation_w + 1,
        .lead = window->pad_left,
        .trail = window->pad_right,
        .extra = attrs->output_pad_w,
    };
    struct window_axis rows;
    int r = infer_axis(h, window->padding, "height", &rows, fault);

    if (r == 0)
        r = infer_axis(w, window->padding, "width", ret_w, fault);
    if (r == 0)
        *ret_h = rows;
    return r;
}

static int check_weights(const struct infer *node, struct fault *fault)
{
    const struct deconv_attrs *deconv = node->attrs;
    const uint32_t *weights = node->in[1]->shape.dim;
    uint32_t channels = node->in[0]->shape.dim[3], groups = (uint32_t)deconv->groups;

    if ((uint32_t)deconv->window.kernel_h != weights[0] ||
        (uint32_t)deconv->window.kernel_w != weights[1])
        return fail(fault, E_SHAPE, "the kernel is %dx%d, but the weights are %ux%u",
                    deconv->window.kernel_h, deconv->window.kernel_w, weights[0], weights[1]);
    if (weights[2] != channels)
        return fail(fault, E_SHAPE, "the weights take %u channels, but the input has %u",
                    weights[2], channels);
    if (channels % groups != 0)
        return fail(fault, E_SHAPE, "%u channels cannot be cut into %u groups", channels, groups);
    return op_check_count(node, 2, "the bias", (uint64_t)weights[3] * groups, fault);
}

static int deconv_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct deconv_attrs *deconv = node->attrs;
    const struct shape *x = &node->in[0]->shape;
    struct window_axis h, w;
    struct shape y;
    int r = op_check_rank(node, 0, 4, fault);

    if (r == 0)
        r = op_check_rank(node, 1, 4, fault);
    if (r == 0)
        r = check_weights(node, fault);
    if (r == 0)
        r = deconv_window(deconv, x->dim[1], x->dim[2], &h, &w, fault);
    if (r < 0)
        return r;
    y = (struct shape){4, {x->dim[0], h.out, w.out, 0}};
    r = op_set_dim(&y, 3, (uint64_t)node->in[1]->shape.dim[3] * (uint32_t)deconv->groups, fault);
    if (r == 0)
        out[0] = y;
    return r;
}

static uint64_t deconv_macs(const struct infer *node, const struct shape *out)
{
    const uint32_t *weights = node->in[1]->shape.dim;

    (void)out;
    return (uint64_t)shape_elements(&node->in[0]->shape) * weights[0] * weights[1] * weights[3];
}

static const char *const deconv_params[] = {NULL, "weights_0", "bias"};

const struct op_def op_deconv = {
    .name = "Deconv",
    .params = deconv_params,
    .n_inputs = {2, 3},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct deconv_attrs),
    .attrs = deconv_specs,
    .infer = deconv_infer,
    .macs = deconv_macs,
};
