#include "tests/support/hands.h"

static uint64_t hands_now_ns(const struct clock *clock)
{
    const struct hands *hands = (const struct hands *)clock; /* its first member */

    return atomic_load(&hands->ns);
}

void hands_init(struct hands *hands, uint64_t ns)
{
    hands->clock.now_ns = hands_now_ns;
    atomic_init(&hands->ns, ns);
}

void hands_turn_ms(struct hands *hands, uint64_t ms)
{
    atomic_fetch_add(&hands->ns, ms * 1000000u);
}
