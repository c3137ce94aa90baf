/* Constants out of constants, over some of their axes. */
#include <string.h>

#include "convert/fold.h"
#include "convert/numbers.h"

/* One number more. */
static double join_real(double sum, double x, enum reduce_kind kind)
{
    switch (kind) {
    case REDUCE_PROD:
        return sum * x;
    case REDUCE_MIN:
        return x < sum ? x : sum;
    case REDUCE_MAX:
        return x > sum ? x : sum;
    default:
        return sum + x;
    }
}

static int64_t join_whole(int64_t sum, int64_t x, enum reduce_kind kind)
{
    switch (kind) {
    case REDUCE_PROD:
        return (int64_t)((uint64_t)sum * (uint64_t)x);
    case REDUCE_MIN:
        return x < sum ? x : sum;
    case REDUCE_MAX:
        return x > sum ? x : sum;
    default:
        return (int64_t)((uint64_t)sum + (uint64_t)x);
    }
}

/* The numbers of X that one of Y is made of: from OFFSET on, at the places of INNER. */
static double reduce_real(const struct numbers *x, ptrdiff_t offset, struct walk inner, size_t n,
                          enum reduce_kind kind)
{
    double sum = kind == REDUCE_PROD ? 1 : n ? (double)x->f32[offset] : 0;

    if (kind == REDUCE_SUM || kind == REDUCE_MEAN)
        sum = 0;
    for (size_t i = 0; i < n; i++, walk_next(&inner))
        sum = join_real(sum, (double)x->f32[offset + inner.offset], kind);
    return kind == REDUCE_MEAN && n ? sum / (double)n : sum;
}

static int64_t reduce_whole(const struct numbers *x, ptrdiff_t offset, struct walk inner, size_t n,
                            enum reduce_kind kind)
{
    int64_t sum = kind == REDUCE_PROD ? 1 : n ? x->whole[offset] : 0;

    if (kind == REDUCE_SUM || kind == REDUCE_MEAN)
        sum = 0;
    for (size_t i = 0; i < n; i++, walk_next(&inner))
        sum = join_whole(sum, x->whole[offset + inner.offset], kind);
    return kind == REDUCE_MEAN && n ? sum / (int64_t)n : sum;
}

/* The axes that stay, the axes that go, and the shape of the result. */
static void split_axes(const struct shape *x, uint32_t mask, bool keep_dims, struct walk *outer,
                       struct walk *inner, struct shape *ret)
{
    ptrdiff_t stride[SHAPE_RANK_MAX];

    walk_strides(x, stride);
    *ret = (struct shape){0};
    for (uint32_t i = 0; i < x->rank; i++) {
        bool goes = mask & 1u << i;
        struct walk *walk = goes ? inner : outer;

        walk->stride[walk->shape.rank] = stride[i];
        walk->shape.dim[walk->shape.rank++] = x->dim[i];
        if (!goes || keep_dims)
            ret->dim[ret->rank++] = goes ? 1 : x->dim[i];
    }
}

int fold_reduced(struct conversion *c, const struct numbers *x, enum reduce_kind kind,
                 uint32_t mask, bool keep_dims)
{
    struct walk outer = {0}, inner = {0};
    struct shape shape;
    struct numbers y;
    int64_t *whole = NULL;
    float *f32 = NULL;
    size_t n;
    int r;

    split_axes(&x->shape, mask, keep_dims, &outer, &inner, &shape);
    r = numbers_count(c, &inner.shape, &n);
    if (r == 0)
        r = x->is_float ? numbers_new_f32(c, &shape, &y, &f32)
                        : numbers_new_whole(c, &shape, &y, &whole);
    if (r < 0)
        return r;
    for (size_t i = 0; i < y.n; i++, walk_next(&outer))
        if (x->is_float)
            f32[i] = (float)reduce_real(x, outer.offset, inner, n, kind);
        else
            whole[i] = reduce_whole(x, outer.offset, inner, n, kind);
    return conversion_set_numbers(c, 0, &y);
}
