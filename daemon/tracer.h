#pragma once
/*
 * Records the loop's turns while somebody traces: from when a wait ended until the next begins, if
 * that is long enough to matter. Off, it costs nothing. The loop's thread only.
 */
#include <stdint.h>

#include <uv.h>

#include "base/clock.h"

struct history;

struct tracer {
    uv_check_t check;     /* runs when a wait has ended */
    uv_prepare_t prepare; /* runs before one */
    const struct clock *clock;
    struct history *history;
    uint64_t until_ns; /* when it ends by itself */
    uint64_t began_ns; /* of this turn; 0: not seen */
};

/* 0 or a code of libuv's. The handles go with the loop. */
int tracer_init(struct tracer *tracer, uv_loop_t *loop, const struct clock *clock,
                struct history *history);
/* Records for the next 2 seconds. */
void tracer_on(struct tracer *tracer);
