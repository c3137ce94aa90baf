/* Allocations of the library and of snpectl: each fails once, and from each on all fail. */
#include <string.h>
#include <unistd.h>

#include "tests/client/made.h"
#include "tests/support/faults.h"
#include "tests/support/proc.h"

static void live(void *context, struct faults *faults)
{
    const char *const *words = context;
    const char *argv[12] = {words[0]};
    struct fake fake = {.state = "ready"};
    static const float x[FAKE_WIDTH] = {1};
    struct proc *proc;
    size_t n = 1;

    fake_start(&fake, "sock");
    suite_write("x.raw", x, sizeof(x));
    for (; words[n]; n++)
        argv[n] = strcmp(words[n], "SOCKET") == 0 ? fake.path : words[n];
    proc = proc_start(&(struct proc_spec){.argv = argv, .env = faults_env(faults, NULL)});
    (void)faults_end(faults, proc);
    fake_end(&fake);
    suite_remove("x.raw");
    if (access("out", F_OK) == 0)
        suite_remove("out");
}

static void bear(const char *program, const char *const *words)
{
    const char *all[12] = {program};

    for (size_t n = 0; words[n]; n++)
        all[n + 1] = words[n];
    if (faults_work())
        faults_all(program, live, all);
}

START_TEST(the_library_bears_the_failure_of_each_allocation)
{
    bear(suite_helper("client_life"), (const char *const[]){"SOCKET", NULL});
}
END_TEST

START_TEST(snpectl_run_bears_the_failure_of_each_allocation)
{
    bear(suite_bin("snpectl"), (const char *const[]){"run", "echo", "--socket", "SOCKET", "--input",
                                                     "x=x.raw", "--out", "out", NULL});
}
END_TEST

START_TEST(snpectl_info_bears_the_failure_of_each_allocation)
{
    bear(suite_bin("snpectl"),
         (const char *const[]){"info", "echo", "--json", "--socket", "SOCKET", NULL});
}
END_TEST

START_TEST(once_warm_no_run_allocates)
{
    struct fake fake = {.state = "ready"};
    struct faults *faults;
    struct proc *proc;
    uint64_t made;
    int go[2];

    if (!faults_work())
        return;
    fake_start(&fake, "sock");
    ck_assert_int_eq(pipe(go), 0);
    faults = faults_new(suite_helper("client_life"));
    proc = proc_start(&(struct proc_spec){
        .argv = (const char *const[]){suite_helper("client_life"), fake.path, "count", NULL},
        .env = faults_env(faults, NULL),
        .stdin_fd = go[0],
    });
    (void)proc_wait_out(proc, "warm");
    made = faults_made(faults);
    ck_assert_uint_gt(made, 0);
    ck_assert_int_eq(write(go[1], "g", 1), 1);
    (void)proc_wait_out(proc, "done");
    ck_assert_uint_eq(faults_made(faults) - made, 0);
    ck_assert_int_eq(write(go[1], "g", 1), 1);
    proc_finish(proc, 0);
    close(go[0]);
    close(go[1]);
    faults_free(faults);
    fake_end(&fake);
}
END_TEST

SUITE_WITH_FAULTS(the_library_bears_the_failure_of_each_allocation,
                  snpectl_run_bears_the_failure_of_each_allocation,
                  snpectl_info_bears_the_failure_of_each_allocation, once_warm_no_run_allocates);
