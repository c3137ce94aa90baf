/* ConvTranspose, of one and of two axes, with groups. */
#include <inttypes.h>
#include <string.h>

#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "convert/onnx/spatial.h"
#include "model/ops/deconv.h"

/* How large the output is along each axis, and what is cut off in front and added behind. */
struct extent {
    int64_t out[2];
    int32_t more[2];
};

static int64_t full_size(const struct shape *x, const struct spatial *spatial, uint32_t i)
{
    return (int64_t)(x->dim[2 + i] - 1) * spatial->stride[i] +
           (int64_t)(spatial->kernel[i] - 1) * spatial->dilation[i] + 1;
}

/* The sizes that the attribute says, or auto_pad; the pads follow from them. */
static void split_pads(const struct shape *x, bool upper, struct spatial *spatial,
                       struct extent *extent)
{
    for (uint32_t i = 0; i < spatial->n; i++) {
        int64_t full = full_size(x, spatial, i);
        int64_t total = full + extent->more[i] - extent->out[i];

        total = total > 0 ? total : 0;
        spatial->begin[i] = (int32_t)(upper ? total / 2 : total - total / 2);
        spatial->end[i] = (int32_t)(total - spatial->begin[i]);
        extent->more[i] = (int32_t)(extent->out[i] - (full - total));
    }
    spatial->padding = PADDING_EXPLICIT;
}

static int read_out(struct conversion *c, const struct shape *x, struct spatial *spatial,
                    struct extent *ret)
{
    const char *automatic;
    struct ints sizes;
    bool same;
    int r = attr_ints(c, "output_shape", &sizes);

    if (r == 0)
        r = attr_text(c, "auto_pad", "NOTSET", &automatic);
    if (r < 0)
        return r;
    same = strncmp(automatic, "SAME_", 5) == 0;
    if (sizes.n && sizes.n != spatial->n)
        return conversion_unsupported(c, "check the model", "output_shape has %u sizes for %u axes",
                                      sizes.n, spatial->n);
    for (uint32_t i = 0; i < spatial->n; i++) {
        ret->out[i] = sizes.n ? sizes.v[i] : (int64_t)x->dim[2 + i] * spatial->stride[i];
        if (ret->out[i] < 1 || ret->out[i] > INT32_MAX)
            return conversion_unsupported(c, "check the model", "an output size of %" PRId64,
                                          ret->out[i]);
    }
    if (sizes.n || same)
        split_pads(x, strcmp(automatic, "SAME_UPPER") == 0, spatial, ret);
    return 0;
}

static int read_attrs(struct conversion *c, const struct tensor *x, const struct numbers *weights,
                      struct deconv_attrs *ret)
{
    int32_t kernel[2];
    struct extent extent = {0};
    struct spatial spatial;
    int64_t groups;
    int r = spatial_weights(c, x, weights, kernel, &groups);

    if (r == 0)
        r = spatial_read(c, x, kernel, &spatial);
    if (r == 0)
        r = spatial_list(c, "output_padding", 0, 0, spatial.n, extent.more);
    if (r == 0)
        r = read_out(c, &x->shape, &spatial, &extent);
    if (r < 0)
        return r;
    /* VALID means no pads; the graph's VALID follows TensorFlow, which may add places. */
    spatial.padding = PADDING_EXPLICIT;
    *ret = (struct deconv_attrs){.groups = (int32_t)groups};
    spatial_window(&spatial, &ret->window);
    ret->output_pad_h = spatial.n == 2 ? extent.more[0] : 0;
    ret->output_pad_w = extent.more[spatial.n - 1];
    return 0;
}

int convert_conv_transpose(struct conversion *c)
{
    const struct numbers *weights = NULL;
    struct deconv_attrs attrs;
    uint32_t in[3];
    struct node_spec spec = {.op = OP_DECONV, .attrs = &attrs, .inputs = in, .n_inputs = 3};
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = conversion_constant(c, 1, "the weights", &weights);
    if (r == 0)
        r = spatial_input(c, x, &in[0]);
    if (r == 0)
        r = read_attrs(c, x, weights, &attrs);
    if (r == 0)
        r = spatial_place_weights(c, weights, 0, 1, &in[1]);
    if (r == 0)
        r = ops_place_bias(c, 2, weights->shape.dim[1] * (uint32_t)attrs.groups, 1, &in[2]);
    return r < 0 ? r : spatial_emit(c, &spec, x->shape.rank);
}
