#include "daemon/busy.h"

#define BUCKET_NS 100000000ull

/* Makes BUCKET one of those that are kept; those that were passed over are empty. */
static void move_to(struct busy *busy, uint64_t bucket)
{
    if (bucket > busy->last + BUSY_BUCKETS)
        busy->last = bucket - BUSY_BUCKETS;
    while (busy->last < bucket)
        busy->buckets[++busy->last % BUSY_BUCKETS] = 0;
}

void busy_add(struct busy *busy, uint64_t began_ns, uint64_t ended_ns)
{
    uint64_t oldest;

    if (ended_ns <= began_ns)
        return;
    move_to(busy, ended_ns / BUCKET_NS);
    oldest = busy->last < BUSY_BUCKETS ? 0 : busy->last - BUSY_BUCKETS + 1;
    if (ended_ns / BUCKET_NS < oldest)
        return;
    if (began_ns / BUCKET_NS < oldest)
        began_ns = oldest * BUCKET_NS;
    while (began_ns < ended_ns) {
        uint64_t bucket = began_ns / BUCKET_NS, end_ns = (bucket + 1) * BUCKET_NS;

        end_ns = end_ns < ended_ns ? end_ns : ended_ns;
        busy->buckets[bucket % BUSY_BUCKETS] += (uint32_t)(end_ns - began_ns);
        began_ns = end_ns;
    }
}

uint64_t busy_sum(const struct busy *busy, uint64_t now_ns, uint64_t window_ns)
{
    uint64_t begin_ns = now_ns > window_ns ? now_ns - window_ns : 0;
    uint64_t oldest = busy->last < BUSY_BUCKETS ? 0 : busy->last - BUSY_BUCKETS + 1;
    uint64_t first = begin_ns / BUCKET_NS, sum = 0;

    for (uint64_t i = first > oldest ? first : oldest; i <= busy->last; i++) {
        uint64_t ns = busy->buckets[i % BUSY_BUCKETS];

        if (i == first)
            ns = ns * (BUCKET_NS - begin_ns % BUCKET_NS) / BUCKET_NS;
        sum += ns;
    }
    return sum;
}
