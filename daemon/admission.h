#pragma once
/*
 * Streams with a period are promised their device: one more is let in only if all of them can still
 * be in time, as running times are now (sched/admit.h says how that is told). A network that has
 * not run yet is taken to cost nothing. The loop's thread only.
 */
#include <stdint.h>

#include "base/class.h"
#include "base/fault.h"
#include "base/list.h"

struct ready;
struct server;

/* A promise, embedded in what it was given to. */
struct admission {
    struct list link;    /* in server->admissions */
    struct ready *ready; /* borrowed, while the promise stands */
    enum job_class class;
    uint64_t period_ns, deadline_ns; /* the deadline after each arrival */
};

/* Streams that may be promised one device. */
#define ADMISSION_MOST 256

void admission_init(struct admission *admission); /* none stands */
/* ADMISSION says what is wanted. 0: it stands. E_NO_CAPACITY with how much is free, E_QUOTA. */
int admission_join(struct server *server, struct admission *admission, struct fault *fault);
void admission_leave(struct admission *admission); /* harmless if none stands */
