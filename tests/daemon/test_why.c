/* What a job waited for, and what was recorded. */
#include "base/clock.h"
#include "base/error.h"
#include "tests/daemon/watching.h"

#define MS 1000000ull

START_TEST(why_names_the_job_that_had_the_device)
{
    struct visit visit;
    uint32_t first, second;
    uint64_t jobs[2];

    begin(&visit, "[runtime skel_b]\noptions = ops=all delay_us=50000\n");
    first = send_run(&visit.caller, visit.loaded.network);
    second = send_run(&visit.caller, visit.loaded.network);
    ck_assert_answers(&visit.caller, caller_answer(&visit.caller, first));
    jobs[0] = job_of(&visit.caller);
    ck_assert_answers(&visit.caller, ask_why(&visit.caller, jobs[0] + 1));
    ck_assert(is(why.state, "running") || is(why.state, "waiting"));
    ck_assert_uint_eq(why.answered_ns, 0);
    ck_assert_answers(&visit.caller, caller_answer(&visit.caller, second));
    jobs[1] = job_of(&visit.caller);
    ck_assert_uint_eq(jobs[1], jobs[0] + 1);
    ck_assert_answers(&visit.caller, ask_why(&visit.caller, jobs[0]));
    ck_assert_uint_eq(why.n_before, 0);
    ck_assert(has(why.sentence, "nothing ran before it"));
    ck_assert_answers(&visit.caller, ask_why(&visit.caller, jobs[1]));
    ck_assert(is(why.state, "ended"));
    ck_assert_int_eq(why.result, 0);
    ck_assert(is(why.model, "relu"));
    ck_assert(is(why.device, "skel_b"));
    ck_assert_uint_le(why.arrived_ns, why.queued_ns);
    ck_assert_uint_le(why.queued_ns, why.started_ns);
    ck_assert_uint_ge(why.ended_ns, why.started_ns + 50 * MS);
    ck_assert_uint_le(why.ended_ns, why.answered_ns);
    ck_assert_uint_eq(why.n_before, 1);
    ck_assert_uint_eq(why.before[0].job, jobs[0]);
    ck_assert_uint_ge(why.before[0].run_us, 1000);
    ck_assert(is(why.before[0].reason, "running") || is(why.before[0].reason, "first"));
    ck_assert_uint_eq(why.before_us, why.before[0].run_us);
    ck_assert(has(why.sentence, "1 job kept skel_b"));
    ck_assert(is(why.picked, "only"));
    end(&visit);
}
END_TEST

/* Runs four at once on two lanes; the number of the last that was answered. */
static uint64_t run_four(struct caller *caller, uint32_t network)
{
    for (int i = 0; i < 4; i++)
        send_run(caller, network);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(caller_receive(caller), 1);
        ck_assert_int_eq(caller->code, 0);
    }
    return job_of(caller);
}

START_TEST(why_says_that_no_slot_was_free)
{
    struct visit visit;

    begin(&visit, "[device skel_a]\nlanes = 2\n[runtime skel_a]\noptions = ops=all "
                  "delay_us=20000\n[runtime skel_b]\noptions = ops=all\n");
    ck_assert_answers(&visit.caller, caller_load(&visit.caller,
                                                 &(struct caller_load){
                                                     .name = "relu", .fd = -1, .runtime = "skel_a"},
                                                 &visit.loaded));
    do /* a lane is nearly always quicker back than the slot that it had, which the loop returns */
        ck_assert_answers(&visit.caller,
                          ask_why(&visit.caller, run_four(&visit.caller, visit.loaded.network)));
    while (!why.slot);
    ck_assert_uint_ge(why.n_before, 1);
    for (uint32_t i = 0; i < why.n_before; i++)
        ck_assert(is(why.before[i].reason, "slot") || is(why.before[i].reason, "running"));
    end(&visit);
}
END_TEST

static uint32_t send_of_class(struct caller *caller, uint32_t network, const char *class,
                              uint64_t deadline_ns)
{
    static struct run_params params;
    const struct wire_part part = {x, sizeof(x)};

    params = (struct run_params){.network = network,
                                 .inputs = {{.size = sizeof(x)}},
                                 .n_inputs = 1,
                                 .class = {class, strlen(class)},
                                 .deadline_ns = deadline_ns};
    ck_assert_int_eq(pack_run_params(&params, &caller->map), 0);
    return caller_send(caller, METHOD_RUN, &part, 1, -1);
}

static const struct blocker_desc *find_blocker(uint64_t job)
{
    for (uint32_t i = 0; i < why.n_before; i++)
        if (why.before[i].job == job)
            return &why.before[i];
    ck_abort_msg("job %llu is not among those before", (unsigned long long)job);
}

START_TEST(why_says_which_class_and_which_deadline_went_first)
{
    struct visit visit;
    struct caller_loaded other;
    uint32_t network;
    const struct caller_load more = {.name = "relu", .fd = -1, .n = 8, .runtime = "skel_b"};

    begin(&visit, "[queue]\naging = 0\nfloor_batch = 0\n[runtime skel_b]\noptions = ops=all "
                  "delay_us=200000\n");
    ck_assert_answers(&visit.caller, caller_load(&visit.caller, &more, &other));
    network = visit.loaded.network;
    send_of_class(&visit.caller, network, "batch", 0); /* 3, after two warm-ups */
    do                                                 /* until the lane has it */
        ck_assert_answers(&visit.caller, ask_ps(&visit.caller));
    while (!ps.jobs[0].running);
    send_of_class(&visit.caller, network, "batch", 0);       /* 4 */
    send_of_class(&visit.caller, network, "interactive", 0); /* 5: may pass it */
    send_of_class(&visit.caller, network, "batch", clock_now_ns(&clock_monotonic) + 60000 * MS);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(caller_receive(&visit.caller), 1);
        ck_assert_int_eq(visit.caller.code, 0);
    }
    ck_assert_answers(&visit.caller, ask_why(&visit.caller, 4));
    ck_assert_uint_eq(why.n_before, 3);
    ck_assert(is(find_blocker(3)->reason, "running"));
    ck_assert(is(find_blocker(5)->reason, "class"));
    ck_assert(is(find_blocker(5)->class, "interactive"));
    ck_assert(is(find_blocker(6)->reason, "deadline"));
    ck_assert_answers(&visit.caller, ask_why(&visit.caller, 5));
    ck_assert(is(why.picked, "class"));
    ck_assert_uint_eq(why.n_before, 1);
    end(&visit);
}
END_TEST

START_TEST(what_fell_out_of_the_ring_or_never_was_is_told_apart)
{
    struct visit visit;
    uint64_t first;

    begin(&visit, "[daemon]\nhistory = 16\n[runtime skel_b]\noptions = ops=all\n");
    first = run(&visit.caller, visit.loaded.network);
    ck_assert_refused(&visit.caller, ask_why(&visit.caller, first + 1), E_BAD_PARAMS,
                      "no job 3 was there yet: the last is 2");
    for (int i = 0; i < 16; i++)
        run(&visit.caller, visit.loaded.network);
    ck_assert_refused(&visit.caller, ask_why(&visit.caller, first), E_BAD_PARAMS,
                      "the history keeps 16 records");
    end(&visit);
}
END_TEST

static const struct trace_record *find_record(const char *kind)
{
    for (uint32_t i = 0; i < trace.n_records; i++)
        if (is(trace.records[i].kind, kind))
            return &trace.records[i];
    ck_abort_msg("no record %s", kind);
}

START_TEST(trace_gives_loads_and_jobs_once_each)
{
    const struct trace_record *record;
    struct visit visit;
    uint64_t job, next;

    begin(&visit, "[runtime skel_b]\noptions = ops=all\n");
    job = run(&visit.caller, visit.loaded.network);
    ck_assert_answers(&visit.caller, ask_trace(&visit.caller, 0, false));
    ck_assert_uint_eq(trace.lost, 0);
    ck_assert_uint_eq(trace.n_records, 5); /* warm-up, its load's three phases, the run */
    ck_assert_uint_le(find_record("read")->began_ns, find_record("read")->ended_ns);
    ck_assert_uint_le(find_record("read")->ended_ns, find_record("build")->began_ns);
    ck_assert_uint_le(find_record("build")->ended_ns, find_record("warm")->began_ns);
    ck_assert(is(find_record("warm")->model, "relu"));
    record = &trace.records[4];
    ck_assert(is(record->kind, "job"));
    ck_assert_uint_eq(record->job, job);
    ck_assert_uint_eq(record->session, 1);
    ck_assert_uint_le(record->arrived_ns, record->began_ns);
    ck_assert_uint_le(record->ended_ns, record->answered_ns);
    next = trace.next;
    ck_assert_answers(&visit.caller, ask_trace(&visit.caller, next, false));
    ck_assert_uint_eq(trace.n_records, 0);
    ck_assert_uint_eq(trace.next, next);
    ck_assert_answers(&visit.caller, ask_trace(&visit.caller, UINT64_MAX, false));
    ck_assert_uint_eq(trace.next, next);
    end(&visit);
}
END_TEST

START_TEST(trace_says_how_much_was_lost)
{
    struct visit visit;

    begin(&visit, "[daemon]\nhistory = 16\n[runtime skel_b]\noptions = ops=all\n");
    for (int i = 0; i < 20; i++)
        run(&visit.caller, visit.loaded.network);
    ck_assert_answers(&visit.caller, ask_trace(&visit.caller, 0, false));
    ck_assert_uint_eq(trace.n_records, 16);
    ck_assert_uint_eq(trace.next, trace.lost + 16);
    ck_assert_uint_eq(trace.next, 24);
    end(&visit);
}
END_TEST

START_TEST(the_loops_turns_are_recorded_while_somebody_traces)
{
    struct visit visit;
    bool found = false;

    begin(&visit, "[runtime skel_b]\noptions = ops=all\n");
    ck_assert_answers(&visit.caller, ask_trace(&visit.caller, UINT64_MAX, true));
    while (!found) { /* a turn of 256 answers in a row takes longer than 100 us at last */
        for (int i = 0; i < 63; i++)
            send_run(&visit.caller, visit.loaded.network);
        for (int i = 0; i < 63; i++)
            ck_assert_int_eq(caller_receive(&visit.caller), 1);
        ck_assert_answers(&visit.caller, ask_trace(&visit.caller, 0, true));
        do {
            for (uint32_t i = 0; i < trace.n_records; i++)
                found = found || is(trace.records[i].kind, "loop");
            ck_assert_answers(&visit.caller, ask_trace(&visit.caller, trace.next, true));
        } while (trace.n_records);
    }
    end(&visit);
}
END_TEST

SUITE(why_names_the_job_that_had_the_device, why_says_that_no_slot_was_free,
      why_says_which_class_and_which_deadline_went_first,
      what_fell_out_of_the_ring_or_never_was_is_told_apart, trace_gives_loads_and_jobs_once_each,
      trace_says_how_much_was_lost, the_loops_turns_are_recorded_while_somebody_traces);
