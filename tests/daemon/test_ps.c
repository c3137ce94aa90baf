/* Who is connected and what is under way; and who may know. */
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/daemon/watching.h"

#define STRANGER 64020

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
        ck_assert_uint_ge(why.before_us, 50000);
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
      of_other_users_only_counts_are_told_but_to_who_may_administer,
      what_other_users_ran_before_is_counted_and_not_named);
