/* One client, many threads. */
#include <pthread.h>
#include <string.h>

#include "base/error.h"
#include "tests/client/made.h"

#define N_THREADS 16
#define N_RUNS    200
#define N_LARGE   20000 /* floats: more than a message of the fake's */

static struct fake fake;
static struct snpe_client *client;
static struct snpe_network *pair, *large;

static void begin(fake_hook hook, void *context)
{
    fake.hook = hook;
    fake.context = context;
    fake_start(&fake, "sock");
    client = made_client(&fake);
    pair = made_network(client, "pair");
    large = made_echo(client, N_LARGE);
}

static void end(void)
{
    snpe_client_free(client);
    fake_end(&fake);
}

static void run_pair(float number)
{
    float a[FAKE_WIDTH], b[FAKE_WIDTH], sum[FAKE_WIDTH], diff[FAKE_WIDTH];
    const struct snpe_input in[] = {snpe_in("a", a, sizeof(a)), snpe_in("b", b, sizeof(b))};
    const struct snpe_output out[] = {snpe_out("sum", sum, sizeof(sum)),
                                      snpe_out("half/diff", diff, sizeof(diff))};

    made_numbers(a, FAKE_WIDTH, number);
    made_numbers(b, FAKE_WIDTH, -number);
    ck_assert_ok(client, snpe_run(pair, in, 2, out, 2, NULL, NULL));
    for (int k = 0; k < FAKE_WIDTH; k++) {
        ck_assert_float_eq(sum[k], (float)(2 * k));
        ck_assert_float_eq(diff[k], number);
    }
}

static void run_large(float number)
{
    float *x = malloc(N_LARGE * sizeof(float)), *y = calloc(N_LARGE, sizeof(float));
    const struct snpe_input in = snpe_in("x", x, N_LARGE * sizeof(float));
    const struct snpe_output out = snpe_out("y", y, N_LARGE * sizeof(float));

    made_numbers(x, N_LARGE, number);
    ck_assert_ok(client, snpe_run(large, &in, 1, &out, 1, NULL, NULL));
    ck_assert_mem_eq(x, y, N_LARGE * sizeof(float));
    free(x);
    free(y);
}

static void *work(void *context)
{
    size_t number = (size_t)context;

    for (size_t i = 0; i < N_RUNS; i++) {
        if (number % 4 == 3 && i % 8 == 0)
            run_large((float)(number * 1000 + i));
        else if (number % 4 == 2 && i % 8 == 0)
            ck_assert_ok(client, snpe_ping(client));
        else
            run_pair((float)(number * 1000 + i));
    }
    return NULL;
}

static void run_all(void)
{
    pthread_t threads[N_THREADS];

    for (size_t i = 0; i < N_THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work, (void *)(uintptr_t)i), 0);
    for (size_t i = 0; i < N_THREADS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
}

START_TEST(sixteen_threads_on_one_client_get_their_own_answers)
{
    struct snpe_counters counters;

    begin(NULL, NULL);
    run_all();
    snpe_get_counters(client, &counters);
    ck_assert_uint_eq(counters.connects, 1);
    ck_assert_uint_le(counters.staged_regions, N_THREADS / 4);
    ck_assert_uint_ge(counters.calls, N_THREADS * N_RUNS);
    end();
}
END_TEST

/* Keeps PING until N of them are there, then answers the last one first. */
struct backwards {
    uint32_t n, most;
    struct frame heads[N_THREADS];
};

static bool answer_backwards(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    struct backwards *backwards = context;

    if (frame->head.method != METHOD_PING)
        return false;
    backwards->heads[backwards->n++] = frame->head;
    if (backwards->n < backwards->most)
        return true;
    while (backwards->n) {
        struct wire_frame again = {.head = backwards->heads[--backwards->n]};

        fake_answer(conn, &again);
    }
    return true;
}

static void *ping(void *context)
{
    (void)context;
    ck_assert_ok(client, snpe_ping(client));
    return NULL;
}

START_TEST(answers_in_any_order_find_their_threads)
{
    struct backwards backwards = {.most = N_THREADS};
    pthread_t threads[N_THREADS];

    begin(answer_backwards, &backwards);
    for (size_t i = 0; i < N_THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, ping, NULL), 0);
    for (size_t i = 0; i < N_THREADS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    ck_assert_uint_eq(fake_count(&fake, METHOD_PING), N_THREADS);
    end();
}
END_TEST

/* Keeps one STATS back until a PING was answered. */
struct held {
    bool held;
    struct frame head;
};

static bool hold_stats(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    struct held *held = context;

    if (frame->head.method == METHOD_STATS) {
        held->head = frame->head;
        held->held = true;
        return true;
    }
    if (frame->head.method == METHOD_RUN && held->held) {
        struct wire_frame again = {.head = held->head};

        fake_answer(conn, frame);
        fake_answer(conn, &again);
        held->held = false;
        return true;
    }
    return false;
}

static void *ask_stats(void *context)
{
    struct snpe_daemon_stats *stats = NULL;

    (void)context;
    ck_assert_ok(client, snpe_stats(client, &stats));
    snpe_free(stats);
    return NULL;
}

START_TEST(a_slow_call_of_one_thread_holds_up_no_other)
{
    struct held held = {0};
    pthread_t thread;

    begin(hold_stats, &held);
    ck_assert_int_eq(pthread_create(&thread, NULL, ask_stats, NULL), 0);
    while (fake_count(&fake, METHOD_STATS) == 0) /* its thread is the reader by then, or soon */
        ck_assert_ok(client, snpe_ping(client));
    run_pair(1);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    end();
}
END_TEST

/* Every so often the connection breaks under all of them. */
static bool break_often(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    uint32_t *n = context;

    if (frame->head.method != METHOD_RUN || ++*n % 97)
        return false;
    fake_close(conn);
    return true;
}

static void *work_on(void *context)
{
    float x[FAKE_WIDTH], y[FAKE_WIDTH], b[FAKE_WIDTH] = {0};
    const struct snpe_input in[] = {snpe_in("a", x, sizeof(x)), snpe_in("b", b, sizeof(b))};
    const struct snpe_output out = snpe_out("sum", y, sizeof(y));
    size_t number = (size_t)context;

    made_numbers(x, FAKE_WIDTH, (float)number);
    for (size_t i = 0; i < N_RUNS; i++) {
        int r = snpe_run(pair, in, 2, &out, 1, NULL, NULL);

        if (r == 0)
            ck_assert_mem_eq(x, y, sizeof(x));
        else
            ck_assert_msg(r == SNPE_E_DISCONNECTED, "%s", snpe_last_error(client));
    }
    return NULL;
}

START_TEST(a_connection_that_breaks_is_made_again_by_one_of_them)
{
    pthread_t threads[N_THREADS];
    struct snpe_counters counters;
    uint32_t n = 0;

    begin(break_often, &n);
    for (size_t i = 0; i < N_THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work_on, (void *)(uintptr_t)i), 0);
    for (size_t i = 0; i < N_THREADS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    snpe_get_counters(client, &counters);
    ck_assert_uint_gt(counters.connects, 10);
    fake_script(&fake, NULL, NULL);
    run_pair(1);
    run_large(1);
    end();
}
END_TEST

SUITE(sixteen_threads_on_one_client_get_their_own_answers, answers_in_any_order_find_their_threads,
      a_slow_call_of_one_thread_holds_up_no_other,
      a_connection_that_breaks_is_made_again_by_one_of_them);
