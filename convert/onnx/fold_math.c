/* Constants out of constants, by arithmetic: Add to Where, Cast, Constant, Range. */
#include <math.h>
#include <string.h>

#include "convert/numbers.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/fold.h"
#include "convert/onnx/ops.h"

int fold_broadcast(struct conversion *c, const struct shape *a, const struct shape *b,
                   struct shape *ret)
{
    struct shape y = {.rank = a->rank > b->rank ? a->rank : b->rank};

    for (uint32_t i = 0; i < y.rank; i++) {
        uint32_t size_a = i < a->rank ? a->dim[a->rank - 1 - i] : 1;
        uint32_t size_b = i < b->rank ? b->dim[b->rank - 1 - i] : 1;

        if (size_a != size_b && size_a != 1 && size_b != 1)
            return conversion_unsupported(c, "check the model",
                                          "sizes %u and %u do not fit together", size_a, size_b);
        y.dim[y.rank - 1 - i] = size_a == 1 ? size_b : size_a;
    }
    *ret = y;
    return 0;
}

void fold_strides(const struct shape *x, const struct shape *y, ptrdiff_t *stride)
{
    ptrdiff_t step = 1;

    for (uint32_t i = y->rank; i-- > 0;) {
        uint32_t back = y->rank - 1 - i;

        stride[i] = 0;
        if (back >= x->rank)
            continue;
        if (x->dim[x->rank - 1 - back] != 1)
            stride[i] = step;
        step *= x->dim[x->rank - 1 - back];
    }
}

static double add_real(double a, double b)
{
    return a + b;
}

static double sub_real(double a, double b)
{
    return a - b;
}

static double mul_real(double a, double b)
{
    return a * b;
}

static double div_real(double a, double b)
{
    return a / b;
}

static double max_real(double a, double b)
{
    return a > b ? a : b;
}

static double min_real(double a, double b)
{
    return a < b ? a : b;
}

static double equal_real(double a, double b)
{
    return a == b;
}

/* Whole numbers wrap round, as they do in every framework; a division by 0 gives 0. */
static int64_t add_whole(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

static int64_t sub_whole(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

static int64_t mul_whole(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a * (uint64_t)b);
}

static int64_t div_whole(int64_t a, int64_t b)
{
    return b == 0 || (a == INT64_MIN && b == -1) ? 0 : a / b;
}

static int64_t max_whole(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t min_whole(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t equal_whole(int64_t a, int64_t b)
{
    return a == b;
}

static int64_t pow_whole(int64_t a, int64_t b)
{
    return (int64_t)fmin(fmax(pow((double)a, (double)b), -9e18), 9e18);
}

struct arithmetic {
    const char *op;
    double (*real)(double a, double b);
    int64_t (*whole)(int64_t a, int64_t b);
};

static const struct arithmetic arithmetics[] = {
    {"Add", add_real, add_whole}, {"Div", div_real, div_whole}, {"Equal", equal_real, equal_whole},
    {"Max", max_real, max_whole}, {"Min", min_real, min_whole}, {"Mul", mul_real, mul_whole},
    {"Pow", pow, pow_whole},      {"Sub", sub_real, sub_whole},
};

static const struct arithmetic *find_arithmetic(const char *op)
{
    size_t i = 0;

    while (i < ARRAY_SIZE(arithmetics) - 1 && strcmp(arithmetics[i].op, op) != 0)
        i++;
    return &arithmetics[i];
}

static int compute(struct conversion *c, const struct numbers *a, const struct numbers *b,
                   const struct shape *shape)
{
    const struct arithmetic *arithmetic = find_arithmetic(c->node->op);
    struct walk walk_a = {.shape = *shape}, walk_b = {.shape = *shape};
    bool real = a->is_float || b->is_float;
    bool makes_real = real && arithmetic->whole != equal_whole;
    struct numbers y;
    int64_t *whole;
    float *f32;
    int r =
        makes_real ? numbers_new_f32(c, shape, &y, &f32) : numbers_new_whole(c, shape, &y, &whole);

    if (r < 0)
        return r;
    fold_strides(&a->shape, shape, walk_a.stride);
    fold_strides(&b->shape, shape, walk_b.stride);
    for (size_t i = 0; i < y.n; i++, walk_next(&walk_a), walk_next(&walk_b)) {
        size_t at_a = (size_t)walk_a.offset, at_b = (size_t)walk_b.offset;

        if (!real)
            whole[i] = arithmetic->whole(a->whole[at_a], b->whole[at_b]);
        else if (makes_real)
            f32[i] = (float)arithmetic->real(numbers_at(a, at_a), numbers_at(b, at_b));
        else
            whole[i] = arithmetic->real(numbers_at(a, at_a), numbers_at(b, at_b)) != 0;
    }
    return conversion_set_numbers(c, 0, &y);
}

int fold_binary(struct conversion *c)
{
    const struct numbers *a, *b = NULL;
    struct shape shape;
    int64_t broadcast;
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
    r = fold_broadcast(c, &a->shape, &b->shape, &shape);
    return r < 0 ? r : compute(c, a, b, &shape);
}

static double negative(double x)
{
    return -x;
}

static const struct {
    const char *op;
    double (*real)(double x);
} functions[] = {
    {"Abs", fabs}, {"Ceil", ceil},    {"Exp", exp}, {"Floor", floor},
    {"Log", log},  {"Neg", negative}, {"Sin", sin}, {"Sqrt", sqrt},
};

/* Of whole numbers only Abs and Neg are more than they are. */
static int64_t one_whole(const char *op, int64_t x)
{
    bool turn = strcmp(op, "Neg") == 0 || (strcmp(op, "Abs") == 0 && x < 0);

    return turn ? (int64_t)(0 - (uint64_t)x) : x;
}

int fold_unary(struct conversion *c)
{
    const struct numbers *x;
    struct numbers y;
    int64_t *whole;
    float *f32;
    size_t op = 0;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = x->is_float ? numbers_new_f32(c, &x->shape, &y, &f32)
                        : numbers_new_whole(c, &x->shape, &y, &whole);
    if (r < 0)
        return r;
    while (op < ARRAY_SIZE(functions) - 1 && strcmp(functions[op].op, c->node->op) != 0)
        op++;
    for (size_t i = 0; i < y.n; i++)
        if (x->is_float)
            f32[i] = (float)functions[op].real((double)x->f32[i]);
        else
            whole[i] = one_whole(c->node->op, x->whole[i]);
    return conversion_set_numbers(c, 0, &y);
}

int fold_where(struct conversion *c)
{
    const struct numbers *which, *a = NULL, *b = NULL;
    struct walk walk[3] = {0};
    struct shape shape;
    struct numbers y;
    int64_t *whole;
    float *f32;
    int r = fold_input(c, 0, &which);

    if (r == 0)
        r = fold_input(c, 1, &a);
    if (r == 0)
        r = fold_input(c, 2, &b);
    if (r == 0)
        r = fold_broadcast(c, &a->shape, &b->shape, &shape);
    if (r == 0)
        r = fold_broadcast(c, &shape, &which->shape, &shape);
    if (r < 0)
        return r;
    r = a->is_float || b->is_float ? numbers_new_f32(c, &shape, &y, &f32)
                                   : numbers_new_whole(c, &shape, &y, &whole);
    if (r < 0)
        return r;
    for (uint32_t i = 0; i < 3; i++) {
        walk[i].shape = shape;
        fold_strides(i == 0   ? &which->shape
                     : i == 1 ? &a->shape
                              : &b->shape,
                     &shape, walk[i].stride);
    }
    for (size_t i = 0; i < y.n; i++) {
        bool first = numbers_at(which, (size_t)walk[0].offset) != 0;
        size_t at = (size_t)walk[first ? 1 : 2].offset;

        if (y.is_float)
            f32[i] = (float)numbers_at(first ? a : b, at);
        else
            whole[i] = (first ? a : b)->whole[at];
        for (uint32_t k = 0; k < 3; k++)
            walk_next(&walk[k]);
    }
    return conversion_set_numbers(c, 0, &y);
}
