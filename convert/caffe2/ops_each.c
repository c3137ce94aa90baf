/* Functions of one tensor that keep its shape, and those that change nothing. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "convert/caffe2/c2_ops.h"
#include "convert/emit.h"
#include "model/ops/elu.h"
#include "model/ops/power.h"
#include "model/ops/selu.h"
#include "model/ops/swish.h"
#include "model/ops/unary.h"

static int convert_each(struct conversion *c, enum op op, const void *attrs)
{
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    return r < 0 ? r : emit_each(c, x, op, attrs);
}

int c2_relu(struct conversion *c)
{
    return convert_each(c, OP_RELU, NULL);
}

int c2_sigmoid(struct conversion *c)
{
    return convert_each(c, OP_SIGMOID, NULL);
}

int c2_tanh(struct conversion *c)
{
    return convert_each(c, OP_TANH, NULL);
}

int c2_swish(struct conversion *c)
{
    return convert_each(c, OP_SWISH, &(struct swish_attrs){.beta = 1});
}

static const struct {
    const char *op;
    enum unary_kind kind;
} unaries[] = {
    {"Abs", UNARY_ABS},
    {"Acos", UNARY_ACOS},
    {"Asin", UNARY_ASIN},
    {"Atan", UNARY_ATAN},
    {"Ceil", UNARY_CEIL},
    {"Cos", UNARY_COS},
    {"Cosh", UNARY_COSH},
    {"Erf", UNARY_ERF},
    {"Exp", UNARY_EXP},
    {"Floor", UNARY_FLOOR},
    {"Log", UNARY_LOG},
    {"Negative", UNARY_NEG},
    {"Reciprocal", UNARY_RECIPROCAL},
    {"Rsqrt", UNARY_RSQRT},
    {"Sign", UNARY_SIGN},
    {"Sin", UNARY_SIN},
    {"Sinh", UNARY_SINH},
    {"Softplus", UNARY_SOFTPLUS},
    {"Softsign", UNARY_SOFTSIGN},
    {"Sqr", UNARY_SQUARE},
    {"Sqrt", UNARY_SQRT},
    {"Tan", UNARY_TAN},
};

int c2_unary(struct conversion *c)
{
    struct unary_attrs attrs = {UNARY_ABS};

    for (size_t i = 0; i < ARRAY_SIZE(unaries); i++)
        if (strcmp(unaries[i].op, c->node->op) == 0)
            attrs.kind = unaries[i].kind;
    return convert_each(c, OP_UNARY, &attrs);
}

int c2_elu(struct conversion *c)
{
    struct elu_attrs attrs;
    int r = c2_arg_float(c, "alpha", 1, &attrs.alpha);

    return r < 0 ? r : convert_each(c, OP_ELU, &attrs);
}

int c2_selu(struct conversion *c)
{
    struct selu_attrs attrs;
    int r = c2_arg_float(c, "alpha", 1.67326324f, &attrs.alpha);

    if (r == 0)
        r = c2_arg_float(c, "scale", 1.05070099f, &attrs.gamma);
    return r < 0 ? r : convert_each(c, OP_SELU, &attrs);
}

int c2_leaky_relu(struct conversion *c)
{
    struct tensor *x;
    float slope;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = c2_arg_float(c, "alpha", 0.01f, &slope);
    return r < 0 ? r : emit_leaky_relu(c, x, slope);
}

int c2_prelu(struct conversion *c)
{
    const struct numbers *numbers = NULL;
    struct tensor *x, *slope;
    uint32_t axis;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = conversion_constant(c, 1, "the slopes", &numbers);
    if (r == 0)
        r = conversion_activation(c, 1, &slope);
    if (r < 0)
        return r;
    axis = x->shape.rank > 1 ? c2_channel_axis(c, x->shape.rank) : 0;
    if (x->shape.rank == 0 || (numbers->n != 1 && numbers->n != x->shape.dim[axis]))
        return conversion_unsupported(c, C2_WAY_CHECK, "%zu slopes do not fit its input",
                                      numbers->n);
    return emit_prelu_along(c, x, slope, axis);
}

/* Exporters write the greatest float where there is no limit. */
int c2_clip(struct conversion *c)
{
    struct tensor *x;
    float least, most;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = c2_arg_float(c, "min", -FLT_MAX, &least);
    if (r == 0)
        r = c2_arg_float(c, "max", FLT_MAX, &most);
    if (r < 0)
        return r;
    return emit_clip(c, x, least <= -FLT_MAX ? -INFINITY : least,
                     most >= FLT_MAX ? INFINITY : most);
}

/* x^exponent, which is an argument; with a second input it is a Binary. */
int c2_pow(struct conversion *c)
{
    struct power_attrs attrs = {.scale = 1};
    int r;

    if (conversion_input(c, 1))
        return c2_binary(c);
    if (!c2_arg_given(c, "exponent"))
        return conversion_unsupported(c, C2_WAY_CHECK, "it has no exponent");
    r = c2_arg_float(c, "exponent", 1, &attrs.power);
    return r < 0 ? r : convert_each(c, OP_POWER, &attrs);
}

int c2_alias(struct conversion *c)
{
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = c2_refuse_output(c, 1, "the mask");
    return r < 0 ? r : conversion_alias(c, 0, x);
}

/* Does it keep the numbers of X? Types as in Caffe2's TensorProto: all are floats here. */
static bool keeps_numbers(const struct tensor *x, int64_t to)
{
    enum { TO_FLOAT = 1, TO_I32, TO_I64 = 10, TO_F16 = 12, TO_F64 };

    if (to == TO_I32 || to == TO_I64)
        return x->state == TENSOR_NUMBERS && !x->numbers->is_float;
    return to == TO_FLOAT || to == TO_F16 || to == TO_F64;
}

int c2_cast(struct conversion *c)
{
    const char *name = c2_arg_text(c, "to", NULL);
    int64_t to = 1;
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0 && !name)
        r = c2_arg_int(c, "to", 0, INT32_MAX, 0, &to);
    if (r < 0)
        return r;
    if (!keeps_numbers(x, to) || (name && strcmp(name, "float") != 0 && strcmp(name, "FLOAT") != 0))
        return conversion_unsupported(c, WAY_REPLACE, "a cast to something other than floats");
    return conversion_alias(c, 0, x);
}

/* A fill inside the predict net. */
int c2_fill(struct conversion *c)
{
    struct numbers numbers;
    int r = 0;

    if (c->node->n_inputs || !c->node->n_outputs)
        return conversion_unsupported(c, WAY_CONSTANT, "its sizes come out of the network");
    r = c2_fill_read(c, c2_op_of(c->node), &numbers);
    return r < 0 ? r : conversion_set_numbers(c, 0, &numbers);
}
