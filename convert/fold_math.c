/* Constants out of constants, by arithmetic. */
#include <math.h>
#include <string.h>

#include "convert/fold.h"
#include "convert/numbers.h"

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

static double squared_difference_real(double a, double b)
{
    return (a - b) * (a - b);
}

static double floor_div_real(double a, double b)
{
    return floor(a / b);
}

static double floor_mod_real(double a, double b)
{
    return a - b * floor(a / b);
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

static int64_t pow_whole(int64_t a, int64_t b)
{
    return (int64_t)fmin(fmax(pow((double)a, (double)b), -9e18), 9e18);
}

static int64_t squared_difference_whole(int64_t a, int64_t b)
{
    int64_t difference = sub_whole(a, b);

    return mul_whole(difference, difference);
}

static int64_t trunc_mod_whole(int64_t a, int64_t b)
{
    return b == 0 || b == -1 ? 0 : a % b;
}

static int64_t floor_mod_whole(int64_t a, int64_t b)
{
    int64_t rest = trunc_mod_whole(a, b);

    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

static int64_t floor_div_whole(int64_t a, int64_t b)
{
    return div_whole(sub_whole(a, floor_mod_whole(a, b)), b);
}

static const struct {
    double (*real)(double a, double b);
    int64_t (*whole)(int64_t a, int64_t b);
} arithmetic[] = {
    [BINARY_ADD] = {add_real, add_whole},
    [BINARY_MUL] = {mul_real, mul_whole},
    [BINARY_SUB] = {sub_real, sub_whole},
    [BINARY_DIV] = {div_real, div_whole},
    [BINARY_MAX] = {max_real, max_whole},
    [BINARY_MIN] = {min_real, min_whole},
    [BINARY_POW] = {pow, pow_whole},
    [BINARY_SQUARED_DIFFERENCE] = {squared_difference_real, squared_difference_whole},
    [BINARY_FLOOR_DIV] = {floor_div_real, floor_div_whole},
    [BINARY_FLOOR_MOD] = {floor_mod_real, floor_mod_whole},
    [BINARY_TRUNC_MOD] = {fmod, trunc_mod_whole},
};

/* Comparisons and logic, for which doubles are wide enough: sizes and indices are below 2^53. */
static bool is_true(double a, double b, enum binary_kind kind)
{
    switch (kind) {
    case BINARY_GREATER:
        return a > b;
    case BINARY_GREATER_EQUAL:
        return a >= b;
    case BINARY_LESS:
        return a < b;
    case BINARY_LESS_EQUAL:
        return a <= b;
    case BINARY_EQUAL:
        return a == b;
    case BINARY_NOT_EQUAL:
        return a != b;
    case BINARY_AND:
        return a != 0 && b != 0;
    case BINARY_OR:
        return a != 0 || b != 0;
    default:
        return (a != 0) != (b != 0);
    }
}

/* What fold_pair makes and where it stands. */
struct pair {
    const struct numbers *a, *b;
    struct walk walk_a, walk_b;
    enum binary_kind kind;
};

static void pair_next(struct pair *pair)
{
    walk_next(&pair->walk_a);
    walk_next(&pair->walk_b);
}

static double pair_real(const struct pair *pair)
{
    return arithmetic[pair->kind].real(numbers_at(pair->a, (size_t)pair->walk_a.offset),
                                       numbers_at(pair->b, (size_t)pair->walk_b.offset));
}

static int64_t pair_whole(const struct pair *pair)
{
    size_t at_a = (size_t)pair->walk_a.offset, at_b = (size_t)pair->walk_b.offset;

    if (pair->kind >= ARRAY_SIZE(arithmetic))
        return is_true(numbers_at(pair->a, at_a), numbers_at(pair->b, at_b), pair->kind);
    return arithmetic[pair->kind].whole(pair->a->whole[at_a], pair->b->whole[at_b]);
}

int fold_pair(struct conversion *c, const struct numbers *a, const struct numbers *b,
              enum binary_kind kind)
{
    bool real = kind < ARRAY_SIZE(arithmetic) && (a->is_float || b->is_float);
    struct pair pair = {.a = a, .b = b, .kind = kind};
    struct numbers y;
    struct shape shape;
    int64_t *whole;
    float *f32;
    int r = fold_broadcast(c, &a->shape, &b->shape, &shape);

    if (r == 0)
        r = real ? numbers_new_f32(c, &shape, &y, &f32) : numbers_new_whole(c, &shape, &y, &whole);
    if (r < 0)
        return r;
    pair.walk_a.shape = pair.walk_b.shape = shape;
    fold_strides(&a->shape, &shape, pair.walk_a.stride);
    fold_strides(&b->shape, &shape, pair.walk_b.stride);
    for (size_t i = 0; i < y.n; i++, pair_next(&pair))
        if (real)
            f32[i] = (float)pair_real(&pair);
        else
            whole[i] = pair_whole(&pair);
    return conversion_set_numbers(c, 0, &y);
}

static double negative(double x)
{
    return -x;
}

static double round_even(double x)
{
    return nearbyint(x);
}

static double reciprocal(double x)
{
    return 1 / x;
}

static double rsqrt(double x)
{
    return 1 / sqrt(x);
}

static double square(double x)
{
    return x * x;
}

static double sign(double x)
{
    return isnan(x) ? x : (double)((x > 0) - (x < 0));
}

static double softplus(double x)
{
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

static double softsign(double x)
{
    return x / (1 + fabs(x));
}

static double not(double x)
{
    return x == 0;
}

static double mish(double x)
{
    return x * tanh(softplus(x));
}

static double (*const functions[])(double x) = {
    [UNARY_ABS] = fabs,
    [UNARY_EXP] = exp,
    [UNARY_FLOOR] = floor,
    [UNARY_LOG] = log,
    [UNARY_NEG] = negative,
    [UNARY_SIN] = sin,
    [UNARY_SQRT] = sqrt,
    [UNARY_COS] = cos,
    [UNARY_CEIL] = ceil,
    [UNARY_ROUND] = round_even,
    [UNARY_RECIPROCAL] = reciprocal,
    [UNARY_RSQRT] = rsqrt,
    [UNARY_SQUARE] = square,
    [UNARY_SIGN] = sign,
    [UNARY_ERF] = erf,
    [UNARY_SOFTPLUS] = softplus,
    [UNARY_SOFTSIGN] = softsign,
    [UNARY_NOT] = not,
    [UNARY_MISH] = mish,
    [UNARY_TAN] = tan,
    [UNARY_ASIN] = asin,
    [UNARY_ACOS] = acos,
    [UNARY_ATAN] = atan,
    [UNARY_SINH] = sinh,
    [UNARY_COSH] = cosh,
    [UNARY_ASINH] = asinh,
    [UNARY_ACOSH] = acosh,
    [UNARY_ATANH] = atanh,
};

static int64_t function_whole(int64_t x, enum unary_kind kind)
{
    switch (kind) {
    case UNARY_ABS:
        return x < 0 ? sub_whole(0, x) : x;
    case UNARY_NEG:
        return sub_whole(0, x);
    case UNARY_SQUARE:
        return mul_whole(x, x);
    case UNARY_SIGN:
        return (x > 0) - (x < 0);
    case UNARY_NOT:
        return x == 0;
    default:
        return x;
    }
}

int fold_function(struct conversion *c, const struct numbers *x, enum unary_kind kind)
{
    struct numbers y;
    int64_t *whole;
    float *f32;
    int r = x->is_float ? numbers_new_f32(c, &x->shape, &y, &f32)
                        : numbers_new_whole(c, &x->shape, &y, &whole);

    if (r < 0)
        return r;
    for (size_t i = 0; i < y.n; i++)
        if (x->is_float)
            f32[i] = (float)functions[kind]((double)x->f32[i]);
        else
            whole[i] = function_whole(x->whole[i], kind);
    return conversion_set_numbers(c, 0, &y);
}

int fold_choice(struct conversion *c, const struct numbers *which, const struct numbers *a,
                const struct numbers *b)
{
    const struct numbers *parts[] = {which, a, b};
    struct walk walk[3] = {0};
    struct shape shape;
    struct numbers y;
    int64_t *whole;
    float *f32;
    int r = fold_broadcast(c, &a->shape, &b->shape, &shape);

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
        fold_strides(&parts[i]->shape, &shape, walk[i].stride);
    }
    for (size_t i = 0; i < y.n; i++) {
        uint32_t part = numbers_at(which, (size_t)walk[0].offset) != 0 ? 1 : 2;
        size_t at = (size_t)walk[part].offset;

        if (y.is_float)
            f32[i] = (float)numbers_at(parts[part], at);
        else
            whole[i] = parts[part]->whole[at];
        for (uint32_t k = 0; k < 3; k++)
            walk_next(&walk[k]);
    }
    return conversion_set_numbers(c, 0, &y);
}

int fold_as_float(struct conversion *c, const struct numbers *x)
{
    struct numbers y;
    float *f32;
    int r = numbers_new_f32(c, &x->shape, &y, &f32);

    for (size_t i = 0; r == 0 && i < x->n; i++)
        f32[i] = (float)numbers_at(x, i);
    return r < 0 ? r : conversion_set_numbers(c, 0, &y);
}

int fold_as_whole(struct conversion *c, const struct numbers *x)
{
    struct numbers y;
    int64_t *whole;
    int r = numbers_new_whole(c, &x->shape, &y, &whole);

    for (size_t i = 0; r == 0 && i < x->n; i++)
        whole[i] = numbers_whole_at(x, i);
    return r < 0 ? r : conversion_set_numbers(c, 0, &y);
}
