#include "daemon/recovery.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "daemon/job.h"
#include "daemon/models.h"
#include "daemon/server.h"

#define WAIT_LEAST_MS   100
#define WAIT_MOST_MS    5000
#define LOSSES_APART_NS 60000000000 /* a second loss sooner than that quarantines */

static void next(struct recovery *recovery);
static void on_return_timer(uv_timer_t *timer);

static struct ready *ready_of(struct list *link)
{
    return container_of(link, struct ready, remake.link);
}

static uint32_t bit_of(const struct network *network)
{
    return 1u << network_info(network)->runtime;
}

/* What is lost is given back before anything is opened: the hardware may have room for one. */
static void run_batch(struct loader_task *task)
{
    struct recovery *recovery = container_of(task, struct recovery, task);
    struct engine *engine = recovery->server->engine;

    list_foreach (it, &recovery->networks) {
        struct network *network = ready_of(it)->network;

        if (network_is_lost(network) || recovery->lost & bit_of(network))
            network_retire(network);
    }
    for (int i = 0; i < _RUNTIME_MAX; i++)
        if (recovery->lost & 1u << i)
            engine_lose(engine, i);
    list_foreach (it, &recovery->networks) {
        struct ready *ready = ready_of(it);
        struct remake *remake = &ready->remake;

        remake->fault.text[0] = 0;
        remake->result =
            network_rebuild(engine, ready->network, remake->stay, &remake->network, &remake->fault);
    }
    done_post(&recovery->server->done, &recovery->done);
}

/* The networks that were replaced, or that nobody wants. */
static void run_sweep(struct loader_task *task)
{
    struct recovery *recovery = container_of(task, struct recovery, task);

    list_foreach (it, &recovery->networks)
        network_unref(take_ptr(ready_of(it)->remake.network));
    done_post(&recovery->server->done, &recovery->done);
}

static void add(struct recovery *recovery, struct ready *ready, bool stay)
{
    ready->remake.stay = stay;
    ready->remake.network = NULL;
    list_append(&recovery->networks, &ready_hold(ready)->remake.link);
}

static void on_swept(struct done_item *item)
{
    struct recovery *recovery = container_of(item, struct recovery, done);
    struct list *link;

    while ((link = list_pop(&recovery->networks)))
        ready_release(ready_of(link));
    recovery->busy = false;
    next(recovery);
    server_on_idle(recovery->server);
}

static void post(struct recovery *recovery, void (*run)(struct loader_task *task),
                 void (*on_done)(struct done_item *item))
{
    recovery->busy = true;
    recovery->task.run = run;
    recovery->done.on_done = on_done;
    loader_post(&recovery->server->loader, &recovery->task);
}

static void sweep(struct recovery *recovery)
{
    post(recovery, run_sweep, on_swept);
}

/* The first that could not be made, of those that must. */
static const struct remake *first_failure(const struct recovery *recovery, bool all)
{
    list_foreach (it, &recovery->networks) {
        const struct remake *remake = &ready_of(it)->remake;

        if (remake->result < 0 && (all || remake->stay))
            return remake;
    }
    return NULL;
}

static void quarantine(struct recovery_runtime *runtime, const char *why)
{
    const struct server *server = runtime->server;
    uint64_t ms = server->config->devices[runtime_get(runtime->runtime)->device].quarantine;

    if (ms == 0 && !runtime->quarantined)
        return;
    if (ms == 0) /* the settings have changed meanwhile, the runtime has not */
        ms = WAIT_MOST_MS;
    if (!runtime->absent)
        log_error("recovery", "runtime %s %s: it is not used for %" PRIu64 " ms",
                  runtime_get(runtime->runtime)->name, why, ms);
    runtime->quarantined = true;
    engine_quarantine(server->engine, runtime->runtime, true);
    if (!runtime->absent)
        events_post_runtime_quarantined(&runtime->server->events, runtime->runtime, why);
    uv_timer_start(&runtime->timer, on_return_timer, ms, 0);
}

static void count_loss(struct recovery_runtime *runtime, const char *why)
{
    uint64_t now_ns = clock_now_ns(runtime->server->clock);
    bool second = runtime->lost_ns && now_ns - runtime->lost_ns < LOSSES_APART_NS;

    runtime->lost_ns = now_ns;
    if (second && !runtime->quarantined)
        quarantine(runtime, why);
}

static bool is_quarantined(const struct recovery *recovery, uint32_t bits)
{
    for (int i = 0; i < _RUNTIME_MAX; i++)
        if (bits & 1u << i && recovery->runtimes[i].quarantined)
            return true;
    return false;
}

/* The networks that are lost with it, and those that were made while it was being lost. */
static void begin(struct recovery *recovery, struct recovery_device *device)
{
    struct models *models = &recovery->server->models;

    recovery->device = device;
    recovery->runtime = NULL;
    recovery->lost = device->lost;
    list_foreach (it, &models->networks) {
        struct ready *ready = list_entry(it, struct ready, link);
        uint32_t bit = bit_of(ready->network);

        if (network_device(ready->network, 0) != device->device)
            continue;
        if (device->lost & bit || network_is_lost(ready->network))
            add(recovery, ready, !is_quarantined(recovery, bit));
    }
    device->state = RECOVERY_REBUILDING;
}

static void on_wait_timer(uv_timer_t *timer)
{
    struct recovery_device *device = timer->data;

    device->state = RECOVERY_LOST;
    next(&device->server->recovery);
}

/* Once the wait is at its longest, each attempt counts as a loss. */
static void wait(struct recovery_device *device, const char *why)
{
    struct recovery *recovery = &device->server->recovery;

    if (device->wait_ms == 0)
        log_warning("recovery", "device %s does not come back yet: %s",
                    device_get(device->device)->name, why);
    for (int i = 0; device->wait_ms == WAIT_MOST_MS && i < _RUNTIME_MAX; i++)
        if (device->lost & 1u << i)
            count_loss(&recovery->runtimes[i], "cannot be opened again");
    if (is_quarantined(recovery, device->lost)) { /* no need to wait for what goes elsewhere */
        device->state = RECOVERY_LOST;
        return;
    }
    device->wait_ms = device->wait_ms ? 2 * device->wait_ms : WAIT_LEAST_MS;
    if (device->wait_ms > WAIT_MOST_MS)
        device->wait_ms = WAIT_MOST_MS;
    device->state = RECOVERY_WAITING;
    uv_timer_start(&device->timer, on_wait_timer, device->wait_ms, 0);
}

static void finish(struct recovery_device *device)
{
    uint64_t took_ns = clock_now_ns(device->server->clock) - device->since_ns;

    if (is_quarantined(&device->server->recovery, device->lost))
        log_notice("recovery", "device %s goes on without what is quarantined",
                   device_get(device->device)->name);
    else if (device->lost)
        log_notice("recovery", "device %s is ready again after %" PRIu64 ".%03" PRIu64 " ms",
                   device_get(device->device)->name, took_ns / 1000000, took_ns / 1000 % 1000);
    if (device->lost) {
        hist_add(&device->times, took_ns);
        events_post_device_back(&device->server->events, device->device, took_ns / 1000);
    }
    device->state = RECOVERY_READY;
    device->lost = 0;
    device->wait_ms = 0;
}

/* A run that was lost parked the queue again: on_idle comes. */
static void on_warm(struct job *job, int result)
{
    struct recovery_device *device = job->context;

    device->warm_failed |= result == E_DEVICE_LOST;
    if (--device->n_warming > 0 || device->state != RECOVERY_WARMING || device->warm_failed)
        return;
    finish(device);
    next(&device->server->recovery);
}

static const char *name_of(const struct ready *ready)
{
    list_foreach (it, &ready->models->generations) {
        const struct generation *generation = list_entry(it, struct generation, link);

        if (memcmp(&generation->digest, &ready->digest, sizeof(ready->digest)) == 0)
            return generation->name;
    }
    return ready->digest_text;
}

/* In front of all that wait. Should memory be out, the first caller warms it. */
static void warm(struct recovery_device *device, struct ready *ready)
{
    struct job *job = job_new(device->server, ready, name_of(ready));

    if (!job)
        return;
    job->on_end = on_warm;
    job->context = device;
    job->arrived_ns = job->queued_ns = clock_now_ns(device->server->clock);
    job->retried = true;
    device->n_warming++;
    sched_requeue(&device->server->sched, job);
}

/* Jobs in line go on to where their networks are now. */
static void put_back(struct server *server, enum device device)
{
    struct list jobs, *link;

    sched_take_queued(&server->sched, device, &jobs);
    while ((link = list_pop(&jobs)))
        job_resume(list_entry(link, struct job, link));
}

static void take_place(struct ready *ready)
{
    const struct network_info *before = network_info(ready->network);

    if (ready->remake.result < 0) {
        ready->out = E_QUARANTINED;
        ready->out_fault = ready->remake.fault;
        return;
    }
    if (before->runtime != network_info(ready->remake.network)->runtime)
        log_notice("recovery", "a network of %.12s goes from %s to %s", ready->digest_text,
                   runtime_get(before->runtime)->name,
                   runtime_get(network_info(ready->remake.network)->runtime)->name);
    ready_swap(ready);
}

static void on_made(struct done_item *item)
{
    struct recovery *recovery = container_of(item, struct recovery, done);
    struct recovery_device *device = recovery->device;
    const struct remake *failure = first_failure(recovery, false);

    if (failure) {
        wait(device, failure->fault.text);
        sweep(recovery);
        return;
    }
    device->state = RECOVERY_WARMING;
    device->warm_failed = false;
    list_foreach (it, &recovery->networks)
        take_place(ready_of(it));
    put_back(recovery->server, device->device);
    list_foreach (it, &recovery->networks)
        if (ready_of(it)->remake.stay)
            warm(device, ready_of(it));
    sched_unpark(&recovery->server->sched, device->device);
    if (device->n_warming == 0)
        finish(device);
    sweep(recovery);
}

static bool belongs(const struct ready *ready, enum runtime runtime)
{
    const struct network_info *info = network_info(ready->network);

    return info->quarantined & 1u << runtime || (ready->out && info->runtime == runtime);
}

static void begin_return(struct recovery *recovery, struct recovery_runtime *runtime)
{
    struct models *models = &recovery->server->models;

    runtime->returning = false;
    engine_quarantine(recovery->server->engine, runtime->runtime, false);
    recovery->device = NULL;
    recovery->runtime = runtime;
    recovery->lost = 0;
    list_foreach (it, &models->networks) {
        struct ready *ready = list_entry(it, struct ready, link);

        if (belongs(ready, runtime->runtime))
            add(recovery, ready, false);
    }
}

/* Is anything there again that was taken away? */
static bool came_back(const struct recovery *recovery)
{
    bool any = list_empty(&recovery->networks);

    list_foreach (it, &recovery->networks) {
        const struct remake *remake = &ready_of(it)->remake;

        any |= remake->result == 0 &&
               network_info(remake->network)->runtime == recovery->runtime->runtime;
    }
    return any && !first_failure(recovery, true);
}

static void on_returned(struct done_item *item)
{
    struct recovery *recovery = container_of(item, struct recovery, done);
    struct recovery_runtime *runtime = recovery->runtime;

    if (came_back(recovery)) {
        runtime->quarantined = runtime->absent = false;
        log_notice("recovery", "runtime %s is used again", runtime_get(runtime->runtime)->name);
        list_foreach (it, &recovery->networks)
            take_place(ready_of(it));
    } else {
        quarantine(runtime, "does not come back");
        runtime->absent = true;
    }
    sweep(recovery);
}

static void on_return_timer(uv_timer_t *timer)
{
    struct recovery_runtime *runtime = timer->data;

    runtime->returning = true;
    next(&runtime->server->recovery);
}

static bool next_device(struct recovery *recovery)
{
    for (int i = 0; i < _DEVICE_MAX; i++)
        if (recovery->devices[i].state == RECOVERY_LOST) {
            begin(recovery, &recovery->devices[i]);
            post(recovery, run_batch, on_made);
            return true;
        }
    return false;
}

/* A runtime comes back when its device is not just being made ready without it. */
static void next_runtime(struct recovery *recovery)
{
    for (int i = 0; i < _RUNTIME_MAX; i++) {
        const struct recovery_device *device = &recovery->devices[runtime_get(i)->device];

        if (recovery->runtimes[i].returning && device->state == RECOVERY_READY) {
            begin_return(recovery, &recovery->runtimes[i]);
            post(recovery, run_batch, on_returned);
            return;
        }
    }
}

static void next(struct recovery *recovery)
{
    if (recovery->server->state == SERVER_STOPPED || recovery->busy)
        return;
    if (!next_device(recovery))
        next_runtime(recovery);
}

static void note_losses(struct recovery_device *device, uint32_t lost)
{
    struct recovery *recovery = &device->server->recovery;

    device->since_ns = clock_now_ns(device->server->clock);
    for (int i = 0; i < _RUNTIME_MAX; i++) {
        if (!(lost & 1u << i))
            continue;
        device->n_losses++;
        log_error("recovery", "device %s stopped answering: runtime %s is opened again",
                  device_get(device->device)->name, runtime_get(i)->name);
        events_post_device_lost(&device->server->events, device->device, NULL);
        count_loss(&recovery->runtimes[i], "was lost twice within a minute");
    }
}

/* The device is parked and none of its lanes runs. */
static void on_idle(struct done_item *item)
{
    struct recovery_device *device = container_of(item, struct recovery_device, idle);
    uint32_t lost = sched_take_lost(&device->server->sched, device->device);

    if (device->state == RECOVERY_READY)
        note_losses(device, lost);
    device->lost |= lost;
    if (device->state == RECOVERY_WARMING && device->lost)
        wait(device, "it is lost again in its first runs");
    else
        device->state = RECOVERY_LOST;
    next(&device->server->recovery);
}

static int init_timer(struct server *server, uv_timer_t *timer, void *data)
{
    int r = uv_timer_init(&server->loop, timer);

    timer->data = data;
    return r;
}

int recovery_init(struct recovery *recovery, struct server *server)
{
    int r = 0;

    *recovery = (struct recovery){.server = server};
    list_init(&recovery->networks);
    for (int i = 0; r == 0 && i < _DEVICE_MAX; i++) {
        struct recovery_device *device = &recovery->devices[i];

        device->server = server;
        device->device = i;
        device->idle.on_done = on_idle;
        server->sched.queues[i].idle = &device->idle;
        r = init_timer(server, &device->timer, device);
    }
    for (int i = 0; r == 0 && i < _RUNTIME_MAX; i++) {
        recovery->runtimes[i].server = server;
        recovery->runtimes[i].runtime = i;
        r = init_timer(server, &recovery->runtimes[i].timer, &recovery->runtimes[i]);
    }
    return r;
}

bool recovery_idle(const struct recovery *recovery)
{
    return !recovery->busy;
}

const char *recovery_state(const struct recovery *recovery, enum device device)
{
    if (recovery->devices[device].state != RECOVERY_READY)
        return "recovering";
    for (int i = 0; i < _RUNTIME_MAX; i++)
        if (recovery->runtimes[i].quarantined && runtime_get(i)->device == device)
            return "quarantined";
    return "ready";
}
