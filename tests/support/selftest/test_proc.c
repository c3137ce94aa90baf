#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/base.h"
#include "tests/support/proc.h"
#include "tests/support/suite.h"

#define CHATTY suite_helper("chatty")

START_TEST(lines_are_waited_for_one_after_the_other)
{
    struct proc *proc = proc_start_args(CHATTY, "out=one", "err=two", "out=one more", NULL);

    ck_assert_str_eq(proc_wait_out(proc, "one"), "one");
    ck_assert_str_eq(proc_wait_out(proc, "one"), "one more");
    ck_assert_str_eq(proc_wait_err(proc, "w"), "two");
    ck_assert_int_eq(proc_wait(proc), 0);
    ck_assert_str_eq(proc_out(proc), "one\none more\n");
    proc_finish(proc, 0);
}
END_TEST

START_TEST(ends_are_told_apart)
{
    struct proc *proc = proc_start_args(CHATTY, "on=10", NULL);

    proc_finish(proc_start_args(CHATTY, "exit=7", NULL), 7);
    proc_finish(proc_start_args("/nonexistent/program", NULL), 127);
    proc_wait_out(proc, "waiting");
    proc_signal(proc, SIGKILL);
    proc_finish(proc, -SIGKILL);
}
END_TEST

START_TEST(environment_and_directory_are_given)
{
    const char *argv[] = {CHATTY, "env=ONE", "env=HOME", "env=PWD", NULL};
    const char *env[] = {"ONE=1=1", "HOME", NULL};
    struct proc *proc = proc_start(&(struct proc_spec){.argv = argv, .env = env, .dir = "/"});

    proc_wait_out(proc, "ONE=1=1");
    proc_wait_out(proc, "HOME=(none)");
    proc_finish(proc, 0);
}
END_TEST

START_TEST(nothing_is_inherited_but_what_is_passed)
{
    int pair[2];
    struct proc *proc;

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    proc = proc_start_args(CHATTY, "fds", NULL);
    proc_wait_out(proc, "LISTEN_FDS=(null) mine=0 open=0");
    proc_finish(proc, 0);
    proc = proc_start(&(struct proc_spec){
        .argv = (const char *const[]){CHATTY, "fds", NULL}, .fds = pair, .n_fds = 2});
    proc_wait_out(proc, "LISTEN_FDS=2 mine=1 open=2");
    proc_finish(proc, 0);
    close(pair[0]);
    close(pair[1]);
}
END_TEST

START_TEST(notifications_arrive)
{
    const char *argv[] = {CHATTY, "notify=STATUS=reading", "notify=READY=1", "on=10", NULL};
    struct proc *proc = proc_start(&(struct proc_spec){.argv = argv, .notify = 1});

    proc_wait_notify(proc, "READY=1");
    proc_wait_out(proc, "waiting");
    proc_signal(proc, 10);
    proc_finish(proc, 0);
}
END_TEST

START_TEST(what_a_program_holds_is_compared)
{
    struct proc *proc = proc_start_args(CHATTY, "on=10", "hold", "release", "on=12", NULL);

    proc_wait_out(proc, "waiting");
    proc_note(proc);
    proc_signal(proc, 10);
    proc_wait_out(proc, "waiting");
    proc_clean_after(proc);
    proc_signal(proc, 12);
    proc_finish(proc, 0);
}
END_TEST

START_TEST(input_is_given)
{
    int ends[2];
    struct proc *proc;

    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    proc = proc_start(&(struct proc_spec){.argv = (const char *const[]){CHATTY, "read", NULL},
                                          .stdin_fd = ends[0]});
    ck_assert_int_eq(write(ends[1], "hello\n", 6), 6);
    proc_wait_out(proc, "read hello");
    proc_finish(proc, 0);
    close(ends[0]);
    close(ends[1]);
}
END_TEST

SUITE(lines_are_waited_for_one_after_the_other, ends_are_told_apart,
      environment_and_directory_are_given, nothing_is_inherited_but_what_is_passed,
      notifications_arrive, what_a_program_holds_is_compared, input_is_given);
