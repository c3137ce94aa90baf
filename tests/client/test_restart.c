/* Daemons that go away and come back. */
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "base/error.h"
#include "client/client.h"
#include "tests/client/made.h"

static struct fake fake;
static struct snpe_client *client;
static float x[FAKE_WIDTH], y[FAKE_WIDTH];
static const struct snpe_input in = {"x", x, NULL, 0, sizeof(x), {0}};
static const struct snpe_output out = {"y", y, NULL, 0, sizeof(y), {0}};

static void begin(void)
{
    fake_start(&fake, "sock");
    client = made_client(&fake);
}

static void restart(void)
{
    fake_stop(&fake);
    fake_again(&fake);
}

static void end(void)
{
    snpe_client_free(client);
    fake_end(&fake);
}

START_TEST(networks_and_regions_are_registered_again_by_their_next_use)
{
    struct snpe_region *region = NULL;
    struct snpe_network *echo, *unused;
    struct snpe_counters counters;
    struct snpe_input from;

    begin();
    echo = made_network(client, "echo");
    unused = made_network(client, "pair");
    ck_assert_ok(client, snpe_region_new(client, 4096, &region));
    from = snpe_in_region("x", region, 64, sizeof(x));
    for (int i = 0; i < 5; i++) {
        made_numbers((float *)snpe_region_base(region) + 16, FAKE_WIDTH, (float)i);
        ck_assert_ok(client, snpe_run(echo, &from, 1, &out, 1, NULL, NULL));
        ck_assert_float_eq(y[3], (float)(i + 3));
        restart();
    }
    ck_assert_uint_eq(fake_count(&fake, METHOD_LOAD), 6); /* the unused one once */
    ck_assert_uint_eq(fake_count(&fake, METHOD_REGION_ADD), 5);
    snpe_get_counters(client, &counters);
    ck_assert_uint_eq(counters.connects, 5);
    snpe_network_free(unused);
    snpe_region_free(region);
    end();
}
END_TEST

START_TEST(a_staging_region_survives_a_restart)
{
    enum { N = 20000 };
    static float big[N], back[N];
    const struct snpe_input from = snpe_in("x", big, sizeof(big));
    const struct snpe_output to = snpe_out("y", back, sizeof(back));
    struct snpe_network *echo;

    begin();
    echo = made_echo(client, N);
    for (int i = 0; i < 3; i++) {
        made_numbers(big, N, (float)i);
        ck_assert_ok(client, snpe_run(echo, &from, 1, &to, 1, NULL, NULL));
        ck_assert_mem_eq(big, back, sizeof(big));
        restart();
    }
    end();
}
END_TEST

START_TEST(a_network_whose_model_is_another_one_now_is_stale)
{
    struct snpe_network *echo;

    begin();
    echo = made_network(client, "echo");
    fake_stop(&fake);
    fake.digest = 'b';
    fake_again(&fake);
    for (int i = 0; i < 3; i++)
        ck_assert_refused(client, snpe_run(echo, &in, 1, &out, 1, NULL, NULL), SNPE_E_STALE,
                          "has another model under the name 'echo' now");
    ck_assert_uint_eq(fake_count(&fake, METHOD_LOAD), 2); /* it is not asked for again and again */
    ck_assert_int_eq(snpe_retryable(SNPE_E_STALE), 0);
    snpe_network_free(echo);
    echo = made_network(client, "echo");
    ck_assert_ok(client, snpe_run(echo, &in, 1, &out, 1, NULL, NULL));
    end();
}
END_TEST

/* Answers LOAD and is gone before the client can look: what it then sends fails. */
static bool answer_and_go(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    (void)context;
    if (frame->head.method != METHOD_LOAD)
        return false;
    pthread_mutex_lock(&client->lock);
    fake_answer(conn, frame);
    fake_close(conn);
    pthread_mutex_unlock(&client->lock);
    return true;
}

START_TEST(a_stale_answer_of_a_daemon_that_is_gone_by_then_is_still_one)
{
    struct snpe_network *echo;

    begin();
    echo = made_network(client, "echo");
    fake_stop(&fake);
    fake.digest = 'b';
    fake.hook = answer_and_go;
    fake_again(&fake);
    ck_assert_int_eq(snpe_run(echo, &in, 1, &out, 1, NULL, NULL), SNPE_E_STALE);
    end();
}
END_TEST

START_TEST(a_model_from_a_file_is_handed_over_again)
{
    const struct snpe_named_dims dims = {"x", {2, {1, 32}}};
    const struct snpe_load_options options = {
        .size = sizeof(options), .input_dims = &dims, .n_input_dims = 1};
    struct snpe_network *first = NULL, *wide = NULL;
    float x32[32] = {1}, y32[32];
    struct snpe_input from = snpe_in("x", x32, sizeof(x32));
    struct snpe_output to = snpe_out("y", y32, sizeof(y32));

    suite_write("m.dlc", "some bytes", 10);
    begin();
    ck_assert_ok(client, snpe_load_file(client, "mine", "m.dlc", NULL, &first));
    ck_assert_ok(client, snpe_load(client, "mine", &options, &wide));
    snpe_network_free(first);
    suite_remove("m.dlc"); /* the library has it open */
    restart();
    ck_assert_ok(client, snpe_run(wide, &from, 1, &to, 1, NULL, NULL));
    ck_assert_float_eq(y32[0], 1);
    end();
}
END_TEST

START_TEST(only_snpe_connect_connects_when_that_was_asked)
{
    struct snpe_client_options options = {.size = sizeof(options), .no_reconnect = 1};
    struct snpe_network *echo;

    fake_start(&fake, "sock");
    options.socket = fake.path;
    ck_assert_int_eq(snpe_client_new(&options, &client), 0);
    echo = made_network(client, "echo");
    restart();
    for (int i = 0; i < 2; i++)
        ck_assert_refused(client, snpe_run(echo, &in, 1, &out, 1, NULL, NULL), SNPE_E_DISCONNECTED,
                          "closed the connection");
    ck_assert_ok(client, snpe_connect(client));
    ck_assert_ok(client, snpe_run(echo, &in, 1, &out, 1, NULL, NULL));
    end();
}
END_TEST

START_TEST(a_daemon_that_stays_away_is_waited_for_as_long_as_was_said)
{
    struct snpe_client_options options = {.size = sizeof(options), .reconnect_ms = 30};

    fake_start(&fake, "sock");
    options.socket = fake.path;
    ck_assert_int_eq(snpe_client_new(&options, &client), 0);
    ck_assert_ok(client, snpe_ping(client));
    fake_stop(&fake);
    ck_assert_refused(client, snpe_ping(client), SNPE_E_DISCONNECTED, "no daemon listens at");
    fake_again(&fake);
    ck_assert_ok(client, snpe_ping(client));
    end();
}
END_TEST

static void *come_back(void *context)
{
    (void)context;
    fake_again(&fake);
    return NULL;
}

START_TEST(a_call_waits_for_a_daemon_that_comes_back_later)
{
    pthread_t thread;

    begin();
    ck_assert_ok(client, snpe_ping(client));
    fake_stop(&fake);
    ck_assert_int_eq(pthread_create(&thread, NULL, come_back, NULL), 0);
    ck_assert_ok(client, snpe_ping(client));
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    end();
}
END_TEST

/* Stops in an orderly way: refuses, and goes when it was asked for LAST calls. */
struct drain {
    uint32_t refused, last;
};

static bool drain(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    struct drain *drain = context;

    if (frame->head.method == METHOD_HELLO || drain->refused == drain->last)
        return false;
    fake_error(conn, &frame->head, E_DRAINING, "the daemon is stopping");
    if (++drain->refused == drain->last)
        fake_close(conn);
    return true;
}

START_TEST(what_a_stopping_daemon_refused_goes_to_the_next_one)
{
    struct drain draining = {.last = 1};
    struct snpe_network *echo;

    begin();
    echo = made_network(client, "echo");
    fake_script(&fake, drain, &draining);
    made_numbers(x, FAKE_WIDTH, 8);
    ck_assert_ok(client, snpe_run(echo, &in, 1, &out, 1, NULL, NULL));
    ck_assert_mem_eq(x, y, sizeof(x));
    ck_assert_uint_eq(fake.n_connections, 2);
    end();
}
END_TEST

/* Dies in so many calls of one method. */
struct deaths {
    uint16_t method;
    uint32_t left;
};

static bool die(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    struct deaths *deaths = context;

    if (frame->head.method != deaths->method || deaths->left == 0)
        return false;
    deaths->left--;
    fake_close(conn);
    return true;
}

START_TEST(a_run_that_was_under_way_is_sent_again_once)
{
    struct deaths deaths = {METHOD_RUN, 1};
    struct snpe_network *echo;

    begin();
    echo = made_network(client, "echo");
    fake_script(&fake, die, &deaths);
    made_numbers(x, FAKE_WIDTH, 3);
    ck_assert_ok(client, snpe_run(echo, &in, 1, &out, 1, NULL, NULL));
    ck_assert_mem_eq(x, y, sizeof(x));
    ck_assert_uint_eq(fake_count(&fake, METHOD_RUN), 2);
    deaths.left = 2;
    ck_assert_int_eq(snpe_run(echo, &in, 1, &out, 1, NULL, NULL), SNPE_E_DISCONNECTED);
    ck_assert_int_eq(snpe_retryable(SNPE_E_DISCONNECTED), 1);
    ck_assert_uint_eq(fake_count(&fake, METHOD_RUN), 4);
    ck_assert_ok(client, snpe_run(echo, &in, 1, &out, 1, NULL, NULL));
    end();
}
END_TEST

START_TEST(an_unload_that_was_under_way_is_not_repeated)
{
    struct deaths deaths = {METHOD_UNLOAD, 1};

    begin();
    ck_assert_ok(client, snpe_ping(client));
    fake_script(&fake, die, &deaths);
    ck_assert_int_eq(snpe_unload(client, "echo"), SNPE_E_DISCONNECTED);
    ck_assert_uint_eq(fake_count(&fake, METHOD_UNLOAD), 1);
    end();
}
END_TEST

SUITE(networks_and_regions_are_registered_again_by_their_next_use,
      a_staging_region_survives_a_restart, a_network_whose_model_is_another_one_now_is_stale,
      a_stale_answer_of_a_daemon_that_is_gone_by_then_is_still_one,
      a_model_from_a_file_is_handed_over_again, only_snpe_connect_connects_when_that_was_asked,
      a_daemon_that_stays_away_is_waited_for_as_long_as_was_said,
      a_call_waits_for_a_daemon_that_comes_back_later,
      what_a_stopping_daemon_refused_goes_to_the_next_one,
      a_run_that_was_under_way_is_sent_again_once, an_unload_that_was_under_way_is_not_repeated);
