#pragma once
/*
 * May one more periodic stream be promised its device? The test of non-preemptive EDF (K. Jeffay,
 * D. Stanat, C. Martel, "On non-preemptive scheduling of periodic and sporadic tasks", RTSS 1991),
 * in its sufficient form with the demand in every window:
 *
 *   for each length L at which a deadline may fall, up to the longest deadline:
 *       blocking(L) + floors(L) + sum over streams of jobs due within L x cost <= L
 *
 * where blocking(L) is the longest run that may just have begun: of a lower class, or of a stream
 * whose deadline is later than L; and floors(L) what lower classes are owed within L, and may have
 * been owed before. Beside that the streams' utilisation, the sum of cost / period,
 * must stay within a limit, which leaves room for the others' floors and for what estimates miss.
 *
 * Streams of a class are held against all streams of the same or a higher class. Costs are those
 * of the moment: a stream that was admitted stays.
 */
#include <stdint.h>

#include "base/class.h"
#include "base/fault.h"

struct admit_stream {
    enum job_class class;
    uint64_t cost_ns, period_ns;
    uint64_t deadline_ns; /* after each arrival; at most the period */
};

struct admit_device {
    uint32_t most_percent; /* utilisation by streams at most */
    uint32_t lanes;        /* runs at once; costs are taken to spread over them evenly */
    /* The longest run of anything that is no stream, by class; 0: there is none. */
    uint64_t longest_ns[_CLASS_MAX];
    uint32_t floors[_CLASS_MAX]; /* percent of the device, as in queue_options */
};

/*
 * STREAMS are those that were admitted, N of them, with what they cost now. 0: WANTED fits in.
 * E_NO_CAPACITY with how much is free, and the shortest period at which it would fit, if any.
 */
int admit_check(const struct admit_device *device, const struct admit_stream *streams, uint32_t n,
                const struct admit_stream *wanted, struct fault *fault);
