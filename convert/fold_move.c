/* Constants out of constants, moved but not changed; and sums of them. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "convert/fold.h"
#include "convert/numbers.h"

int fold_input(struct conversion *c, uint32_t i, const struct numbers **ret)
{
    int r = conversion_constant(c, i, "its numbers", ret);

    if (r == 0 && !*ret)
        r = conversion_unsupported(c, "check the model", "input %u is missing", i);
    return r;
}

int fold_sizes(struct conversion *c, const int64_t *sizes, uint32_t n, struct shape *ret)
{
    if (n > SHAPE_RANK_MAX)
        return conversion_unsupported(c, WAY_REPLACE, "a result of more than %d dimensions",
                                      SHAPE_RANK_MAX);
    *ret = (struct shape){.rank = n};
    for (uint32_t i = 0; i < n; i++) {
        if (sizes[i] < 0 || sizes[i] > UINT32_MAX)
            return conversion_unsupported(c, "check the model", "a size of %" PRId64, sizes[i]);
        ret->dim[i] = (uint32_t)sizes[i];
    }
    return 0;
}

/* Output I: the numbers of X at the places of WALK. */
static int walk_to(struct conversion *c, uint32_t to, const struct numbers *x, struct walk *walk)
{
    struct numbers y;
    int64_t *whole;
    float *f32;
    int r = x->is_float ? numbers_new_f32(c, &walk->shape, &y, &f32)
                        : numbers_new_whole(c, &walk->shape, &y, &whole);

    if (r < 0)
        return r;
    for (size_t i = 0; i < y.n; i++, walk_next(walk))
        if (x->is_float)
            f32[i] = x->f32[walk->offset];
        else
            whole[i] = x->whole[walk->offset];
    return conversion_set_numbers(c, to, &y);
}

int fold_walk(struct conversion *c, const struct numbers *x, struct walk *walk)
{
    return walk_to(c, 0, x, walk);
}

int fold_spread(struct conversion *c, const struct numbers *x, const struct shape *to)
{
    struct walk walk = {0};
    int r = fold_broadcast(c, &x->shape, to, &walk.shape);

    if (r < 0)
        return r;
    fold_strides(&x->shape, &walk.shape, walk.stride);
    return fold_walk(c, x, &walk);
}

int fold_shaped(struct conversion *c, const struct numbers *x, const struct shape *shape)
{
    struct numbers y = *x;
    size_t n;
    int r = numbers_count(c, shape, &n);

    if (r < 0)
        return r;
    if (n != x->n)
        return conversion_unsupported(c, "check the model", "%zu numbers do not fit a shape of %zu",
                                      x->n, n);
    y.shape = *shape;
    if (y.codes && y.codes->n_encodings > 1)
        y.codes = NULL; /* their axis may be gone */
    return conversion_set_numbers(c, 0, &y);
}

int fold_turned(struct conversion *c, const struct numbers *x, const uint8_t *perm)
{
    ptrdiff_t stride[SHAPE_RANK_MAX];
    struct walk walk = {.shape = {.rank = x->shape.rank}};

    walk_strides(&x->shape, stride);
    for (uint32_t i = 0; i < x->shape.rank; i++) {
        walk.shape.dim[i] = x->shape.dim[perm[i]];
        walk.stride[i] = stride[perm[i]];
    }
    return fold_walk(c, x, &walk);
}

int fold_part(struct conversion *c, uint32_t to, const struct numbers *x,
              const struct slices *slices)
{
    ptrdiff_t stride[SHAPE_RANK_MAX];
    struct walk walk = {0};

    walk_strides(&x->shape, stride);
    for (uint32_t i = 0; i < x->shape.rank; i++) {
        const struct slice *slice = &slices->axis[i];

        walk.offset += stride[i] * (ptrdiff_t)slice->begin;
        if (slices->drop & 1u << i)
            continue;
        walk.shape.dim[walk.shape.rank] = slice->count;
        walk.stride[walk.shape.rank++] = stride[i] * slice->stride;
    }
    return walk_to(c, to, x, &walk);
}

/* Where the number at the place of WALK comes from in X, whose axes repeat. */
static size_t repeated_from(const struct walk *walk, const struct shape *x, const ptrdiff_t *stride)
{
    size_t from = 0;

    for (uint32_t i = 0; i < x->rank; i++)
        from += walk->at[i] % x->dim[i] * (size_t)stride[i];
    return from;
}

int fold_repeated(struct conversion *c, const struct numbers *x, const int64_t *multiples)
{
    ptrdiff_t stride[SHAPE_RANK_MAX];
    struct walk walk = {.shape = x->shape};
    struct numbers y;
    int64_t *whole;
    float *f32;
    int r;

    for (uint32_t i = 0; i < x->shape.rank; i++) {
        if (multiples[i] < 0 || multiples[i] > UINT32_MAX / (x->shape.dim[i] + 1))
            return conversion_unsupported(c, "check the model", "%" PRId64 " repeats",
                                          multiples[i]);
        walk.shape.dim[i] *= (uint32_t)multiples[i];
    }
    r = x->is_float ? numbers_new_f32(c, &walk.shape, &y, &f32)
                    : numbers_new_whole(c, &walk.shape, &y, &whole);
    if (r < 0)
        return r;
    walk_strides(&x->shape, stride);
    for (size_t i = 0; i < y.n; i++, walk_next(&walk))
        if (x->is_float)
            f32[i] = x->f32[repeated_from(&walk, &x->shape, stride)];
        else
            whole[i] = x->whole[repeated_from(&walk, &x->shape, stride)];
    return conversion_set_numbers(c, 0, &y);
}

static int check_indices(struct conversion *c, const struct numbers *indices, uint32_t size)
{
    for (size_t i = 0; i < indices->n; i++)
        if (indices->is_float || indices->whole[i] < -(int64_t)size || indices->whole[i] >= size)
            return conversion_unsupported(c, "check the model", "an index outside an axis of %u",
                                          size);
    return 0;
}

/* y[before, indices, behind] = x[before, index, behind], each part as one axis. */
struct gather {
    size_t before, behind;
    uint32_t size;
};

static int gather(struct conversion *c, const struct numbers *x, const struct numbers *indices,
                  const struct gather *parts, const struct shape *shape)
{
    struct numbers y;
    int64_t *whole;
    float *f32;
    size_t at = 0;
    int r =
        x->is_float ? numbers_new_f32(c, shape, &y, &f32) : numbers_new_whole(c, shape, &y, &whole);

    if (r < 0)
        return r;
    for (size_t i = 0; i < parts->before; i++)
        for (size_t k = 0; k < indices->n; k++) {
            int64_t index = indices->whole[k] + (indices->whole[k] < 0 ? parts->size : 0);
            size_t from = (i * parts->size + (size_t)index) * parts->behind;

            for (size_t j = 0; j < parts->behind; j++, at++)
                if (x->is_float)
                    f32[at] = x->f32[from + j];
                else
                    whole[at] = x->whole[from + j];
        }
    return conversion_set_numbers(c, 0, &y);
}

int fold_picked(struct conversion *c, const struct numbers *x, const struct numbers *indices,
                uint32_t axis)
{
    struct gather parts = {1, 1, x->shape.dim[axis]};
    struct shape y = {0};
    int r = check_indices(c, indices, x->shape.dim[axis]);

    if (r < 0)
        return r;
    if (x->shape.rank + indices->shape.rank - 1 > SHAPE_RANK_MAX)
        return conversion_unsupported(c, WAY_REPLACE, "a result of more than %d dimensions",
                                      SHAPE_RANK_MAX);
    for (uint32_t i = 0; i < axis; i++, y.rank++)
        parts.before *= y.dim[y.rank] = x->shape.dim[i];
    for (uint32_t i = 0; i < indices->shape.rank; i++, y.rank++)
        y.dim[y.rank] = indices->shape.dim[i];
    for (uint32_t i = axis + 1; i < x->shape.rank; i++, y.rank++)
        parts.behind *= y.dim[y.rank] = x->shape.dim[i];
    return gather(c, x, indices, &parts, &y);
}

/* Copies X to where it begins along AXIS of Y, row by row. */
static void join_one(const struct numbers *x, uint32_t axis, uint32_t begin,
                     const struct numbers *y, float *f32, int64_t *whole)
{
    size_t rows = 1, from_row = 1, to_row = 1, skip;

    for (uint32_t i = 0; i < x->shape.rank; i++) {
        rows *= i < axis ? x->shape.dim[i] : 1;
        from_row *= i < axis ? 1 : x->shape.dim[i];
        to_row *= i < axis ? 1 : y->shape.dim[i];
    }
    if (from_row == 0)
        return;
    skip = from_row / x->shape.dim[axis] * begin;
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < from_row; k++)
            if (y->is_float)
                f32[i * to_row + skip + k] = (float)numbers_at(x, i * from_row + k);
            else
                whole[i * to_row + skip + k] = x->whole[i * from_row + k];
}

/* The shape of the whole; all parts must agree but for AXIS. */
static int joined_shape(struct conversion *c, const struct numbers *const *x, uint32_t n,
                        uint32_t axis, struct shape *ret)
{
    struct shape y = x[0]->shape;
    uint64_t sum = 0;

    for (uint32_t i = 0; i < n; i++) {
        sum += x[i]->shape.rank == y.rank ? x[i]->shape.dim[axis] : 0;
        y.dim[axis] = x[i]->shape.rank == y.rank ? x[i]->shape.dim[axis] : 0;
        if (!shape_equal(&x[i]->shape, &y) || sum > UINT32_MAX)
            return conversion_unsupported(c, "check the model", "its inputs do not fit together");
    }
    y.dim[axis] = (uint32_t)sum;
    *ret = y;
    return 0;
}

int fold_joined(struct conversion *c, const struct numbers *const *x, uint32_t n, uint32_t axis)
{
    struct numbers y;
    struct shape shape;
    uint32_t begin = 0;
    int64_t *whole = NULL;
    float *f32 = NULL;
    bool is_float = false;
    int r = joined_shape(c, x, n, axis, &shape);

    if (r < 0)
        return r;
    for (uint32_t i = 0; i < n; i++)
        is_float |= x[i]->is_float;
    r = is_float ? numbers_new_f32(c, &shape, &y, &f32) : numbers_new_whole(c, &shape, &y, &whole);
    if (r < 0)
        return r;
    for (uint32_t i = 0; i < n; i++) {
        join_one(x[i], axis, begin, &y, f32, whole);
        begin += x[i]->shape.dim[axis];
    }
    return conversion_set_numbers(c, 0, &y);
}

/* How many numbers there are from START to END; 0 if STEP leads away, or nowhere. */
static uint32_t count_range(double start, double end, double step)
{
    double n = ceil((end - start) / step);

    return n >= 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
}

int fold_counted(struct conversion *c, const struct numbers *const limits[3])
{
    struct shape shape = {1, {0}};
    struct numbers y;
    bool real = false;
    int64_t *whole;
    float *f32;
    int r;

    for (uint32_t i = 0; i < 3; i++) {
        if (limits[i]->n != 1)
            return conversion_unsupported(c, "check the model", "a limit that is not one number");
        real |= limits[i]->is_float;
    }
    shape.dim[0] =
        count_range(numbers_at(limits[0], 0), numbers_at(limits[1], 0), numbers_at(limits[2], 0));
    if (real) {
        r = numbers_new_f32(c, &shape, &y, &f32);
        for (size_t i = 0; r == 0 && i < y.n; i++)
            f32[i] = (float)(numbers_at(limits[0], 0) + (double)i * numbers_at(limits[2], 0));
    } else {
        r = numbers_new_whole(c, &shape, &y, &whole);
        for (size_t i = 0; r == 0 && i < y.n; i++)
            whole[i] = (int64_t)((uint64_t)limits[0]->whole[0] + i * (uint64_t)limits[2]->whole[0]);
    }
    return r < 0 ? r : conversion_set_numbers(c, 0, &y);
}
