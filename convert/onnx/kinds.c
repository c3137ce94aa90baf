#include "convert/onnx/kinds.h"

#include <stddef.h>
#include <string.h>

#include "base/base.h"

struct kind {
    const char *op;
    int kind;
};

static const struct kind unaries[] = {
    {"Abs", UNARY_ABS},     {"Acos", UNARY_ACOS},         {"Acosh", UNARY_ACOSH},
    {"Asin", UNARY_ASIN},   {"Asinh", UNARY_ASINH},       {"Atan", UNARY_ATAN},
    {"Atanh", UNARY_ATANH}, {"Ceil", UNARY_CEIL},         {"Cos", UNARY_COS},
    {"Cosh", UNARY_COSH},   {"Erf", UNARY_ERF},           {"Exp", UNARY_EXP},
    {"Floor", UNARY_FLOOR}, {"Log", UNARY_LOG},           {"Mish", UNARY_MISH},
    {"Neg", UNARY_NEG},     {"Not", UNARY_NOT},           {"Reciprocal", UNARY_RECIPROCAL},
    {"Round", UNARY_ROUND}, {"Sign", UNARY_SIGN},         {"Sin", UNARY_SIN},
    {"Sinh", UNARY_SINH},   {"Softplus", UNARY_SOFTPLUS}, {"Softsign", UNARY_SOFTSIGN},
    {"Sqrt", UNARY_SQRT},   {"Tan", UNARY_TAN},
};

static const struct kind binaries[] = {
    {"Add", BINARY_ADD},         {"And", BINARY_AND},
    {"Div", BINARY_DIV},         {"Equal", BINARY_EQUAL},
    {"Greater", BINARY_GREATER}, {"GreaterOrEqual", BINARY_GREATER_EQUAL},
    {"Less", BINARY_LESS},       {"LessOrEqual", BINARY_LESS_EQUAL},
    {"Max", BINARY_MAX},         {"Mean", BINARY_ADD},
    {"Min", BINARY_MIN},         {"Mul", BINARY_MUL},
    {"Or", BINARY_OR},           {"Pow", BINARY_POW},
    {"Sub", BINARY_SUB},         {"Sum", BINARY_ADD},
    {"Xor", BINARY_XOR},
};

static const struct kind reductions[] = {
    {"ReduceL1", REDUCE_L1},          {"ReduceL2", REDUCE_L2},
    {"ReduceLogSum", REDUCE_LOG_SUM}, {"ReduceLogSumExp", REDUCE_LOG_SUM_EXP},
    {"ReduceMax", REDUCE_MAX},        {"ReduceMean", REDUCE_MEAN},
    {"ReduceMin", REDUCE_MIN},        {"ReduceProd", REDUCE_PROD},
    {"ReduceSum", REDUCE_SUM},        {"ReduceSumSquare", REDUCE_SUM_SQUARE},
};

static int find(const struct kind *kinds, size_t n, const char *op)
{
    size_t i = 0;

    while (i < n - 1 && strcmp(kinds[i].op, op) != 0)
        i++;
    return kinds[i].kind;
}

enum unary_kind kind_unary(const char *op)
{
    return (enum unary_kind)find(unaries, ARRAY_SIZE(unaries), op);
}

enum binary_kind kind_binary(const char *op)
{
    return (enum binary_kind)find(binaries, ARRAY_SIZE(binaries), op);
}

enum reduce_kind kind_reduce(const char *op)
{
    return (enum reduce_kind)find(reductions, ARRAY_SIZE(reductions), op);
}
