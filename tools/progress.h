#pragma once
/*
 * How far a long piece of work is, for who waits for it: on a terminal one line that is drawn over
 * itself and goes in the end; elsewhere a line of its own each five seconds.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/clock.h"

struct progress {
    const char *what, *unit; /* "converting", "node" */
    FILE *out;
    bool terminal;
    const struct clock *clock;
    uint64_t last_ns; /* when something was said last, at first when the work began */
    bool drawn;
};

void progress_begin(struct progress *progress);
void progress_step(struct progress *progress, uint32_t done, uint32_t n);
void progress_end(struct progress *progress); /* before anything else is written to OUT */
