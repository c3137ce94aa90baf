#include "daemon/tracer.h"

#include "daemon/history.h"

#define LONG_NS 100000     /* a turn that took less delays nobody by what could be seen */
#define ON_NS   2000000000 /* a client that traces asks ten times as often */

static void on_check(uv_check_t *check)
{
    struct tracer *tracer = check->data;

    tracer->began_ns = clock_now_ns(tracer->clock);
}

static void record(const struct tracer *tracer, uint64_t now_ns)
{
    struct history_record *record;

    if (!tracer->began_ns || now_ns - tracer->began_ns < LONG_NS)
        return;
    record = history_add(tracer->history, HISTORY_LOOP);
    owner_of(NULL, &record->owner);
    record->began_ns = tracer->began_ns;
    record->ended_ns = now_ns;
}

static void on_prepare(uv_prepare_t *prepare)
{
    struct tracer *tracer = prepare->data;
    uint64_t now_ns = clock_now_ns(tracer->clock);

    record(tracer, now_ns);
    tracer->began_ns = 0;
    if (now_ns < tracer->until_ns)
        return;
    uv_prepare_stop(&tracer->prepare);
    uv_check_stop(&tracer->check);
}

int tracer_init(struct tracer *tracer, uv_loop_t *loop, const struct clock *clock,
                struct history *history)
{
    tracer->clock = clock;
    tracer->history = history;
    tracer->check.data = tracer->prepare.data = tracer;
    uv_check_init(loop, &tracer->check);
    return uv_prepare_init(loop, &tracer->prepare);
}

void tracer_on(struct tracer *tracer)
{
    tracer->until_ns = clock_now_ns(tracer->clock) + ON_NS;
    tracer->began_ns = 0;
    uv_check_start(&tracer->check, on_check);
    uv_prepare_start(&tracer->prepare, on_prepare);
}
