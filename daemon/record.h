#pragma once
/* What goes into the history when a job or a load has ended. The loop's thread only. */
#include <stdint.h>

struct history_record;
struct job;
struct load;
struct sched_view;

/* JOB is answered with RESULT now. */
void record_job(const struct job *job, int result, uint64_t now_ns);
/* JOB was given up while a lane had it: what that may still write is not read. */
void record_abandoned(const struct job *job, uint64_t now_ns);
/* What LOAD did, whether it brought anything about or not. */
void record_load(const struct load *load);
/* What JOB's record would say now, while VIEW tells how far it is. */
void record_now(const struct job *job, const struct sched_view *view, struct history_record *ret);
