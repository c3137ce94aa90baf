#pragma once
/*
 * A histogram of latencies: log-linear, 16 steps an octave (error below 6.25 %), 1 microsecond to
 * more than an hour, fixed memory. One writer.
 */
#include <stdint.h>

#define HIST_BUCKETS 576

struct hist {
    uint64_t count, sum_ns, max_ns;
    uint32_t buckets[HIST_BUCKETS];
};

void hist_add(struct hist *hist, uint64_t ns);
/*
 * The value at or below which PERMILLE of 1000 lie, in ns: the end of its bucket, so at most 6.25 %
 * too high, or the highest number seen; never too low. Below 1 microsecond the error is up to 1088
 * ns. 0 if there are none. 500 is the median.
 */
uint64_t hist_quantile(const struct hist *hist, uint32_t permille);
