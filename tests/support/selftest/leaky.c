/*
 * Tests that do what no test may do, one each: test_suite.c runs them and wants each to fail. Those
 * named clean_... do the same and put it right, and must pass.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "tests/support/faults.h"
#include "tests/support/proc.h"
#include "tests/support/suite.h"

START_TEST(leaves_a_file_descriptor)
{
    ck_assert_int_ge(open("/dev/null", O_RDONLY | O_CLOEXEC), 0);
}
END_TEST

START_TEST(closes_what_is_not_its_own)
{
    close(STDIN_FILENO);
}
END_TEST

static pid_t start_child(void)
{
    pid_t pid = fork();

    if (pid == 0) {
        poll(NULL, 0, -1);
        _exit(0);
    }
    return pid;
}

START_TEST(leaves_a_child)
{
    ck_assert_int_gt(start_child(), 0);
}
END_TEST

START_TEST(leaves_a_zombie)
{
    pid_t pid = start_child();
    siginfo_t info;

    kill(pid, SIGKILL);
    ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
}
END_TEST

START_TEST(leaves_a_grandchild)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(start_child() < 0);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}
END_TEST

START_TEST(leaves_a_shared_mapping)
{
    ck_assert_ptr_ne(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0),
                     MAP_FAILED);
}
END_TEST

static void *map_this_file(void)
{
    int fd = open(suite_source("tests/support/selftest/leaky.c"), O_RDONLY | O_CLOEXEC);
    void *base = mmap(NULL, 1, PROT_READ, MAP_PRIVATE, fd, 0);

    ck_assert_ptr_ne(base, MAP_FAILED);
    close(fd);
    return base;
}

START_TEST(leaves_a_file_mapping)
{
    ck_assert_ptr_nonnull(map_this_file());
}
END_TEST

START_TEST(leaves_a_file)
{
    suite_write(suite_path("left"), "x", 1);
}
END_TEST

START_TEST(leaves_a_file_in_its_working_directory)
{
    suite_write("left", "x", 1);
}
END_TEST

static void *wait_for_ever(void *context)
{
    poll(NULL, 0, -1);
    return context;
}

START_TEST(leaves_a_thread)
{
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, wait_for_ever, NULL), 0);
}
END_TEST

START_TEST(logs_a_warning)
{
    log_warning("leaky", "nobody announced %s", "this");
}
END_TEST

START_TEST(logs_another_warning)
{
    expect_log("announced");
    log_error("leaky", "announced");
    log_error("leaky", "another");
}
END_TEST

START_TEST(logs_no_warning)
{
    expect_log("never said");
    log_notice("leaky", "fine");
}
END_TEST

START_TEST(leaves_a_program)
{
    (void)proc_start_args("sleep", "1000", NULL);
}
END_TEST

START_TEST(starts_a_program_that_warns)
{
    proc_finish(proc_start_args("sh", "-c", "echo '<4>program: careful' >&2", NULL), 0);
}
END_TEST

static void live(void *context, struct faults *faults)
{
    const char *argv[] = {suite_helper("frail"), context, NULL};
    struct proc *proc =
        proc_start(&(struct proc_spec){.argv = argv, .env = faults_env(faults, NULL)});

    (void)faults_end(faults, proc);
}

START_TEST(starts_a_program_that_checks_nothing)
{
    char how[] = "careless";

    faults_all(suite_helper("frail"), live, how);
}
END_TEST

START_TEST(starts_a_program_that_says_nothing)
{
    char how[] = "mute";

    faults_all(suite_helper("frail"), live, how);
}
END_TEST

static int careless_step(void *context)
{
    void *one = malloc(8), *other = malloc(8);
    bool fine = one && other;

    free(one);
    if (fine || !context)
        free(other);
    return fine || context ? 0 : -ENOMEM;
}

START_TEST(takes_a_step_that_hides_a_failure)
{
    faults_each(careless_step, suite_copy("x", 1));
}
END_TEST

static int leaking_step(void *context)
{
    void *one = malloc(8), *other = malloc(8);
    int r = one && other ? 0 : -ENOMEM;

    (void)context;
    if (r == 0)
        free(one);
    free(other);
    return r;
}

START_TEST(takes_a_step_that_leaks)
{
    faults_each(leaking_step, NULL);
}
END_TEST

START_TEST(crashes)
{
    log_notice("leaky", "last words");
    abort();
}
END_TEST

START_TEST(clean_all)
{
    pid_t pid = start_child();
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    struct proc *proc = proc_start_args("sh", "-c", "echo '<4>program: careful' >&2", NULL);

    munmap(map_this_file(), 1);
    suite_write(suite_path("left"), "x", 1);
    suite_remove("left");
    expect_log("announced");
    log_warning("leaky", "announced");
    proc_expect_log(proc, "careful");
    proc_finish(proc, 0);
    close(fd);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}
END_TEST

START_TEST(clean_thread)
{
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, wait_for_ever, NULL), 0);
    ck_assert_int_eq(pthread_cancel(thread), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}
END_TEST

START_TEST(clean_without_data)
{
    setenv("SNPED_SHARED", "/nonexistent", 1);
    ck_assert_ptr_null(suite_data("README.md"));
}
END_TEST

SUITE_WITH_FAULTS(leaves_a_file_descriptor, closes_what_is_not_its_own, leaves_a_child,
                  leaves_a_zombie, leaves_a_grandchild, leaves_a_shared_mapping,
                  leaves_a_file_mapping, leaves_a_file, leaves_a_file_in_its_working_directory,
                  leaves_a_thread, logs_a_warning, logs_another_warning, logs_no_warning,
                  leaves_a_program, starts_a_program_that_warns,
                  starts_a_program_that_checks_nothing, starts_a_program_that_says_nothing,
                  takes_a_step_that_hides_a_failure, takes_a_step_that_leaks, crashes, clean_all,
                  clean_thread, clean_without_data);
