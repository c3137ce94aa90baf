#include "sched/admit.h"

#include <inttypes.h>
#include <stdbool.h>

#include "base/error.h"

/* Windows looked at for one class; beyond, what is left is held against utilisation alone. */
#define WINDOWS_MOST 256

/* Streams among which the shortest period is told to the microsecond; beyond, to a part in 64, as
 * the loop waits for it. */
#define EXACT_MOST 16

/* An hour: periods that nobody means. */
#define PERIOD_MOST_US 3600000000u

struct test {
    const struct admit_device *device;
    const struct admit_stream *streams, *wanted;
    uint32_t n;
};

static const struct admit_stream *stream_at(const struct test *test, uint32_t i)
{
    return i < test->n ? &test->streams[i] : test->wanted;
}

static double utilisation(const struct test *test)
{
    double sum = 0;

    for (uint32_t i = 0; i <= test->n; i++)
        sum += (double)stream_at(test, i)->cost_ns / (double)stream_at(test, i)->period_ns;
    return sum / test->device->lanes;
}

static bool counts(const struct admit_stream *stream, enum job_class class)
{
    return stream->class <= class;
}

/* The longest run that a job of CLASS, due LENGTH_NS after it came, may find begun. */
static uint64_t blocking(const struct test *test, enum job_class class, uint64_t length_ns)
{
    uint64_t longest_ns = 0;

    for (int i = 0; i < _CLASS_MAX; i++)
        if (test->device->longest_ns[i] > longest_ns)
            longest_ns = test->device->longest_ns[i];
    for (uint32_t i = 0; i <= test->n; i++) {
        const struct admit_stream *stream = stream_at(test, i);

        if ((!counts(stream, class) || stream->deadline_ns > length_ns) &&
            stream->cost_ns > longest_ns)
            longest_ns = stream->cost_ns;
    }
    return longest_ns;
}

/* What lower classes are given within LENGTH_NS though streams of CLASS wait. */
static uint64_t floors(const struct test *test, enum job_class class, uint64_t length_ns)
{
    uint64_t sum_ns = 0;

    for (int i = (int)class + 1; i < _CLASS_MAX; i++)
        if (test->device->longest_ns[i])
            sum_ns += length_ns / 100 * test->device->floors[i] + test->device->longest_ns[i];
    return sum_ns;
}

/* What streams ask for that comes and is due within LENGTH_NS. */
static uint64_t demand(const struct test *test, enum job_class class, uint64_t length_ns)
{
    uint64_t sum_ns = 0;

    for (uint32_t i = 0; i <= test->n; i++) {
        const struct admit_stream *stream = stream_at(test, i);

        if (counts(stream, class) && stream->deadline_ns <= length_ns)
            sum_ns += ((length_ns - stream->deadline_ns) / stream->period_ns + 1) * stream->cost_ns;
    }
    return sum_ns / test->device->lanes;
}

/* The next length after LENGTH_NS at which a deadline falls. */
static uint64_t next_length(const struct test *test, enum job_class class, uint64_t length_ns)
{
    uint64_t next_ns = UINT64_MAX;

    for (uint32_t i = 0; i <= test->n; i++) {
        const struct admit_stream *stream = stream_at(test, i);
        uint64_t due_ns = stream->deadline_ns;

        if (!counts(stream, class))
            continue;
        if (due_ns <= length_ns)
            due_ns += ((length_ns - due_ns) / stream->period_ns + 1) * stream->period_ns;
        next_ns = due_ns < next_ns ? due_ns : next_ns;
    }
    return next_ns;
}

static uint64_t longest_deadline(const struct test *test, enum job_class class)
{
    uint64_t longest_ns = 0;

    for (uint32_t i = 0; i <= test->n; i++)
        if (counts(stream_at(test, i), class) && stream_at(test, i)->deadline_ns > longest_ns)
            longest_ns = stream_at(test, i)->deadline_ns;
    return longest_ns;
}

static bool class_fits(const struct test *test, enum job_class class)
{
    uint64_t last_ns = longest_deadline(test, class);
    uint64_t length_ns = next_length(test, class, 0);

    for (uint32_t i = 0; i < WINDOWS_MOST && length_ns <= last_ns; i++) {
        uint64_t lost_ns = blocking(test, class, length_ns) + floors(test, class, length_ns);

        if (lost_ns + demand(test, class, length_ns) > length_ns)
            return false;
        length_ns = next_length(test, class, length_ns);
    }
    return true;
}

/* Nothing is promised to a class that has no stream. */
static bool has_streams(const struct test *test, enum job_class class)
{
    for (uint32_t i = 0; i <= test->n; i++)
        if (stream_at(test, i)->class == class)
            return true;
    return false;
}

static bool fits(const struct test *test)
{
    if (utilisation(test) * 100 > test->device->most_percent)
        return false;
    for (int class = (int)test->wanted->class; class < _CLASS_MAX; class ++)
        if (has_streams(test, class) && !class_fits(test, class))
            return false;
    return true;
}

static bool fits_at(const struct test *test, uint64_t period_us)
{
    struct admit_stream slower = *test->wanted;
    const struct test other = {test->device, test->streams, &slower, test->n};

    slower.period_ns = slower.deadline_ns = period_us * 1000;
    return fits(&other);
}

/*
 * The shortest period at which it would fit, or one a little longer; 0: none does. A period that
 * does not fit is quickly told and one that fits is not, as all windows are looked at: so the
 * search comes from below.
 */
static uint64_t shortest_period_us(const struct test *test)
{
    uint64_t low_us = test->wanted->period_ns / 1000, high_us = low_us ? low_us : 1, step_us;

    while (!fits_at(test, high_us)) {
        if (high_us >= PERIOD_MOST_US)
            return 0;
        low_us = high_us;
        high_us = low_us < PERIOD_MOST_US / 2 ? 2 * low_us : PERIOD_MOST_US;
    }
    step_us = test->n > EXACT_MOST && high_us > 64 ? high_us / 64 : 1;
    while (high_us - low_us > step_us) {
        uint64_t middle_us = low_us + (high_us - low_us) / 2;

        if (fits_at(test, middle_us))
            high_us = middle_us;
        else
            low_us = middle_us;
    }
    return high_us;
}

/* How much of the limit the streams that are there leave, in percent of the device. */
static double free_percent(const struct test *test)
{
    double used = utilisation(test) - (double)test->wanted->cost_ns /
                                          (double)test->wanted->period_ns / test->device->lanes;
    double left = test->device->most_percent - used * 100;

    return left > 0 ? left : 0;
}

int admit_check(const struct admit_device *device, const struct admit_stream *streams, uint32_t n,
                const struct admit_stream *wanted, struct fault *fault)
{
    const struct test test = {device, streams, wanted, n};
    double asked = (double)wanted->cost_ns / (double)wanted->period_ns / device->lanes * 100;
    uint64_t period_us;

    if (fits(&test))
        return 0;
    period_us = shortest_period_us(&test);
    if (!period_us)
        return fail(fault, E_NO_CAPACITY,
                    "a run of %" PRIu64 " us every %" PRIu64 " us is %.1f %% of the device; %.1f "
                    "%% are free for streams, and no period fits",
                    wanted->cost_ns / 1000, wanted->period_ns / 1000, asked, free_percent(&test));
    return fail(fault, E_NO_CAPACITY,
                "a run of %" PRIu64 " us every %" PRIu64 " us is %.1f %% of the device; %.1f %% "
                "are free for streams; a period of %" PRIu64 " us or more fits",
                wanted->cost_ns / 1000, wanted->period_ns / 1000, asked, free_percent(&test),
                period_us);
}
