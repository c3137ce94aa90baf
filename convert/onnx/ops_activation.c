/* Functions of one tensor that keep its shape: Abs to Tanh, Clip, PRelu. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "convert/emit.h"
#include "convert/numbers.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/kinds.h"
#include "convert/onnx/ops.h"
#include "model/ops/elu.h"
#include "model/ops/gelu.h"
#include "model/ops/hard_sigmoid.h"
#include "model/ops/selu.h"
#include "model/ops/swish.h"
#include "model/ops/thresholded_relu.h"

/* Input 0 through OP, number by number. */
static int convert_each(struct conversion *c, enum op op, const void *attrs)
{
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    return r < 0 ? r : emit_each(c, x, op, attrs);
}

static const struct {
    const char *name;
    enum op op;
} simple[] = {
    {"Relu", OP_RELU}, {"Sigmoid", OP_SIGMOID}, {"Tanh", OP_TANH}, {"HardSwish", OP_HARD_SWISH}};

/* Operators without attributes that treat each number alone. */
int convert_simple(struct conversion *c)
{
    struct unary_attrs attrs;

    for (size_t i = 0; i < ARRAY_SIZE(simple); i++)
        if (strcmp(simple[i].name, c->node->op) == 0)
            return convert_each(c, simple[i].op, NULL);
    attrs.kind = kind_unary(c->node->op);
    return convert_each(c, OP_UNARY, &attrs);
}

int convert_elu(struct conversion *c)
{
    struct elu_attrs attrs;
    int r = attr_float(c, "alpha", 1, &attrs.alpha);

    return r < 0 ? r : convert_each(c, OP_ELU, &attrs);
}

int convert_selu(struct conversion *c)
{
    struct selu_attrs attrs;
    bool old = onnx_model_of(c)->opset < 6; /* whose presets were rounded */
    int r = attr_float(c, "alpha", old ? 1.6732f : 1.67326319f, &attrs.alpha);

    if (r == 0)
        r = attr_float(c, "gamma", old ? 1.0507f : 1.05070102f, &attrs.gamma);
    return r < 0 ? r : convert_each(c, OP_SELU, &attrs);
}

int convert_hard_sigmoid(struct conversion *c)
{
    struct hard_sigmoid_attrs attrs;
    int r = attr_float(c, "alpha", 0.2f, &attrs.alpha);

    if (r == 0)
        r = attr_float(c, "beta", 0.5f, &attrs.beta);
    return r < 0 ? r : convert_each(c, OP_HARD_SIGMOID, &attrs);
}

int convert_thresholded_relu(struct conversion *c)
{
    struct thresholded_relu_attrs attrs;
    int r = attr_float(c, "alpha", 1, &attrs.alpha);

    return r < 0 ? r : convert_each(c, OP_THRESHOLDED_RELU, &attrs);
}

int convert_swish(struct conversion *c)
{
    struct swish_attrs attrs;
    int r = attr_float(c, "alpha", 1, &attrs.beta);

    return r < 0 ? r : convert_each(c, OP_SWISH, &attrs);
}

int convert_gelu(struct conversion *c)
{
    struct gelu_attrs attrs;
    const char *approximate;
    int r = attr_text(c, "approximate", "none", &approximate);

    if (r < 0)
        return r;
    attrs.by_tanh = strcmp(approximate, "tanh") == 0;
    if (!attrs.by_tanh && strcmp(approximate, "none") != 0)
        return conversion_unsupported(c, "check the model", "approximate \"%.40s\" is unknown",
                                      approximate);
    return convert_each(c, OP_GELU, &attrs);
}

/* A limit of Clip: an attribute before operator set 11, then an input. */
static int read_limit(struct conversion *c, const char *name, uint32_t i, float *ret)
{
    const struct numbers *numbers;
    float preset = *ret;
    int r = attr_float(c, name, preset, ret);

    if (r < 0 || onnx_model_of(c)->opset < 11)
        return r;
    r = conversion_constant(c, i, name, &numbers);
    if (r < 0 || !numbers)
        return r;
    if (numbers->n != 1)
        return conversion_unsupported(c, "check the model", "its %s is not one number", name);
    *ret = (float)numbers_at(numbers, 0);
    return 0;
}

int convert_clip(struct conversion *c)
{
    float least = -FLT_MAX, most = FLT_MAX;
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = read_limit(c, "min", 1, &least);
    if (r == 0)
        r = read_limit(c, "max", 2, &most);
    if (r < 0)
        return r;
    /* The presets of older sets are the largest finite numbers, and mean: no limit. */
    if (least <= -FLT_MAX)
        least = -INFINITY;
    if (most >= FLT_MAX)
        most = INFINITY;
    /* A lower limit above the upper one gives way: everything becomes the upper one. */
    return emit_clip(c, x, least > most ? most : least, most);
}

int convert_leaky_relu(struct conversion *c)
{
    struct tensor *x;
    float alpha;
    int r = attr_float(c, "alpha", 0.01f, &alpha);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    return r < 0 ? r : emit_leaky_relu(c, x, alpha);
}

int convert_prelu(struct conversion *c)
{
    const struct numbers *slope = NULL;
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = conversion_constant(c, 1, "the slopes", &slope);
    if (r < 0)
        return r;
    if (!slope || slope->n == 0 || x->shape.rank == 0)
        return conversion_unsupported(c, "check the model", "its slopes do not fit its input");
    /* Before operator set 7 a list of slopes meant the channels, wherever they are. */
    if (onnx_model_of(c)->opset < 7 && slope->shape.rank == 1)
        return emit_prelu_along(c, x, conversion_input(c, 1), x->shape.rank > 1 ? 1 : 0);
    return emit_prelu(c, x, conversion_input(c, 1));
}
