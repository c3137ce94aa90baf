#pragma once
/* A clock whose hands the test turns (base/clock.h); any thread may read it meanwhile. */
#include <stdatomic.h>

#include "base/clock.h"

struct hands {
    struct clock clock; /* hand in &hands.clock */
    atomic_ullong ns;
};

void hands_init(struct hands *hands, uint64_t ns);
void hands_turn_ms(struct hands *hands, uint64_t ms);
