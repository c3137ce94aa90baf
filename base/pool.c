#include "base/pool.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/list.h"

/*
 * How long a thread looks for work before it sleeps: some 50 microseconds of pause instructions,
 * longer than the gap between two kernels of one network and shorter than two wake-ups.
 */
#define SPINS 2000

/*
 * One pool_run, on its caller's stack. Life: the caller puts it on the pool's list, a helper that
 * finds it there joins (n_helpers) and takes slices; who finds no slice left takes it off the list,
 * after which nobody joins. The caller returns when the last helper has left, whose decrement of
 * n_helpers is its last touch.
 */
struct work {
    struct list entry;
    pool_slice_fn slice;
    void *context;
    uint32_t n_slices;
    atomic_uint next;
    atomic_uint n_helpers;
};

struct pool {
    uint32_t n_threads, n_spins;
    pthread_t *helpers; /* n_threads - 1 */
    atomic_uint n_open; /* length of the list, for those who spin */
    atomic_uint n_waiting;
    pthread_mutex_t lock; /* of what follows; held for a few instructions, never during a slice */
    pthread_cond_t more;  /* work was put on the list, or QUIT */
    pthread_cond_t done;  /* a helper left */
    struct list open;
    uint32_t n_sleeping;
    bool quit;
};

static void pause_a_little(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* The slices that nobody has taken yet, one by one; the count may overshoot, once a thread. */
static void take_slices(struct work *work)
{
    uint32_t slice;

    while ((slice = atomic_fetch_add_explicit(&work->next, 1, memory_order_relaxed)) <
           work->n_slices)
        work->slice(work->context, slice);
}

static void take_off(struct pool *pool, struct work *work)
{
    if (list_empty(&work->entry))
        return;
    list_remove(&work->entry);
    atomic_fetch_sub_explicit(&pool->n_open, 1, memory_order_relaxed);
}

/* The oldest work with slices left, joined; NULL if there is none. The lock is held. */
static struct work *join(struct pool *pool)
{
    while (!list_empty(&pool->open)) {
        struct work *work = list_entry(pool->open.next, struct work, entry);

        if (atomic_load_explicit(&work->next, memory_order_relaxed) < work->n_slices) {
            atomic_fetch_add_explicit(&work->n_helpers, 1, memory_order_relaxed);
            return work;
        }
        take_off(pool, work);
    }
    return NULL;
}

/*
 * WORK's caller may return at the decrement. Either it sees 0, or it has announced itself in
 * n_waiting before it looked, and we see that: both sides write, then read, sequentially
 * consistent.
 */
static void leave(struct pool *pool, struct work *work)
{
    atomic_fetch_sub(&work->n_helpers, 1);
    if (atomic_load(&pool->n_waiting) == 0)
        return;
    pthread_mutex_lock(&pool->lock);
    pthread_cond_broadcast(&pool->done);
    pthread_mutex_unlock(&pool->lock);
}

static struct work *look_for_work(struct pool *pool)
{
    struct work *work = NULL;

    for (uint32_t i = 0; i < pool->n_spins && !work; i++) {
        if (atomic_load_explicit(&pool->n_open, memory_order_relaxed)) {
            pthread_mutex_lock(&pool->lock);
            work = join(pool);
            pthread_mutex_unlock(&pool->lock);
        }
        pause_a_little();
    }
    return work;
}

/* Work to help with, or NULL when the pool ends. */
static struct work *wait_for_work(struct pool *pool)
{
    struct work *work = look_for_work(pool);

    if (work)
        return work;
    pthread_mutex_lock(&pool->lock);
    while (!(work = join(pool)) && !pool->quit) {
        pool->n_sleeping++;
        pthread_cond_wait(&pool->more, &pool->lock);
        pool->n_sleeping--;
    }
    pthread_mutex_unlock(&pool->lock);
    return work;
}

static void *helper_main(void *context)
{
    struct pool *pool = context;
    struct work *work;

    while ((work = wait_for_work(pool))) {
        take_slices(work);
        leave(pool, work);
    }
    return NULL;
}

static void publish(struct pool *pool, struct work *work)
{
    pthread_mutex_lock(&pool->lock);
    list_append(&pool->open, &work->entry);
    atomic_fetch_add_explicit(&pool->n_open, 1, memory_order_relaxed);
    /* No more are woken than there are slices for beside the caller. */
    for (uint32_t i = 0; i < pool->n_sleeping && i < work->n_slices - 1; i++)
        pthread_cond_signal(&pool->more);
    pthread_mutex_unlock(&pool->lock);
}

static void wait_for_helpers(struct pool *pool, struct work *work)
{
    for (uint32_t i = 0; i < pool->n_spins; i++) {
        if (atomic_load_explicit(&work->n_helpers, memory_order_acquire) == 0)
            return;
        pause_a_little();
    }
    pthread_mutex_lock(&pool->lock);
    atomic_fetch_add(&pool->n_waiting, 1);
    while (atomic_load(&work->n_helpers) != 0)
        pthread_cond_wait(&pool->done, &pool->lock);
    atomic_fetch_sub(&pool->n_waiting, 1);
    pthread_mutex_unlock(&pool->lock);
}

void pool_run(struct pool *pool, uint32_t n_slices, pool_slice_fn slice, void *context)
{
    struct work work = {.slice = slice, .context = context, .n_slices = n_slices};

    if (n_slices < 2 || pool_threads(pool) < 2) {
        for (uint32_t i = 0; i < n_slices; i++)
            slice(context, i);
        return;
    }
    publish(pool, &work);
    take_slices(&work);
    pthread_mutex_lock(&pool->lock);
    take_off(pool, &work);
    pthread_mutex_unlock(&pool->lock);
    wait_for_helpers(pool, &work);
}

uint32_t pool_threads(const struct pool *pool)
{
    return pool ? pool->n_threads : 1;
}

/* More threads than processors must not spin: each would hold up the one it waits for. */
static uint32_t spins_for(uint32_t n_threads)
{
    cpu_set_t cpus;

    if (sched_getaffinity(0, sizeof(cpus), &cpus) < 0)
        return 0;
    return n_threads <= (uint32_t)CPU_COUNT(&cpus) ? SPINS : 0;
}

/* Helpers take no signals: those are the business of the threads that have a loop. */
static int start_helpers(struct pool *pool, uint32_t n_helpers)
{
    sigset_t all, old;
    int r = 0;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    for (uint32_t i = 0; i < n_helpers && r == 0; i++) {
        r = -pthread_create(&pool->helpers[i], NULL, helper_main, pool);
        if (r == 0) {
            pthread_setname_np(pool->helpers[i], "pool");
            pool->n_threads++;
        }
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return r;
}

/* The adaptive kind spins before it sleeps: the lock is held for a few instructions only. */
static int init_lock(pthread_mutex_t *lock)
{
    pthread_mutexattr_t attr;
    int r = pthread_mutexattr_init(&attr);

    if (r)
        return -r;
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ADAPTIVE_NP);
    r = pthread_mutex_init(lock, &attr);
    pthread_mutexattr_destroy(&attr);
    return -r;
}

int pool_new(uint32_t n_threads, struct pool **ret)
{
    struct pool *pool;
    int r;

    if (n_threads == 0)
        return -EINVAL;
    pool = calloc(1, sizeof(*pool));
    if (!pool)
        return -ENOMEM;
    pool->helpers = calloc(n_threads, sizeof(*pool->helpers));
    r = pool->helpers ? init_lock(&pool->lock) : -ENOMEM;
    if (r < 0) {
        free(pool->helpers);
        free(pool);
        return r;
    }
    pthread_cond_init(&pool->more, NULL); /* does not fail on Linux */
    pthread_cond_init(&pool->done, NULL);
    list_init(&pool->open);
    pool->n_threads = 1;
    pool->n_spins = spins_for(n_threads);
    r = start_helpers(pool, n_threads - 1);
    if (r < 0) {
        pool_free(pool);
        return r;
    }
    *ret = pool;
    return 0;
}

void pool_free(struct pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->quit = true;
    pthread_cond_broadcast(&pool->more);
    pthread_mutex_unlock(&pool->lock);
    for (uint32_t i = 0; i + 1 < pool->n_threads; i++)
        pthread_join(pool->helpers[i], NULL);
    pthread_cond_destroy(&pool->more);
    pthread_cond_destroy(&pool->done);
    pthread_mutex_destroy(&pool->lock);
    free(pool->helpers);
    free(pool);
}
