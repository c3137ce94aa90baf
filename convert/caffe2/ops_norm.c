/* Normalisations: by statistics of training, of the picture, of neighbouring channels. */
#include "convert/affine.h"
#include "convert/caffe2/c2_ops.h"
#include "convert/caffe2/c2_weights.h"
#include "convert/emit.h"
#include "model/ops/lrn.h"

/* Inputs 1 to 4 of a SpatialBN. */
enum { SCALE, BIAS, MEAN, VARIANCE, N_PARAMS };

static int read_params(struct conversion *c, uint32_t channels, const struct numbers *params[])
{
    for (uint32_t i = 0; i < N_PARAMS; i++) {
        int r = c2_weights_read(c, i + 1, "the statistics", 1, &params[i]);

        if (r < 0)
            return r;
        if (params[i]->n != channels)
            return conversion_unsupported(c, C2_WAY_CHECK, "input %u holds %zu numbers, not %u",
                                          i + 1, params[i]->n, channels);
    }
    return 0;
}

static int check_use(struct conversion *c, const struct tensor *x)
{
    int64_t is_test;
    int r = c2_arg_int(c, "is_test", 0, 1, 0, &is_test);

    if (r == 0 && !is_test)
        r = conversion_unsupported(c, "save the predict net for inference (is_test 1)",
                                   "statistics of the batch");
    if (r == 0 && x->shape.rank < 2)
        r = conversion_unsupported(c, C2_WAY_CHECK, "an input of rank %u", x->shape.rank);
    return r;
}

int c2_spatial_bn(struct conversion *c)
{
    const struct numbers *params[N_PARAMS];
    struct affine_statistics statistics;
    struct tensor *x;
    uint32_t axis;
    float epsilon;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = check_use(c, x);
    if (r == 0)
        r = c2_arg_float(c, "epsilon", 1e-5f, &epsilon);
    if (r < 0)
        return r;
    axis = c2_channel_axis(c, x->shape.rank);
    r = read_params(c, x->shape.dim[axis], params);
    if (r < 0)
        return r;
    statistics = (struct affine_statistics){params[SCALE], params[BIAS], params[MEAN],
                                            params[VARIANCE], epsilon};
    return affine_emit_statistics(c, x, axis, &statistics, c->node->inputs[1], c->node->inputs[2]);
}

int c2_instance_norm(struct conversion *c)
{
    const struct numbers *numbers = NULL;
    struct tensor *x, *scale, *bias;
    float epsilon;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = c2_arg_float(c, "epsilon", 1e-5f, &epsilon);
    if (r == 0)
        r = c2_weights_read(c, 1, "the scales", 1, &numbers);
    if (r == 0)
        r = c2_weights_read(c, 2, "the biases", 1, &numbers);
    if (r == 0)
        r = conversion_activation(c, 1, &scale);
    if (r == 0)
        r = conversion_activation(c, 2, &bias);
    if (r == 0 && x->shape.rank < 2)
        r = conversion_unsupported(c, C2_WAY_CHECK, "an input of rank %u", x->shape.rank);
    return r < 0 ? r
                 : emit_instance_norm_along(c, x, c2_channel_axis(c, x->shape.rank), scale, bias,
                                            epsilon);
}

static int read_lrn(struct conversion *c, struct lrn_attrs *attrs)
{
    int64_t size;
    int r = c2_arg_int(c, "size", 1, INT16_MAX, 0, &size);

    if (r == 0)
        r = c2_arg_float(c, "alpha", 0, &attrs->alpha);
    if (r == 0)
        r = c2_arg_float(c, "beta", 0, &attrs->beta);
    if (r == 0)
        r = c2_arg_float(c, "bias", 1, &attrs->bias);
    if (r == 0 && size % 2 == 0)
        r = conversion_unsupported(c, C2_WAY_CHECK, "argument size is missing or even");
    if (r == 0)
        attrs->size = (int32_t)size;
    return r;
}

int c2_lrn(struct conversion *c)
{
    struct lrn_attrs attrs = {.kind = LRN_ACROSS_CHANNELS};
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = c2_refuse_output(c, 1, "the scale");
    if (r == 0)
        r = read_lrn(c, &attrs);
    if (r == 0 && x->shape.rank < 2)
        r = conversion_unsupported(c, C2_WAY_CHECK, "an input of rank %u", x->shape.rank);
    return r < 0 ? r : emit_channels(c, x, c2_channel_axis(c, x->shape.rank), OP_LRN, &attrs);
}
