#pragma once
/*
 * How long a device's lanes worked of late, added up: buckets of 100 ms for a bit more than 10
 * seconds. Work is added when it has ended, back into the buckets of its time. The loop's thread
 * only.
 */
#include <stdint.h>

#define BUSY_BUCKETS 128

struct busy {
    uint64_t last; /* the newest bucket, counted from time 0 */
    uint32_t buckets[BUSY_BUCKETS];
};

/* A lane worked from BEGAN_NS to ENDED_NS. */
void busy_add(struct busy *busy, uint64_t began_ns, uint64_t ended_ns);
/* The work in the last WINDOW_NS before NOW_NS, at most 10 seconds; to the bucket where the window
 * begins, which counts by its share. */
uint64_t busy_sum(const struct busy *busy, uint64_t now_ns, uint64_t window_ns);
