#include "daemon/record.h"

#include <string.h>

#include "base/error.h"
#include "daemon/job.h"
#include "daemon/load.h"
#include "daemon/models.h"
#include "daemon/server.h"

/* What a job's own record and those of its steps have in common. */
static void fill(const struct job *job, struct history_record *record)
{
    record->owner = job->owner;
    memcpy(record->model, job->model, sizeof(record->model));
    record->job = job->number;
    record->network = (uintptr_t)job->ready;
    record->device = network_device(job->network, 0);
    record->class = job->class;
    record->n_steps = network_info(job->network)->n_steps;
}

static struct history_record *add_of(const struct job *job, enum history_kind kind)
{
    struct history_record *record = history_add(&job->server->history, kind);

    fill(job, record);
    return record;
}

static void add_step(const struct job *job, uint32_t step)
{
    struct history_record *record = add_of(job, HISTORY_STEP);

    record->device = network_device(job->network, step);
    record->step = step;
    record->reason = job->steps[step].reason;
    record->lane = job->steps[step].lane;
    record->began_ns = job->steps[step].began_ns;
    record->ended_ns = job->steps[step].ended_ns;
}

void record_job(const struct job *job, int result, uint64_t now_ns)
{
    uint32_t n = job->step < job->n_steps ? job->step : job->n_steps;
    struct history_record *record;

    for (uint32_t i = 0; i < n && network_info(job->network)->n_steps > 1; i++)
        add_step(job, i);
    record = add_of(job, HISTORY_JOB);
    record->lane = n ? job->steps[0].lane : 0;
    record->reason = n ? job->steps[0].reason : QUEUE_ONLY;
    record->slot = job->slotless;
    record->result = result;
    record->arrived_ns = job->arrived_ns;
    record->queued_ns = job->queued_ns;
    record->began_ns = job->started_ns;
    record->ended_ns = n ? job->steps[n - 1].ended_ns : 0;
    record->answered_ns = now_ns;
    record->deadline_ns = job->deadline_ns;
    record->run_ns = job->run_ns;
}

void record_abandoned(const struct job *job, uint64_t now_ns)
{
    struct history_record *record = add_of(job, HISTORY_JOB);

    record->device = job->device;
    record->result = E_DEVICE_LOST;
    record->arrived_ns = job->arrived_ns;
    record->queued_ns = job->queued_ns;
    record->began_ns = job->started_ns;
    record->ended_ns = record->answered_ns = now_ns;
    record->deadline_ns = job->deadline_ns;
}

void record_now(const struct job *job, const struct sched_view *view, struct history_record *ret)
{
    *ret = (struct history_record){.kind = HISTORY_JOB};
    fill(job, ret);
    ret->device = view->device;
    ret->slot = view->slotless;
    ret->reason = view->reason;
    ret->arrived_ns = job->arrived_ns;
    ret->queued_ns = job->queued_ns;
    ret->began_ns = view->started_ns;
    ret->deadline_ns = job->deadline_ns;
}

static void add_phase(const struct load *load, enum history_kind kind, const struct load_span *span)
{
    struct history_record *record;

    if (!span->began_ns)
        return;
    record = history_add(&load->server->history, kind);
    record->owner = load->owner;
    history_copy_name(record->model, sizeof(record->model), load->name);
    record->result = load->result;
    record->began_ns = span->began_ns;
    record->ended_ns = span->ended_ns ? span->ended_ns : clock_now_ns(load->server->clock);
}

void record_load(const struct load *load)
{
    add_phase(load, HISTORY_READ, &load->spans[LOAD_READING]);
    add_phase(load, HISTORY_BUILD, &load->spans[LOAD_BUILDING]);
    add_phase(load, HISTORY_WARM, &load->spans[LOAD_WARMING]);
}
