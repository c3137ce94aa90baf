#include "daemon/lane.h"

#include <stdbool.h>
#include <stdio.h>

#include "daemon/job.h"
#include "daemon/models.h"
#include "daemon/sched.h"

/* A run that takes this many times its network's slowest is stuck. The slowest so far is no bound,
 * as the first runs after a change of clocks show, but ten times it is none that a user waits for.
 */
#define SLOWEST_TIMES 10

static void beat(struct lane *lane, const struct job *job)
{
    uint64_t most_ns =
        SLOWEST_TIMES * atomic_load_explicit(&job->ready->slowest_ns, memory_order_relaxed);

    atomic_store_explicit(&lane->busy_most_ns, most_ns > lane->floor_ns ? most_ns : lane->floor_ns,
                          memory_order_relaxed);
    atomic_store_explicit(&lane->busy_since_ns, clock_now_ns(lane->sched->clock),
                          memory_order_release);
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
        beat(lane, job);
        if (wanted(job))
            job_run_step(job, lane->number);
        atomic_store_explicit(&lane->busy_since_ns, 0, memory_order_release);
        sched_advance(lane->sched, job);
    }
    return NULL;
}

int lane_start(struct lane *lane, struct sched *sched, enum device device, uint64_t floor_ns)
{
    lane->sched = sched;
    lane->device = device;
    lane->floor_ns = floor_ns;
    atomic_init(&lane->busy_since_ns, 0);
    atomic_init(&lane->busy_most_ns, floor_ns);
    return -pthread_create(&lane->thread, NULL, lane_main, lane);
}

void lane_join(struct lane *lane)
{
    pthread_join(lane->thread, NULL);
}
