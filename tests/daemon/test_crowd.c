/* Many clients at once, and clients that are killed at any moment. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

#define N_CLIENTS 16
#define N_RUNS    200
#define N_KILLS   200
#define N_FLOATS  64

#define BY_NAME(...) (&(struct caller_load){.fd = -1, __VA_ARGS__})

/* A client with numbers of its own; in a process of its own, which ends here. */
static void client(const char *socket, int which)
{
    struct caller caller;
    struct caller_loaded loaded;
    uint32_t n = (uint32_t)(N_FLOATS + which % 4);

    caller_open(&caller, socket);
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "relu", .n = n), &loaded));
    for (int i = 0; i < N_RUNS; i++)
        ck_assert_answers(&caller,
                          caller_run_relu(&caller, loaded.network, n, (float)(which * 1000 + i)));
    caller_close(&caller);
    _exit(0);
}

START_TEST(sixteen_clients_at_once_have_their_own_answers)
{
    struct house house;
    struct caller caller;
    pid_t pids[N_CLIENTS];

    house_open(&house, "[device cpu]\nlanes = 2\n");
    made_relu_file(suite_path("models/relu"), N_FLOATS, "one");
    caller_open(&caller, house.socket); /* so that it has begun to serve */
    proc_note(house.proc);
    for (int i = 0; i < N_CLIENTS; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            client(house.socket, i);
        ck_assert_int_gt(pids[i], 0);
    }
    for (int i = 0; i < N_CLIENTS; i++) {
        int status;

        ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
        ck_assert_int_eq(status, 0);
    }
    proc_clean_after(house.proc);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

/* One who does a bit of everything until it is killed. */
static void victim(const char *socket)
{
    struct caller caller;
    struct caller_loaded loaded;
    uint32_t region, region_two;
    int fd = made_memfd(NULL, 8192, 1);
    struct buf dlc;

    made_relu(N_FLOATS, "victim", &dlc);
    caller_open(&caller, socket);
    for (;;) {
        struct caller_load load = {.name = "victim", .fd = made_memfd(dlc.base, dlc.size, 0)};

        caller_load(&caller, &load, &loaded);
        close(load.fd);
        caller_region_add(&caller, fd, 8192, &region);
        caller_region_add(&caller, fd, 4096, &region_two);
        for (int i = 0; i < 4; i++)
            caller_run(&caller, &(struct caller_run){.network = loaded.network,
                                                     .in_region = region,
                                                     .in_size = N_FLOATS * 4,
                                                     .out_region = region_two,
                                                     .out_size = N_FLOATS * 4});
        caller_run_relu(&caller, loaded.network, N_FLOATS, 0);
        caller_region_drop(&caller, region);
        caller_region_drop(&caller, region_two);
        caller_unload(&caller, loaded.network, NULL);
    }
}

static long rss_pages(pid_t pid)
{
    char path[64];
    long size, resident = 0;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/statm", (int)pid);
    file = fopen(path, "re");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fscanf(file, "%ld %ld", &size, &resident), 2);
    fclose(file);
    return resident;
}

/* At most a mebibyte more; a sanitizer keeps freed memory for a while. */
static void check_pages(long before, long after)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    ck_assert_msg(after - before <= 256, "%ld pages before, %ld after", before, after);
#else
    (void)before, (void)after;
#endif
}

static void kill_one(const char *socket, useconds_t after_us)
{
    pid_t pid = fork();
    int status;

    if (pid == 0)
        victim(socket);
    ck_assert_int_gt(pid, 0);
    usleep(after_us); /* the moment is the test */
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFSIGNALED(status));
}

static void wait_for_quiet(struct caller *caller)
{
    struct stats_result stats;

    do
        ck_assert_answers(caller, caller_stats(caller, &stats));
    while (stats.sessions > 1 || stats.networks > 1 || stats.regions);
}

START_TEST(clients_that_are_killed_at_any_moment_leave_nothing)
{
    struct random random = {20240607};
    struct house house;
    struct caller caller;
    struct caller_loaded loaded;
    long before = 0, after;

    house_open(&house, "");
    made_relu_file(suite_path("models/relu"), N_FLOATS, "one");
    caller_open(&caller, house.socket);
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "relu"), &loaded));
    proc_note(house.proc);
    for (int i = 0; i < N_KILLS; i++) {
        kill_one(house.socket, (useconds_t)random_below(&random, 8000));
        ck_assert_answers(&caller, caller_run_relu(&caller, loaded.network, N_FLOATS, (float)i));
        wait_for_quiet(&caller);
        if (i == 20)
            before = rss_pages(proc_pid(house.proc));
    }
    after = rss_pages(proc_pid(house.proc));
    proc_clean_after(house.proc);
    check_pages(before, after);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_thousand_lives_of_a_model_leave_nothing)
{
    struct house house;
    struct caller caller;
    struct caller_loaded loaded;
    long before = 0, after;

    house_open(&house, "");
    made_relu_file(suite_path("models/relu"), N_FLOATS, "one");
    caller_open(&caller, house.socket);
    for (int i = 0; i < 1000; i++) {
        ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "relu"), &loaded));
        ck_assert_answers(&caller, caller_run_relu(&caller, loaded.network, N_FLOATS, 1));
        ck_assert_answers(&caller, caller_unload(&caller, loaded.network, NULL));
        if (i == 10) {
            wait_for_quiet(&caller);
            proc_note(house.proc);
            before = rss_pages(proc_pid(house.proc));
        }
    }
    wait_for_quiet(&caller);
    after = rss_pages(proc_pid(house.proc));
    proc_clean_after(house.proc);
    check_pages(before, after);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

SUITE(sixteen_clients_at_once_have_their_own_answers,
      clients_that_are_killed_at_any_moment_leave_nothing,
      a_thousand_lives_of_a_model_leave_nothing);
