#pragma once
/*
 * Walks over tensors whose axes lie in memory in another order, or repeat, or are skipped: up to
 * three inputs with a stride for each axis of the output, which is dense. Strides count elements
 * and may be negative or 0. The innermost axis is the row that a kernel's inner loop takes.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/shape.h"

#define ND_STREAMS 3
#define ND_AXES    (2 * SHAPE_RANK_MAX) /* a view may cut an axis into two */

struct nd {
    uint32_t rank; /* at least 1 */
    size_t dim[ND_AXES];
    ptrdiff_t stride[ND_STREAMS][ND_AXES];
};

struct nd_cursor {
    size_t at[ND_AXES];
    ptrdiff_t offset[ND_STREAMS]; /* of the row's first element */
};

static inline size_t nd_row(const struct nd *nd)
{
    return nd->dim[nd->rank - 1];
}

static inline size_t nd_elements(const struct nd *nd)
{
    size_t n = 1;

    for (uint32_t i = 0; i < nd->rank; i++)
        n *= nd->dim[i];
    return n;
}

/* Appends an axis inside of all others; joins it to the last one if that is the same walk. */
static inline void nd_append3(struct nd *nd, size_t dim, ptrdiff_t stride0, ptrdiff_t stride1,
                              ptrdiff_t stride2)
{
    const ptrdiff_t stride[ND_STREAMS] = {stride0, stride1, stride2};
    uint32_t last = nd->rank - 1;
    bool joins = nd->rank > 0;

    if (dim == 1)
        return;
    for (int k = 0; joins && k < ND_STREAMS; k++)
        joins = nd->stride[k][last] == stride[k] * (ptrdiff_t)dim;
    if (!joins)
        last = nd->rank++;
    nd->dim[last] = joins ? nd->dim[last] * dim : dim;
    for (int k = 0; k < ND_STREAMS; k++)
        nd->stride[k][last] = stride[k];
}

static inline void nd_append(struct nd *nd, size_t dim, ptrdiff_t stride0, ptrdiff_t stride1)
{
    nd_append3(nd, dim, stride0, stride1, 0);
}

/* Elements of X between neighbours of axis AXIS of Y, to whose shape X repeats as numpy's do. */
static inline ptrdiff_t nd_repeat(const struct shape *x, const struct shape *y, uint32_t axis)
{
    uint32_t missing = y->rank - x->rank;
    ptrdiff_t stride = 1;

    if (axis < missing || x->dim[axis - missing] == 1)
        return 0;
    for (uint32_t i = axis - missing + 1; i < x->rank; i++)
        stride *= x->dim[i];
    return stride;
}

/* An nd without axes is one element. */
static inline void nd_done(struct nd *nd)
{
    if (nd->rank == 0)
        *nd = (struct nd){.rank = 1, .dim = {1}};
}

/* To row ROW. */
static inline void nd_seek(const struct nd *nd, size_t row, struct nd_cursor *cursor)
{
    for (int k = 0; k < ND_STREAMS; k++)
        cursor->offset[k] = 0;
    for (uint32_t i = nd->rank - 1; i-- > 0; row /= nd->dim[i]) {
        cursor->at[i] = row % nd->dim[i];
        for (int k = 0; k < ND_STREAMS; k++)
            cursor->offset[k] += (ptrdiff_t)cursor->at[i] * nd->stride[k][i];
    }
}

/* To the next row; behind the last one it is at the first. */
static inline void nd_next(const struct nd *nd, struct nd_cursor *cursor)
{
    for (uint32_t i = nd->rank - 1; i-- > 0;) {
        for (int k = 0; k < ND_STREAMS; k++)
            cursor->offset[k] += nd->stride[k][i];
        if (++cursor->at[i] < nd->dim[i])
            return;
        cursor->at[i] = 0;
        for (int k = 0; k < ND_STREAMS; k++)
            cursor->offset[k] -= (ptrdiff_t)nd->dim[i] * nd->stride[k][i];
    }
}
