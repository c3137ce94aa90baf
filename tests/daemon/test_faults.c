/* Memory that runs out, at every place in the daemon's life, and runs that need none. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/made.h"
#include "tests/support/faults.h"
#include "tests/support/proc.h"
#include "tests/support/suite.h"

#define N 16

static struct proc *start(const struct faults *faults)
{
    const char *argv[] = {suite_bin("snped"),   "--socket",   suite_path("snped.sock"), "--models",
                          suite_path("models"), "--models-d", suite_path("models.d"),   NULL};

    mkdir(suite_path("models"), 0755);
    mkdir(suite_path("models.d"), 0755);
    made_relu_file(suite_path("models/relu"), N, "one");
    suite_write(suite_path("models.d/relu.conf"), "[model]\ninput_dims = x=1,8\n", 27);
    return proc_start(
        &(struct proc_spec){.argv = argv, .env = faults_env(faults, NULL), .notify = 1});
}

static void tidy(void)
{
    suite_remove("models");
    suite_remove("models.d");
}

/* A region of two halves: for the input and for the output. */
struct shared {
    int fd;
    float *memory;
    uint32_t region;
};

static void share(struct shared *shared)
{
    float want[N];

    shared->fd = made_memfd(NULL, 8192, 1);
    shared->memory = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, shared->fd, 0);
    ck_assert_ptr_ne(shared->memory, MAP_FAILED);
    made_numbers(shared->memory, want, N, 0);
}

static void unshare(struct shared *shared)
{
    munmap(shared->memory, 8192);
    close(shared->fd);
}

static struct caller_run by_region(uint32_t network, const struct shared *shared)
{
    return (struct caller_run){.network = network,
                               .in_region = shared->region,
                               .out_region = shared->region,
                               .in_size = N * 4,
                               .out_offset = 4096,
                               .out_size = N * 4};
}

START_TEST(a_run_allocates_nothing_and_by_region_copies_nothing)
{
    struct faults *faults;
    struct proc *daemon;
    struct caller caller;
    struct caller_loaded loaded;
    struct run_result result;
    struct shared shared;
    struct caller_run run;
    uint64_t made = 0;

    if (!faults_work())
        return;
    faults = faults_new(suite_bin("snped"));
    daemon = start(faults);
    proc_wait_notify(daemon, "READY=1");
    caller_open(&caller, suite_path("snped.sock"));
    share(&shared);
    ck_assert_answers(&caller, caller_region_add(&caller, shared.fd, 8192, &shared.region));
    ck_assert_answers(
        &caller, caller_load(&caller, &(struct caller_load){.name = "relu", .fd = -1}, &loaded));
    run = by_region(loaded.network, &shared);
    for (int i = 0; i < 200; i++) {
        if (i == 100) /* both slots have met all spans */
            made = faults_made(faults);
        ck_assert_answers(&caller, caller_run(&caller, &run));
        ck_assert_int_eq(unpack_run_result(caller.frame.map, caller.frame.map_size, &result, NULL),
                         0);
        ck_assert_uint_eq(result.copied_bytes, 0);
        ck_assert_answers(&caller, caller_run_relu(&caller, loaded.network, N, (float)i));
    }
    ck_assert_uint_eq(faults_made(faults), made);
    unshare(&shared);
    caller_close(&caller);
    proc_signal(daemon, SIGTERM);
    proc_finish(daemon, 0);
    faults_free(faults);
    tidy();
}
END_TEST

/* What a client may see when memory runs out: all well, the error, or the end of the connection. */
static int tolerated(const struct faults *faults, struct caller *caller, int code)
{
    if (code == 0)
        return 0;
    ck_assert_msg(faults_expected(faults), "%d: %s", code, caller->text);
    ck_assert_msg(code == -ENOMEM || code == E_DISCONNECTED, "%d: %s", code, caller->text);
    return code;
}

static int connect_to(struct caller *caller)
{
    caller_connect(caller, suite_path("snped.sock"));
    caller->patient = true;
    return caller_hello(caller, 1, 1);
}

static int load_by_fd(struct caller *caller)
{
    struct caller_load load = {.name = "other"};
    struct buf dlc;
    int code;

    made_relu(N, "two", &dlc);
    load.fd = made_memfd(dlc.base, dlc.size, 0);
    code = caller_load(caller, &load, NULL);
    close(load.fd);
    buf_done(&dlc);
    return code;
}

static int info(struct caller *caller)
{
    const struct info_params params = {{"relu", 4}};

    ck_assert_int_eq(pack_info_params(&params, &caller->map), 0);
    return caller_answer(caller, caller_send(caller, METHOD_INFO, NULL, 0, -1));
}

/* With another entry of models.d, so that there is something to load. */
static int reload(struct caller *caller)
{
    static const char entry[] = "[model]\ninput_dims = x=1,8\nwarm_runs = 2\n";
    const struct reload_result *result;

    suite_write(suite_path("models.d/relu.conf"), entry, strlen(entry));
    return caller_reload(caller, &result);
}

/* One of everything, as far as the connection goes. Networks may be missing after a failure. */
static int visit(const struct faults *faults, struct caller *caller)
{
    static struct list_result list;
    struct caller_loaded loaded = {0};
    struct stats_result stats;
    struct shared shared = {0};
    struct caller_run run;
    int code = tolerated(faults, caller, connect_to(caller));

    share(&shared);
    if (code == 0)
        code = tolerated(
            faults, caller,
            caller_load(caller, &(struct caller_load){.name = "relu", .fd = -1}, &loaded));
    if (code == 0)
        code = tolerated(faults, caller, caller_run_relu(caller, loaded.network, N, 0));
    if (code == 0)
        code =
            tolerated(faults, caller, caller_region_add(caller, shared.fd, 8192, &shared.region));
    run = by_region(loaded.network, &shared);
    if (code == 0)
        code = tolerated(faults, caller, caller_run(caller, &run));
    if (code == 0)
        code = tolerated(faults, caller, load_by_fd(caller));
    if (code == 0)
        code = tolerated(faults, caller, caller_list(caller, &list));
    if (code == 0)
        code = tolerated(faults, caller, info(caller));
    if (code == 0)
        code = tolerated(faults, caller, caller_stats(caller, &stats));
    if (code == 0)
        code = tolerated(faults, caller, caller_unload(caller, loaded.network, NULL));
    if (code == 0)
        code = tolerated(faults, caller, reload(caller));
    unshare(&shared);
    return code;
}

static void life(void *context, struct faults *faults)
{
    struct proc *daemon = start(faults);
    struct caller caller;
    int code;

    (void)context;
    if (!proc_wait_notify_or_end(daemon, "READY=1")) {
        faults_end(faults, daemon);
        tidy();
        return;
    }
    visit(faults, &caller);
    faults_rest(faults);
    code = caller_ping(&caller); /* on the same connection, if there is one */
    ck_assert_msg(code == 0 || code == E_STATE || code == E_DISCONNECTED, "%d", code);
    caller_close(&caller);
    code = visit(faults, &caller);
    ck_assert_msg(code == 0, "memory is back, but: %d: %s", code, caller.text);
    caller_close(&caller);
    proc_signal(daemon, SIGTERM);
    faults_end(faults, daemon);
    tidy();
}

START_TEST(memory_may_run_out_anywhere)
{
    if (faults_work())
        faults_all(suite_bin("snped"), life, NULL);
}
END_TEST

SUITE(a_run_allocates_nothing_and_by_region_copies_nothing, memory_may_run_out_anywhere);
