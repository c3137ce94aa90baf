#pragma once
/*
 * How long an item that comes now is expected to wait: what is more urgent, and the floors of what
 * is less urgent as far as they may be due by then.
 */
#include "sched/queue.h"

/* For one of that class and deadline (0: none); without the run that has begun. */
uint64_t ahead_of_ns(const struct queue *queue, enum job_class class, uint64_t deadline_ns);
