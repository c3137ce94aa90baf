#pragma once
/*
 * An online quantile of running times in constant memory: the P-squared algorithm (R. Jain,
 * I. Chlamtac, "The P2 algorithm for dynamic calculation of quantiles and histograms without
 * storing observations", CACM 28(10), 1985). Five markers follow the least, the greatest, the
 * quantile and two between; each new number moves them by at most one place along a parabola.
 *
 * A running time changes when clocks do, so the counts are halved now and then: old times weigh
 * less.
 */
#include <stdint.h>

#define ESTIMATE_MARKERS 5
#define ESTIMATE_FORGETS 1024 /* numbers after which the counts are halved */

struct estimate {
    uint32_t n; /* numbers seen, as far as they count */
    double quantile;
    double heights[ESTIMATE_MARKERS]; /* ns; sorted */
    double places[ESTIMATE_MARKERS];  /* how many numbers lie at or below each height */
};

/* QUANTILE: above 0, below 1. */
void estimate_init(struct estimate *estimate, double quantile);
void estimate_add(struct estimate *estimate, uint64_t ns);
/* 0 while there is no number; until there are five, the greatest. */
uint64_t estimate_get(const struct estimate *estimate);
