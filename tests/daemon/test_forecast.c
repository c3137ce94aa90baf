/* Whether a job that is next is still worth its run, by hand-made queues. */
#include "daemon/forecast.h"
#include "daemon/job.h"
#include "daemon/sched.h"
#include "tests/support/suite.h"

#define NOW_NS  1000000000ull
#define COST_NS 5000000ull

/* A job of COST_NS with LEFT_NS until its deadline, taken out of a queue in which N others wait. */
static bool is_too_late(uint64_t left_ns, uint32_t n, uint32_t step)
{
    static struct sched_queue queue;
    static struct job job;

    queue_init(&queue.queue, &(struct queue_options){.quantum_ns = 1});
    queue.queue.n = n;
    job.step = step;
    job.item.cost_ns = COST_NS;
    job.deadline_ns = left_ns ? NOW_NS + left_ns : 0;
    return forecast_too_late(&queue, &job, NOW_NS);
}

START_TEST(who_would_end_after_its_deadline_leaves_the_device_to_who_waits)
{
    ck_assert(is_too_late(COST_NS - 1, 1, 0));
    ck_assert(is_too_late(COST_NS, 1, 0));
    ck_assert(!is_too_late(COST_NS + 1, 1, 0));
    ck_assert(!is_too_late(0, 1, 0)); /* no deadline */
}
END_TEST

START_TEST(when_nobody_waits_it_is_tried)
{
    ck_assert(!is_too_late(COST_NS - 1, 0, 0));
}
END_TEST

START_TEST(what_is_left_of_a_job_that_has_begun_is_not_known)
{
    ck_assert(!is_too_late(1, 1, 1));
}
END_TEST

START_TEST(a_deadline_that_has_passed_is_passed)
{
    static struct sched_queue queue;
    static struct job job = {.deadline_ns = NOW_NS, .step = 1};

    queue_init(&queue.queue, &(struct queue_options){.quantum_ns = 1});
    ck_assert(forecast_too_late(&queue, &job, NOW_NS));
    ck_assert(!forecast_too_late(&queue, &job, NOW_NS - 1));
}
END_TEST

SUITE(who_would_end_after_its_deadline_leaves_the_device_to_who_waits,
      when_nobody_waits_it_is_tried, what_is_left_of_a_job_that_has_begun_is_not_known,
      a_deadline_that_has_passed_is_passed);
