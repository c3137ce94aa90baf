#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

#include "base/base.h"
#include "base/pool.h"
#include "tests/support/faults.h"

static void count(void *context, uint32_t slice)
{
    ((unsigned int *)context)[slice]++; /* nobody else has this slice */
}

static void check_each_once(struct pool *pool, uint32_t n_slices)
{
    unsigned int counts[300] = {0};

    uint32_t n_wrong = 0;

    pool_run(pool, n_slices, count, counts);
    for (uint32_t i = 0; i < ARRAY_SIZE(counts); i++)
        n_wrong += counts[i] != (i < n_slices);
    ck_assert_uint_eq(n_wrong, 0);
}

START_TEST(each_slice_runs_once)
{
    for (uint32_t n_threads = 1; n_threads <= 5; n_threads++) {
        struct pool *pool = NULL;

        ck_assert_int_eq(pool_new(n_threads, &pool), 0);
        ck_assert_uint_eq(pool_threads(pool), n_threads);
        for (uint32_t n_slices = 0; n_slices < 300; n_slices++)
            check_each_once(pool, n_slices);
        pool_free(pool);
    }
}
END_TEST

START_TEST(no_pool_is_a_pool_of_one)
{
    ck_assert_uint_eq(pool_threads(NULL), 1);
    check_each_once(NULL, 0);
    check_each_once(NULL, 7);
    pool_free(NULL);
}
END_TEST

START_TEST(a_pool_of_nobody_is_refused)
{
    struct pool *pool = NULL;

    ck_assert_int_eq(pool_new(0, &pool), -EINVAL);
    ck_assert_ptr_null(pool);
}
END_TEST

/* All slices wait for each other: they end only if as many threads run as there are slices. */
static void meet(void *context, uint32_t slice)
{
    (void)slice;
    pthread_barrier_wait(context);
}

START_TEST(all_threads_take_part)
{
    pthread_barrier_t barrier;
    struct pool *pool = NULL;

    ck_assert_int_eq(pool_new(4, &pool), 0);
    pthread_barrier_init(&barrier, NULL, 4);
    for (int i = 0; i < 50; i++)
        pool_run(pool, 4, meet, &barrier);
    pthread_barrier_destroy(&barrier);
    pool_free(pool);
}
END_TEST

/* Plain memory written by the slices is read by the caller: ThreadSanitizer looks on. */
static void *call_often(void *context)
{
    for (uint32_t i = 0; i < 2000; i++)
        check_each_once(context, i % 40);
    return NULL;
}

START_TEST(several_callers_do_not_disturb_each_other)
{
    pthread_t callers[3];
    struct pool *pool = NULL;

    ck_assert_int_eq(pool_new(3, &pool), 0);
    for (size_t i = 0; i < ARRAY_SIZE(callers); i++)
        ck_assert_int_eq(pthread_create(&callers[i], NULL, call_often, pool), 0);
    for (size_t i = 0; i < ARRAY_SIZE(callers); i++)
        pthread_join(callers[i], NULL);
    pool_free(pool);
}
END_TEST

struct held {
    struct pool *pool;
    pthread_barrier_t entered, leave;
};

static void hold(void *context, uint32_t slice)
{
    struct held *held = context;

    (void)slice;
    pthread_barrier_wait(&held->entered);
    pthread_barrier_wait(&held->leave);
}

static void *call_and_hold(void *context)
{
    struct held *held = context;

    pool_run(held->pool, 2, hold, held);
    return NULL;
}

/* While all helpers sit in somebody else's slices, a caller does its own alone and returns. */
START_TEST(a_caller_never_waits_for_another_ones_slices)
{
    struct held held;
    pthread_t caller;

    ck_assert_int_eq(pool_new(2, &held.pool), 0);
    pthread_barrier_init(&held.entered, NULL, 3);
    pthread_barrier_init(&held.leave, NULL, 3);
    ck_assert_int_eq(pthread_create(&caller, NULL, call_and_hold, &held), 0);
    pthread_barrier_wait(&held.entered);
    check_each_once(held.pool, 100);
    pthread_barrier_wait(&held.leave);
    pthread_join(caller, NULL);
    check_each_once(held.pool, 100);
    pthread_barrier_destroy(&held.entered);
    pthread_barrier_destroy(&held.leave);
    pool_free(held.pool);
}
END_TEST

static void call_again(void *context, uint32_t slice)
{
    (void)slice;
    check_each_once(context, 20);
}

START_TEST(a_slice_may_call_the_pool)
{
    struct pool *pool = NULL;

    ck_assert_int_eq(pool_new(3, &pool), 0);
    for (int i = 0; i < 50; i++)
        pool_run(pool, 10, call_again, pool);
    pool_free(pool);
}
END_TEST

struct signals {
    pthread_barrier_t all_here;
    atomic_uint n_blocked;
};

static void note_signals(void *context, uint32_t slice)
{
    struct signals *signals = context;
    sigset_t set;

    (void)slice;
    pthread_sigmask(SIG_SETMASK, NULL, &set);
    if (sigismember(&set, SIGTERM))
        atomic_fetch_add(&signals->n_blocked, 1);
    pthread_barrier_wait(&signals->all_here);
}

START_TEST(helpers_take_no_signals)
{
    struct signals signals = {.n_blocked = 0};
    struct pool *pool = NULL;

    ck_assert_int_eq(pool_new(3, &pool), 0);
    pthread_barrier_init(&signals.all_here, NULL, 3);
    pool_run(pool, 3, note_signals, &signals);
    ck_assert_uint_eq(signals.n_blocked, 2); /* and the caller's mask is what it was */
    pthread_barrier_destroy(&signals.all_here);
    pool_free(pool);
}
END_TEST

START_TEST(nothing_is_allocated_while_it_runs)
{
    struct pool *pool = NULL;
    unsigned int counts[40] = {0};
    uint64_t made;

    if (!faults_work())
        return;
    ck_assert_int_eq(pool_new(3, &pool), 0);
    made = faults_made_here();
    for (int i = 0; i < 1000; i++)
        pool_run(pool, 40, count, counts);
    made = faults_made_here() - made;
    ck_assert_uint_eq(made, 0);
    pool_free(pool);
}
END_TEST

/* A thread that cannot be had is -EAGAIN, which this step counts as the end of memory too. */
static int make(void *context)
{
    struct pool *pool = NULL;
    int r = pool_new(4, &pool);

    (void)context;
    if (r < 0 && pool)
        return -EINVAL;
    pool_free(pool);
    return r == -EAGAIN ? -ENOMEM : r;
}

START_TEST(a_pool_that_cannot_be_made_leaves_nothing)
{
    faults_each(make, NULL);
}
END_TEST

SUITE_WITH_FAULTS(each_slice_runs_once, no_pool_is_a_pool_of_one, a_pool_of_nobody_is_refused,
                  all_threads_take_part, several_callers_do_not_disturb_each_other,
                  a_caller_never_waits_for_another_ones_slices, a_slice_may_call_the_pool,
                  helpers_take_no_signals, nothing_is_allocated_while_it_runs,
                  a_pool_that_cannot_be_made_leaves_nothing);
