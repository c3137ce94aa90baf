#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "client/client.h"
#include "tests/client/made.h"

static struct fake fake;
static struct snpe_client *client;

static void begin(void)
{
    fake_start(&fake, "sock");
    client = made_client(&fake);
}

static void end(void)
{
    snpe_client_free(client);
    fake_end(&fake);
}

START_TEST(without_a_daemon_the_sentence_names_the_socket_and_what_to_do)
{
    const struct snpe_client_options options = {.size = sizeof(options), .socket = "/nowhere/s"};

    ck_assert_int_eq(snpe_client_new(&options, &client), 0);
    ck_assert_str_eq(snpe_last_error(client), "");
    ck_assert_refused(client, snpe_ping(client), SNPE_E_DISCONNECTED, "'/nowhere/s'");
    ck_assert_ptr_nonnull(strstr(snpe_last_error(client), "systemctl start snped.socket"));
    snpe_client_free(client);
}
END_TEST

START_TEST(options_are_checked_and_grow)
{
    struct {
        struct snpe_client_options now;
        uint64_t later;
    } options = {.now = {.size = sizeof(options), .socket = "x"}};
    char path[120];

    ck_assert_int_eq(snpe_client_new(&options.now, &client), 0);
    snpe_client_free(client);
    options.later = 1; /* a setting that only a later library knows */
    ck_assert_int_eq(snpe_client_new(&options.now, &client), SNPE_E_NOT_BUILT);
    options.now.size = 0;
    ck_assert_int_eq(snpe_client_new(&options.now, &client), -EINVAL);
    options.now.size = offsetof(struct snpe_client_options, name); /* an older program's */
    ck_assert_int_eq(snpe_client_new(&options.now, &client), 0);
    snpe_client_free(client);
    memset(path, 'p', sizeof(path));
    path[108] = '\0';
    options.now.size = sizeof(options.now);
    options.now.socket = path;
    ck_assert_int_eq(snpe_client_new(&options.now, &client), -ENAMETOOLONG);
}
END_TEST

START_TEST(the_variable_names_the_socket)
{
    fake_start(&fake, "sock");
    ck_assert_int_eq(setenv("SNPED_SOCKET", fake.path, 1), 0);
    ck_assert_int_eq(snpe_client_new(NULL, &client), 0);
    ck_assert_ok(client, snpe_ping(client));
    end();
}
END_TEST

START_TEST(a_network_tells_what_it_is)
{
    const struct snpe_network_info *info;

    begin();
    info = snpe_network_get_info(made_network(client, "pair"));
    ck_assert_str_eq(info->name, "pair");
    ck_assert_str_eq(info->runtime, "cpu");
    ck_assert_str_eq(info->why, "");
    ck_assert_uint_eq(strlen(info->digest), 64);
    ck_assert_uint_eq(info->load_us, 1234);
    ck_assert_uint_eq(info->memory_bytes, 4096);
    ck_assert_uint_eq(info->n_inputs, 2);
    ck_assert_uint_eq(info->n_outputs, 2);
    ck_assert_str_eq(info->inputs[1]->name, "b");
    ck_assert_str_eq(info->outputs[1]->name, "half/diff");
    ck_assert_str_eq(info->outputs[1]->type, "float32");
    ck_assert_uint_eq(info->outputs[1]->dims.rank, 2);
    ck_assert_uint_eq(info->outputs[1]->dims.dim[1], FAKE_WIDTH);
    ck_assert_uint_eq(info->outputs[1]->size, FAKE_WIDTH * sizeof(float));
    end();
}
END_TEST

START_TEST(tensors_are_found_by_name_and_by_order)
{
    float a[FAKE_WIDTH], b[FAKE_WIDTH], sum[FAKE_WIDTH], diff[FAKE_WIDTH];
    struct snpe_input in[] = {snpe_in("b", b, sizeof(b)), snpe_in("a", a, sizeof(a))};
    struct snpe_output out[] = {snpe_out("half/diff", diff, sizeof(diff)),
                                snpe_out("sum", sum, sizeof(sum))};
    struct snpe_run_result result;
    struct snpe_network *pair;

    begin();
    pair = made_network(client, "pair");
    made_numbers(a, FAKE_WIDTH, 100);
    made_numbers(b, FAKE_WIDTH, 0);
    ck_assert_ok(client, snpe_run(pair, in, 2, out, 2, NULL, &result));
    for (int i = 0; i < FAKE_WIDTH; i++) {
        ck_assert_float_eq(sum[i], 100 + 2 * i);
        ck_assert_float_eq(diff[i], 50);
    }
    ck_assert_uint_eq(result.queue_us, 7);
    ck_assert_uint_eq(result.run_us, 11);
    ck_assert_uint_eq(result.copied_bytes, 2 * sizeof(sum));
    ck_assert_uint_eq(result.staged_bytes, 0);
    in[0] = snpe_in(NULL, b, sizeof(b)); /* the first input: a */
    in[1] = snpe_in(NULL, a, sizeof(a));
    out[0] = snpe_out("half/diff", diff, sizeof(diff));
    ck_assert_ok(client, snpe_run(pair, in, 2, out, 1, NULL, NULL));
    ck_assert_float_eq(diff[3], -50);
    end();
}
END_TEST

START_TEST(regions_are_read_and_written_in_place)
{
    struct snpe_region *region = NULL;
    struct snpe_network *pair;
    float *base;

    begin();
    pair = made_network(client, "pair");
    ck_assert_ok(client, snpe_region_new(client, 4096, &region));
    ck_assert_uint_eq(snpe_region_size(region), 4096);
    base = snpe_region_base(region);
    made_numbers(base, 16, 1);
    made_numbers(base + 64, 16, 3);
    for (int i = 0; i < 3; i++) {
        const struct snpe_input in[] = {snpe_in_region("a", region, 0, 64),
                                        snpe_in_region("b", region, 256, 64)};
        float diff[16];
        const struct snpe_output out[] = {snpe_out_region("sum", region, 512, 64),
                                          snpe_out("half/diff", diff, 64)};

        ck_assert_ok(client, snpe_run(pair, in, 2, out, 2, NULL, NULL));
        ck_assert_float_eq(base[128 + 5], 14);
        ck_assert_float_eq(diff[5], -1);
    }
    ck_assert_uint_eq(fake_count(&fake, METHOD_REGION_ADD), 1);
    snpe_region_free(region);
    ck_assert_ok(client, snpe_ping(client));
    ck_assert_uint_eq(fake.n_live_regions, 0);
    end();
}
END_TEST

START_TEST(memory_of_the_callers_own_is_imported)
{
    int fd = memfd_create("mine", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    struct snpe_region *region = NULL;
    struct snpe_network *echo;
    float x[FAKE_WIDTH], y[FAKE_WIDTH];
    struct snpe_input in = snpe_in("x", x, sizeof(x));
    struct snpe_output out;

    ck_assert_int_eq(ftruncate(fd, 4096), 0);
    ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW), 0);
    begin();
    echo = made_network(client, "echo");
    ck_assert_refused(client, snpe_region_import(client, -1, 4096, &region), -EBADF, "fd -1");
    ck_assert_ok(client, snpe_region_import(client, fd, 4096, &region));
    ck_assert_ptr_null(snpe_region_base(region));
    made_numbers(x, FAKE_WIDTH, 5);
    out = snpe_out_region("y", region, 64, sizeof(y));
    ck_assert_ok(client, snpe_run(echo, &in, 1, &out, 1, NULL, NULL));
    ck_assert_int_eq(pread(fd, y, sizeof(y), 64), sizeof(y));
    ck_assert_mem_eq(x, y, sizeof(y));
    close(fd);
    end();
}
END_TEST

START_TEST(plain_memory_beyond_a_message_travels_through_a_staging_region)
{
    enum { N = 100000 };
    float *x = malloc(N * sizeof(float)), *y = calloc(N, sizeof(float));
    struct snpe_input in = snpe_in("x", x, N * sizeof(float));
    struct snpe_output out = snpe_out("y", y, N * sizeof(float));
    struct snpe_run_result result;
    struct snpe_counters counters;
    struct snpe_network *echo;

    begin();
    echo = made_echo(client, N);
    for (int i = 0; i < 3; i++) {
        made_numbers(x, N, (float)i);
        ck_assert_ok(client, snpe_run(echo, &in, 1, &out, 1, NULL, &result));
        ck_assert_mem_eq(x, y, N * sizeof(float));
        ck_assert_uint_eq(result.staged_bytes, 2 * N * sizeof(float));
    }
    snpe_get_counters(client, &counters);
    ck_assert_uint_eq(counters.staged_regions, 1);
    ck_assert_uint_eq(counters.staged_bytes, 6 * N * sizeof(float));
    ck_assert_uint_eq(counters.inline_bytes, 0);
    ck_assert_uint_eq(fake_count(&fake, METHOD_REGION_ADD), 1);
    snpe_network_free(echo);
    ck_assert_ok(client, snpe_ping(client));
    ck_assert_uint_eq(fake.n_live_regions, 0);
    ck_assert_uint_eq(fake.n_live_networks, 0);
    free(x);
    free(y);
    end();
}
END_TEST

/* The sizes around which a tensor no longer fits into a message. */
START_TEST(at_the_border_of_a_message_every_size_works)
{
    static float x[FAKE_FRAME], y[FAKE_FRAME];
    uint32_t most = FAKE_FRAME / sizeof(float);

    begin();
    for (uint32_t n = most - 512; n < most + 64; n += 13) {
        struct snpe_network *echo = made_echo(client, n);
        struct snpe_input in = snpe_in("x", x, n * sizeof(float));
        struct snpe_output out = snpe_out("y", y, n * sizeof(float));

        made_numbers(x, n, (float)n);
        ck_assert_ok(client, snpe_run(echo, &in, 1, &out, 1, NULL, NULL));
        ck_assert_mem_eq(x, y, n * sizeof(float));
        snpe_network_free(echo);
    }
    end();
}
END_TEST

START_TEST(what_does_not_fit_the_network_is_said_before_it_is_sent)
{
    float x[FAKE_WIDTH], y[FAKE_WIDTH];
    struct snpe_input in = snpe_in("x", x, sizeof(x));
    struct snpe_output out = snpe_out("y", y, sizeof(y));
    struct snpe_network *echo;

    begin();
    echo = made_network(client, "echo");
    in.name = "image";
    ck_assert_refused(client, snpe_run(echo, &in, 1, &out, 1, NULL, NULL), SNPE_E_NO_TENSOR,
                      "no input 'image': it has x");
    in = snpe_in("x", x, 60);
    ck_assert_refused(client, snpe_run(echo, &in, 1, &out, 1, NULL, NULL), SNPE_E_TENSOR_SIZE,
                      "'x' has 64 bytes (float32 1x16), 60 were given");
    in = snpe_in("x", NULL, 64);
    ck_assert_refused(client, snpe_run(echo, &in, 1, &out, 1, NULL, NULL), -EINVAL,
                      "either memory or a region");
    in = snpe_in("x", x, 64);
    ck_assert_refused(client, snpe_run(echo, &in, 1, &out, 0, NULL, NULL), -EINVAL,
                      "without outputs");
    ck_assert_refused(client, snpe_run(echo, &in, 1, &out, 2, NULL, NULL), SNPE_E_NO_TENSOR,
                      "has 1 outputs, 2 were given");
    ck_assert_uint_eq(fake_count(&fake, METHOD_RUN), 0);
    end();
}
END_TEST

START_TEST(a_span_must_lie_in_its_region)
{
    float x[FAKE_WIDTH];
    struct snpe_input in = snpe_in("x", x, sizeof(x));
    struct snpe_region *region = NULL;
    struct snpe_network *echo;

    begin();
    echo = made_network(client, "echo");
    ck_assert_ok(client, snpe_region_new(client, 100, &region));
    for (uint64_t offset = 1; offset < 400; offset += 63) {
        struct snpe_output out = snpe_out_region("y", region, offset, 64);

        ck_assert_int_eq(snpe_run(echo, &in, 1, &out, 1, NULL, NULL), SNPE_E_REGION_BOUNDS);
    }
    struct snpe_output far = snpe_out_region("y", region, UINT64_MAX - 63, 64);
    ck_assert_refused(client, snpe_run(echo, &in, 1, &far, 1, NULL, NULL), SNPE_E_REGION_BOUNDS,
                      "ends outside its region");
    end();
}
END_TEST

START_TEST(the_daemons_sentence_is_the_callers)
{
    struct snpe_network *network = NULL;

    begin();
    ck_assert_refused(client, snpe_load(client, "none", NULL, &network), SNPE_E_NO_MODEL,
                      "no model of that name: load it from a file");
    ck_assert_ptr_null(network);
    ck_assert_str_eq(snpe_error_name(SNPE_E_NO_MODEL), "no-model");
    ck_assert_int_eq(snpe_retryable(SNPE_E_NO_MODEL), 0);
    ck_assert_int_eq(snpe_retryable(SNPE_E_QUEUE_FULL), 1);
    ck_assert_refused(client, snpe_load_file(client, "m", "no/such.dlc", NULL, &network), -ENOENT,
                      "'no/such.dlc'");
    ck_assert_refused(client, snpe_unload(client, "none"), SNPE_E_NO_MODEL, "no model");
    end();
}
END_TEST

START_TEST(loads_are_checked_before_they_are_sent)
{
    const struct snpe_named_dims deep = {"x", {7, {1}}};
    const char *const runtimes[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i"};
    struct snpe_load_options options = {.size = sizeof(options), .input_dims = &deep};
    struct snpe_network *network = NULL;
    char name[300];

    begin();
    options.n_input_dims = 1;
    ck_assert_refused(client, snpe_load(client, "echo", &options, &network), -EINVAL, "rank 7");
    options.n_input_dims = 0;
    options.runtimes = runtimes;
    options.n_runtimes = 9;
    ck_assert_refused(client, snpe_load(client, "echo", &options, &network), -EINVAL,
                      "9 runtimes: a load takes at most 8");
    options.n_runtimes = 2;
    ck_assert_ok(client, snpe_load(client, "echo", &options, &network));
    ck_assert_str_eq(snpe_network_get_info(network)->why, "the first runtime is not here");
    memset(name, 'n', sizeof(name));
    name[299] = '\0';
    ck_assert_refused(client, snpe_load(client, name, NULL, &network), -EINVAL, "255 bytes");
    ck_assert_refused(client, snpe_load(client, "", NULL, &network), -EINVAL, "needs a name");
    end();
}
END_TEST

START_TEST(a_file_goes_by_fd)
{
    struct snpe_network *first = NULL, *second = NULL;

    suite_write("m.dlc", "twelve bytes", 12);
    begin();
    ck_assert_ok(client, snpe_load_file(client, "mine", "m.dlc", NULL, &first));
    ck_assert_str_eq(snpe_network_get_info(first)->name, "mine");
    ck_assert_ok(client, snpe_load(client, "mine", NULL, &second));
    ck_assert_str_eq(snpe_network_get_info(first)->digest, snpe_network_get_info(second)->digest);
    ck_assert_ok(client, snpe_unload(client, "mine"));
    suite_remove("m.dlc");
    end();
}
END_TEST

START_TEST(lists_and_figures_come_whole)
{
    struct snpe_models *models = NULL;
    struct snpe_model_info *info = NULL;
    struct snpe_daemon_stats *stats = NULL;

    begin();
    ck_assert_ok(client, snpe_list(client, &models));
    ck_assert_uint_eq(models->n_models, 2);
    ck_assert_str_eq(models->models[0]->name, "echo");
    ck_assert_int_eq(models->models[0]->keep, 1);
    ck_assert_uint_eq(models->models[0]->runs, 42);
    ck_assert_str_eq(models->models[1]->error, "layer 'conv1' is of no known type");
    ck_assert_ok(client, snpe_info(client, "echo", &info));
    ck_assert_str_eq(info->version, "v1.2");
    ck_assert_str_eq(info->networks[0]->outputs[0]->name, "y");
    ck_assert_uint_eq(info->networks[0]->macs, 5000000);
    ck_assert_refused(client, snpe_info(client, "none", &info), SNPE_E_NO_MODEL, "no model");
    ck_assert_ok(client, snpe_stats(client, &stats));
    ck_assert_str_eq(stats->state, "ready");
    ck_assert_str_eq(stats->devices[0]->name, "cpu");
    ck_assert_uint_eq(stats->devices[0]->jobs, 42);
    snpe_free(models);
    snpe_free(info);
    snpe_free(stats);
    snpe_free(NULL);
    end();
}
END_TEST

static void *fail_elsewhere(void *context)
{
    struct snpe_network *network;

    (void)context;
    ck_assert_int_eq(snpe_load(client, "other", NULL, &network), SNPE_E_NO_MODEL);
    return NULL;
}

START_TEST(a_thread_keeps_its_own_sentence)
{
    struct snpe_network *network;
    pthread_t thread;

    begin();
    ck_assert_int_eq(snpe_load(client, "", NULL, &network), -EINVAL);
    for (int i = 0; i < 20; i++) {
        ck_assert_int_eq(pthread_create(&thread, NULL, fail_elsewhere, NULL), 0);
        ck_assert_int_eq(pthread_join(thread, NULL), 0);
    }
    ck_assert_str_eq(snpe_last_error(client), "a load needs a name for the model");
    end();
}
END_TEST

START_TEST(a_child_is_told_to_make_its_own)
{
    pid_t child;
    int status;

    begin();
    ck_assert_ptr_nonnull(made_network(client, "echo"));
    ck_assert_int_ge(snpe_fd(client), 0);
    pthread_mutex_lock(&client->lock); /* as if another thread were in the middle of a call */
    child = fork();
    if (child != 0)
        pthread_mutex_unlock(&client->lock);
    if (child == 0) {
        int r = snpe_ping(client);

        snpe_client_free(client);
        _exit(r == SNPE_E_STATE ? 7 : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(WEXITSTATUS(status), 7);
    ck_assert_ok(client, snpe_ping(client)); /* the child's going did not touch the connection */
    ck_assert_uint_eq(fake_count(&fake, METHOD_UNLOAD), 0);
    end();
}
END_TEST

SUITE(without_a_daemon_the_sentence_names_the_socket_and_what_to_do, options_are_checked_and_grow,
      the_variable_names_the_socket, a_network_tells_what_it_is,
      tensors_are_found_by_name_and_by_order, regions_are_read_and_written_in_place,
      memory_of_the_callers_own_is_imported,
      plain_memory_beyond_a_message_travels_through_a_staging_region,
      at_the_border_of_a_message_every_size_works,
      what_does_not_fit_the_network_is_said_before_it_is_sent, a_span_must_lie_in_its_region,
      the_daemons_sentence_is_the_callers, loads_are_checked_before_they_are_sent,
      a_file_goes_by_fd, lists_and_figures_come_whole, a_thread_keeps_its_own_sentence,
      a_child_is_told_to_make_its_own);
