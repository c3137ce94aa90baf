/* What changes sizes or order and no number. */
#include <inttypes.h>
#include <string.h>

#include "convert/caffe2/c2_ops.h"
#include "convert/emit.h"
#include "convert/fold.h"
#include "convert/layout.h"
#include "convert/numbers.h"

/* X, in another shape: a constant stays one. */
static int make_shape(struct conversion *c, struct tensor *x, const struct shape *y)
{
    if (x->state == TENSOR_NUMBERS)
        return fold_shaped(c, x->numbers, y);
    return emit_reshape(c, x, y);
}

static uint64_t count(const struct shape *shape)
{
    uint64_t n = 1;

    for (uint32_t i = 0; i < shape->rank; i++)
        n *= shape->dim[i];
    return n;
}

/* 0 is the size that X has there, -1 what is left over. */
static int resolve_sizes(struct conversion *c, const struct shape *x, const struct ints *sizes,
                         struct shape *y)
{
    uint64_t known = 1, all = count(x);
    uint32_t open = SHAPE_RANK_MAX;

    if (sizes->n > SHAPE_RANK_MAX)
        return conversion_unsupported(c, WAY_REPLACE, "more than %d dimensions", SHAPE_RANK_MAX);
    *y = (struct shape){.rank = sizes->n};
    for (uint32_t i = 0; i < y->rank; i++) {
        int64_t size = sizes->v[i];

        if (size < -1 || size > INT32_MAX || (size == 0 && i >= x->rank) ||
            (size == -1 && open != SHAPE_RANK_MAX))
            return conversion_unsupported(c, C2_WAY_CHECK, "its size %u is %" PRId64, i, size);
        y->dim[i] = size == 0 ? x->dim[i] : size < 0 ? 1 : (uint32_t)size;
        if (size < 0)
            open = i;
        known = known > all ? known : known * y->dim[i];
    }
    if (open != SHAPE_RANK_MAX && known && all % known == 0) {
        y->dim[open] = (uint32_t)(all / known);
        known = all;
    }
    return known == all ? 0
                        : conversion_unsupported(c, C2_WAY_CHECK,
                                                 "its input holds other numbers than its shape");
}

/* Output 1, the shape before. */
static int set_old_shape(struct conversion *c, const struct shape *x)
{
    struct numbers numbers;
    int64_t *to;
    int r;

    if (!conversion_output(c, 1))
        return 0;
    r = numbers_new_whole(c, &(struct shape){1, {x->rank}}, &numbers, &to);
    for (uint32_t i = 0; r == 0 && i < x->rank; i++)
        to[i] = x->dim[i];
    return r < 0 ? r : conversion_set_numbers(c, 1, &numbers);
}

int c2_reshape(struct conversion *c)
{
    struct ints sizes = {0};
    struct tensor *x;
    struct shape y;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = c2_ints_or_input(c, "shape", 1, &sizes);
    if (r == 0 && !sizes.given)
        r = conversion_unsupported(c, C2_WAY_CHECK, "it has no shape");
    if (r == 0)
        r = resolve_sizes(c, &x->shape, &sizes, &y);
    if (r == 0)
        r = make_shape(c, x, &y);
    return r < 0 ? r : set_old_shape(c, &x->shape);
}

int c2_flatten(struct conversion *c)
{
    struct shape y = {2, {1, 1}};
    struct tensor *x;
    int64_t axis;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = c2_arg_int(c, "axis", 0, x->shape.rank, 1, &axis);
    if (r < 0)
        return r;
    for (uint32_t i = 0; i < x->shape.rank; i++)
        y.dim[i >= axis] *= x->shape.dim[i];
    return make_shape(c, x, &y);
}

int c2_flatten_to_vec(struct conversion *c)
{
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    return r < 0 ? r : make_shape(c, x, &(struct shape){1, {(uint32_t)count(&x->shape)}});
}

/* Argument dims as bits of RANK axes. */
static int read_mask(struct conversion *c, uint32_t rank, uint32_t *ret)
{
    struct ints dims;
    int r = c2_arg_ints(c, "dims", &dims);

    if (r == 0 && !dims.n)
        r = conversion_unsupported(c, C2_WAY_CHECK, "it has no argument dims");
    return r < 0 ? r : axes_mask(c, &dims, rank, ret);
}

int c2_squeeze(struct conversion *c)
{
    struct tensor *x;
    uint32_t mask = 0;
    struct shape y;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = read_mask(c, x->shape.rank, &mask);
    for (uint32_t i = 0; r == 0 && i < x->shape.rank; i++)
        if (mask & 1u << i && x->shape.dim[i] != 1)
            r = conversion_unsupported(c, C2_WAY_CHECK, "axis %u has the size %u, not 1", i,
                                       x->shape.dim[i]);
    if (r < 0)
        return r;
    y = emit_squeezed_shape(&x->shape, mask);
    return x->state == TENSOR_VALUE ? emit_squeeze(c, x, mask) : make_shape(c, x, &y);
}

int c2_expand_dims(struct conversion *c)
{
    struct tensor *x;
    struct ints dims;
    uint32_t mask = 0;
    struct shape y;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = c2_arg_ints(c, "dims", &dims);
    if (r == 0 && x->shape.rank + dims.n > SHAPE_RANK_MAX)
        r = conversion_unsupported(c, WAY_REPLACE, "more than %d dimensions", SHAPE_RANK_MAX);
    if (r == 0)
        r = read_mask(c, x->shape.rank + dims.n, &mask);
    if (r < 0)
        return r;
    y = emit_unsqueezed_shape(&x->shape, mask);
    return x->state == TENSOR_VALUE ? emit_unsqueeze(c, x, mask) : make_shape(c, x, &y);
}

static int turn(struct conversion *c, struct tensor *x, const uint8_t *perm)
{
    if (x->state == TENSOR_NUMBERS)
        return fold_turned(c, x->numbers, perm);
    return emit_transpose(c, x, perm);
}

int c2_transpose(struct conversion *c)
{
    uint8_t perm[SHAPE_RANK_MAX];
    struct ints axes;
    struct tensor *x;
    uint32_t mask = 0, rank;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = c2_arg_ints(c, "axes", &axes);
    if (r < 0)
        return r;
    rank = x->shape.rank;
    if (axes.n && axes.n != rank)
        return conversion_unsupported(c, C2_WAY_CHECK, "%u axes for rank %u", axes.n, rank);
    r = axes_mask(c, &axes, rank, &mask);
    if (r < 0)
        return r;
    for (uint32_t i = 0; i < rank; i++)
        perm[i] = (uint8_t)(axes.n ? axes.v[i] + (axes.v[i] < 0 ? rank : 0) : rank - 1 - i);
    return turn(c, x, perm);
}

/* NCHW2NHWC and NHWC2NCHW: no layer, the axes are only told apart in another order. */
int c2_reorder(struct conversion *c)
{
    static const uint8_t to_last[] = {0, 2, 3, 1}, to_first[] = {0, 3, 1, 2};
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0 && x->shape.rank != 4)
        r = conversion_unsupported(c, C2_WAY_CHECK, "an input of rank %u, not 4", x->shape.rank);
    return r < 0 ? r : turn(c, x, strcmp(c->node->op, "NCHW2NHWC") == 0 ? to_last : to_first);
}
