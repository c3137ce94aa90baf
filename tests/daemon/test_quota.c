/* What one client, and one user, may make the daemon hold. */
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "daemon/quota.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

#define BY_NAME(...) (&(struct caller_load){.fd = -1, __VA_ARGS__})

static void set_limits(struct config *config)
{
    memset(config, 0, sizeof(*config));
    config->quota_session_regions = 2;
    config->quota_user_regions = 3;
    config->quota_sessions = 1;
}

START_TEST(a_charge_counts_at_every_level_and_is_paid_back_once)
{
    struct config config;
    struct quotas quotas;
    struct account *one, *two, *other;
    struct charge charges[4] = {{0}};
    struct fault fault = {""};

    set_limits(&config);
    quotas_init(&quotas, &config);
    ck_assert_int_eq(quotas_account(&quotas, 7, &one), 0);
    ck_assert_int_eq(quotas_account(&quotas, 7, &two), 0);
    ck_assert_int_eq(quotas_account(&quotas, 8, &other), 0);
    ck_assert_int_eq(charge_take(one, QUOTA_REGIONS, 1, &charges[0], &fault), 0);
    ck_assert_int_eq(charge_take(one, QUOTA_REGIONS, 1, &charges[1], &fault), 0);
    ck_assert_uint_eq(account_room(one, QUOTA_REGIONS), 0);
    ck_assert_int_eq(charge_take(one, QUOTA_REGIONS, 1, &charges[2], &fault), E_QUOTA);
    ck_assert_str_eq(fault.text,
                     "this connection has used 2 of its 2 regions, 1 more are too many: "
                     "let go of some, or raise [quota] in snped.conf");
    ck_assert_uint_eq(account_room(two, QUOTA_REGIONS), 1);
    ck_assert_int_eq(charge_take(two, QUOTA_REGIONS, 1, &charges[2], &fault), 0);
    ck_assert_int_eq(charge_take(two, QUOTA_REGIONS, 1, &charges[3], &fault), E_QUOTA);
    ck_assert_ptr_nonnull(strstr(fault.text, "this user has used 3 of its 3"));
    ck_assert_int_eq(charge_take(other, QUOTA_REGIONS, 2, &charges[3], &fault), 0);
    ck_assert_uint_eq(quotas.daemon.used[QUOTA_REGIONS], 5);
    account_unref(one); /* the charges hold it */
    charge_return(&charges[0]);
    charge_return(&charges[0]);
    charge_return(&charges[1]);
    ck_assert_uint_eq(quotas.daemon.used[QUOTA_REGIONS], 3);
    charge_return(&charges[2]);
    charge_return(&charges[3]);
    account_unref(two);
    account_unref(other);
    ck_assert_uint_eq(quotas.daemon.used[QUOTA_REGIONS], 0);
    ck_assert(list_empty(&quotas.users));
}
END_TEST

START_TEST(an_amount_near_the_end_of_numbers_is_refused)
{
    struct config config;
    struct quotas quotas;
    struct account *account;
    struct charge charge = {0}, more = {0};

    set_limits(&config);
    config.quota_session_region_bytes = UINT64_MAX;
    quotas_init(&quotas, &config);
    ck_assert_int_eq(quotas_account(&quotas, 7, &account), 0);
    ck_assert_int_eq(charge_take(account, QUOTA_REGION_BYTES, UINT64_MAX - 1, &charge, NULL), 0);
    ck_assert_int_eq(charge_take(account, QUOTA_REGION_BYTES, 2, &more, NULL), E_QUOTA);
    charge_return(&charge);
    account_unref(account);
}
END_TEST

#define MS 1000000ull

/* Two users' accounts, who get SHARE percent of a device. */
static void share_device(struct quotas *quotas, uint64_t share, struct account **one,
                         struct account **two)
{
    struct config config;

    set_limits(&config);
    config.quota_user_device_share = share;
    quotas_init(quotas, &config);
    ck_assert_int_eq(quotas_account(quotas, 7, one), 0);
    ck_assert_int_eq(quotas_account(quotas, 8, two), 0);
}

START_TEST(who_is_over_its_share_of_a_device_is_lowered_to_batch_until_it_is_below)
{
    struct quotas quotas;
    struct account *one, *two;
    uint64_t now = 5000 * MS;

    share_device(&quotas, 20, &one, &two);
    account_ran(one, DEVICE_CPU, 200 * MS, now); /* all of a second's 20 percent */
    ck_assert_int_eq(quota_class(one, CLASS_INTERACTIVE, DEVICE_CPU, now), CLASS_INTERACTIVE);
    account_ran(one, DEVICE_CPU, 1 * MS, now);
    ck_assert_int_eq(quota_class(one, CLASS_INTERACTIVE, DEVICE_CPU, now), CLASS_BATCH);
    ck_assert_int_eq(quota_class(one, CLASS_REALTIME, DEVICE_CPU, now + 5 * MS - 1), CLASS_BATCH);
    ck_assert_int_eq(quota_class(one, CLASS_BATCH, DEVICE_CPU, now), CLASS_BATCH);
    ck_assert_int_eq(quota_class(one, CLASS_REALTIME, DEVICE_GPU, now), CLASS_REALTIME);
    ck_assert_int_eq(quota_class(two, CLASS_REALTIME, DEVICE_CPU, now), CLASS_REALTIME);
    ck_assert_int_eq(quota_class(NULL, CLASS_REALTIME, DEVICE_CPU, now), CLASS_REALTIME);
    ck_assert_int_eq(quota_class(one, CLASS_REALTIME, DEVICE_CPU, now + 5 * MS), CLASS_REALTIME);
    ck_assert_uint_eq(account_user(one)->n_demoted, 2);
    ck_assert_uint_eq(account_user(one)->n_ran, 2);
    ck_assert_uint_eq(account_user(one)->device_ns[DEVICE_CPU], 201 * MS);
    account_unref(one);
    account_unref(two);
    quotas_done(&quotas);
}
END_TEST

START_TEST(the_share_is_kept_in_the_long_run_and_a_long_job_is_forgiven_after_a_second)
{
    struct quotas quotas;
    struct account *one, *two;
    uint64_t now = 5000 * MS, end = now + 100000 * MS, got = 0;

    share_device(&quotas, 20, &one, &two);
    for (; now < end; now += MS)
        if (quota_class(one, CLASS_INTERACTIVE, DEVICE_CPU, now) == CLASS_INTERACTIVE) {
            account_ran(one, DEVICE_CPU, 7 * MS, now);
            got += 7 * MS;
        }
    ck_assert_uint_ge(got, 20000 * MS);
    ck_assert_uint_le(got, 20000 * MS + 200 * MS + 7 * MS);
    account_ran(two, DEVICE_CPU, 60000 * MS, now);
    ck_assert_int_eq(quota_class(two, CLASS_INTERACTIVE, DEVICE_CPU, now + 999 * MS), CLASS_BATCH);
    ck_assert_int_eq(quota_class(two, CLASS_INTERACTIVE, DEVICE_CPU, now + 1000 * MS),
                     CLASS_INTERACTIVE);
    account_unref(one);
    account_unref(two);
    quotas_done(&quotas);
}
END_TEST

START_TEST(who_comes_back_still_owes_and_without_a_share_nobody_does)
{
    struct quotas quotas;
    struct account *one, *two;
    uint64_t now = 5000 * MS;

    share_device(&quotas, 50, &one, &two);
    account_ran(one, DEVICE_CPU, 600 * MS, now);
    account_unref(one);
    ck_assert_int_eq(quotas_account(&quotas, 7, &one), 0);
    ck_assert_int_eq(quota_class(one, CLASS_INTERACTIVE, DEVICE_CPU, now + 1), CLASS_BATCH);
    quotas.device_share = 100;
    ck_assert_int_eq(quota_class(one, CLASS_REALTIME, DEVICE_CPU, now + 1), CLASS_REALTIME);
    account_unref(one);
    account_unref(two);
    quotas_done(&quotas);
    ck_assert(list_empty(&quotas.users));
}
END_TEST

START_TEST(the_jobs_of_a_user_over_its_share_are_lowered_and_counted)
{
    static const float x[4] = {0};
    static struct ps_result ps; /* as large as a stack may be */
    const struct ps_params params = {0};
    struct house house;
    struct caller caller;
    struct caller_loaded loaded;

    house_open(&house, "[quota]\nuser_device_share = 1\n"
                       "[runtime skel_a]\noptions = ops=all delay_us=30000\n");
    made_relu_file(suite_path("models/relu"), 4, "one");
    caller_open(&caller, house.socket);
    ck_assert_answers(&caller,
                      caller_load(&caller, BY_NAME(.name = "relu", .runtime = "skel_a"), &loaded));
    for (int i = 0; i < 3;
         i++) /* the first owes a second's share, the others come before it ends */
        ck_assert_answers(&caller,
                          caller_run(&caller, &(struct caller_run){.network = loaded.network,
                                                                   .in = x,
                                                                   .in_size = sizeof(x)}));
    ck_assert_int_eq(pack_ps_params(&params, &caller.map), 0);
    ck_assert_answers(&caller,
                      caller_answer(&caller, caller_send(&caller, METHOD_PS, NULL, 0, -1)));
    ck_assert_int_eq(unpack_ps_result(caller.frame.map, caller.frame.map_size, &ps, NULL), 0);
    ck_assert_uint_eq(ps.n_sessions, 1);
    ck_assert_uint_ge(ps.sessions[0].demoted, 1);
    ck_assert_uint_le(ps.sessions[0].demoted, 2);
    ck_assert_uint_ge(ps.sessions[0].user_device_us, 90000);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(regions_are_bounded_by_number_and_bytes)
{
    struct house house;
    struct caller caller;
    uint32_t region, last = 0;
    int fd = made_memfd(NULL, 4096, 1);

    house_open(&house, "[quota]\nsession_regions = 2\nsession_region_bytes = 6000\n");
    caller_open(&caller, house.socket);
    ck_assert_answers(&caller, caller_region_add(&caller, fd, 4096, &region));
    ck_assert_refused(&caller, caller_region_add(&caller, fd, 4096, &last), E_QUOTA,
                      "this connection has used 4096 of its 6000 bytes of regions, 4096 more");
    ck_assert_answers(&caller, caller_region_add(&caller, fd, 64, &last));
    ck_assert_refused(&caller, caller_region_add(&caller, fd, 64, &last), E_QUOTA,
                      "2 of its 2 regions");
    ck_assert_answers(&caller, caller_region_drop(&caller, region));
    ck_assert_answers(&caller, caller_region_add(&caller, fd, 4096, &region));
    close(fd);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(networks_and_their_bytes_are_bounded_and_paid_back)
{
    struct house house;
    struct caller caller;
    struct caller_loaded loaded;

    house_open(&house, "[quota]\nsession_networks = 2\nsession_model_bytes = 16K\n");
    made_relu_file(suite_path("models/relu"), 16, "one");
    caller_open(&caller, house.socket);
    for (int round = 0; round < 20; round++) {
        ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "relu"), &loaded));
        ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "relu", .n = 4), NULL));
        ck_assert_refused(&caller, caller_load(&caller, BY_NAME(.name = "relu", .n = 5), NULL),
                          E_QUOTA, "2 of its 2 networks");
        ck_assert_answers(&caller, caller_unload(&caller, loaded.network + 1, NULL));
        ck_assert_refused(&caller, caller_load(&caller, BY_NAME(.name = "relu", .n = 4096), NULL),
                          E_QUOTA, "bytes of models");
        ck_assert_answers(&caller, caller_unload(&caller, loaded.network, NULL));
    }
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_file_beyond_the_share_is_not_read)
{
    struct house house;
    struct caller caller;
    struct buf large = {0};

    house_open(&house, "[quota]\nsession_model_bytes = 8K\n");
    ck_assert_int_eq(buf_reserve(&large, 9000), 0);
    memset(large.base, 0, 9000);
    suite_write(suite_path("models/large"), large.base, 9000);
    caller_open(&caller, house.socket);
    ck_assert_refused(&caller, caller_load(&caller, BY_NAME(.name = "large"), NULL), E_QUOTA,
                      "larger than the 8192 bytes of models that are left");
    buf_done(&large);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(names_of_models_are_bounded)
{
    struct house house;
    struct caller caller;

    house_open(&house, "[quota]\nmodels = 1\n");
    made_relu_file(suite_path("models/one"), 16, "one");
    made_relu_file(suite_path("models/two"), 16, "two");
    caller_open(&caller, house.socket);
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "one"), NULL));
    ck_assert_refused(&caller, caller_load(&caller, BY_NAME(.name = "two"), NULL), E_QUOTA,
                      "1 names of models are in use");
    ck_assert_answers(&caller, caller_unload(&caller, 0, "one"));
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "two"), NULL));
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(calls_in_flight_are_bounded)
{
    static const float x[4] = {0};
    struct house house;
    struct caller caller;
    struct caller_loaded loaded;
    struct caller_run run = {.in = x, .in_size = sizeof(x)};
    uint32_t first, second;

    house_open(&house, "[quota]\nsession_calls = 2\n"
                       "[runtime skel_a]\noptions = ops=all delay_us=100000\n");
    made_relu_file(suite_path("models/relu"), 4, "one");
    caller_open(&caller, house.socket);
    ck_assert_answers(&caller,
                      caller_load(&caller, BY_NAME(.name = "relu", .runtime = "skel_a"), &loaded));
    run.network = loaded.network;
    first = caller_send_run(&caller, &run);
    second = caller_send_run(&caller, &run);
    ck_assert_refused(&caller, caller_run(&caller, &run), E_QUOTA,
                      "2 of its 2 calls not yet answered");
    ck_assert_answers(&caller, caller_answer(&caller, first));
    ck_assert_answers(&caller, caller_answer(&caller, second));
    ck_assert_answers(&caller, caller_run(&caller, &run));
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_connection_too_many_is_told_so_and_room_comes_back)
{
    struct house house;
    struct caller one, two;

    house_open(&house, "[quota]\nsessions = 1\n");
    caller_open(&one, house.socket);
    caller_connect(&two, house.socket);
    ck_assert_refused(&two, caller_hello(&two, 1, 1), E_QUOTA, "1 of its 1 connections");
    ck_assert(caller_is_closed(&two));
    caller_close(&two);
    ck_assert_answers(&one, caller_ping(&one));
    caller_close(&one);
    for (int code = E_QUOTA; code;) { /* until it has seen the first go */
        caller_connect(&two, house.socket);
        code = caller_hello(&two, 1, 1);
        caller_close(&two);
    }
    house_close(&house);
}
END_TEST

START_TEST(a_flood_of_silent_connections_keeps_nobody_out_for_long)
{
    struct house house;
    struct caller *guests = calloc(200, sizeof(*guests)), caller;

    house_open(&house, "[quota]\nsessions = 8\n[daemon]\nhello_timeout = 50ms\n");
    ck_assert_ptr_nonnull(guests);
    proc_expect_log(house.proc, "did not say hello in time");
    for (int i = 0; i < 200; i++)
        caller_connect(&guests[i], house.socket);
    for (int i = 0; i < 200; i++) {
        ck_assert(caller_is_closed(&guests[i]));
        caller_close(&guests[i]);
    }
    caller_open(&caller, house.socket);
    caller_close(&caller);
    free(guests);
    house_close(&house);
}
END_TEST

SUITE(a_charge_counts_at_every_level_and_is_paid_back_once,
      an_amount_near_the_end_of_numbers_is_refused,
      who_is_over_its_share_of_a_device_is_lowered_to_batch_until_it_is_below,
      the_share_is_kept_in_the_long_run_and_a_long_job_is_forgiven_after_a_second,
      who_comes_back_still_owes_and_without_a_share_nobody_does,
      the_jobs_of_a_user_over_its_share_are_lowered_and_counted,
      regions_are_bounded_by_number_and_bytes, networks_and_their_bytes_are_bounded_and_paid_back,
      a_file_beyond_the_share_is_not_read, names_of_models_are_bounded, calls_in_flight_are_bounded,
      a_connection_too_many_is_told_so_and_room_comes_back,
      a_flood_of_silent_connections_keeps_nobody_out_for_long);
