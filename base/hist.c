#include "base/hist.h"

/* Bucket i begins at (16 + i % 16) << (i / 16 + FIRST_OCTAVE - 4) nanoseconds. */
#define FIRST_OCTAVE 10 /* 1024 ns */
#define STEPS        16

static unsigned int bucket_of(uint64_t ns)
{
    unsigned int octave, bucket;

    if (ns < (uint64_t)1 << FIRST_OCTAVE)
        return 0;
    octave = 63u - (unsigned int)__builtin_clzll(ns);
    bucket = (octave - FIRST_OCTAVE) * STEPS + (unsigned int)(ns >> (octave - 4)) % STEPS;
    return bucket < HIST_BUCKETS ? bucket : HIST_BUCKETS - 1;
}

static uint64_t bucket_end(unsigned int bucket)
{
    return (uint64_t)(STEPS + bucket % STEPS + 1) << (bucket / STEPS + FIRST_OCTAVE - 4);
}

void hist_add(struct hist *hist, uint64_t ns)
{
    uint32_t *bucket = &hist->buckets[bucket_of(ns)];

    if (*bucket < UINT32_MAX)
        ++*bucket;
    hist->count++;
    hist->sum_ns += ns;
    if (ns > hist->max_ns)
        hist->max_ns = ns;
}

uint64_t hist_quantile(const struct hist *hist, uint32_t permille)
{
    uint64_t rank, below = 0;

    permille = permille < 1000 ? permille : 1000;
    rank = hist->count / 1000 * permille + (hist->count % 1000 * permille + 999) / 1000;
    rank = rank ? rank : 1;
    /* The last bucket has no end but the largest number seen. */
    for (unsigned int i = 0; i < HIST_BUCKETS - 1; i++) {
        below += hist->buckets[i];
        if (below >= rank)
            return bucket_end(i) < hist->max_ns ? bucket_end(i) : hist->max_ns;
    }
    return hist->max_ns;
}
