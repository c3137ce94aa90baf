/* Functions of one tensor that keep its shape: Relu to Tanh, Clip, PRelu. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "convert/emit.h"
#include "convert/numbers.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "model/ops/elu.h"
#include "model/ops/unary.h"

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
    enum unary_kind kind; /* of OP_UNARY */
} simple[] = {
    {"Relu", OP_RELU, 0},           {"Sigmoid", OP_SIGMOID, 0},   {"Tanh", OP_TANH, 0},
    {"Abs", OP_UNARY, UNARY_ABS},   {"Exp", OP_UNARY, UNARY_EXP}, {"Floor", OP_UNARY, UNARY_FLOOR},
    {"Log", OP_UNARY, UNARY_LOG},   {"Neg", OP_UNARY, UNARY_NEG}, {"Sin", OP_UNARY, UNARY_SIN},
    {"Sqrt", OP_UNARY, UNARY_SQRT},
};

/* Operators without attributes that treat each number alone. */
int convert_simple(struct conversion *c)
{
    for (size_t i = 0; i < ARRAY_SIZE(simple); i++)
        if (strcmp(simple[i].name, c->node->op) == 0) {
            struct unary_attrs attrs = {.kind = simple[i].kind};

            return convert_each(c, simple[i].op, simple[i].op == OP_UNARY ? &attrs : NULL);
        }
    return conversion_unsupported(c, WAY_REPLACE, "not supported");
}

int convert_elu(struct conversion *c)
{
    struct elu_attrs attrs;
    int r = attr_float(c, "alpha", 1, &attrs.alpha);

    return r < 0 ? r : convert_each(c, OP_ELU, &attrs);
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
