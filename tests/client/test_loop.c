/* Jobs that are submitted: one fd to wait on, callbacks from snpe_dispatch alone. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>

#include "base/base.h"
#include "base/clock.h"
#include "base/error.h"
#include "tests/client/made.h"

#define N_JOBS  50
#define N_LARGE 20000

static struct fake fake;
static struct snpe_client *client;
static struct snpe_network *echo;

struct job {
    float x[FAKE_WIDTH], y[FAKE_WIDTH];
    int n_called, error;
    uint64_t run_us, ticket;
    pthread_t by;
};

static void on_done(void *user, int error, const struct snpe_run_result *result)
{
    struct job *job = user;

    job->n_called++;
    job->error = error;
    job->by = pthread_self();
    job->run_us = result ? result->run_us : 0;
    ck_assert(!result == (error < 0));
}

static void begin(fake_hook hook, void *context)
{
    fake.hook = hook;
    fake.context = context;
    fake_start(&fake, "sock");
    client = made_client(&fake);
    echo = made_network(client, "echo");
}

static void end(void)
{
    snpe_client_free(client);
    fake_end(&fake);
}

static int submit(struct job *job, float first, const struct snpe_run_options *options)
{
    const struct snpe_input in = snpe_in("x", job->x, sizeof(job->x));
    const struct snpe_output out = snpe_out("y", job->y, sizeof(job->y));
    int r;

    made_numbers(job->x, FAKE_WIDTH, first);
    r = snpe_submit(echo, &in, 1, &out, 1, options, on_done, job, &job->ticket);
    memset(job->x, 0, sizeof(job->x)); /* it is the caller's again */
    return r;
}

/* Waits on the client's fd until N callbacks came. */
static void dispatch(int n)
{
    struct pollfd fd = {.fd = snpe_fd(client), .events = POLLIN};

    ck_assert_int_ge(fd.fd, 0);
    while (n > 0) {
        int r;

        ck_assert_int_eq(poll(&fd, 1, 20000), 1);
        r = snpe_dispatch(client);
        ck_assert_msg(r >= 0, "%s", snpe_last_error(client));
        n -= r;
    }
    ck_assert_int_eq(n, 0);
}

START_TEST(many_jobs_at_once_are_called_back_each_once)
{
    static struct job jobs[N_JOBS];
    int fd;

    begin(NULL, NULL);
    fd = snpe_fd(client);
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < N_JOBS; i++)
            ck_assert_ok(client, submit(&jobs[i], (float)(100 * i + round), NULL));
        dispatch(N_JOBS);
        for (int i = 0; i < N_JOBS; i++) {
            ck_assert_int_eq(jobs[i].n_called, round + 1);
            ck_assert_int_eq(jobs[i].error, 0);
            ck_assert_uint_eq(jobs[i].run_us, 11);
            ck_assert_float_eq(jobs[i].y[5], (float)(100 * i + round + 5));
        }
    }
    ck_assert_int_eq(snpe_fd(client), fd);
    ck_assert_int_eq(snpe_dispatch(client), 0);
    end();
}
END_TEST

START_TEST(large_plain_tensors_wait_for_their_staging_region_by_themselves)
{
    static float x[3][N_LARGE], y[3][N_LARGE];
    struct snpe_network *large;
    struct job jobs[3] = {{.n_called = 0}};
    struct snpe_counters counters;

    begin(NULL, NULL);
    large = made_echo(client, N_LARGE);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 3; i++) {
            const struct snpe_input in = snpe_in("x", x[i], sizeof(x[i]));
            const struct snpe_output out = snpe_out("y", y[i], sizeof(y[i]));

            made_numbers(x[i], N_LARGE, (float)(round + i));
            ck_assert_ok(client,
                         snpe_submit(large, &in, 1, &out, 1, NULL, on_done, &jobs[i], NULL));
        }
        dispatch(3);
        for (int i = 0; i < 3; i++)
            ck_assert_mem_eq(x[i], y[i], sizeof(x[i]));
    }
    snpe_get_counters(client, &counters);
    ck_assert_uint_eq(counters.staged_regions, 3);
    ck_assert_uint_eq(fake_count(&fake, METHOD_REGION_ADD), 3);
    end();
}
END_TEST

static void *ping_often(void *context)
{
    (void)context;
    for (int i = 0; i < 200; i++)
        ck_assert_ok(client, snpe_ping(client));
    return NULL;
}

START_TEST(an_answer_that_another_thread_read_wakes_the_loop_and_is_called_back_there)
{
    static struct job jobs[N_JOBS];
    pthread_t thread;

    begin(NULL, NULL);
    (void)snpe_fd(client);
    ck_assert_int_eq(pthread_create(&thread, NULL, ping_often, NULL), 0);
    for (int i = 0; i < N_JOBS; i++) {
        ck_assert_ok(client, submit(&jobs[i], 1, NULL));
        dispatch(1);
        ck_assert(pthread_equal(jobs[i].by, pthread_self()));
    }
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    /* Without anybody else: the blocking call reads the answer, the loop hears of it. */
    ck_assert_ok(client, submit(&jobs[0], 1, NULL));
    ck_assert_ok(client, snpe_ping(client));
    ck_assert_int_eq(jobs[0].n_called, 1);
    dispatch(1);
    ck_assert_int_eq(jobs[0].n_called, 2);
    end();
}
END_TEST

static bool hold_runs(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    struct frame *held = context;

    if (frame->head.method == METHOD_RUN)
        *held = frame->head;
    else if (frame->head.method == METHOD_CANCEL)
        fake_error(conn, held, E_CANCELLED, "the caller took the request back");
    return frame->head.method == METHOD_RUN;
}

START_TEST(a_job_is_cancelled_by_its_ticket)
{
    struct job job = {.n_called = 0};
    struct frame held;

    begin(hold_runs, &held);
    ck_assert_ok(client, submit(&job, 1, NULL));
    ck_assert_int_eq(snpe_dispatch(client), 0);
    ck_assert_ok(client, snpe_cancel(client, job.ticket));
    dispatch(1);
    ck_assert_int_eq(job.error, SNPE_E_CANCELLED);
    ck_assert_str_eq(snpe_last_error(client), "the caller took the request back");
    ck_assert_refused(client, snpe_cancel(client, job.ticket), -ENOENT, "no job with that ticket");
    ck_assert_refused(client, snpe_cancel(client, job.ticket + 1000), -ENOENT, "no job");
    end();
}
END_TEST

START_TEST(a_job_times_out_by_the_fd_alone)
{
    const struct snpe_run_options soon = {.size = sizeof(soon), .timeout_ms = 30};
    const struct snpe_run_options later = {.size = sizeof(later), .timeout_ms = 60};
    struct job jobs[2] = {{.n_called = 0}};
    struct frame held = {0};

    begin(hold_runs, &held);
    (void)snpe_fd(client);
    ck_assert_ok(client, submit(&jobs[1], 1, &later));
    ck_assert_ok(client, submit(&jobs[0], 1, &soon));
    dispatch(1);
    ck_assert_int_eq(jobs[0].error, SNPE_E_TIMEOUT);
    ck_assert_int_eq(jobs[1].n_called, 0);
    dispatch(1);
    ck_assert_int_eq(jobs[1].error, SNPE_E_TIMEOUT);
    ck_assert_ptr_nonnull(strstr(snpe_last_error(client), "no answer came in time"));
    end();
}
END_TEST

START_TEST(a_lost_connection_is_called_back_and_connect_mends_it)
{
    struct job jobs[3] = {{.n_called = 0}};
    struct frame held;

    begin(hold_runs, &held);
    (void)snpe_fd(client);
    ck_assert_ok(client, submit(&jobs[0], 1, NULL));
    ck_assert_ok(client, submit(&jobs[1], 1, NULL));
    fake_stop(&fake);
    dispatch(2);
    ck_assert_int_eq(jobs[0].error, SNPE_E_DISCONNECTED);
    ck_assert_int_eq(jobs[1].error, SNPE_E_DISCONNECTED);
    ck_assert_refused(client, submit(&jobs[2], 1, NULL), SNPE_E_DISCONNECTED, "snpe_connect");
    fake_script(&fake, NULL, NULL);
    fake_again(&fake);
    ck_assert_ok(client, snpe_connect(client));
    ck_assert_ok(client, submit(&jobs[2], 7, NULL));
    dispatch(1);
    ck_assert_int_eq(jobs[2].error, 0);
    ck_assert_float_eq(jobs[2].y[0], 7);
    end();
}
END_TEST

START_TEST(freeing_the_client_calls_back_what_is_under_way)
{
    struct job jobs[2] = {{.n_called = 0}};
    struct frame held;

    begin(hold_runs, &held);
    ck_assert_ok(client, submit(&jobs[0], 1, NULL));
    ck_assert_ok(client, submit(&jobs[1], 1, NULL));
    end();
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(jobs[i].n_called, 1);
        ck_assert_int_eq(jobs[i].error, SNPE_E_CANCELLED);
    }
}
END_TEST

/* Each job, when done, submits the next. */
struct chain {
    int left;
    float x[FAKE_WIDTH], y[FAKE_WIDTH];
};

static void next(void *user, int error, const struct snpe_run_result *result)
{
    struct chain *chain = user;
    const struct snpe_input in = snpe_in("x", chain->x, sizeof(chain->x));
    const struct snpe_output out = snpe_out("y", chain->y, sizeof(chain->y));

    ck_assert_int_eq(error, 0);
    ck_assert_ptr_nonnull(result);
    if (chain->left-- == 0)
        return;
    chain->x[0] = chain->y[0] + 1;
    ck_assert_ok(client, snpe_submit(echo, &in, 1, &out, 1, NULL, next, chain, NULL));
}

START_TEST(a_callback_may_submit_and_call)
{
    static const struct snpe_run_result none = {0};
    struct chain chain = {.left = 100};

    begin(NULL, NULL);
    next(&chain, 0, &none);
    dispatch(100);
    ck_assert_float_eq(chain.y[0], 100);
    end();
}
END_TEST

static bool no_regions(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    (void)context;
    if (frame->head.method == METHOD_REGION_ADD)
        fake_error(conn, &frame->head, E_QUOTA, "this user has 64 MiB of regions, all in use");
    return frame->head.method == METHOD_REGION_ADD;
}

START_TEST(a_refused_staging_region_is_the_jobs_error)
{
    static float x[N_LARGE], y[N_LARGE];
    const struct snpe_input in = snpe_in("x", x, sizeof(x));
    const struct snpe_output out = snpe_out("y", y, sizeof(y));
    struct snpe_network *large;
    struct job job = {.n_called = 0};

    begin(NULL, NULL);
    large = made_echo(client, N_LARGE);
    fake_script(&fake, no_regions, NULL);
    ck_assert_refused(client, snpe_run(large, &in, 1, &out, 1, NULL, NULL), SNPE_E_QUOTA,
                      "64 MiB of regions");
    ck_assert_ok(client, snpe_submit(large, &in, 1, &out, 1, NULL, on_done, &job, NULL));
    dispatch(1);
    ck_assert_int_eq(job.error, SNPE_E_QUOTA);
    fake_script(&fake, NULL, NULL);
    ck_assert_ok(client, snpe_run(large, &in, 1, &out, 1, NULL, NULL));
    end();
}
END_TEST

/* Takes nothing from the socket while the test fills it, so that bytes must wait on our side. */
static bool stop_reading(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    pthread_mutex_t *gate = context;

    (void)conn;
    if (frame->head.method == METHOD_RUN) {
        pthread_mutex_lock(gate);
        pthread_mutex_unlock(gate);
    }
    return false;
}

START_TEST(what_the_socket_does_not_take_waits_and_is_sent_by_dispatch)
{
    enum { N = 14000, JOBS = 60 }; /* 56 kB a job: more than a socket holds, together */
    static float x[N], y[JOBS][N];
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    struct job jobs[JOBS] = {{.n_called = 0}};
    const struct snpe_input in = snpe_in("x", x, sizeof(x));
    struct snpe_network *wide;

    begin(NULL, NULL);
    (void)snpe_fd(client);
    wide = made_echo(client, N);
    fake_script(&fake, stop_reading, &gate);
    pthread_mutex_lock(&gate);
    for (int i = 0; i < JOBS; i++) {
        const struct snpe_output out = snpe_out("y", y[i], sizeof(y[i]));

        made_numbers(x, N, (float)i);
        ck_assert_ok(client, snpe_submit(wide, &in, 1, &out, 1, NULL, on_done, &jobs[i], NULL));
    }
    pthread_mutex_unlock(&gate);
    dispatch(JOBS);
    for (int i = 0; i < JOBS; i++)
        ck_assert_float_eq(y[i][999], (float)(i + 999));
    end();
}
END_TEST

SUITE(many_jobs_at_once_are_called_back_each_once,
      large_plain_tensors_wait_for_their_staging_region_by_themselves,
      an_answer_that_another_thread_read_wakes_the_loop_and_is_called_back_there,
      a_job_is_cancelled_by_its_ticket, a_job_times_out_by_the_fd_alone,
      a_lost_connection_is_called_back_and_connect_mends_it,
      freeing_the_client_calls_back_what_is_under_way, a_callback_may_submit_and_call,
      a_refused_staging_region_is_the_jobs_error,
      what_the_socket_does_not_take_waits_and_is_sent_by_dispatch);
