/* Operators of two and more tensors, number by number: Add to Xdivy, AddN, Select. */
#include <errno.h>
#include <string.h>

#include "convert/emit.h"
#include "convert/fold.h"
#include "convert/tensorflow/tf_attr.h"
#include "convert/tensorflow/tf_ops.h"

static const struct {
    const char *name;
    enum binary_kind kind;
} kinds[] = {
    {"Add", BINARY_ADD},
    {"AddV2", BINARY_ADD},
    {"Div", BINARY_DIV},
    {"DivNoNan", BINARY_DIV},
    {"Equal", BINARY_EQUAL},
    {"FloorDiv", BINARY_FLOOR_DIV},
    {"FloorMod", BINARY_FLOOR_MOD},
    {"Greater", BINARY_GREATER},
    {"GreaterEqual", BINARY_GREATER_EQUAL},
    {"Less", BINARY_LESS},
    {"LessEqual", BINARY_LESS_EQUAL},
    {"LogicalAnd", BINARY_AND},
    {"LogicalOr", BINARY_OR},
    {"Maximum", BINARY_MAX},
    {"Minimum", BINARY_MIN},
    {"Mod", BINARY_TRUNC_MOD},
    {"Mul", BINARY_MUL},
    {"NotEqual", BINARY_NOT_EQUAL},
    {"Pow", BINARY_POW},
    {"RealDiv", BINARY_DIV},
    {"SquaredDifference", BINARY_SQUARED_DIFFERENCE},
    {"Sub", BINARY_SUB},
    {"TruncateDiv", BINARY_DIV},
    {"TruncateMod", BINARY_TRUNC_MOD},
};

static enum binary_kind find_kind(const struct conversion *c)
{
    size_t i = 0;

    while (i < ARRAY_SIZE(kinds) - 1 && strcmp(kinds[i].name, c->node->op) != 0)
        i++;
    return kinds[i].kind;
}

/* Sums of two activations of one shape are SNPE's sum layer, other additions broadcast. */
int tf_binary(struct conversion *c)
{
    enum binary_kind kind = find_kind(c);
    struct tensor *x[2];
    int r = conversion_activation(c, 0, &x[0]);

    if (r == 0)
        r = conversion_activation(c, 1, &x[1]);
    if (r < 0)
        return r;
    if (kind == BINARY_DIV && tf_attr_is_whole(c, "T"))
        return conversion_unsupported(c, "cast to float before it, and floor behind",
                                      "a division of whole numbers that the network computes");
    if (kind == BINARY_ADD && x[0] != x[1])
        return emit_sum(c, x, 2);
    return emit_binary(c, x[0], x[1], kind);
}

int tf_fold_binary(struct conversion *c)
{
    const struct numbers *a, *b = NULL;
    int r = fold_input(c, 0, &a);

    if (r == 0)
        r = fold_input(c, 1, &b);
    return r < 0 ? r : fold_pair(c, a, b, find_kind(c));
}

int tf_add_n(struct conversion *c)
{
    uint32_t n = c->node->n_inputs;
    struct tensor **x = arena_alloc(&c->arena, n * sizeof(struct tensor *) + 1);
    int r = x ? 0 : -ENOMEM;

    for (uint32_t i = 0; r == 0 && i < n; i++)
        r = conversion_activation(c, i, &x[i]);
    return r < 0 ? r : emit_sum(c, x, n);
}

int tf_select(struct conversion *c)
{
    struct tensor *which, *a, *b;
    int r = conversion_activation(c, 0, &which);

    if (r == 0)
        r = conversion_activation(c, 1, &a);
    if (r == 0)
        r = conversion_activation(c, 2, &b);
    if (r < 0)
        return r;
    /* Select, the older one, lets a list choose rows, which is not how numpy broadcasts. */
    if (strcmp(c->node->op, "Select") == 0 && which->shape.rank == 1 && a->shape.rank > 1)
        return conversion_unsupported(c, "use SelectV2 (tf.where of TensorFlow 2)",
                                      "a choice of rows");
    return emit_select(c, which, a, b);
}

int tf_fold_select(struct conversion *c)
{
    const struct numbers *which, *a = NULL, *b = NULL;
    int r = fold_input(c, 0, &which);

    if (r == 0)
        r = fold_input(c, 1, &a);
    if (r == 0)
        r = fold_input(c, 2, &b);
    return r < 0 ? r : fold_choice(c, which, a, b);
}
