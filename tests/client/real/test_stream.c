/* Streams of the library against snped itself: what is dropped, what a restart does. */
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "client/snpe-client.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

#define N        16
#define N_PUSHED 6
#define CALL(call)                                                                                 \
    do {                                                                                           \
        int _r = (call);                                                                           \
        ck_assert_msg(_r == 0, "%s: %d: %s", #call, _r, snpe_last_error(client));                  \
    } while (0)

static struct house house;
static struct snpe_client *client;
static struct snpe_network *pair;

/* p becomes b of the next frame: q is the frame before. skel_b holds a run while "hold.held" is
 * there. */
static void begin(void)
{
    static const char *const outputs[] = {"p", "q"}, *const runtimes[] = {"skel_b"};
    const struct snpe_load_options load = {.size = sizeof(load),
                                           .runtimes = runtimes,
                                           .n_runtimes = 1,
                                           .outputs = outputs,
                                           .n_outputs = 2};
    struct snpe_client_options options = {.size = sizeof(options), .name = "test"};
    struct buf dlc;

    house_open(&house,
               suite_text("[runtime skel_b]\noptions = ops=all wedge=%s\n", suite_path("hold")));
    made_pair(N, &dlc);
    suite_write(suite_path("pair.dlc"), dlc.base, dlc.size);
    buf_done(&dlc);
    options.socket = house.socket;
    ck_assert_int_eq(snpe_client_new(&options, &client), 0);
    CALL(snpe_load_file(client, "pair", suite_path("pair.dlc"), &load, &pair));
}

static void end(void)
{
    snpe_client_free(client);
    suite_remove("pair.dlc");
    house_close(&house);
}

static struct snpe_stream *open_stream(void)
{
    const struct snpe_carry carry = {"p", "b"};
    const struct snpe_stream_options options = {
        .size = sizeof(options), .carry = &carry, .n_carry = 1};
    struct snpe_stream *stream = NULL;

    CALL(snpe_stream_open(pair, &options, &stream));
    return stream;
}

struct pushed {
    float a[N], q[N];
    int n_told, error;
    struct snpe_push_result result;
};

static void on_pushed(void *user, int error, const struct snpe_push_result *result)
{
    struct pushed *pushed = user;

    pushed->n_told++;
    pushed->error = error;
    pushed->result = *result;
}

static void push(struct snpe_stream *stream, struct pushed *pushed, uint64_t frame)
{
    const struct snpe_push_options options = {.size = sizeof(options), .frame = frame};
    const struct snpe_input in = snpe_in("a", pushed->a, sizeof(pushed->a));
    const struct snpe_output out = snpe_out("q", pushed->q, sizeof(pushed->q));

    for (int i = 0; i < N; i++)
        pushed->a[i] = (float)frame;
    CALL(snpe_stream_push(stream, &in, 1, &out, 1, &options, on_pushed, pushed, NULL));
}

static void dispatch_until(const struct pushed *pushed)
{
    struct pollfd fd = {snpe_fd(client), POLLIN, 0};

    while (!pushed->n_told) {
        ck_assert_int_eq(poll(&fd, 1, 20000), 1);
        ck_assert_int_ge(snpe_dispatch(client), 0);
    }
}

static void wait_held(void)
{
    while (access(suite_path("hold.held"), F_OK) < 0)
        poll(NULL, 0, 1);
}

START_TEST(the_newest_frame_is_kept_and_the_others_are_told)
{
    static struct pushed frames[N_PUSHED];
    struct snpe_stream *stream;

    begin();
    stream = open_stream();
    suite_write(suite_path("hold"), "", 0);
    for (uint64_t i = 0; i < N_PUSHED; i++) {
        push(stream, &frames[i], 10 + i);
        if (i == 0)
            wait_held();
    }
    for (int i = 1; i < N_PUSHED - 1; i++) {
        dispatch_until(&frames[i]);
        ck_assert_int_eq(frames[i].error, SNPE_E_DROPPED);
        ck_assert_uint_eq(frames[i].result.frame, 10 + (uint64_t)i);
    }
    suite_remove("hold.held");
    dispatch_until(&frames[0]);
    dispatch_until(&frames[N_PUSHED - 1]);
    ck_assert_int_eq(frames[0].error, 0);
    ck_assert_int_eq(frames[N_PUSHED - 1].error, 0);
    ck_assert_float_eq(frames[N_PUSHED - 1].q[N - 1], 10); /* the last that ran before it */
    ck_assert_uint_eq(frames[N_PUSHED - 1].result.dropped, N_PUSHED - 2);
    ck_assert_uint_ge(frames[0].result.age_us, frames[0].result.queue_us);
    end();
}
END_TEST

START_TEST(a_close_calls_back_what_waited)
{
    static struct pushed frames[2];
    struct snpe_stream *stream;

    begin();
    stream = open_stream();
    suite_write(suite_path("hold"), "", 0);
    push(stream, &frames[0], 1);
    wait_held();
    push(stream, &frames[1], 2);
    snpe_stream_close(stream);
    dispatch_until(&frames[1]);
    ck_assert_int_eq(frames[1].error, SNPE_E_CANCELLED);
    suite_remove("hold.held");
    dispatch_until(&frames[0]);
    ck_assert_int_eq(frames[0].error, 0);
    end();
}
END_TEST

static int run(struct snpe_stream *stream, float value, float *q, struct snpe_push_result *ret)
{
    float a[N], all[N];
    const struct snpe_input in = snpe_in(NULL, a, sizeof(a));
    const struct snpe_output out = snpe_out("q", all, sizeof(all));
    int r;

    for (int i = 0; i < N; i++)
        a[i] = value;
    r = snpe_stream_run(stream, &in, 1, &out, 1, NULL, ret);
    *q = all[0];
    return r;
}

START_TEST(after_a_restart_a_stream_goes_on_from_zeros)
{
    struct snpe_push_result result;
    struct snpe_stream *stream;
    float q;

    begin();
    stream = open_stream();
    CALL(run(stream, 3, &q, &result));
    CALL(run(stream, 4, &q, &result));
    ck_assert_float_eq(q, 3);
    house_close(&house);
    house_open(&house, "[runtime skel_b]\noptions = ops=all\n");
    CALL(run(stream, 5, &q, &result));
    ck_assert_float_eq(q, 0);
    ck_assert_int_eq(result.restarted, 1);
    CALL(snpe_stream_reset(stream));
    CALL(run(stream, 6, &q, &result));
    ck_assert_float_eq(q, 0);
    ck_assert_int_eq(result.restarted, 0);
    end();
}
END_TEST

SUITE(the_newest_frame_is_kept_and_the_others_are_told, a_close_calls_back_what_waited,
      after_a_restart_a_stream_goes_on_from_zeros);
