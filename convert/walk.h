#pragma once
/*
 * Walks over numbers in another order than they lie: the places of a dense tensor, from first to
 * last, and for each the offset in the source that strides give.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/shape.h"

struct walk {
    struct shape shape; /* of what is made */
    ptrdiff_t stride[SHAPE_RANK_MAX];
    uint32_t at[SHAPE_RANK_MAX]; /* zero-initialise */
    ptrdiff_t offset;            /* in the source, of the place we are at */
};

static inline void walk_next(struct walk *walk)
{
    for (uint32_t i = walk->shape.rank; i-- > 0;) {
        walk->offset += walk->stride[i];
        if (++walk->at[i] < walk->shape.dim[i])
            return;
        walk->offset -= walk->stride[i] * (ptrdiff_t)walk->shape.dim[i];
        walk->at[i] = 0;
    }
}

/* The strides of a dense tensor. */
static inline void walk_strides(const struct shape *shape, ptrdiff_t *stride)
{
    ptrdiff_t step = 1;

    for (uint32_t i = shape->rank; i-- > 0; step *= shape->dim[i])
        stride[i] = step;
}
