#pragma once
/*
 * When a job would run that came now, if runs take what they are expected to. The lock of the queue
 * is held.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/class.h"

struct job;
struct sched_queue;

/* How long one of that class and deadline (0: none) would wait; for a lost device, very long. */
uint64_t forecast_wait_ns(const struct sched_queue *queue, enum job_class class,
                          uint64_t deadline_ns, uint64_t now_ns);
/* How much too late JOB would end; 0: in time. Who need not wait is never too late: that run tells
 * how long runs take now. Nor is anybody refused because the device is lost. */
uint64_t forecast_lateness_ns(const struct sched_queue *queue, const struct job *job,
                              uint64_t now_ns);
/* JOB was taken out to run: is its deadline passed, or will it be before the end? The time would be
 * lost to all that wait; if nobody does it is tried all the same, and tells how long runs
 * take now. */
bool forecast_too_late(const struct sched_queue *queue, const struct job *job, uint64_t now_ns);
