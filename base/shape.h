#pragma once
#include <stddef.h>
#include <stdint.h>

#define SHAPE_RANK_MAX 6

/* Sizes from the slowest axis to the fastest, in elements; rank 0 is a scalar. */
struct shape {
    uint32_t rank;
    uint32_t dim[SHAPE_RANK_MAX];
};

/* Turns a user's axis (negative counts from the end) into 0..rank-1; -1 if it is outside. */
static inline int shape_axis(const struct shape *shape, int axis)
{
    int rank = (int)shape->rank;

    if (axis < -rank || axis >= rank)
        return -1;
    return axis < 0 ? axis + rank : axis;
}

/* How many numbers; the shape was checked when it was read, so the product fits. */
static inline size_t shape_elements(const struct shape *shape)
{
    size_t n = 1;

    for (uint32_t i = 0; i < shape->rank; i++)
        n *= shape->dim[i];
    return n;
}

/*
 * What is read from outside goes through here first. 0 and the bytes of a tensor of that shape, or
 * -1: the rank is above SHAPE_RANK_MAX, a size or ELEMENT_SIZE is 0 (no kernel is prepared for
 * nothing), or the bytes exceed SHAPE_BYTES_MAX.
 */
int shape_check(const struct shape *shape, uint32_t element_size, size_t *ret_bytes);

static inline int shape_equal(const struct shape *a, const struct shape *b)
{
    if (a->rank != b->rank)
        return 0;
    for (uint32_t i = 0; i < a->rank; i++)
        if (a->dim[i] != b->dim[i])
            return 0;
    return 1;
}

/* No tensor is larger: 2 GiB. What claims to be is refused before anything is allocated. */
#define SHAPE_BYTES_MAX ((size_t)1 << 31)
