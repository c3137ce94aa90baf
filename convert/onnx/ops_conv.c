/* Conv, of one and of two axes, with groups. */
#include "convert/numbers.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "convert/onnx/spatial.h"
#include "model/ops/conv.h"

int ops_place_bias(struct conversion *c, uint32_t i, uint32_t n, float scale, uint32_t *ret)
{
    const struct numbers *bias;
    struct walk walk = {.shape = {1, {n}}};
    struct numbers zero = {.n = n, .is_float = true, .f32 = &(float){0}};
    struct blob *blob;
    int r = conversion_constant(c, i, "the bias", &bias);

    if (r < 0)
        return r;
    if (bias && bias->n != n && bias->n != 1)
        return conversion_unsupported(c, "check the model", "%zu biases for %u channels", bias->n,
                                      n);
    if (bias && bias->n == n)
        walk.stride[0] = 1;
    if (bias)
        zero = *bias;
    zero.n = n; /* one number is walked on the spot */
    r = numbers_lay_out(c, &zero, &walk, scale, &blob);
    if (r < 0)
        return r;
    return conversion_add_constant(c, bias ? c->node->inputs[i] : "zeros", &walk.shape, blob, ret);
}

static int read_attrs(struct conversion *c, const struct tensor *x, const struct numbers *weights,
                      struct conv_attrs *ret)
{
    int32_t kernel[2];
    struct spatial spatial;
    int64_t groups;
    int r = spatial_weights(c, x, weights, kernel, &groups);

    if (r == 0)
        r = spatial_read(c, x, kernel, &spatial);
    if (r < 0)
        return r;
    *ret = (struct conv_attrs){.groups = (int32_t)groups};
    spatial_window(&spatial, &ret->window);
    return 0;
}

int convert_conv(struct conversion *c)
{
    const struct numbers *weights = NULL;
    struct conv_attrs attrs;
    uint32_t in[3];
    struct node_spec spec = {.op = OP_CONV, .attrs = &attrs, .inputs = in, .n_inputs = 3};
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = conversion_constant(c, 1, "the weights", &weights);
    if (r == 0)
        r = spatial_input(c, x, &in[0]);
    if (r == 0)
        r = read_attrs(c, x, weights, &attrs);
    if (r == 0)
        r = spatial_place_weights(c, weights, 1, 0, &in[1]);
    if (r == 0)
        r = ops_place_bias(c, 2, weights->shape.dim[0], 1, &in[2]);
    return r < 0 ? r : spatial_emit(c, &spec, x->shape.rank);
}
