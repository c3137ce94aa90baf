/* Operators that ONNX defines by others: means and norms, Celu, and some that its set 1 tried. */
#include <string.h>

#include "convert/onnx/rewrite.h"

int rewrite_mean(struct rewrite *w)
{
    uint32_t n = w->node->node.n_inputs;
    const char *sum;

    if (n == 0)
        return 0;
    sum = rewrite_put(w, false, "Sum", rewrite_name(w, "sum"), w->node->node.inputs, n);
    REWRITE_PUT(w, true, "Mul", rewrite_output(w, 0), sum,
                rewrite_number(w, "share", 1 / (float)n));
    return 1;
}

/* max(x, 0) + min(alpha * (exp(x / alpha) - 1), 0): an Elu of x / alpha, times alpha. */
int rewrite_celu(struct rewrite *w)
{
    float alpha = rewrite_attr_float(w, "alpha", 1);
    const char *x = rewrite_input(w, 0), *y = rewrite_output(w, 0), *scale;

    if (alpha == 0)
        return 0;
    if (alpha == 1) {
        REWRITE_PUT(w, true, "Elu", y, x);
        return 1;
    }
    scale = rewrite_number(w, "inverse", 1 / alpha);
    x = REWRITE_PUT(w, false, "Mul", rewrite_name(w, "scaled"), x, scale);
    x = REWRITE_PUT(w, true, "Elu", rewrite_name(w, "elu"), x);
    scale = rewrite_number(w, "alpha", alpha);
    REWRITE_PUT(w, false, "Mul", y, x, scale);
    return 1;
}

/* With p 1; with p 2 there is an operator. */
int rewrite_lp_norm(struct rewrite *w)
{
    const char *x = rewrite_input(w, 0), *sum;
    int64_t axis = rewrite_attr_int(w, "axis", -1);

    if (rewrite_attr_int(w, "p", 2) != 1)
        return 0;
    sum = REWRITE_PUT(w, false, "ReduceL1", rewrite_name(w, "sum"), x);
    rewrite_set_ints(w, "axes", &axis, 1);
    REWRITE_PUT(w, true, "Div", rewrite_output(w, 0), x, sum);
    return 1;
}

int rewrite_mean_variance(struct rewrite *w)
{
    static const int64_t preset[] = {0, 2, 3};
    const struct onnx_attr *axes = rewrite_attr(w, "axes");
    bool given = axes && axes->type == ONNX_ATTR_INTS;
    const int64_t *v = given ? axes->ints.base : preset;
    uint32_t n = given ? axes->ints.n : ARRAY_SIZE(preset);
    const char *x, *square, *spread, *epsilon = rewrite_number(w, "epsilon", 1e-9f);

    x = REWRITE_PUT(w, false, "ReduceMean", rewrite_name(w, "mean"), rewrite_input(w, 0));
    rewrite_set_ints(w, "axes", v, n);
    x = REWRITE_PUT(w, false, "Sub", rewrite_name(w, "centred"), rewrite_input(w, 0), x);
    square = REWRITE_PUT(w, false, "Mul", rewrite_name(w, "square"), x, x);
    spread = REWRITE_PUT(w, false, "ReduceMean", rewrite_name(w, "variance"), square);
    rewrite_set_ints(w, "axes", v, n);
    spread = REWRITE_PUT(w, false, "Sqrt", rewrite_name(w, "deviation"), spread);
    spread = REWRITE_PUT(w, false, "Add", rewrite_name(w, "divisor"), spread, epsilon);
    REWRITE_PUT(w, true, "Div", rewrite_output(w, 0), x, spread);
    return 1;
}

/* NUMBER as often as the list LIKE has numbers. */
static const char *fill(struct rewrite *w, const char *suffix, float number, const char *like)
{
    const char *one = rewrite_number(w, "number", number);
    const char *shape = REWRITE_PUT(w, false, "Shape", rewrite_name(w, "size"), like);

    return REWRITE_PUT(w, false, "Expand", rewrite_name(w, suffix), one, shape);
}

/* Scale and bias for each channel: a BatchNormalization of mean 0 and variance 1. */
static void put_channels(struct rewrite *w, const char *x, const char *scale, const char *bias)
{
    const char *mean = fill(w, "mean", 0, scale), *variance = fill(w, "variance", 1, scale);

    REWRITE_PUT(w, false, "BatchNormalization", rewrite_output(w, 0), x, scale, bias, mean,
                variance);
    rewrite_set_float(w, "epsilon", 0);
}

/*
 * An InstanceNormalization of [N,groups,all the rest]. Scale and bias are a number for each group,
 * and from operator set 21 on for each channel.
 */
int rewrite_group_norm(struct rewrite *w)
{
    bool by_group = w->model->opset < 21;
    int64_t sizes[] = {0, rewrite_attr_int(w, "num_groups", 0), -1};
    const char *x = rewrite_input(w, 0), *scale = rewrite_input(w, 1), *bias = rewrite_input(w, 2);
    const char *groups, *one = scale, *zero = bias, *shape;
    float epsilon = rewrite_attr_float(w, "epsilon", 1e-5f);

    if (sizes[1] < 1)
        return 0;
    if (!by_group) {
        groups = rewrite_list(w, "groups", &sizes[1], 1);
        one = REWRITE_PUT(w, false, "Expand", rewrite_name(w, "ones"), rewrite_number(w, "one", 1),
                          groups);
        zero = REWRITE_PUT(w, false, "Expand", rewrite_name(w, "zeros"),
                           rewrite_number(w, "zero", 0), groups);
    }
    shape = rewrite_list(w, "sizes", sizes, ARRAY_SIZE(sizes));
    groups = REWRITE_PUT(w, false, "Reshape", rewrite_name(w, "grouped"), x, shape);
    groups =
        REWRITE_PUT(w, true, "InstanceNormalization", rewrite_name(w, "normal"), groups, one, zero);
    rewrite_set_float(w, "epsilon", epsilon);
    shape = REWRITE_PUT(w, false, "Shape", rewrite_name(w, "shape"), x);
    if (by_group) {
        REWRITE_PUT(w, false, "Reshape", rewrite_output(w, 0), groups, shape);
        return 1;
    }
    groups = REWRITE_PUT(w, false, "Reshape", rewrite_name(w, "whole"), groups, shape);
    put_channels(w, groups, scale, bias);
    return 1;
}

/* x / sqrt(mean of x^2 + epsilon) * scale, over the last axis. */
int rewrite_rms_norm(struct rewrite *w)
{
    const char *x = rewrite_input(w, 0), *scale = rewrite_input(w, 1), *root, *epsilon;
    int64_t axis = rewrite_attr_int(w, "axis", -1);

    if (axis != -1)
        return 0;
    epsilon = rewrite_number(w, "epsilon", rewrite_attr_float(w, "epsilon", 1e-5f));
    root = REWRITE_PUT(w, false, "Mul", rewrite_name(w, "square"), x, x);
    root = REWRITE_PUT(w, false, "ReduceMean", rewrite_name(w, "mean"), root);
    rewrite_set_ints(w, "axes", &axis, 1);
    root = REWRITE_PUT(w, false, "Add", rewrite_name(w, "sum"), root, epsilon);
    root = REWRITE_PUT(w, false, "Sqrt", rewrite_name(w, "root"), root);
    x = REWRITE_PUT(w, false, "Div", rewrite_name(w, "normal"), x, root);
    REWRITE_PUT(w, true, "Mul", rewrite_output(w, 0), x, scale);
    return 1;
}

/* alpha * x + beta */
int rewrite_affine(struct rewrite *w)
{
    const char *alpha = rewrite_number(w, "alpha", rewrite_attr_float(w, "alpha", 1));
    const char *beta = rewrite_number(w, "beta", rewrite_attr_float(w, "beta", 0));
    const char *x =
        REWRITE_PUT(w, false, "Mul", rewrite_name(w, "scaled"), rewrite_input(w, 0), alpha);

    REWRITE_PUT(w, true, "Add", rewrite_output(w, 0), x, beta);
    return 1;
}

/* scale * x, and a bias for each channel of [N,C,H,W]. */
int rewrite_image_scaler(struct rewrite *w)
{
    static const int64_t channels[] = {-1, 1, 1};
    const struct onnx_attr *attr = rewrite_attr(w, "bias");
    const char *scale = rewrite_number(w, "scale", rewrite_attr_float(w, "scale", 1));
    const char *x, *bias;

    if (!attr || attr->type != ONNX_ATTR_FLOATS)
        return 0;
    x = REWRITE_PUT(w, false, "Mul", rewrite_name(w, "scaled"), rewrite_input(w, 0), scale);
    bias = rewrite_floats(w, "bias", attr->floats.base, attr->floats.n);
    bias = REWRITE_PUT(w, false, "Reshape", rewrite_name(w, "channels"), bias,
                       rewrite_list(w, "sizes", channels, ARRAY_SIZE(channels)));
    REWRITE_PUT(w, true, "Add", rewrite_output(w, 0), x, bias);
    return 1;
}
