#pragma once
/*
 * What numbers a value was seen to hold: the extremes, and how the numbers are spread between them
 * where somebody asked for that. Observations can be taken apart and put together again in any
 * order, so that several threads may each have their own: the result has the same bits.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base.h"

#define OBSERVE_BINS 8192

struct channel_sum; /* in fixed point, for the sum of floats depends on their order */

/*
 * Bin I holds the numbers from (I - OBSERVE_BINS / 2) * width up to the next bin's. The width is
 * the least power of two that gives every number seen a bin; the range that bins span grows in both
 * directions at once, two bins becoming one.
 */
struct observed {
    float min, max;           /* 0 and 0 until something was seen */
    uint64_t n;               /* numbers seen */
    uint64_t n_zero;          /* of them exactly 0, which has a code of its own in every encoding */
    double width;             /* 0: no bin is used yet */
    uint64_t *bins;           /* NULL: not asked for */
    struct channel_sum *sums; /* of each channel; NULL: not asked for */
    uint32_t n_channels;
};

/* SPREAD: with bins. 0 or -ENOMEM. */
int observe_init(struct observed *seen, bool spread);
void observe_done(struct observed *seen);

/* 0; or E_ENCODING and SEEN as it was if one of the N numbers is not finite. */
int observe_add(struct observed *seen, const float *x, size_t n);

/* From now on, also the mean of each place in the last axis, which has N_CHANNELS. 0 or -ENOMEM. */
int observe_channels(struct observed *seen, uint32_t n_channels);
double observe_mean(const struct observed *seen, uint32_t channel); /* 0 if nothing was seen */

/* What FROM saw is added; what one has, bins or sums, the other has too. */
void observe_merge(struct observed *seen, const struct observed *from);

/*
 * The limits *LO <= 0 <= *HI outside of which, on each side, lies at most one in 1020 of the
 * numbers that are not 0, if that leaves less than a quarter of the range; else the extremes. One
 * in 1020 minimises the mean absolute error of 8-bit codes: a step wider by d costs each of n
 * numbers d / 4 in the mean, so a limit further out by d costs n * d / (255 * 4), and gains d for
 * each number that lies beyond. Absolute and not square errors, for with squares one number that
 * lies 25 times as far out as ten thousand others holds the whole range. A quarter, for what is cut
 * may matter more than its share, as large weights do: steps must become four times finer for it,
 * square errors of what stays sixteen times less. To a bin; SEEN must have bins.
 */
void observe_cut(const struct observed *seen, double *lo, double *hi);

/* One for each value of a graph, by its index there. */
struct observations {
    struct observed *v;
    uint32_t n;
};
int observations_init(struct observations *seen, uint32_t n, bool spread); /* 0 or -ENOMEM */
void observations_done(struct observations *seen);                         /* zeroed is fine */
