#pragma once
/*
 * How much power a device may draw: the most that any network at work there asks for. A network is
 * at work while it has jobs, or a stream with its next frame due, and for a while after: burst for
 * HOLD, then it counts as balanced; every other profile, and that, for IDLE. With nobody at work
 * the device is asked to save power. Pure: the time is an argument.
 */
#include <stdint.h>

#include "base/perf.h"

struct votes {
    uint32_t n_jobs[_PERF_MAX];
    uint64_t ended_ns[_PERF_MAX]; /* when the last job of that profile ended; 0: there was none */
    uint64_t due_ns[_PERF_MAX];   /* until then the next frame of a stream is expected */
};

struct votes_rules {
    uint64_t hold_ns, idle_ns;
};

void votes_begin(struct votes *votes, enum perf_profile profile);
/* DUE_NS: when at latest the stream of that job has another; 0: it is of none. */
void votes_end(struct votes *votes, enum perf_profile profile, uint64_t now_ns, uint64_t due_ns);
/* What the device is to be asked for now; *RET_NEXT is when that has to be looked at again if
 * nothing begins or ends before, 0: never. */
enum perf_profile votes_sum(const struct votes *votes, const struct votes_rules *rules,
                            uint64_t now_ns, uint64_t *ret_next);
