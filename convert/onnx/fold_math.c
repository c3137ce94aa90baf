/* Constants out of constants, by arithmetic: Add to Pow, Abs to Sqrt, Where. */
#include <string.h>

#include "convert/fold.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"

static const struct {
    const char *op;
    enum binary_kind kind;
} pairs[] = {
    {"Add", BINARY_ADD}, {"Div", BINARY_DIV}, {"Equal", BINARY_EQUAL}, {"Max", BINARY_MAX},
    {"Min", BINARY_MIN}, {"Mul", BINARY_MUL}, {"Pow", BINARY_POW},     {"Sub", BINARY_SUB},
};

int fold_binary(struct conversion *c)
{
    const struct numbers *a, *b = NULL;
    int64_t broadcast;
    size_t i = 0;
    int r = fold_input(c, 0, &a);

    if (r == 0)
        r = fold_input(c, 1, &b);
    if (r == 0)
        r = attr_int(c, "broadcast", 0, &broadcast);
    if (r < 0)
        return r;
    if (c->node->n_inputs > 2 || (broadcast && attr_find(c, "axis")))
        return conversion_unsupported(c, "compute it before you export",
                                      "constants of this form cannot be computed here");
    while (i < ARRAY_SIZE(pairs) - 1 && strcmp(pairs[i].op, c->node->op) != 0)
        i++;
    return fold_pair(c, a, b, pairs[i].kind);
}

static const struct {
    const char *op;
    enum unary_kind kind;
} functions[] = {
    {"Abs", UNARY_ABS}, {"Ceil", UNARY_CEIL}, {"Exp", UNARY_EXP}, {"Floor", UNARY_FLOOR},
    {"Log", UNARY_LOG}, {"Neg", UNARY_NEG},   {"Sin", UNARY_SIN}, {"Sqrt", UNARY_SQRT},
};

int fold_unary(struct conversion *c)
{
    const struct numbers *x;
    size_t i = 0;
    int r = fold_input(c, 0, &x);

    while (i < ARRAY_SIZE(functions) - 1 && strcmp(functions[i].op, c->node->op) != 0)
        i++;
    return r < 0 ? r : fold_function(c, x, functions[i].kind);
}

int fold_where(struct conversion *c)
{
    const struct numbers *which, *a = NULL, *b = NULL;
    int r = fold_input(c, 0, &which);

    if (r == 0)
        r = fold_input(c, 1, &a);
    if (r == 0)
        r = fold_input(c, 2, &b);
    return r < 0 ? r : fold_choice(c, which, a, b);
}
