/*
 * Which backends are open. One is opened for each runtime that a network wants, and stays open: a
 * GPU context or a DSP session that is warm is what a resident daemon is for.
 */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "engine/inside.h"

static int copy_options(struct engine *engine, const struct engine_options *options)
{
    for (int i = 0; i < _RUNTIME_MAX; i++) {
        const char *text = options->runtime_options[i];

        engine->runtimes[i].options = strdup(text ? text : "");
        if (!engine->runtimes[i].options)
            return -ENOMEM;
    }
    return 0;
}

int engine_new(const struct engine_options *options, struct engine **ret, struct fault *fault)
{
    _cleanup_(engine_freep) struct engine *engine = calloc(1, sizeof(*engine));
    uint32_t n_threads = options->n_threads;
    int r;

    if (!engine)
        return fail(fault, -ENOMEM, "engine: out of memory");
    engine->clock = options->clock ? options->clock : &clock_monotonic;
    r = copy_options(engine, options);
    if (r == 0)
        r = pool_new(n_threads ? n_threads : cores_online(), &engine->pool);
    if (r < 0)
        return fail(fault, r, "engine: cannot start the core pool: %s", strerror(-r));
    *ret = take_ptr(engine);
    return 0;
}

void engine_free(struct engine *engine)
{
    if (!engine)
        return;
    for (int i = 0; i < _RUNTIME_MAX; i++) {
        struct engine_runtime *runtime = &engine->runtimes[i];

        if (runtime->backend)
            runtime->ops->close(runtime->backend);
        free(runtime->options);
    }
    pool_free(engine->pool);
    free(engine);
}

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

int engine_probe(const struct engine *engine, enum runtime runtime, struct fault *fault)
{
    const struct backend_options options = {engine->pool, engine->runtimes[runtime].options};
    const struct backend_ops *ops = NULL;
    int r = find_ops(runtime_get(runtime), &ops, fault);

    return r < 0 ? r : ops->probe(&options, fault);
}

int engine_open(struct engine *engine, enum runtime id, struct engine_runtime **ret,
                struct fault *fault)
{
    const struct runtime_info *info = runtime_get(id);
    struct engine_runtime *runtime = &engine->runtimes[id];
    const struct backend_options options = {engine->pool, runtime->options};
    const struct backend_ops *ops = NULL;
    int r;

    if (!runtime->backend) {
        r = find_ops(info, &ops, fault);
        if (r == 0)
            r = ops->probe(&options, fault);
        if (r == 0)
            r = ops->open(&options, &runtime->backend, fault);
        if (r < 0)
            return r;
        runtime->ops = ops;
    }
    *ret = runtime;
    return 0;
}
