#include "daemon/lane.h"

#include <signal.h>
#include <stdio.h>

#include "daemon/job.h"
#include "daemon/sched.h"

#define GIVEN_UP UINT64_MAX /* instead of the time since when it is busy */

static void begin(struct lane *lane, struct job *job)
{
    atomic_store_explicit(&lane->job, job, memory_order_relaxed);
    atomic_store_explicit(&lane->busy_since_ns, clock_now_ns(lane->sched->clock),
                          memory_order_release);
}

/* False: it was given up meanwhile, and the job with it. */
static bool end(struct lane *lane)
{
    return atomic_exchange_explicit(&lane->busy_since_ns, 0, memory_order_acq_rel) != GIVEN_UP;
}

bool lane_give_up(struct lane *lane, uint64_t since_ns)
{
    uint_fast64_t since = since_ns;

    if (!atomic_compare_exchange_strong_explicit(&lane->busy_since_ns, &since, GIVEN_UP,
                                                 memory_order_acq_rel, memory_order_relaxed))
        return false;
    lane->state = LANE_GIVEN_UP;
    return true;
}

static bool wanted(const struct job *job)
{
    return job->result == 0 && !atomic_load_explicit(&job->cancelled, memory_order_relaxed);
}

static void *lane_main(void *context)
{
    struct lane *lane = context;
    struct spin spin = {0};
    struct job *job;
    char name[16];

    snprintf(name, sizeof(name), "lane %s", device_get(lane->device)->name);
    pthread_setname_np(pthread_self(), name);
    while ((job = sched_take(lane->sched, lane->device, &spin))) {
        begin(lane, job);
        if (wanted(job))
            job_run_step(job, lane->number);
        if (!end(lane)) {
            done_post(lane->sched->done, &lane->returned);
            break;
        }
        sched_advance(lane->sched, job);
    }
    return NULL;
}

int lane_start(struct lane *lane, struct sched *sched, enum device device, uint32_t number)
{
    sigset_t all, before;
    int r;

    lane->sched = sched;
    lane->device = device;
    lane->number = number;
    lane->suspect_ns = 0;
    atomic_init(&lane->busy_since_ns, 0);
    atomic_init(&lane->job, NULL);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    r = -pthread_create(&lane->thread, NULL, lane_main, lane);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    lane->state = r == 0 ? LANE_WORKS : LANE_NONE;
    return r;
}

void lane_join(struct lane *lane)
{
    pthread_join(lane->thread, NULL);
    lane->state = LANE_RETURNED;
}
