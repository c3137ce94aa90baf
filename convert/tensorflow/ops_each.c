/* Functions of one tensor that keep its shape: Relu to Tanh, Abs to Tan, Softmax, FakeQuant. */
#include <math.h>
#include <string.h>

#include "convert/emit.h"
#include "convert/fold.h"
#include "convert/numbers.h"
#include "convert/tensorflow/tf_attr.h"
#include "convert/tensorflow/tf_ops.h"
#include "model/ops/elu.h"
#include "model/ops/leaky_relu.h"
#include "model/ops/relu.h"
#include "model/ops/selu.h"

/* Input 0 through OP, number by number. */
static int convert_each(struct conversion *c, enum op op, const void *attrs)
{
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    return r < 0 ? r : emit_each(c, x, op, attrs);
}

static const struct {
    const char *name;
    enum unary_kind kind;
} unary[] = {
    {"Abs", UNARY_ABS},           {"Acos", UNARY_ACOS},         {"Acosh", UNARY_ACOSH},
    {"Asin", UNARY_ASIN},         {"Asinh", UNARY_ASINH},       {"Atan", UNARY_ATAN},
    {"Atanh", UNARY_ATANH},       {"Ceil", UNARY_CEIL},         {"Cos", UNARY_COS},
    {"Cosh", UNARY_COSH},         {"Erf", UNARY_ERF},           {"Exp", UNARY_EXP},
    {"Floor", UNARY_FLOOR},       {"Inv", UNARY_RECIPROCAL},    {"Log", UNARY_LOG},
    {"LogicalNot", UNARY_NOT},    {"Neg", UNARY_NEG},           {"Reciprocal", UNARY_RECIPROCAL},
    {"Rint", UNARY_ROUND},        {"Round", UNARY_ROUND},       {"Rsqrt", UNARY_RSQRT},
    {"Sign", UNARY_SIGN},         {"Sin", UNARY_SIN},           {"Sinh", UNARY_SINH},
    {"Softplus", UNARY_SOFTPLUS}, {"Softsign", UNARY_SOFTSIGN}, {"Sqrt", UNARY_SQRT},
    {"Square", UNARY_SQUARE},     {"Tan", UNARY_TAN},
};

static enum unary_kind find_kind(const struct conversion *c)
{
    size_t i = 0;

    while (i < ARRAY_SIZE(unary) - 1 && strcmp(unary[i].name, c->node->op) != 0)
        i++;
    return unary[i].kind;
}

int tf_unary(struct conversion *c)
{
    struct unary_attrs attrs = {find_kind(c)};

    return convert_each(c, OP_UNARY, &attrs);
}

int tf_fold_unary(struct conversion *c)
{
    const struct numbers *x;
    int r = fold_input(c, 0, &x);

    return r < 0 ? r : fold_function(c, x, find_kind(c));
}

int tf_relu(struct conversion *c)
{
    struct relu_attrs attrs = {strcmp(c->node->op, "Relu6") == 0 ? 6 : INFINITY};

    return convert_each(c, OP_RELU, &attrs);
}

int tf_sigmoid(struct conversion *c)
{
    return convert_each(c, OP_SIGMOID, NULL);
}

int tf_tanh(struct conversion *c)
{
    return convert_each(c, OP_TANH, NULL);
}

int tf_elu(struct conversion *c)
{
    struct elu_attrs attrs = {1};

    return convert_each(c, OP_ELU, &attrs);
}

int tf_selu(struct conversion *c)
{
    /* The constants of Klambauer and others, Self-Normalizing Neural Networks (2017). */
    struct selu_attrs attrs = {1.6732632423543772f, 1.0507009873554805f};

    return convert_each(c, OP_SELU, &attrs);
}

int tf_leaky_relu(struct conversion *c)
{
    struct tensor *x;
    float alpha;
    int r = tf_attr_float(c, "alpha", 0.2f, &alpha);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    return r < 0 ? r : emit_leaky_relu(c, x, alpha);
}

int tf_softmax(struct conversion *c)
{
    enum op op = strcmp(c->node->op, "LogSoftmax") == 0 ? OP_LOG_SOFTMAX : OP_SOFTMAX;
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0 && x->shape.rank == 0)
        r = conversion_unsupported(c, "check the model", "an input of rank 0");
    return r < 0 ? r : emit_softmax(c, x, op, x->shape.rank - 1);
}

int tf_clip(struct conversion *c)
{
    struct tensor *x;
    double least, most;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = tf_input_number(c, 1, "the lower limit", &least);
    if (r == 0)
        r = tf_input_number(c, 2, "the upper limit", &most);
    if (r < 0)
        return r;
    /* max(min(x, most), least): the lower limit has the last word. */
    return emit_clip(c, x, (float)least, (float)(most < least ? least : most));
}
