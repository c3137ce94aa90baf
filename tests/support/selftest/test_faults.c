#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tests/support/faults.h"
#include "tests/support/proc.h"

struct frail {
    struct proc *proc;
    int input;
};

static struct frail start_frail(struct faults *faults)
{
    const char *argv[] = {suite_helper("frail"), NULL};
    int ends[2];
    struct frail frail;

    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    frail.proc = proc_start(
        &(struct proc_spec){.argv = argv, .env = faults_env(faults, NULL), .stdin_fd = ends[0]});
    frail.input = ends[1];
    close(ends[0]);
    return frail;
}

static const char *ask(struct frail *frail)
{
    ck_assert_int_eq(write(frail->input, "\n", 1), 1);
    return proc_wait_out(frail->proc, "");
}

/* Once it is ready it answers whatever fails, and well when memory is back. */
static void live(void *context, struct faults *faults)
{
    struct frail frail = start_frail(faults);

    (void)context;
    if (strcmp(proc_wait_out_or_end(frail.proc, "ready"), "ready") == 0) {
        const char *first = ask(&frail);

        ck_assert(strcmp(first, "ok") == 0 || faults_expected(faults));
        faults_rest(faults);
        ck_assert_str_eq(ask(&frail), "ok");
    }
    close(frail.input);
    (void)faults_end(faults, frail.proc);
}

START_TEST(a_sound_program_bears_the_failure_of_each_site)
{
    if (faults_work())
        faults_all(suite_helper("frail"), live, NULL);
}
END_TEST

START_TEST(allocations_of_another_program_are_counted)
{
    struct faults *faults;
    struct frail frail;
    uint64_t made;

    if (!faults_work())
        return;
    faults = faults_new(suite_helper("frail"));
    frail = start_frail(faults);
    proc_wait_out(frail.proc, "ready");
    made = faults_made(faults);
    ck_assert_uint_gt(made, 4);
    ck_assert_str_eq(ask(&frail), "ok");
    ck_assert_uint_eq(faults_made(faults) - made, 4);
    ck_assert_uint_eq(faults_failed(faults), 0);
    close(frail.input);
    ck_assert_int_eq(faults_end(faults, frail.proc), 0);
    faults_free(faults);
}
END_TEST

static int n_steps;

static int sound_step(void *context)
{
    struct arena arena = {0};
    struct buf buf = {0};
    int r = arena_alloc(&arena, 100) ? 0 : -ENOMEM;

    (void)context;
    n_steps++;
    if (r == 0)
        r = buf_append(&buf, "x", 1);
    if (r == 0)
        r = buf_reserve(&buf, 1000);
    arena_done(&arena);
    buf_done(&buf);
    return r;
}

START_TEST(each_allocation_of_a_step_fails_once)
{
    if (!faults_work())
        return;
    faults_each(sound_step, NULL);
    ck_assert_int_eq(n_steps, 1 + 3 + 1); /* well, once for each allocation, and well again */
}
END_TEST

START_TEST(allocations_of_this_program_are_counted)
{
    uint64_t made;

    if (!faults_work())
        return;
    made = faults_made_here();
    mem_free(mem_alloc(100));
    ck_assert_uint_eq(faults_made_here() - made, 1);
}
END_TEST

SUITE_WITH_FAULTS(a_sound_program_bears_the_failure_of_each_site,
                  allocations_of_another_program_are_counted, each_allocation_of_a_step_fails_once,
                  allocations_of_this_program_are_counted);
