/* Memory that runs out while a lost device comes back: it comes back later. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/made.h"
#include "tests/support/faults.h"
#include "tests/support/proc.h"
#include "tests/support/suite.h"

#define N       16
#define WAIT_NS 150000000 /* longer than the first wait before another attempt */

static struct proc *start(const struct faults *faults)
{
    const char *conf = suite_path("snped.conf");
    const char *argv[] = {suite_bin("snped"),
                          "--config",
                          conf,
                          "--socket",
                          suite_path("snped.sock"),
                          "--models",
                          suite_path("models"),
                          "--models-d",
                          suite_path("models.d"),
                          NULL};
    const char *settings = suite_text("[events]\nenabled = no\n"
                                      "[runtime skel_a]\noptions = ops=all lose=%s\n",
                                      suite_path("lose"));

    suite_write(conf, settings, strlen(settings));
    mkdir(suite_path("models"), 0755);
    mkdir(suite_path("models.d"), 0755);
    made_relu_file(suite_path("models/relu"), N, "one");
    return proc_start(
        &(struct proc_spec){.argv = argv, .env = faults_env(faults, NULL), .notify = 1});
}

static void tidy(void)
{
    suite_remove("snped.conf");
    suite_remove("models");
    suite_remove("models.d");
    if (access(suite_path("lose"), F_OK) == 0) /* no run came so far */
        suite_remove("lose");
}

static int load(struct caller *caller, struct caller_loaded *loaded)
{
    const struct caller_load load = {.name = "relu", .fd = -1, .runtime = "skel_a"};

    return caller_load(caller, &load, loaded);
}

static int run(struct caller *caller, uint32_t network, bool patient)
{
    static const float x[N] = {1, -1, 2, -2};
    uint64_t deadline_ns = patient ? 0 : clock_now_ns(&clock_monotonic) + WAIT_NS;

    return caller_run(
        caller, &(struct caller_run){
                    .network = network, .in = x, .in_size = sizeof(x), .deadline_ns = deadline_ns});
}

static bool may_be(const struct faults *faults, int code)
{
    return code == 0 || (faults_expected(faults) &&
                         (code == -ENOMEM || code == E_DISCONNECTED || code == E_DEADLINE));
}

static void lose_one(struct faults *faults, struct caller *caller)
{
    struct caller_loaded loaded = {0};
    int code = caller_hello(caller, 1, 1);

    if (code == 0)
        code = load(caller, &loaded);
    if (code == 0)
        code = run(caller, loaded.network, false);
    suite_write(suite_path("lose"), "", 0);
    for (int i = 0; i < 2 && code == 0; i++)
        code = run(caller, loaded.network, false);
    ck_assert_msg(may_be(faults, code), "%d: %s", code, caller->text);
}

static void life(void *context, struct faults *faults)
{
    struct proc *daemon = start(faults);
    struct caller_loaded loaded;
    struct caller caller;

    (void)context;
    proc_expect_log(daemon, "stopped answering");
    if (!proc_wait_notify_or_end(daemon, "READY=1")) {
        faults_end(faults, daemon);
        tidy();
        return;
    }
    caller_connect(&caller, suite_path("snped.sock"));
    caller.patient = true;
    lose_one(faults, &caller);
    caller_close(&caller);
    faults_rest(faults);
    caller_open(&caller, suite_path("snped.sock"));
    ck_assert_answers(&caller, load(&caller, &loaded));
    ck_assert_answers(&caller, run(&caller, loaded.network, true));
    ck_assert_str_eq(loaded.runtime, "skel_a");
    caller_close(&caller);
    proc_signal(daemon, SIGTERM);
    faults_end(faults, daemon);
    tidy();
}

START_TEST(a_device_comes_back_when_memory_does)
{
    if (faults_work())
        faults_all(suite_bin("snped"), life, NULL);
}
END_TEST

SUITE(a_device_comes_back_when_memory_does);
