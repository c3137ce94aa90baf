/* Normalisations: by statistics of training, or of the tensor itself. */
#include "convert/affine.h"
#include "convert/emit.h"
#include "convert/layout.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "model/ops/l2_norm.h"
#include "model/ops/lrn.h"

/* What input 1 to 4 of a BatchNormalization say. */
enum { SCALE, BIAS, MEAN, VARIANCE, N_PARAMS };

static int read_params(struct conversion *c, uint32_t channels, const struct numbers *params[])
{
    for (uint32_t i = 0; i < N_PARAMS; i++) {
        int r = conversion_constant(c, i + 1, "the statistics", &params[i]);

        if (r < 0)
            return r;
        if (!params[i] || params[i]->n != channels)
            return conversion_unsupported(c, "check the model", "input %u does not hold %u numbers",
                                          i + 1, channels);
    }
    return 0;
}

/* The ways in which this node may mean more than the statistics of training. */
static int check_use(struct conversion *c, const struct tensor *x)
{
    int64_t training, spatial, is_test;
    int r = attr_int(c, "training_mode", 0, &training);

    if (r == 0)
        r = attr_int(c, "spatial", 1, &spatial);
    if (r == 0)
        r = attr_int(c, "is_test", 0, &is_test);
    if (r < 0)
        return r;
    for (uint32_t i = 1; i < c->node->n_outputs; i++)
        training |= conversion_output(c, i) && conversion_output(c, i)->needed;
    /* Before operator set 7 is_test 0 was the preset, and exporters left it there. */
    if (training)
        return conversion_unsupported(c, "export the model for inference", "training mode");
    if (x->shape.rank < 2)
        return conversion_unsupported(c, "check the model", "an input of rank %u", x->shape.rank);
    if (!spatial && x->shape.rank > 2)
        return conversion_unsupported(c, WAY_REPLACE, "statistics for each place (spatial 0)");
    return 0;
}

int convert_batch_norm(struct conversion *c)
{
    const struct numbers *params[N_PARAMS];
    struct affine_statistics statistics;
    struct tensor *x;
    float epsilon;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = check_use(c, x);
    if (r == 0)
        r = attr_float(c, "epsilon", 1e-5f, &epsilon);
    if (r == 0)
        r = read_params(c, x->shape.dim[1], params);
    if (r < 0)
        return r;
    statistics = (struct affine_statistics){params[SCALE], params[BIAS], params[MEAN],
                                            params[VARIANCE], epsilon};
    return affine_emit_statistics(c, x, 1, &statistics, c->node->inputs[1], c->node->inputs[2]);
}

/* Inputs 1 and 2 as numbers; the second may be left out. */
static int read_scale_and_bias(struct conversion *c, struct tensor **ret_scale,
                               struct tensor **ret_bias)
{
    const struct numbers *numbers = NULL;
    int r = conversion_constant(c, 1, "the scales", &numbers);

    if (r == 0 && !numbers)
        r = conversion_unsupported(c, "check the model", "it has no scales");
    if (r == 0)
        r = conversion_constant(c, 2, "the biases", &numbers);
    if (r == 0)
        r = conversion_activation(c, 1, ret_scale);
    *ret_bias = NULL;
    return r < 0 || !conversion_input(c, 2) ? r : conversion_activation(c, 2, ret_bias);
}

int convert_instance_norm(struct conversion *c)
{
    struct tensor *x, *scale, *bias = NULL;
    float epsilon;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = attr_float(c, "epsilon", 1e-5f, &epsilon);
    if (r == 0)
        r = read_scale_and_bias(c, &scale, &bias);
    if (r == 0 && !bias)
        r = conversion_unsupported(c, "check the model", "it has no biases");
    return r < 0 ? r : emit_instance_norm(c, x, scale, bias, epsilon);
}

int convert_layer_norm(struct conversion *c)
{
    struct tensor *x, *scale, *bias = NULL;
    uint32_t axis;
    int64_t said;
    float epsilon;
    int r = conversion_activation(c, 0, &x);

    for (uint32_t i = 1; r == 0 && i < c->node->n_outputs; i++)
        if (conversion_output(c, i) && conversion_output(c, i)->needed)
            r = conversion_unsupported(c, WAY_REPLACE, "its output %u (Mean, InvStdDev) is used",
                                       i);
    if (r == 0)
        r = attr_float(c, "epsilon", 1e-5f, &epsilon);
    if (r == 0)
        r = attr_int(c, "axis", -1, &said);
    if (r == 0)
        r = axes_find(c, said, x->shape.rank, &axis);
    if (r == 0)
        r = read_scale_and_bias(c, &scale, &bias);
    return r < 0 ? r : emit_layer_norm(c, x, scale, bias, axis, epsilon);
}

int convert_lp_norm(struct conversion *c)
{
    int32_t place;
    struct l2_norm_attrs attrs = {.axes = {&place, 1}, .epsilon_kind = L2_NORM_MAX};
    struct tensor *x;
    uint32_t axis;
    int64_t said, p;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = attr_int(c, "axis", -1, &said);
    if (r == 0)
        r = axes_find(c, said, x->shape.rank, &axis);
    if (r == 0)
        r = attr_int(c, "p", 2, &p);
    if (r < 0)
        return r;
    if (p != 2)
        return conversion_unsupported(c, WAY_REPLACE, "p other than 2");
    place = layout_own(x).order[axis];
    return emit_each(c, x, OP_L2_NORM, &attrs);
}

int convert_lrn(struct conversion *c)
{
    struct lrn_attrs attrs = {.kind = LRN_ACROSS_CHANNELS};
    struct tensor *x;
    int64_t size;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = attr_int(c, "size", 0, &size);
    if (r == 0)
        r = attr_float(c, "alpha", 1e-4f, &attrs.alpha);
    if (r == 0)
        r = attr_float(c, "beta", 0.75f, &attrs.beta);
    if (r == 0)
        r = attr_float(c, "bias", 1, &attrs.bias);
    if (r < 0)
        return r;
    if (size < 1 || size > INT16_MAX || x->shape.rank < 2)
        return conversion_unsupported(c, "check the model",
                                      "attribute size is missing or out of range");
    attrs.size = (int32_t)size;
    return emit_channels(c, x, 1, OP_LRN, &attrs);
}
