/*
 * A million jobs under a clock of the test's own. Whatever the mix: the rules of the order hold at
 * every take (sim.c checks them), and no job is lost or counted twice. Then, for what each rule is
 * there for, the mix that strains it.
 */
#include "base/base.h"
#include "sched/admit.h"
#include "tests/sched/sim.h"
#include "tests/sched/traces.h"
#include "tests/support/suite.h"

#define MS 1000000u

static const struct queue_options usual = {
    .depth = 256,
    .aging_ns = 1000u * MS,
    .quantum_ns = 100000,
    .floors = {[CLASS_INTERACTIVE] = 10, [CLASS_BATCH] = 5},
};

static const uint32_t steady_us[] = {2000};
static const uint32_t long_us[] = {30000};

#define TRACE(array) .trace_us = (array), .n_trace = ARRAY_SIZE(array)

static const struct sim_spec camera = {
    SIM_PERIODIC, CLASS_REALTIME, 50 * MS, 50 * MS, 0, TRACE(trace_squeezenet), 0, false};
static const struct sim_spec voice = {
    SIM_PERIODIC, CLASS_REALTIME, 32 * MS, 32 * MS, 0, TRACE(trace_silero), 0, false};

static void assert_all_counted(const struct sim *sim)
{
    for (uint32_t i = 0; i < sim->n_clients; i++) {
        const struct sim_counts *counts = &sim->clients[i]->counts;

        ck_assert_uint_eq(counts->asked, counts->admitted + counts->refused);
        ck_assert_uint_eq(counts->admitted,
                          counts->done + counts->expired + counts->cancelled + counts->shed);
        ck_assert_uint_eq(sim->clients[i]->n_under_way, 0);
    }
    ck_assert_uint_eq(sim->queue.n, 0);
}

static void run(struct sim *sim, uint64_t n)
{
    sim_run(sim, n);
    ck_assert_msg(!sim->broken[0], "%s", sim->broken);
    assert_all_counted(sim);
    ck_assert_uint_le(sim->blocked_ns, sim->n_lanes * sim->longest_ns);
}

static const struct sim_spec crowd[] = {
    {SIM_PERIODIC, CLASS_REALTIME, 40 * MS, 40 * MS, 0, TRACE(steady_us), 0, false},
    {SIM_PERIODIC, CLASS_REALTIME, 32 * MS, 20 * MS, 0, TRACE(trace_silero), 0, true},
    {SIM_POISSON, CLASS_INTERACTIVE, 30 * MS, 0, 0, TRACE(steady_us), 5, false},
    {SIM_POISSON, CLASS_INTERACTIVE, 20 * MS, 200 * MS, 0, TRACE(trace_silero), 0, true},
    {SIM_POISSON, CLASS_INTERACTIVE, 500 * MS, 500 * MS, 0, TRACE(trace_squeezenet), 0, false},
    {SIM_FLOOD, CLASS_BATCH, 0, 0, 40, TRACE(trace_silero), 2, false},
    {SIM_FLOOD, CLASS_BATCH, 0, 0, 240, TRACE(steady_us), 0, false},
    {SIM_FLOOD, CLASS_BATCH, 0, 0, 4, TRACE(long_us), 0, false},
    {SIM_POISSON, CLASS_BATCH, 10 * MS, 400 * MS, 0, TRACE(trace_silero), 1, false},
};

START_TEST(a_million_jobs_of_all_kinds_keep_the_rules_and_none_is_lost)
{
    for (uint32_t lanes = 1; lanes <= SIM_LANES_MAX; lanes++) {
        struct sim *sim = sim_new(&usual, lanes);

        for (size_t i = 0; i < ARRAY_SIZE(crowd); i++)
            sim_add(sim, &crowd[i]);
        run(sim, 500000);
        ck_assert_uint_gt(sim->clients[6]->counts.shed + sim->clients[6]->counts.refused, 0);
        ck_assert_uint_gt(sim->clients[2]->counts.cancelled, 0);
        sim_free(sim);
    }
}
END_TEST

/* Jain's index: 1 if all have the same, 1 / n if one has all. */
START_TEST(equal_clients_get_equal_time_though_their_runs_differ)
{
    const struct sim_spec specs[] = {
        {SIM_FLOOD, CLASS_INTERACTIVE, 0, 0, 1, TRACE(trace_silero), 0, false},
        {SIM_FLOOD, CLASS_INTERACTIVE, 0, 0, 1, TRACE(steady_us), 0, false},
        {SIM_FLOOD, CLASS_INTERACTIVE, 0, 0, 30, TRACE(steady_us), 0, false},
        {SIM_FLOOD, CLASS_INTERACTIVE, 0, 0, 30, TRACE(long_us), 0, false},
        {SIM_FLOOD, CLASS_INTERACTIVE, 0, 0, 60, TRACE(trace_squeezenet), 0, false},
        {SIM_FLOOD, CLASS_INTERACTIVE, 0, 0, 2, TRACE(trace_squeezenet), 0, false},
    };
    struct sim *sim = sim_new(&usual, 1);
    double sum = 0, squares = 0;

    for (size_t i = 0; i < ARRAY_SIZE(specs); i++)
        sim_add(sim, &specs[i]);
    run(sim, 300000);
    for (size_t i = 1; i < ARRAY_SIZE(specs); i++) { /* the first never has work for long */
        sum += (double)sim->clients[i]->device_ns;
        squares += (double)sim->clients[i]->device_ns * (double)sim->clients[i]->device_ns;
    }
    ck_assert_double_ge(sum * sum / (ARRAY_SIZE(specs) - 1) / squares, 0.95);
    sim_free(sim);
}
END_TEST

/* A client that asks one at a time waits for one run of each other client, and the one begun. */
START_TEST(who_floods_makes_another_wait_for_one_run)
{
    const struct sim_spec one = {SIM_POISSON, CLASS_INTERACTIVE, 100 * MS, 0,
                                 0,           TRACE(steady_us),  0,        false};
    const struct sim_spec flood = {SIM_FLOOD, CLASS_INTERACTIVE, 0, 0,
                                   200,       TRACE(long_us),    0, false};
    struct sim *sim = sim_new(&usual, 1);
    const struct sim_client *client = sim_add(sim, &one);

    sim_add(sim, &flood);
    run(sim, 50000);
    ck_assert_uint_gt(client->counts.done, 1000);
    /* Two of its own may come close together. */
    ck_assert_uint_le(client->longest_wait_ns, 2 * 30 * MS + 4 * 2 * MS);
    sim_free(sim);
}
END_TEST

START_TEST(floors_are_kept_under_whatever_is_more_urgent)
{
    const struct sim_spec urgent = {SIM_FLOOD, CLASS_REALTIME,   0, 0,
                                    20,        TRACE(steady_us), 0, false};
    const struct sim_spec between = {SIM_FLOOD, CLASS_INTERACTIVE, 0, 0,
                                     20,        TRACE(steady_us),  0, false};
    const struct sim_spec last[] = {
        {SIM_FLOOD, CLASS_BATCH, 0, 0, 1, TRACE(trace_silero), 0, false},
        {SIM_FLOOD, CLASS_BATCH, 0, 0, 8, TRACE(steady_us), 0, false},
        {SIM_FLOOD, CLASS_BATCH, 0, 0, 2, TRACE(long_us), 0, false},
    };
    struct queue_options options = usual;

    options.aging_ns = 0; /* nothing else helps them */
    for (size_t i = 0; i < ARRAY_SIZE(last); i++) {
        struct sim *sim = sim_new(&options, 1);

        sim_add(sim, &urgent);
        sim_add(sim, &between);
        sim_add(sim, &last[i]);
        run(sim, 200000);
        ck_assert_uint_ge(sim->class_ns[CLASS_BATCH] * 1000, sim->backlog_ns[CLASS_BATCH] * 49);
        ck_assert_uint_ge(sim->class_ns[CLASS_INTERACTIVE] * 1000,
                          sim->backlog_ns[CLASS_INTERACTIVE] * 98);
        /* And they are floors, no more. */
        ck_assert_uint_le(sim->class_ns[CLASS_BATCH] * 1000, sim->backlog_ns[CLASS_BATCH] * 60);
        sim_free(sim);
    }
}
END_TEST

START_TEST(what_waits_long_rises)
{
    const struct sim_spec urgent = {SIM_FLOOD, CLASS_INTERACTIVE, 0, 0,
                                    4,         TRACE(steady_us),  0, false};
    const struct sim_spec last = {SIM_FLOOD, CLASS_BATCH, 0, 0, 1, TRACE(steady_us), 0, false};
    struct queue_options options = usual;
    struct sim *sim;

    options.aging_ns = 200 * MS;
    options.floors[CLASS_BATCH] = 0;
    sim = sim_new(&options, 1);
    sim_add(sim, &urgent);
    sim_add(sim, &last);
    run(sim, 20000);
    ck_assert_uint_gt(sim->clients[1]->counts.done, 10);
    ck_assert_uint_le(sim->clients[1]->longest_wait_ns, 200 * MS + 3 * 2 * MS);
    sim_free(sim);
}
END_TEST

/* Streams that admit_check lets in are in time if runs take what they are said to take. */
START_TEST(what_is_promised_is_kept)
{
    const struct sim_spec others[] = {
        {SIM_FLOOD, CLASS_INTERACTIVE, 0, 0, 4, TRACE(steady_us), 0, false},
        {SIM_POISSON, CLASS_BATCH, 3 * MS, 0, 0, TRACE(steady_us), 0, false},
    };
    const uint64_t periods_ms[] = {5, 10, 16, 33, 40, 7, 100, 20, 12, 50};
    const struct admit_device device = {
        .most_percent = 80, .lanes = 1, .longest_ns = {0, 2 * MS, 2 * MS}, .floors = {0, 10, 5}};
    struct admit_stream admitted[ARRAY_SIZE(periods_ms)];
    struct sim *sim = sim_new(&usual, 1);
    uint32_t n = 0, refused = 0;
    struct fault fault;

    for (size_t i = 0; i < ARRAY_SIZE(periods_ms); i++) {
        const struct admit_stream wanted = {CLASS_REALTIME, 2 * MS, periods_ms[i] * MS,
                                            periods_ms[i] * MS};
        const struct sim_spec spec = {SIM_PERIODIC,
                                      CLASS_REALTIME,
                                      periods_ms[i] * MS,
                                      periods_ms[i] * MS,
                                      0,
                                      TRACE(steady_us),
                                      0,
                                      false};

        if (admit_check(&device, admitted, n, &wanted, &fault) < 0) {
            refused++;
            continue;
        }
        admitted[n++] = wanted;
        sim_add(sim, &spec);
    }
    ck_assert_uint_ge(n, 4);
    ck_assert_uint_ge(refused, 1);
    for (size_t i = 0; i < ARRAY_SIZE(others); i++)
        sim_add(sim, &others[i]);
    run(sim, 300000);
    for (uint32_t i = 0; i < n; i++) {
        ck_assert_uint_gt(sim->clients[i]->counts.done, 1000);
        ck_assert_uint_eq(sim->clients[i]->counts.expired + sim->clients[i]->counts.late, 0);
    }
    sim_free(sim);
}
END_TEST

/* At half as much again as the device can do: what is let in is in time, nearly all the time that
 * there is goes into such runs, and the lowest class has its floor. */
START_TEST(overload_costs_those_that_are_refused)
{
    struct sim *sim = sim_new(&usual, 1);
    uint64_t in_time = 0, late = 0;

    for (int i = 0; i < 14; i++) {
        const struct sim_spec spec = {SIM_POISSON, CLASS_INTERACTIVE, 20 * MS, 60 * MS,
                                      0,           TRACE(steady_us),  0,       true};

        sim_add(sim, &spec);
    }
    sim_add(sim, &(struct sim_spec){SIM_FLOOD, CLASS_BATCH, 0, 0, 8, TRACE(steady_us), 0, false});
    run(sim, 300000);
    for (int i = 0; i < 14; i++) {
        const struct sim_counts *counts = &sim->clients[i]->counts;

        in_time += counts->done - counts->late;
        late += counts->late + counts->expired;
    }
    ck_assert_uint_ge((in_time * 2 * MS + sim->class_ns[CLASS_BATCH]) * 100, sim->now_ns * 90);
    ck_assert_uint_ge(sim->class_ns[CLASS_BATCH] * 1000, sim->backlog_ns[CLASS_BATCH] * 49);
    ck_assert_uint_le(late * 100, in_time); /* floors were not foreseen: a few */
    sim_free(sim);
}
END_TEST

START_TEST(the_camera_and_the_voice_have_their_device_before_the_flood)
{
    struct sim *sim = sim_new(&usual, 1);
    const struct sim_client *ear;

    sim_add(sim, &camera);
    ear = sim_add(sim, &voice);
    sim_add(sim,
            &(struct sim_spec){SIM_FLOOD, CLASS_BATCH, 0, 0, 64, TRACE(trace_silero), 0, false});
    run(sim, 100000);
    ck_assert_uint_gt(ear->counts.done, 500);
    ck_assert_uint_le(ear->longest_wait_ns, 2 * (uint64_t)(47432 + 607) * 1000);
    sim_free(sim);
}
END_TEST

SUITE(a_million_jobs_of_all_kinds_keep_the_rules_and_none_is_lost,
      equal_clients_get_equal_time_though_their_runs_differ,
      who_floods_makes_another_wait_for_one_run, floors_are_kept_under_whatever_is_more_urgent,
      what_waits_long_rises, what_is_promised_is_kept, overload_costs_those_that_are_refused,
      the_camera_and_the_voice_have_their_device_before_the_flood);
