/* Who is let in: the kernel says who it is, and there must be room. */
#include <grp.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

START_TEST(without_a_free_file_descriptor_connections_are_turned_away_and_others_served)
{
    struct rlimit before, few;
    struct house house;
    struct caller caller, guests[24];
    int closed = 0;

    house_open(&house, "");
    caller_open(&caller, house.socket);
    proc_expect_log(house.proc, "no file descriptor is free");
    ck_assert_int_eq(prlimit(proc_pid(house.proc), RLIMIT_NOFILE, NULL, &before), 0);
    few = before;
    few.rlim_cur = 20;
    ck_assert_int_eq(prlimit(proc_pid(house.proc), RLIMIT_NOFILE, &few, NULL), 0);
    for (size_t i = 0; i < ARRAY_SIZE(guests); i++) {
        caller_connect(&guests[i], house.socket);
        guests[i].patient = true;
        closed += caller_hello(&guests[i], 1, 1) == E_DISCONNECTED;
    }
    ck_assert_int_gt(closed, 4);
    ck_assert_int_lt(closed, 24);
    ck_assert_answers(&caller, caller_ping(&caller));
    for (size_t i = 0; i < ARRAY_SIZE(guests); i++)
        caller_close(&guests[i]);
    ck_assert_int_eq(prlimit(proc_pid(house.proc), RLIMIT_NOFILE, &before, NULL), 0);
    caller_open(&guests[0], house.socket);
    caller_close(&guests[0]);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

/* In a process of its own as user and group 65534, which ends here; how many checks failed. */
static int be_nobody(const char *socket, int want_load, int want_hello)
{
    struct caller caller;
    int failed = setgroups(0, NULL) < 0 || setgid(65534) < 0 || setuid(65534) < 0;

    caller_connect(&caller, socket);
    failed += caller_hello(&caller, 1, 1) != want_hello;
    if (want_hello == 0) {
        failed += caller_load(&caller, &(struct caller_load){.name = "relu", .fd = -1}, NULL) !=
                  want_load;
        /* What somebody else loaded is there for who may run; but not to be kept. */
        failed += caller_load(&caller, &(struct caller_load){.name = "kept", .fd = -1}, NULL) != 0;
        failed +=
            caller_load(&caller, &(struct caller_load){.name = "kept", .fd = -1, .keep = true},
                        NULL) != want_load;
        failed += caller_unload(&caller, 0, "kept") != (want_load ? want_load : 0);
    }
    caller_close(&caller);
    return failed;
}

static void as_nobody(const char *settings, int want_hello, int want_load)
{
    struct house house;
    struct caller caller;
    pid_t pid;
    int status;

    chmod(suite_dir(), 0755);
    house_open(&house, settings);
    made_relu_file(suite_path("models/relu"), 4, "one");
    made_relu_file(suite_path("models/kept"), 4, "two");
    caller_open(&caller, house.socket);
    ck_assert_answers(
        &caller,
        caller_load(&caller, &(struct caller_load){.name = "kept", .fd = -1, .keep = true}, NULL));
    pid = fork();
    if (pid == 0)
        _exit(be_nobody(house.socket, want_load, want_hello));
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    caller_close(&caller);
    house_close(&house);
}

START_TEST(the_kernel_says_who_may_run_and_load)
{
    if (geteuid() != 0) {
        suite_skip("only root can be another user");
        return;
    }
    as_nobody("[daemon]\nsocket_mode = 0666\n", E_DENIED, 0);
    as_nobody("[daemon]\nsocket_mode = 0666\n[policy]\nrun_users = 65534\n", 0, E_DENIED);
    as_nobody("[daemon]\nsocket_mode = 0666\n[policy]\nrun_groups = 65534\n", 0, E_DENIED);
    as_nobody("[daemon]\nsocket_mode = 0666\n[policy]\nload_groups = 65534\n", 0, 0);
}
END_TEST

SUITE(without_a_free_file_descriptor_connections_are_turned_away_and_others_served,
      the_kernel_says_who_may_run_and_load);
