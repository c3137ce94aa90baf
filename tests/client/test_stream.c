/* Streams as the library has them, against a fake whose stream adds up its frames. */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/error.h"
#include "tests/client/made.h"

static struct fake fake;
static struct snpe_client *client;
static struct snpe_network *pair;
static struct snpe_stream *stream;
static float a[FAKE_WIDTH], sum[FAKE_WIDTH];
static const struct snpe_input in = {NULL, a, NULL, 0, sizeof(a), {0, 0}};
static const struct snpe_output out = {"sum", sum, NULL, 0, sizeof(sum), {0, 0}};

static int open_with(const char *output)
{
    const struct snpe_carry carry = {output, "b"};
    const struct snpe_stream_options options = {
        .size = sizeof(options), .depth = 2, .policy = "queue", .carry = &carry, .n_carry = 1};

    return snpe_stream_open(pair, &options, &stream);
}

static void begin(void)
{
    fake_start(&fake, "sock");
    client = made_client(&fake);
    pair = made_network(client, "pair");
    ck_assert_ok(client, open_with("sum"));
}

static void end(void)
{
    snpe_client_free(client);
    fake_end(&fake);
}

static int push(float value, uint64_t frame, struct snpe_push_result *ret)
{
    const struct snpe_push_options options = {.size = sizeof(options), .frame = frame};

    for (int i = 0; i < FAKE_WIDTH; i++)
        a[i] = value;
    return snpe_stream_run(stream, &in, 1, &out, 1, &options, ret);
}

static void restart(void)
{
    fake_stop(&fake);
    fake_again(&fake);
}

START_TEST(frames_add_up_until_a_reset)
{
    struct snpe_push_result result;

    begin();
    ck_assert_ok(client, push(1, 70, &result));
    ck_assert_float_eq(sum[0], 1);
    ck_assert_ok(client, push(2, 71, &result));
    ck_assert_float_eq(sum[FAKE_WIDTH - 1], 3);
    ck_assert_uint_eq(result.frame, 71);
    ck_assert_uint_eq(result.age_us, 23);
    ck_assert_uint_eq(result.queue_us, 7);
    ck_assert_uint_eq(result.run_us, 11);
    ck_assert_uint_eq(result.dropped, 3);
    ck_assert_uint_eq(result.job, 99);
    ck_assert_int_eq(result.restarted, 0);
    ck_assert_ok(client, snpe_stream_reset(stream));
    ck_assert_ok(client, push(4, 72, NULL));
    ck_assert_float_eq(sum[0], 4);
    end();
}
END_TEST

START_TEST(what_is_wrong_is_said_before_anything_is_sent)
{
    const struct snpe_carry nameless = {"sum", NULL};
    struct snpe_stream_options options = {.size = sizeof(options), .n_carry = 1};
    const struct snpe_input two[] = {in, in};
    struct snpe_stream *other = NULL;

    begin();
    ck_assert_refused(client, open_with("total"), SNPE_E_NO_TENSOR, "no such tensor");
    ck_assert_refused(client, snpe_stream_open(pair, &options, &other), -EINVAL, "no list of them");
    options.carry = &nameless;
    ck_assert_refused(client, snpe_stream_open(pair, &options, &other), -EINVAL,
                      "pair 0 lacks a name");
    options.n_carry = 1000;
    ck_assert_refused(client, snpe_stream_open(pair, &options, &other), -EINVAL, "at most 64");
    options.size = 0;
    ck_assert_refused(client, snpe_stream_open(pair, &options, &other), -EINVAL, "size is 0");
    ck_assert_ptr_null(other);
    ck_assert_refused(client, snpe_stream_run(stream, two, 2, &out, 1, NULL, NULL),
                      SNPE_E_NO_TENSOR, "has no input 'more'"); /* b is carried */
    ck_assert_refused(client, snpe_stream_run(stream, &in, 1, NULL, 0, NULL, NULL), -EINVAL,
                      "name at least one");
    ck_assert_refused(client, snpe_stream_push(stream, &in, 1, &out, 1, NULL, NULL, NULL, NULL),
                      -EINVAL, "a function to call back");
    ck_assert_uint_eq(fake_count(&fake, METHOD_STREAM_PUSH), 0);
    end();
}
END_TEST

START_TEST(a_stream_is_opened_again_and_its_first_answer_says_so)
{
    struct snpe_push_result result;

    begin();
    ck_assert_ok(client, push(1, 1, &result));
    restart();
    ck_assert_ok(client, push(2, 2, &result));
    ck_assert_float_eq(sum[0], 2); /* the state is lost */
    ck_assert_int_eq(result.restarted, 1);
    ck_assert_ok(client, push(3, 3, &result));
    ck_assert_float_eq(sum[0], 5);
    ck_assert_int_eq(result.restarted, 0);
    restart();
    ck_assert_ok(client, snpe_stream_reset(stream));
    ck_assert_uint_eq(fake_count(&fake, METHOD_STREAM_OPEN), 3);
    ck_assert_uint_eq(fake_count(&fake, METHOD_LOAD), 3);
    end();
}
END_TEST

START_TEST(snpe_connect_opens_streams_too)
{
    begin();
    restart();
    ck_assert_ok(client, snpe_ping(client)); /* which notices, and needs no stream */
    ck_assert_uint_eq(fake_count(&fake, METHOD_STREAM_OPEN), 1);
    ck_assert_ok(client, snpe_connect(client));
    ck_assert_uint_eq(fake_count(&fake, METHOD_STREAM_OPEN), 2);
    ck_assert_ok(client, push(1, 1, NULL));
    ck_assert_uint_eq(fake_count(&fake, METHOD_STREAM_OPEN), 2);
    end();
}
END_TEST

static bool die_in_push(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    int *left = context;

    if (frame->head.method != METHOD_STREAM_PUSH || *left == 0)
        return false;
    --*left;
    fake_close(conn);
    return true;
}

START_TEST(a_frame_of_a_stream_with_a_state_is_not_sent_twice)
{
    struct snpe_push_result result;
    int left = 1;

    begin();
    ck_assert_ok(client, push(1, 1, NULL));
    fake_script(&fake, die_in_push, &left);
    ck_assert_refused(client, push(2, 2, NULL), SNPE_E_DISCONNECTED, "closed the connection");
    ck_assert_uint_eq(fake_count(&fake, METHOD_STREAM_PUSH), 2);
    ck_assert_ok(client, push(3, 3, &result));
    ck_assert_int_eq(result.restarted, 1);
    ck_assert_float_eq(sum[0], 3);
    end();
}
END_TEST

START_TEST(a_frame_of_a_stream_without_a_state_is)
{
    const struct snpe_input both[] = {in, in};
    struct snpe_stream *plain;
    int left = 1;

    begin();
    made_numbers(a, FAKE_WIDTH, 1);
    ck_assert_ok(client, snpe_stream_open(pair, NULL, &plain));
    fake_script(&fake, die_in_push, &left);
    ck_assert_ok(client, snpe_stream_run(plain, both, 2, &out, 1, NULL, NULL));
    ck_assert_float_eq(sum[1], 4);
    ck_assert_uint_eq(fake_count(&fake, METHOD_STREAM_PUSH), 2);
    end();
}
END_TEST

struct told {
    int n, error;
    struct snpe_push_result result;
};

static void on_pushed(void *user, int error, const struct snpe_push_result *result)
{
    struct told *told = user;

    told->n++;
    told->error = error;
    told->result = *result;
}

static void dispatch(const struct told *told, int n)
{
    struct pollfd fd = {snpe_fd(client), POLLIN, 0};

    while (told->n < n) {
        ck_assert_int_eq(poll(&fd, 1, 20000), 1);
        ck_assert_int_ge(snpe_dispatch(client), 0);
    }
}

static int submit(struct told *told, uint64_t frame)
{
    const struct snpe_push_options options = {.size = sizeof(options), .frame = frame};

    return snpe_stream_push(stream, &in, 1, &out, 1, &options, on_pushed, told, NULL);
}

START_TEST(a_pushed_frame_is_called_back_with_its_number)
{
    struct told told = {0};

    begin();
    a[0] = 5;
    ck_assert_ok(client, submit(&told, 41));
    ck_assert_ok(client, submit(&told, 42));
    dispatch(&told, 2);
    ck_assert_int_eq(told.error, 0);
    ck_assert_uint_eq(told.result.frame, 42);
    ck_assert_uint_eq(told.result.age_us, 23);
    ck_assert_float_eq(sum[0], 10);
    end();
}
END_TEST

static bool drop(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    (void)context;
    if (frame->head.method != METHOD_STREAM_PUSH)
        return false;
    fake_error(conn, &frame->head, E_DROPPED, "frame 41 was replaced by frame 42");
    return true;
}

START_TEST(a_dropped_frame_is_called_back_with_its_number_alone)
{
    struct told told = {0};

    begin();
    fake_script(&fake, drop, NULL);
    ck_assert_ok(client, submit(&told, 41));
    dispatch(&told, 1);
    ck_assert_int_eq(told.error, SNPE_E_DROPPED);
    ck_assert_uint_eq(told.result.frame, 41);
    ck_assert_uint_eq(told.result.age_us, 0);
    ck_assert_ptr_nonnull(strstr(snpe_last_error(client), "was replaced by frame 42"));
    end();
}
END_TEST

START_TEST(frames_under_way_end_with_the_connection)
{
    struct told told = {0};
    int left = 1;

    begin();
    fake_script(&fake, die_in_push, &left);
    ck_assert_ok(client, submit(&told, 41));
    dispatch(&told, 1);
    ck_assert_int_eq(told.error, SNPE_E_DISCONNECTED);
    ck_assert_refused(client, submit(&told, 42), SNPE_E_DISCONNECTED, "call snpe_connect");
    ck_assert_ok(client, snpe_connect(client));
    ck_assert_ok(client, submit(&told, 43));
    dispatch(&told, 2);
    ck_assert_int_eq(told.error, 0);
    ck_assert_int_eq(told.result.restarted, 1);
    end();
}
END_TEST

static bool forget(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    int *left = context;

    if (frame->head.method != METHOD_STREAM_PUSH || *left == 0)
        return false;
    --*left;
    fake_error(conn, &frame->head, E_NO_STREAM, "stream 1 was closed");
    return true;
}

START_TEST(a_stream_that_the_daemon_closed_is_opened_again)
{
    struct snpe_push_result result;
    int left = 1;

    begin();
    ck_assert_ok(client, push(1, 1, NULL));
    fake_script(&fake, forget, &left);
    ck_assert_refused(client, push(2, 2, NULL), SNPE_E_NO_STREAM, "was closed");
    ck_assert_ok(client, push(3, 3, &result));
    ck_assert_int_eq(result.restarted, 1);
    ck_assert_float_eq(sum[0], 3);
    end();
}
END_TEST

START_TEST(a_closed_stream_is_the_daemons_no_more)
{
    begin();
    snpe_stream_close(stream);
    snpe_stream_close(NULL);
    ck_assert_ok(client, snpe_ping(client)); /* what was posted before it was read */
    ck_assert_uint_eq(fake_count(&fake, METHOD_STREAM_CLOSE), 1);
    ck_assert_ok(client, open_with("sum"));
    ck_assert_ok(client, push(1, 1, NULL));
    snpe_stream_close(stream);
    snpe_network_free(pair);
    end();
}
END_TEST

START_TEST(a_stream_whose_network_was_freed_is_not_opened_again)
{
    begin();
    snpe_network_free(pair);
    ck_assert_refused(client, push(1, 1, NULL), SNPE_E_NO_MODEL, "the network was freed");
    restart();
    ck_assert_refused(client, push(1, 1, NULL), SNPE_E_NO_MODEL, "the network was freed");
    ck_assert_uint_eq(fake_count(&fake, METHOD_LOAD), 1);
    end();
}
END_TEST

SUITE(frames_add_up_until_a_reset, what_is_wrong_is_said_before_anything_is_sent,
      a_stream_is_opened_again_and_its_first_answer_says_so, snpe_connect_opens_streams_too,
      a_frame_of_a_stream_with_a_state_is_not_sent_twice, a_frame_of_a_stream_without_a_state_is,
      a_pushed_frame_is_called_back_with_its_number,
      a_dropped_frame_is_called_back_with_its_number_alone,
      frames_under_way_end_with_the_connection, a_stream_that_the_daemon_closed_is_opened_again,
      a_closed_stream_is_the_daemons_no_more, a_stream_whose_network_was_freed_is_not_opened_again);
