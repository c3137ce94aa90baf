/* Who is connected, what is under way, what it waited for and what was recorded; and who may know.
 */
#include <grp.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

#define STRANGER 64020
#define MS       1000000ull

static const float x[4] = {1, -1, 2, -2};

static struct ps_result ps;
static struct why_result why;
static struct trace_result trace;

struct visit {
    struct house house;
    struct caller caller;
    struct caller_loaded loaded;
};

static void load(struct caller *caller, struct caller_loaded *ret)
{
    const struct caller_load load = {.name = "relu", .fd = -1, .runtime = "skel_b"};

    ck_assert_answers(caller, caller_load(caller, &load, ret));
}

static void begin(struct visit *visit, const char *settings)
{
    chmod(suite_dir(), 0755);
    house_open(&visit->house, settings);
    made_relu_file(suite_path("models/relu"), 4, "one");
    caller_open(&visit->caller, visit->house.socket);
    load(&visit->caller, &visit->loaded);
}

static void end(struct visit *visit)
{
    caller_close(&visit->caller);
    house_close(&visit->house);
}

static uint32_t send_run(struct caller *caller, uint32_t network)
{
    return caller_send_run(caller,
                           &(struct caller_run){.network = network, .in = x, .in_size = sizeof(x)});
}

/* The number of the job that was answered last. */
static uint64_t job_of(const struct caller *caller)
{
    static struct run_result result;

    ck_assert_int_eq(unpack_run_result(caller->frame.map, caller->frame.map_size, &result, NULL),
                     0);
    return result.job;
}

static uint64_t run(struct caller *caller, uint32_t network)
{
    ck_assert_answers(caller, caller_answer(caller, send_run(caller, network)));
    return job_of(caller);
}

static int ask_ps(struct caller *caller)
{
    const struct ps_params params = {0};
    int code;

    ck_assert_int_eq(pack_ps_params(&params, &caller->map), 0);
    code = caller_answer(caller, caller_send(caller, METHOD_PS, NULL, 0, -1));
    if (code == 0)
        ck_assert_int_eq(unpack_ps_result(caller->frame.map, caller->frame.map_size, &ps, NULL), 0);
    return code;
}

static int ask_why(struct caller *caller, uint64_t job)
{
    const struct why_params params = {job};
    int code;

    ck_assert_int_eq(pack_why_params(&params, &caller->map), 0);
    code = caller_answer(caller, caller_send(caller, METHOD_WHY, NULL, 0, -1));
    if (code == 0)
        ck_assert_int_eq(unpack_why_result(caller->frame.map, caller->frame.map_size, &why, NULL),
                         0);
    return code;
}

static int ask_trace(struct caller *caller, uint64_t after, bool on)
{
    const struct trace_params params = {after, on};
    int code;

    ck_assert_int_eq(pack_trace_params(&params, &caller->map), 0);
    code = caller_answer(caller, caller_send(caller, METHOD_TRACE, NULL, 0, -1));
    if (code == 0)
        ck_assert_int_eq(
            unpack_trace_result(caller->frame.map, caller->frame.map_size, &trace, NULL), 0);
    return code;
}

static bool is(struct text text, const char *want)
{
    return text.size == strlen(want) && memcmp(text.base, want, text.size) == 0;
}

static bool has(struct text text, const char *words)
{
    return memmem(text.base, text.size, words, strlen(words)) != NULL;
}

START_TEST(ps_tells_who_is_connected_and_what_it_did)
{
    const struct session_desc *session;
    struct visit visit;

    begin(&visit, "[runtime skel_b]\noptions = ops=all\n");
    for (int i = 0; i < 3; i++)
        run(&visit.caller, visit.loaded.network);
    ck_assert_int_eq(ask_why(&visit.caller, 0), E_BAD_PARAMS);
    ck_assert_answers(&visit.caller, ask_ps(&visit.caller));
    ck_assert_uint_eq(ps.n_sessions, 1);
    session = &ps.sessions[0];
    ck_assert_uint_eq(session->session, 1);
    ck_assert_uint_eq(session->pid, (uint32_t)getpid());
    ck_assert_uint_eq(session->uid, getuid());
    ck_assert(is(session->state, "open"));
    ck_assert(is(session->ceiling, "realtime"));
    ck_assert_uint_eq(session->runs, 3);
    ck_assert_uint_eq(session->refused, 1);
    ck_assert_uint_eq(session->n_networks, 1);
    ck_assert(is(session->networks[0].model, "relu"));
    ck_assert(is(session->networks[0].runtime, "skel_b"));
    ck_assert_uint_eq(session->networks[0].runs, 3);
    ck_assert_uint_eq(session->networks[0].network, visit.loaded.network);
    ck_assert_uint_eq(ps.n_jobs + ps.hidden_jobs + ps.hidden_sessions + ps.more_jobs, 0);
    end(&visit);
}
END_TEST

START_TEST(ps_tells_what_runs_and_what_waits)
{
    struct visit visit;
    uint32_t first, second;

    begin(&visit, "[runtime skel_b]\noptions = ops=all delay_us=300000\n");
    first = send_run(&visit.caller, visit.loaded.network);
    second = send_run(&visit.caller, visit.loaded.network);
    do /* until the lane has it */
        ck_assert_answers(&visit.caller, ask_ps(&visit.caller));
    while (!ps.jobs[0].running);
    ck_assert_uint_eq(ps.n_jobs, 2);
    ck_assert_uint_eq(ps.sessions[0].calls, 2);
    ck_assert(!ps.jobs[1].running);
    ck_assert_uint_eq(ps.jobs[1].ran_us, 0);
    for (uint32_t i = 0; i < 2; i++) {
        ck_assert_uint_eq(ps.jobs[i].job, 2 + i); /* after the warm-up */
        ck_assert_uint_eq(ps.jobs[i].session, 1);
        ck_assert(is(ps.jobs[i].model, "relu"));
        ck_assert(is(ps.jobs[i].device, "skel_b"));
        ck_assert(is(ps.jobs[i].class, "interactive"));
    }
    ck_assert_answers(&visit.caller, caller_answer(&visit.caller, first));
    ck_assert_answers(&visit.caller, caller_answer(&visit.caller, second));
    end(&visit);
}
END_TEST

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

/* In a process of its own as another user, which ends here. */
static void be_stranger(const char *socket, uint64_t others_job)
{
    struct caller_loaded loaded;
    struct caller caller;
    uint64_t job;

    ck_assert_int_eq(setgroups(0, NULL), 0);
    ck_assert_int_eq(setgid(STRANGER), 0);
    ck_assert_int_eq(setuid(STRANGER), 0);
    caller_open(&caller, socket);
    load(&caller, &loaded);
    job = run(&caller, loaded.network);
    ck_assert_answers(&caller, ask_ps(&caller));
    ck_assert_uint_eq(ps.n_sessions, 1);
    ck_assert_uint_eq(ps.sessions[0].uid, STRANGER);
    ck_assert_uint_eq(ps.hidden_sessions, 1);
    ck_assert_answers(&caller, ask_why(&caller, job));
    ck_assert_refused(&caller, ask_why(&caller, others_job), E_DENIED, "another user's");
    ck_assert_answers(&caller, ask_trace(&caller, 0, true));
    for (uint32_t i = 0; i < trace.n_records; i++)
        ck_assert_uint_eq(trace.records[i].session, ps.sessions[0].session);
    ck_assert_uint_ge(trace.n_records, 1);
    ck_assert_uint_ge(trace.hidden, 5);
    caller_close(&caller);
    _exit(0);
}

START_TEST(of_other_users_only_counts_are_told_but_to_who_may_administer)
{
    struct visit visit;
    uint64_t job;
    pid_t pid;
    int status;

    if (geteuid() != 0) {
        suite_skip("only root can be another user");
        return;
    }
    begin(&visit, "[daemon]\nsocket_mode = 0666\n[policy]\nload_users = 64020\n"
                  "[runtime skel_b]\noptions = ops=all\n");
    job = run(&visit.caller, visit.loaded.network);
    pid = fork();
    if (pid == 0)
        be_stranger(visit.house.socket, job);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    ck_assert_answers(&visit.caller, ask_trace(&visit.caller, 0, false));
    ck_assert_uint_eq(trace.hidden, 0);
    ck_assert_answers(&visit.caller, ask_why(&visit.caller, job + 1)); /* the stranger's */
    ck_assert_uint_eq(why.uid, STRANGER);
    end(&visit);
}
END_TEST

START_TEST(what_other_users_ran_before_is_counted_and_not_named)
{
    struct visit visit;
    uint32_t serials[3];
    struct caller_loaded loaded;
    struct caller caller;
    int ready[2], go[2], status;
    char byte = 0;
    pid_t pid;

    if (geteuid() != 0) {
        suite_skip("only root can be another user");
        return;
    }
    begin(&visit, "[daemon]\nsocket_mode = 0666\n[policy]\nload_users = 64020\n"
                  "[runtime skel_b]\noptions = ops=all delay_us=100000\n");
    ck_assert_int_eq(pipe2(ready, 0), 0);
    ck_assert_int_eq(pipe2(go, 0), 0);
    pid = fork();
    if (pid == 0) {
        ck_assert_int_eq(setgroups(0, NULL), 0);
        ck_assert_int_eq(setgid(STRANGER), 0);
        ck_assert_int_eq(setuid(STRANGER), 0);
        caller_open(&caller, visit.house.socket);
        load(&caller, &loaded);
        ck_assert_int_eq(write(ready[1], &byte, 1), 1);
        ck_assert_int_eq(read(go[0], &byte, 1), 1);
        ck_assert_answers(&caller, ask_why(&caller, run(&caller, loaded.network)));
        ck_assert_uint_eq(why.n_before, 0);
        ck_assert_uint_ge(why.hidden, 1); /* the one that ran; then it is our turn */
        ck_assert_uint_eq(why.more, why.hidden);
        ck_assert_uint_ge(why.before_us, 100000);
        caller_close(&caller);
        _exit(0);
    }
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    for (int i = 0; i < 3; i++)
        serials[i] = send_run(&visit.caller, visit.loaded.network);
    do /* until they are ahead of it */
        ck_assert_answers(&visit.caller, ask_ps(&visit.caller));
    while (ps.n_jobs < 3);
    ck_assert_int_eq(write(go[1], &byte, 1), 1);
    for (int i = 0; i < 3; i++)
        ck_assert_answers(&visit.caller, caller_answer(&visit.caller, serials[i]));
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    for (int i = 0; i < 2; i++) {
        close(ready[i]);
        close(go[i]);
    }
    end(&visit);
}
END_TEST

SUITE(ps_tells_who_is_connected_and_what_it_did, ps_tells_what_runs_and_what_waits,
      why_names_the_job_that_had_the_device, why_says_that_no_slot_was_free,
      why_says_which_class_and_which_deadline_went_first,
      what_fell_out_of_the_ring_or_never_was_is_told_apart, trace_gives_loads_and_jobs_once_each,
      trace_says_how_much_was_lost, the_loops_turns_are_recorded_while_somebody_traces,
      of_other_users_only_counts_are_told_but_to_who_may_administer,
      what_other_users_ran_before_is_counted_and_not_named);
