#pragma once
/*
 * A short wait before a long one. Who sleeps must be woken, and where the other core has gone idle
 * that takes tens of microseconds: longer than a whole call. So whoever waits for something that
 * has lately come within SPIN_NS asks again and again for that long, giving the core away in
 * between, and only then sleeps. It learns from each wait: a camera's 33 ms apart are never spun
 * for, and a core is never kept busy for nothing more than a few times in a row.
 */
#include <stdbool.h>
#include <stdint.h>

#define SPIN_NS 100000

struct spin {
    uint64_t typical_ns; /* a running mean of the last waits; zero-initialise to begin hopeful */
};

static inline bool spin_pays(const struct spin *spin)
{
    return spin->typical_ns < SPIN_NS;
}

/* WAITED_NS: how long the wait took, spinning and sleeping together. */
static inline void spin_learn(struct spin *spin, uint64_t waited_ns)
{
    const uint64_t most_ns = 8 * SPIN_NS; /* one long wait is not held against it for ever */

    waited_ns = waited_ns < most_ns ? waited_ns : most_ns;
    spin->typical_ns = (3 * spin->typical_ns + waited_ns) / 4;
}
