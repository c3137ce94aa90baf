#include "daemon/forecast.h"

#include "daemon/job.h"
#include "daemon/sched.h"
#include "sched/ahead.h"

/* Until a lost device is back: nobody knows, so it is later than any that runs. */
#define PARKED_NS 60000000000

/* What is left of the runs under way, as far as they take what they are expected to. */
static uint64_t residual_ns(const struct sched_queue *queue, uint64_t now_ns)
{
    uint64_t sum_ns = 0;

    list_foreach (it, &queue->running) {
        const struct job *job = list_entry(it, struct job, link);
        uint64_t end_ns = job->taken_ns + job->item.cost_ns;

        sum_ns += end_ns > now_ns ? end_ns - now_ns : 0;
    }
    return sum_ns;
}

static uint64_t wait_ns(const struct sched_queue *queue, enum job_class class, uint64_t deadline_ns,
                        uint64_t now_ns)
{
    uint64_t ahead_ns = ahead_of_ns(&queue->queue, class, deadline_ns);

    if (queue->n_running < queue->n_lanes && queue->queue.n == 0)
        return 0;
    return (residual_ns(queue, now_ns) + ahead_ns) / (queue->n_lanes ? queue->n_lanes : 1);
}

uint64_t forecast_wait_ns(const struct sched_queue *queue, enum job_class class,
                          uint64_t deadline_ns, uint64_t now_ns)
{
    return wait_ns(queue, class, deadline_ns, now_ns) + (queue->parked ? PARKED_NS : 0);
}

uint64_t forecast_lateness_ns(const struct sched_queue *queue, const struct job *job,
                              uint64_t now_ns)
{
    uint64_t ns = wait_ns(queue, job->class, job->deadline_ns, now_ns);
    uint64_t end_ns = now_ns + ns + job->item.cost_ns;

    return ns && end_ns > job->deadline_ns ? end_ns - job->deadline_ns : 0;
}

bool forecast_too_late(const struct sched_queue *queue, const struct job *job, uint64_t now_ns)
{
    bool foreseen = job->step == 0 && queue->queue.n > 0;
    uint64_t end_ns = now_ns + (foreseen ? job->item.cost_ns : 0);

    return job->deadline_ns && end_ns >= job->deadline_ns;
}
