#pragma once
/* Rows along one axis of a tensor: items of kernels that walk it from end to end. */
#include "base/shape.h"

struct along {
    size_t n, step; /* places of the axis, and elements between two of them */
};

static inline struct along along_axis(const struct shape *x, uint32_t axis)
{
    struct along along = {.n = x->dim[axis], .step = 1};

    for (uint32_t i = axis + 1; i < x->rank; i++)
        along.step *= x->dim[i];
    return along;
}

/* The first element of row ROW. */
static inline size_t along_first(const struct along *along, size_t row)
{
    return row / along->step * along->n * along->step + row % along->step;
}
