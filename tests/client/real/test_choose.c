/* Classes and any_of through the library, against snped itself. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "client/snpe-client.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

#define N 4

static struct house house;
static struct snpe_client *client;
static struct snpe_network *quick, *slow;

#define CALL(call)                                                                                 \
    do {                                                                                           \
        int _r = (call);                                                                           \
        ck_assert_msg(_r == 0, "%s: %d: %s", #call, _r, snpe_last_error(client));                  \
    } while (0)

/* CALL fails with CODE, and WORDS are in the sentence. */
#define REFUSED(call, code, words)                                                                 \
    do {                                                                                           \
        ck_assert_int_eq(call, code);                                                              \
        ck_assert_msg(strstr(snpe_last_error(client), words) != NULL, "%s",                        \
                      snpe_last_error(client));                                                    \
    } while (0)

static struct snpe_network *load(const char *runtime, uint32_t n)
{
    const struct snpe_named_dims dims = {"x", {2, {1, n}}};
    const struct snpe_load_options options = {.size = sizeof(options),
                                              .runtimes = &runtime,
                                              .n_runtimes = 1,
                                              .input_dims = &dims,
                                              .n_input_dims = 1};
    struct snpe_network *network = NULL;

    CALL(snpe_load_file(client, "relu", suite_path("relu.dlc"), &options, &network));
    return network;
}

static void begin(const char *more)
{
    struct snpe_client_options options = {.size = sizeof(options), .name = "test"};

    house_open(&house, suite_text("[runtime skel_a]\noptions = ops=all\n"
                                  "[runtime skel_b]\noptions = ops=all delay_us=100000\n%s",
                                  more));
    made_relu_file(suite_path("relu.dlc"), N, "one");
    options.socket = house.socket;
    ck_assert_int_eq(snpe_client_new(&options, &client), 0);
    quick = load("skel_a", N);
    slow = load("skel_b", N);
}

static void end(void)
{
    snpe_client_free(client);
    suite_remove("relu.dlc");
    house_close(&house);
}

static int run_as(const char *job_class, struct snpe_network *const *any_of, uint32_t n,
                  struct snpe_run_result *ret)
{
    const struct snpe_run_options options = {
        .size = sizeof(options), .job_class = job_class, .any_of = any_of, .n_any_of = n};
    float x[N], want[N], y[N];
    const struct snpe_input in = snpe_in("x", x, sizeof(x));
    const struct snpe_output out = snpe_out("y", y, sizeof(y));
    int r;

    made_numbers(x, want, N, 0);
    r = snpe_run(slow, &in, 1, &out, 1, &options, ret);
    if (r == 0)
        ck_assert_mem_eq(y, want, sizeof(y));
    return r;
}

START_TEST(the_sooner_network_runs_and_the_result_says_which)
{
    struct snpe_run_result result;

    begin("");
    CALL(run_as(NULL, &quick, 1, &result));
    ck_assert_ptr_eq(result.network, quick);
    CALL(run_as("realtime", NULL, 0, &result));
    ck_assert_ptr_eq(result.network, slow);
    end();
}
END_TEST

START_TEST(a_class_that_is_none_or_not_this_users_is_refused)
{
    struct snpe_run_result result;

    begin(suite_text("[policy]\nbatch_users = %u\n", (unsigned)getuid()));
    REFUSED(run_as("urgent", NULL, 0, &result), SNPE_E_BAD_PARAMS, "no class 'urgent'");
    REFUSED(run_as("realtime", NULL, 0, &result), SNPE_E_DENIED, "batch_users");
    CALL(run_as("batch", NULL, 0, &result));
    CALL(run_as(NULL, NULL, 0, &result));
    end();
}
END_TEST

START_TEST(networks_that_cannot_stand_for_it_or_are_too_many_are_refused)
{
    struct snpe_network *many[17], *wide;
    struct snpe_run_result result;

    begin("");
    wide = load("skel_a", 2 * N);
    REFUSED(run_as(NULL, &wide, 1, &result), SNPE_E_TENSOR_SIZE, "other inputs or outputs");
    for (int i = 0; i < 17; i++)
        many[i] = i ? slow : quick;
    REFUSED(run_as(NULL, many, 17, &result), SNPE_E_BAD_PARAMS, "17 networks, 16 are the most");
    CALL(run_as(NULL, many, 16, &result));
    ck_assert_ptr_eq(result.network, quick);
    end();
}
END_TEST

START_TEST(a_network_of_another_client_is_refused)
{
    struct snpe_client_options options = {.size = sizeof(options), .socket = NULL};
    struct snpe_network *theirs = NULL;
    struct snpe_client *other = NULL;
    struct snpe_run_result result;

    begin("");
    options.socket = house.socket;
    ck_assert_int_eq(snpe_client_new(&options, &other), 0);
    ck_assert_int_eq(snpe_load(other, "relu", NULL, &theirs), 0);
    REFUSED(run_as(NULL, &theirs, 1, &result), SNPE_E_BAD_PARAMS, "belongs to another client");
    snpe_client_free(other);
    end();
}
END_TEST

START_TEST(after_a_restart_all_of_them_are_loaded_again)
{
    struct snpe_run_result result;

    begin("");
    CALL(run_as(NULL, &quick, 1, &result));
    proc_signal(house.proc, SIGKILL);
    proc_finish(house.proc, -SIGKILL);
    house_open(&house, "[runtime skel_a]\noptions = ops=all\n"
                       "[runtime skel_b]\noptions = ops=all delay_us=100000\n");
    CALL(run_as(NULL, &quick, 1, &result));
    ck_assert_ptr_eq(result.network, quick);
    end();
}
END_TEST

SUITE(the_sooner_network_runs_and_the_result_says_which,
      a_class_that_is_none_or_not_this_users_is_refused,
      networks_that_cannot_stand_for_it_or_are_too_many_are_refused,
      a_network_of_another_client_is_refused, after_a_restart_all_of_them_are_loaded_again);
