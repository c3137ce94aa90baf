/* The library and snpectl against snped itself. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "client/snpe-client.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

#define N         256
#define N_LARGE   600000 /* floats: 2.4 MB, more than a message holds */
#define N_THREADS 16

static struct house house;
static struct snpe_client *client;

#define ck_assert_ok(call)                                                                         \
    do {                                                                                           \
        int _r = (call);                                                                           \
        ck_assert_msg(_r == 0, "%s: %d: %s", #call, _r, snpe_last_error(client));                  \
    } while (0)

static void begin(void)
{
    struct snpe_client_options options = {.size = sizeof(options), .name = "test"};

    house_open(&house, "");
    made_relu_file("relu.dlc", N, "one");
    made_relu_file("models/other.dlc", N, "two");
    options.socket = house.socket;
    ck_assert_int_eq(snpe_client_new(&options, &client), 0);
}

static void end(void)
{
    snpe_client_free(client);
    suite_remove("relu.dlc");
    house_close(&house);
}

static struct snpe_network *load(uint32_t n)
{
    const struct snpe_named_dims dims = {"x", {2, {1, n}}};
    const struct snpe_load_options options = {
        .size = sizeof(options), .input_dims = &dims, .n_input_dims = 1};
    struct snpe_network *network = NULL;

    ck_assert_ok(snpe_load_file(client, "relu", "relu.dlc", &options, &network));
    return network;
}

static void run(struct snpe_network *relu, uint32_t n, float shift)
{
    float *x = malloc(3 * n * sizeof(float)), *want = x + n, *y = want + n;
    const struct snpe_input in = snpe_in("x", x, n * sizeof(float));
    const struct snpe_output out = snpe_out("y", y, n * sizeof(float));

    made_numbers(x, want, n, shift);
    ck_assert_ok(snpe_run(relu, &in, 1, &out, 1, NULL, NULL));
    ck_assert_mem_eq(y, want, n * sizeof(float));
    free(x);
}

START_TEST(models_run_inline_staged_and_by_region)
{
    struct snpe_network *relu, *large, *other = NULL;
    struct snpe_region *region = NULL;
    struct snpe_counters counters;
    struct snpe_input in;
    struct snpe_output out;
    float want[N], *base;

    begin();
    relu = load(N);
    large = load(N_LARGE);
    ck_assert_ok(snpe_load(client, "other", NULL, &other));
    run(relu, N, 0);
    run(other, N, 1);
    run(large, N_LARGE, 2);
    ck_assert_ok(snpe_region_new(client, 2 * N * sizeof(float), &region));
    base = snpe_region_base(region);
    in = snpe_in_region("x", region, N * sizeof(float), N * sizeof(float));
    out = snpe_out_region("y", region, 0, N * sizeof(float));
    for (int i = 0; i < 10; i++) {
        struct snpe_run_result result;

        made_numbers(base + N, want, N, (float)i);
        ck_assert_ok(snpe_run(relu, &in, 1, &out, 1, NULL, &result));
        ck_assert_mem_eq(base, want, sizeof(want));
        ck_assert_uint_eq(result.copied_bytes, 0);
    }
    snpe_get_counters(client, &counters);
    ck_assert_uint_eq(counters.staged_regions, 1);
    ck_assert_uint_eq(counters.connects, 1);
    end();
}
END_TEST

START_TEST(ten_dims_of_one_model_are_ten_networks)
{
    struct snpe_network *networks[10] = {NULL};
    struct snpe_model_info *info = NULL;

    begin();
    for (uint32_t i = 0; i < 10; i++) {
        const struct snpe_named_dims dims = {"x", {2, {1, 100 + i}}};
        const struct snpe_load_options options = {
            .size = sizeof(options), .input_dims = &dims, .n_input_dims = 1};

        if (i == 0)
            networks[i] = load(100);
        else
            ck_assert_ok(snpe_load(client, "relu", &options, &networks[i]));
        ck_assert_uint_eq(snpe_network_get_info(networks[i])->inputs[0]->dims.dim[1], 100 + i);
    }
    for (uint32_t i = 0; i < 10; i++)
        run(networks[i], 100 + i, (float)i);
    ck_assert_ok(snpe_info(client, "relu", &info));
    ck_assert_uint_eq(info->n_networks, 10);
    snpe_free(info);
    end();
}
END_TEST

START_TEST(the_daemons_refusals_are_the_callers)
{
    const struct snpe_run_options past = {.size = sizeof(past), .deadline_ns = 1};
    struct snpe_network *network = NULL;
    float x[N] = {0}, y[N];
    const struct snpe_input in = snpe_in("x", x, sizeof(x));
    const struct snpe_output out = snpe_out("y", y, sizeof(y));

    begin();
    ck_assert_int_eq(snpe_load(client, "none", NULL, &network), SNPE_E_NO_MODEL);
    ck_assert_str_ne(snpe_last_error(client), "");
    suite_write("bad.dlc", "no archive", 10);
    ck_assert_int_lt(snpe_load_file(client, "bad", "bad.dlc", NULL, &network), 0);
    ck_assert_ptr_nonnull(strstr(snpe_last_error(client), "not a DLC archive"));
    suite_remove("bad.dlc");
    network = load(N);
    ck_assert_int_eq(snpe_run(network, &in, 1, &out, 1, &past, NULL), SNPE_E_DEADLINE);
    run(network, N, 0);
    end();
}
END_TEST

static void kill_and_start(void)
{
    proc_signal(house.proc, SIGKILL);
    proc_finish(house.proc, -SIGKILL);
    house_open(&house, "");
}

START_TEST(after_a_kill_the_next_call_finds_the_new_daemon)
{
    struct snpe_network *relu, *large, *other = NULL;
    struct snpe_region *region = NULL;
    struct snpe_counters counters;
    struct snpe_output out;
    float x[N], want[N];
    const struct snpe_input in = snpe_in("x", x, sizeof(x));

    begin();
    relu = load(N);
    large = load(N_LARGE);
    ck_assert_ok(snpe_load(client, "other", NULL, &other));
    ck_assert_ok(snpe_region_new(client, sizeof(want), &region));
    out = snpe_out_region("y", region, 0, sizeof(want));
    for (int i = 0; i < 3; i++) {
        run(relu, N, (float)i);
        run(large, N_LARGE, (float)i);
        kill_and_start();
        made_numbers(x, want, N, (float)i);
        ck_assert_ok(snpe_run(other, &in, 1, &out, 1, NULL, NULL));
        ck_assert_mem_eq(snpe_region_base(region), want, sizeof(want));
    }
    snpe_get_counters(client, &counters);
    ck_assert_uint_eq(counters.connects, 4);
    end();
}
END_TEST

START_TEST(another_file_under_the_same_name_makes_the_network_stale)
{
    struct snpe_network *other = NULL;
    float x[N] = {0}, y[N];
    const struct snpe_input in = snpe_in("x", x, sizeof(x));
    const struct snpe_output out = snpe_out("y", y, sizeof(y));

    begin();
    ck_assert_ok(snpe_load(client, "other", NULL, &other));
    made_relu_file("models/other.dlc", N, "three");
    kill_and_start();
    ck_assert_int_eq(snpe_run(other, &in, 1, &out, 1, NULL, NULL), SNPE_E_STALE);
    snpe_network_free(other);
    ck_assert_ok(snpe_load(client, "other", NULL, &other));
    run(other, N, 0);
    end();
}
END_TEST

static void *work(void *context)
{
    struct snpe_network **networks = context;

    for (int i = 0; i < 40; i++) {
        run(networks[0], N, (float)i);
        if (i % 10 == 0)
            run(networks[1], N_LARGE, (float)i);
    }
    return NULL;
}

START_TEST(sixteen_threads_on_one_client_get_their_own_answers)
{
    struct snpe_network *networks[2];
    pthread_t threads[N_THREADS];

    begin();
    networks[0] = load(N);
    networks[1] = load(N_LARGE);
    for (size_t i = 0; i < N_THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work, networks), 0);
    for (size_t i = 0; i < N_THREADS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    end();
}
END_TEST

static void on_done(void *user, int error, const struct snpe_run_result *result)
{
    int *left = user;

    ck_assert_msg(error == 0 && result, "%s", snpe_last_error(client));
    --*left;
}

START_TEST(jobs_are_submitted_and_called_back)
{
    float x[N], want[N], y[20][N];
    const struct snpe_input in = snpe_in("x", x, sizeof(x));
    struct snpe_network *relu;
    struct pollfd fd = {.events = POLLIN};
    int left = 20;

    begin();
    relu = load(N);
    fd.fd = snpe_fd(client);
    for (int i = 0; i < 20; i++) {
        const struct snpe_output out = snpe_out("y", y[i], sizeof(y[i]));

        made_numbers(x, want, N, (float)i);
        ck_assert_ok(snpe_submit(relu, &in, 1, &out, 1, NULL, on_done, &left, NULL));
    }
    while (left) {
        ck_assert_int_eq(poll(&fd, 1, 20000), 1);
        ck_assert_int_ge(snpe_dispatch(client), 0);
    }
    for (int i = 0; i < 20; i++) {
        made_numbers(x, want, N, (float)i);
        ck_assert_mem_eq(y[i], want, sizeof(want));
    }
    end();
}
END_TEST

/* Until CLIENT's is the only session. */
static void wait_until_alone(void)
{
    uint64_t sessions = 0;

    while (sessions != 1) {
        struct snpe_daemon_stats *stats = NULL;

        ck_assert_ok(snpe_stats(client, &stats));
        sessions = stats->sessions;
        snpe_free(stats);
    }
}

START_TEST(a_client_that_came_and_went_leaves_nothing_in_the_daemon)
{
    struct snpe_client_options options = {.size = sizeof(options)};
    struct snpe_client *first;

    begin();
    first = client;
    run(load(N), N, 0); /* stays, and with it what the daemon keeps for it */
    wait_until_alone();
    proc_note(house.proc);
    options.socket = house.socket;
    for (int i = 0; i < 5; i++) {
        struct snpe_region *region = NULL;
        struct snpe_network *large;

        ck_assert_int_eq(snpe_client_new(&options, &client), 0);
        large = load(N_LARGE);
        ck_assert_ok(snpe_region_new(client, 1 << 20, &region));
        run(large, N_LARGE, 0);
        if (i % 2)
            snpe_network_free(large);
        if (i % 3)
            snpe_region_free(region);
        snpe_client_free(client);
    }
    client = first;
    proc_clean_after(house.proc);
    end();
}
END_TEST

static const char *ctl(int status, const char *const *words)
{
    const char *argv[16] = {suite_bin("snpectl"), "--socket", house.socket};
    struct proc *proc;
    const char *out;
    size_t n = 3;

    while (*words)
        argv[n++] = *words++;
    proc = proc_start(&(struct proc_spec){.argv = argv});
    ck_assert_msg(proc_wait(proc) == status, "%s", proc_err(proc));
    out = suite_text("%s%s", proc_out(proc), proc_err(proc));
    proc_finish(proc, status);
    return out;
}

#define CTL(status, ...) ctl(status, (const char *const[]){__VA_ARGS__, NULL})
#define ck_assert_has(text, words)                                                                 \
    do {                                                                                           \
        const char *_text = (text);                                                                \
        ck_assert_msg(strstr(_text, words) != NULL, "'%s'", _text);                                \
    } while (0)

START_TEST(snpectl_walks_through_all_its_commands)
{
    float x[N], want[N], *y;
    size_t size;

    begin();
    made_numbers(x, want, N, 3);
    suite_write("x.raw", x, sizeof(x));
    ck_assert_has(CTL(0, "status"), ": ready, up for");
    ck_assert_has(CTL(0, "list"), "no models are loaded");
    ck_assert_has(CTL(0, "load", "face", "relu.dlc"), "'face' is loaded on cpu");
    ck_assert_has(CTL(0, "load", "other"), "'other' is loaded on cpu");
    ck_assert_has(CTL(0, "list"), "\nface ");
    ck_assert_has(CTL(0, "info", "face"), "input   x     float32  1x256   1024\n");
    ck_assert_has(CTL(0, "run", "face", "--input", "x=x.raw", "--out", "o"), "o/y.raw (1.0 KiB)");
    y = suite_read("o/y.raw", &size);
    ck_assert_uint_eq(size, sizeof(want));
    ck_assert_mem_eq(y, want, sizeof(want));
    free(y);
    ck_assert_has(CTL(1, "run", "face", "-d", "x=1x100", "-i", "x=x.raw"),
                  "'x.raw' has 1024 bytes, input 'x' (float32 1x100) takes 400");
    ck_assert_has(CTL(0, "unload", "face"), "'face' is unloaded");
    ck_assert_has(CTL(1, "info", "face"), "snpectl: ");
    ck_assert_has(CTL(0, "ping"), "snped answered in");
    suite_remove("x.raw");
    suite_remove("o");
    end();
}
END_TEST

static void write_file(const char *name, const char *text)
{
    suite_write(suite_path(name), text, strlen(text));
}

START_TEST(a_reload_says_what_changed_or_where_the_mistake_is)
{
    struct snpe_reload_report *report = NULL;

    begin();
    proc_expect_log(house.proc, "nothing was changed");
    proc_expect_log(house.proc, "model gone");
    write_file("snped.conf", "[quota]\nmodels = 7\n[daemon]\nthreads = 1\n");
    write_file("models.d/other.conf", "[model]\n");
    write_file("models.d/gone.conf", "[model]\nfile = no-such-file\n");
    ck_assert_ok(snpe_reload(client, &report));
    ck_assert_uint_eq(report->n_changed, 1);
    ck_assert_str_eq(report->changed[0], "[quota] models");
    ck_assert_uint_eq(report->n_later, 1);
    ck_assert_str_eq(report->later[0], "[daemon] threads");
    ck_assert_uint_eq(report->n_models, 2);
    ck_assert_str_eq(report->models[0]->name, "gone");
    ck_assert_str_eq(report->models[0]->what, "failed");
    ck_assert_ptr_nonnull(strstr(report->models[0]->error, "no-such-file"));
    ck_assert_str_eq(report->models[1]->what, "loaded");
    ck_assert_str_eq(report->models[1]->error, "");
    snpe_free(report);
    proc_wait_notify(house.proc, "READY=1"); /* the daemon waits when nobody reads them */
    ck_assert_has(CTL(1, "reload"), "model 'gone' failed: ");
    proc_wait_notify(house.proc, "READY=1");
    suite_remove("models.d/gone.conf");
    suite_remove("models.d/other.conf");
    ck_assert_has(CTL(0, "reload", "--json"),
                  "{\"changed\":[],\"later\":[\"[daemon] threads\"],\"models\":[");
    write_file("snped.conf", "[quota]\nmodels = 8\n");
    ck_assert_has(CTL(0, "reload"), "[quota] models changed");
    ck_assert_has(CTL(0, "reload"), "nothing has changed");
    for (int i = 0; i < 3; i++)
        proc_wait_notify(house.proc, "READY=1");
    write_file("snped.conf", "[quota]\nmodels = 0\n");
    ck_assert_has(CTL(1, "reload"), "snped.conf:2: [quota] models: ");
    ck_assert_int_eq(snpe_reload(client, &report), SNPE_E_SETTING);
    end();
}
END_TEST

START_TEST(the_address_of_events_is_the_daemons)
{
    const char *want = suite_text("ipc://%s", suite_path("events.ipc"));
    char address[SNPE_EVENTS_SIZE], small[4];

    begin();
    ck_assert_ok(snpe_events_address(client, address, sizeof(address)));
    ck_assert_str_eq(address, want);
    ck_assert_int_eq(snpe_events_address(client, small, sizeof(small)), -ENAMETOOLONG);
    end();
}
END_TEST

SUITE(a_reload_says_what_changed_or_where_the_mistake_is, models_run_inline_staged_and_by_region,
      the_address_of_events_is_the_daemons, ten_dims_of_one_model_are_ten_networks,
      the_daemons_refusals_are_the_callers, after_a_kill_the_next_call_finds_the_new_daemon,
      another_file_under_the_same_name_makes_the_network_stale,
      sixteen_threads_on_one_client_get_their_own_answers, jobs_are_submitted_and_called_back,
      a_client_that_came_and_went_leaves_nothing_in_the_daemon,
      snpectl_walks_through_all_its_commands);
