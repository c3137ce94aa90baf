/* Constants out of constants, moved but not changed: Slice, Gather, Concat, Expand. */
#include <inttypes.h>
#include <string.h>

#include "convert/numbers.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/fold.h"
#include "convert/onnx/ops.h"
#include "convert/onnx/slice.h"

int fold_input(struct conversion *c, uint32_t i, const struct numbers **ret)
{
    int r = conversion_constant(c, i, "its numbers", ret);

    if (r == 0 && !*ret)
        r = conversion_unsupported(c, "check the model", "input %u is missing", i);
    return r;
}

int fold_walk(struct conversion *c, const struct numbers *x, struct walk *walk)
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
    return conversion_set_numbers(c, 0, &y);
}

int fold_slice(struct conversion *c)
{
    ptrdiff_t stride[SHAPE_RANK_MAX];
    const struct numbers *x;
    struct walk walk = {0};
    struct slices slices;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = slice_read(c, &x->shape, &slices);
    if (r < 0)
        return r;
    walk_strides(&x->shape, stride);
    walk.shape.rank = x->shape.rank;
    for (uint32_t i = 0; i < x->shape.rank; i++) {
        walk.shape.dim[i] = slices.axis[i].count;
        walk.stride[i] = stride[i] * slices.axis[i].stride;
        walk.offset += stride[i] * (ptrdiff_t)slices.axis[i].begin;
    }
    return fold_walk(c, x, &walk);
}

/* The offsets that the indices mean along an axis of SIZE. */
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

int fold_gather(struct conversion *c)
{
    const struct numbers *x, *indices = NULL;
    struct gather parts = {1, 1, 0};
    struct shape y = {0};
    int64_t said;
    uint32_t axis;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = fold_input(c, 1, &indices);
    if (r == 0)
        r = attr_int(c, "axis", 0, &said);
    if (r == 0)
        r = attr_axis(c, said, x->shape.rank, &axis);
    if (r == 0)
        r = check_indices(c, indices, x->shape.dim[axis]);
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
    parts.size = x->shape.dim[axis];
    return gather(c, x, indices, &parts, &y);
}

/* Copies X to where it begins along AXIS of Y, row by row. */
static void concat_one(const struct numbers *x, uint32_t axis, uint32_t begin,
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

/* The shape of the whole; all inputs must agree but for AXIS. */
static int concat_shape(struct conversion *c, int64_t said, uint32_t *ret_axis, struct shape *ret,
                        bool *ret_float)
{
    const struct numbers *x;
    struct shape y = {0};
    uint64_t sum = 0;
    int r = 0;

    *ret_float = false;
    for (uint32_t i = 0; i < c->node->n_inputs; i++) {
        r = fold_input(c, i, &x);
        if (r == 0 && i == 0) {
            y = x->shape;
            r = attr_axis(c, said, y.rank, ret_axis);
        }
        if (r < 0)
            return r;
        sum += x->shape.rank == y.rank ? x->shape.dim[*ret_axis] : 0;
        y.dim[*ret_axis] = x->shape.rank == y.rank ? x->shape.dim[*ret_axis] : 0;
        if (!shape_equal(&x->shape, &y) || sum > UINT32_MAX)
            return conversion_unsupported(c, "check the model", "its inputs do not fit together");
        *ret_float |= x->is_float;
    }
    y.dim[*ret_axis] = (uint32_t)sum;
    *ret = y;
    return 0;
}

int fold_concat(struct conversion *c)
{
    const struct numbers *x;
    struct numbers y;
    struct shape shape;
    uint32_t axis, begin = 0;
    int64_t said, *whole = NULL;
    float *f32 = NULL;
    bool is_float = false;
    int r = attr_int(c, "axis", 1, &said);

    if (r == 0 && c->node->n_inputs == 0)
        r = conversion_unsupported(c, "check the model", "it has no inputs");
    if (r == 0)
        r = concat_shape(c, said, &axis, &shape, &is_float);
    if (r < 0)
        return r;
    r = is_float ? numbers_new_f32(c, &shape, &y, &f32) : numbers_new_whole(c, &shape, &y, &whole);
    for (uint32_t i = 0; r == 0 && i < c->node->n_inputs; i++) {
        r = fold_input(c, i, &x);
        if (r < 0)
            return r;
        concat_one(x, axis, begin, &y, f32, whole);
        begin += x->shape.dim[axis];
    }
    return r < 0 ? r : conversion_set_numbers(c, 0, &y);
}

int fold_expand(struct conversion *c)
{
    ptrdiff_t stride[SHAPE_RANK_MAX];
    const struct numbers *x;
    struct walk walk = {0};
    struct shape to = {0};
    struct ints sizes;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = attr_or_input(c, "shape", 1, &sizes);
    if (r < 0)
        return r;
    if (sizes.n > SHAPE_RANK_MAX)
        return conversion_unsupported(c, WAY_REPLACE, "a result of more than %d dimensions",
                                      SHAPE_RANK_MAX);
    to.rank = sizes.n;
    for (uint32_t i = 0; i < sizes.n; i++) {
        if (sizes.v[i] < 0 || sizes.v[i] > UINT32_MAX)
            return conversion_unsupported(c, "check the model", "a size of %" PRId64, sizes.v[i]);
        to.dim[i] = (uint32_t)sizes.v[i];
    }
    r = fold_broadcast(c, &x->shape, &to, &walk.shape);
    if (r < 0)
        return r;
    fold_strides(&x->shape, &walk.shape, stride);
    memcpy(walk.stride, stride, sizeof(stride));
    return fold_walk(c, x, &walk);
}
