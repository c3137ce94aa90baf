#pragma once
/*
 * A tensor cut into the axes that are kept and those that a sum goes over. Axes that are neighbours
 * and fare alike are one. Where the innermost axis is kept, a block of its places is worked at
 * once, and items are blocks; else items are the places of the kept axes. Sums of an item are taken
 * in the order of memory, so that they do not depend on how the items were dealt.
 */
#include <math.h>

#include "backends/cpu/kernels/nd.h"
#include "backends/cpu/kernels/vec.h"

#define OVER_BLOCK 64

struct over_axes {
    size_t inner;   /* places of the innermost axis if it is kept, else 1 */
    size_t blocks;  /* of INNER */
    struct nd kept; /* the axes outside of INNER; stream 0 is x */
    struct nd gone; /* the axes that are summed over */
};

/* An item: N neighbours of the innermost axis, from AT on. */
struct over_item {
    size_t offset; /* of the first one in x */
    size_t place;  /* of the first one among the kept places: where a sum goes */
    size_t at, n;
};

/* AXES has a bit for each axis of X that is summed over. */
static inline void over_axes_init(struct over_axes *over, const struct shape *x, uint32_t axes)
{
    ptrdiff_t stride = (ptrdiff_t)shape_elements(x);
    uint32_t outer = x->rank;

    over->inner = 1;
    while (outer > 0 && !(axes & 1u << (outer - 1)))
        over->inner *= x->dim[--outer];
    for (uint32_t i = 0; i < outer; i++) {
        stride /= x->dim[i];
        nd_append(axes & 1u << i ? &over->gone : &over->kept, x->dim[i], stride, 0);
    }
    nd_done(&over->gone);
    nd_done(&over->kept);
    over->blocks = (over->inner + OVER_BLOCK - 1) / OVER_BLOCK;
}

static inline size_t over_axes_items(const struct over_axes *over)
{
    return nd_elements(&over->kept) * over->blocks;
}

/* Cheap operations of an item that looks at each number TIMES times. */
static inline uint64_t over_axes_work(const struct over_axes *over, uint64_t times)
{
    size_t width = over->inner < OVER_BLOCK ? over->inner : OVER_BLOCK;

    return nd_elements(&over->gone) * width * times;
}

static inline struct over_item over_axes_item(const struct over_axes *over, size_t number)
{
    size_t outer = number / over->blocks, at = number % over->blocks * OVER_BLOCK;
    size_t last = over->kept.rank - 1, left = over->inner - at;
    struct nd_cursor cursor;

    nd_seek(&over->kept, outer / over->kept.dim[last], &cursor);
    return (struct over_item){
        .offset = (size_t)(cursor.offset[0] +
                           (ptrdiff_t)(outer % over->kept.dim[last]) * over->kept.stride[0][last]) +
                  at,
        .place = outer * over->inner + at,
        .at = at,
        .n = left < OVER_BLOCK ? left : OVER_BLOCK,
    };
}

/* A walk over what is summed, row by row. */
struct over_walk {
    struct nd_cursor cursor;
    size_t row, n_rows;
    ptrdiff_t step; /* between the numbers of a row */
    size_t length;
};

static inline struct over_walk over_axes_walk(const struct over_axes *over)
{
    struct over_walk walk = {
        .n_rows = nd_elements(&over->gone) / nd_row(&over->gone),
        .step = over->gone.stride[0][over->gone.rank - 1],
        .length = nd_row(&over->gone),
    };

    nd_seek(&over->gone, 0, &walk.cursor);
    return walk;
}

static inline void over_walk_next(const struct over_axes *over, struct over_walk *walk)
{
    walk->row++;
    nd_next(&over->gone, &walk->cursor);
}

/* What a number does to its sum; the last two are of the number less FIRST. */
enum over_step {
    OVER_ADD,
    OVER_MULTIPLY,
    OVER_LEAST,
    OVER_GREATEST,
    OVER_ADD_ABS,
    OVER_ADD_SQUARE,
    OVER_ADD_EXP,
    OVER_ADD_DEVIATION,
};

KERNEL_INLINE double over_step(enum over_step step, double sum, double v, double first)
{
    switch (step) {
    case OVER_MULTIPLY:
        return sum * v;
    case OVER_LEAST:
        return v < sum || v != v ? v : sum;
    case OVER_GREATEST:
        return v > sum || v != v ? v : sum;
    case OVER_ADD_ABS:
        return sum + fabs(v);
    case OVER_ADD_SQUARE:
        return sum + v * v;
    case OVER_ADD_EXP:
        return sum + exp(v - first);
    case OVER_ADD_DEVIATION:
        return sum + (v - first) * (v - first);
    default:
        return sum + v;
    }
}

/* One loop for each step: STEP is constant in each call. */
KERNEL_INLINE void over_fold_row(enum over_step step, double *sums, const double *first,
                                 const float *x, const struct over_walk *walk, size_t n)
{
    double sum = sums[0];

    if (n == 1) {
        for (size_t k = 0; k < walk->length; k++)
            sum = over_step(step, sum, (double)x[(ptrdiff_t)k * walk->step], first[0]);
        sums[0] = sum;
        return;
    }
    for (size_t k = 0; k < walk->length; k++, x += walk->step)
        for (size_t i = 0; i < n; i++)
            sums[i] = over_step(step, sums[i], (double)x[i], first[i]);
}

/*
 * The N sums of the item at X; FIRST has N numbers, which only two of the steps look at.
 */
static void over_fold(const struct over_axes *over, enum over_step step, double *sums,
                      const double *first, const float *x, size_t n)
{
    double neutral = step == OVER_MULTIPLY   ? 1
                     : step == OVER_LEAST    ? INFINITY
                     : step == OVER_GREATEST ? -INFINITY
                                             : 0;
    struct over_walk walk = over_axes_walk(over);

    for (size_t i = 0; i < n; i++)
        sums[i] = neutral;
    for (; walk.row < walk.n_rows; over_walk_next(over, &walk)) {
        const float *row = x + walk.cursor.offset[0];

        switch (step) {
#define OVER_CASE(step)                                                                            \
    case step:                                                                                     \
        over_fold_row(step, sums, first, row, &walk, n);                                           \
        break
            OVER_CASE(OVER_MULTIPLY);
            OVER_CASE(OVER_LEAST);
            OVER_CASE(OVER_GREATEST);
            OVER_CASE(OVER_ADD_ABS);
            OVER_CASE(OVER_ADD_SQUARE);
            OVER_CASE(OVER_ADD_EXP);
            OVER_CASE(OVER_ADD_DEVIATION);
#undef OVER_CASE
        default:
            over_fold_row(OVER_ADD, sums, first, row, &walk, n);
        }
    }
}
