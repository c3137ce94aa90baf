#include <string.h>

#include "base/base.h"
#include "tests/support/proc.h"
#include "tests/support/suite.h"

static const char *leaky(void)
{
    return suite_helper("leaky");
}

/* Runs one test of leaky's: it must end with STATUS and have said TEXT. */
static void check_case(const char *name, int status, const char *text)
{
    const char *env[] = {suite_text("CK_RUN_CASE=%s", name), NULL};
    const char *argv[] = {leaky(), NULL};
    struct proc *proc = proc_start(&(struct proc_spec){.argv = argv, .env = env});
    int got = proc_wait(proc);

    ck_assert_msg(got == status, "%s ended with %d: %s", name, got, proc_out(proc));
    ck_assert_msg(strstr(proc_out(proc), text) || strstr(proc_err(proc), text), "%s: %s%s", name,
                  proc_out(proc), proc_err(proc));
    ck_assert_ptr_nonnull(strstr(proc_out(proc), "Checks: 1, "));
    if (strstr(proc_err(proc), "<4>") || strstr(proc_err(proc), "<3>"))
        proc_expect_log(proc, ": ");
    proc_finish(proc, status);
}

START_TEST(what_a_test_leaves_behind_fails_it)
{
    check_case("leaves_a_file_descriptor", 1, "file descriptor on /dev/null: ");
    check_case("closes_what_is_not_its_own", 1, "file descriptor on /dev/null: 1 before, 0 after");
    check_case("leaves_a_child", 1, "child process: 0 before, 1 after");
    check_case("leaves_a_zombie", 1, "child");
    check_case("leaves_a_grandchild", 1, "child process: 0 before, 1 after");
    check_case("leaves_a_shared_mapping", 1, "bytes mapped of /dev/zero (deleted): ");
    check_case("leaves_a_file_mapping", 1, "leaky.c: 0 before, 4096 after");
    check_case("leaves_a_file", 1, "file left: 0 before, 1 after");
    check_case("leaves_a_file_in_its_working_directory", 1, "file left: 0 before, 1 after");
#ifndef __SANITIZE_THREAD__ /* whose own report of it comes first */
    check_case("leaves_a_thread", 1, "thread running: ");
#endif
    check_case("leaves_a_program", 1, "child process: 0 before, 1 after");
}
END_TEST

START_TEST(a_log_line_that_was_not_announced_fails_it)
{
    check_case("logs_a_warning", 1, "did not expect: <4>leaky: nobody announced this");
    check_case("logs_another_warning", 1, "did not expect: <3>leaky: another");
    check_case("logs_no_warning", 1, "did not log \"never said\"");
    check_case("starts_a_program_that_warns", 1, "did not expect: <4>program: careful");
}
END_TEST

START_TEST(a_crash_shows_what_was_logged_before)
{
    check_case("crashes", 1, "<5>leaky: last words");
}
END_TEST

START_TEST(a_test_that_puts_all_right_passes)
{
    check_case("clean_all", 0, "100%");
    check_case("clean_thread", 0, "100%");
}
END_TEST

#ifdef __SANITIZE_ADDRESS__
#define LEAK "LeakSanitizer: detected memory leaks"
#else
#define LEAK "allocation 2 fails and 1 pieces are not freed"
#endif

START_TEST(a_failure_of_memory_that_is_not_borne_fails_it)
{
#ifndef __SANITIZE_THREAD__ /* with which none is made */
    check_case("starts_a_program_that_checks_nothing", 1, "be_careless at frail.c:");
    check_case("starts_a_program_that_checks_nothing", 1, "the program broke (");
    check_case("starts_a_program_that_says_nothing", 1, "without a word");
    check_case("takes_a_step_that_hides_a_failure", 1, "allocation 1 fails and the step says 0");
    check_case("takes_a_step_that_leaks", 1, LEAK);
#endif
}
END_TEST

START_TEST(a_test_without_its_data_is_counted)
{
    check_case("clean_without_data", 0, "SKIP clean_without_data: shared data is not there");
    check_case("clean_without_data", 0, "SKIPPED 1 of 23 tests of ");
}
END_TEST

START_TEST(the_runner_leaves_no_directory)
{
    const char *env[] = {"TMPDIR", "CK_RUN_CASE=leaves_a_file", NULL};
    const char *argv[] = {leaky(), NULL};
    struct proc *proc = proc_start(&(struct proc_spec){.argv = argv, .env = env});
    struct proc *ls;

    proc_wait_out(proc, "Failures: 1");
    proc_finish(proc, 1);
    ls = proc_start_args("sh", "-c", "ls -d /tmp/snped-test-*/left", NULL);
    proc_finish(ls, 2);
}
END_TEST

SUITE(what_a_test_leaves_behind_fails_it, a_log_line_that_was_not_announced_fails_it,
      a_crash_shows_what_was_logged_before, a_test_that_puts_all_right_passes,
      a_failure_of_memory_that_is_not_borne_fails_it, a_test_without_its_data_is_counted,
      the_runner_leaves_no_directory);
