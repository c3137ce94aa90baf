#pragma once
/*
 * Walks over tensors whose axes lie in memory in another order, or repeat, or are skipped: up to
 * two inputs with a stride for each axis of the output, which is dense. Strides count elements and
 * may be negative or 0. The innermost axis is the row that a kernel's inner loop takes.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/shape.h"

#define ND_STREAMS 2

struct nd {
    uint32_t rank; /* at least 1 */
    size_t dim[SHAPE_RANK_MAX];
    ptrdiff_t stride[ND_STREAMS][SHAPE_RANK_MAX];
};

struct nd_cursor {
    size_t at[SHAPE_RANK_MAX];
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
static inline void nd_append(struct nd *nd, size_t dim, ptrdiff_t stride0, ptrdiff_t stride1)
{
    uint32_t last = nd->rank - 1;

    if (dim == 1)
        return;
    if (nd->rank > 0 && nd->stride[0][last] == stride0 * (ptrdiff_t)dim &&
        nd->stride[1][last] == stride1 * (ptrdiff_t)dim)
        nd->dim[last] *= dim;
    else {
        last = nd->rank++;
        nd->dim[last] = dim;
    }
    nd->stride[0][last] = stride0;
    nd->stride[1][last] = stride1;
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
    cursor->offset[0] = cursor->offset[1] = 0;
    for (uint32_t i = nd->rank - 1; i-- > 0; row /= nd->dim[i]) {
        cursor->at[i] = row % nd->dim[i];
        cursor->offset[0] += (ptrdiff_t)cursor->at[i] * nd->stride[0][i];
        cursor->offset[1] += (ptrdiff_t)cursor->at[i] * nd->stride[1][i];
    }
}

/* To the next row; behind the last one it is at the first. */
static inline void nd_next(const struct nd *nd, struct nd_cursor *cursor)
{
    for (uint32_t i = nd->rank - 1; i-- > 0;) {
        cursor->offset[0] += nd->stride[0][i];
        cursor->offset[1] += nd->stride[1][i];
        if (++cursor->at[i] < nd->dim[i])
            return;
        cursor->at[i] = 0;
        cursor->offset[0] -= (ptrdiff_t)nd->dim[i] * nd->stride[0][i];
        cursor->offset[1] -= (ptrdiff_t)nd->dim[i] * nd->stride[1][i];
    }
}
