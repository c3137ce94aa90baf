/*
 * Which backends are open. One is opened for each runtime that a network wants, and stays open: a
 * GPU context or a DSP session that is warm is what a resident daemon is for. One that was lost is
 * left to the plans made on it, and the next network has another opened.
 */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "engine/inside.h"

/* The backend of INFO, checked once: a slot that is missing is found at its first use, not in a
 * run. */
static int find_ops(const struct runtime_info *info, const struct backend_ops **ret,
                    struct fault *fault)
{
    const struct backend_ops *ops = backend_find(info->backend);
    int r;

    if (!ops)
        return fail(fault, E_NO_HARDWARE, "runtime %s: its backend is not part of this build",
                    info->name);
    r = backend_check(ops, fault);
    if (r == 0)
        *ret = ops;
    return r;
}

static int check_quarantine(const struct engine *engine, enum runtime id, struct fault *fault)
{
    if (!atomic_load_explicit(&engine->runtimes[id].quarantined, memory_order_relaxed))
        return 0;
    return fail(fault, E_QUARANTINED,
                "runtime %s was lost more than once within a minute and rests: try again later, or "
                "name another runtime too; see [device %s] quarantine in snped.conf",
                runtime_get(id)->name, device_get(runtime_get(id)->device)->name);
}

int engine_probe(const struct engine *engine, enum runtime runtime, struct fault *fault)
{
    const struct backend_options options = {engine->pool, engine->runtimes[runtime].options};
    const struct backend_ops *ops = NULL;
    int r = check_quarantine(engine, runtime, fault);

    if (r == 0)
        r = find_ops(runtime_get(runtime), &ops, fault);
    return r < 0 ? r : ops->probe(&options, fault);
}

static int open_now(struct engine *engine, enum runtime id, struct instance **ret,
                    struct fault *fault)
{
    const struct backend_options options = {engine->pool, engine->runtimes[id].options};
    struct instance *instance = calloc(1, sizeof(*instance));
    int r;

    if (!instance)
        return fail(fault, -ENOMEM, "engine: out of memory");
    atomic_init(&instance->refs, 1);
    atomic_init(&instance->users, 1);
    instance->id = id;
    r = find_ops(runtime_get(id), &instance->ops, fault);
    if (r == 0)
        r = instance->ops->probe(&options, fault);
    if (r == 0)
        r = instance->ops->open(&options, &instance->backend, fault);
    if (r < 0)
        free(instance);
    else
        *ret = instance;
    return r;
}

int engine_open(struct engine *engine, enum runtime id, struct instance **ret, struct fault *fault)
{
    struct engine_runtime *runtime = &engine->runtimes[id];
    struct instance *instance = runtime->instance;
    int r = check_quarantine(engine, id, fault);

    if (r == 0 && !instance) {
        r = open_now(engine, id, &instance, fault);
        if (r == 0)
            runtime->instance = instance;
    }
    if (r == 0)
        *ret = instance;
    return r;
}

struct instance *instance_use(struct instance *instance)
{
    atomic_fetch_add_explicit(&instance->users, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&instance->refs, 1, memory_order_relaxed);
    return instance;
}

void instance_leave(struct instance *instance)
{
    if (atomic_fetch_sub_explicit(&instance->users, 1, memory_order_acq_rel) == 1)
        instance->ops->close(instance->backend);
}

void instance_unref(struct instance *instance)
{
    if (atomic_fetch_sub_explicit(&instance->refs, 1, memory_order_acq_rel) == 1)
        free(instance);
}

void engine_lose(struct engine *engine, enum runtime runtime)
{
    struct instance *instance;

    pthread_mutex_lock(&engine->votes);
    instance = engine->runtimes[runtime].instance;
    engine->runtimes[runtime].instance = NULL;
    pthread_mutex_unlock(&engine->votes);
    if (!instance)
        return;
    atomic_store_explicit(&instance->lost, true, memory_order_release);
    instance_leave(instance);
    instance_unref(instance);
}

void engine_quarantine(struct engine *engine, enum runtime runtime, bool on)
{
    atomic_store_explicit(&engine->runtimes[runtime].quarantined, on, memory_order_relaxed);
}

void engine_set_perf(struct engine *engine, enum runtime runtime, enum perf_profile profile)
{
    const struct instance *instance;

    pthread_mutex_lock(&engine->votes);
    instance = engine->runtimes[runtime].instance;
    if (instance && instance->ops->set_perf)
        instance->ops->set_perf(instance->backend, profile);
    pthread_mutex_unlock(&engine->votes);
}
