/* The engine's birth and end. */
#include <errno.h>
#include <string.h>

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
    pthread_mutex_init(&engine->votes, NULL);
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
        engine_lose(engine, i);
        free(engine->runtimes[i].options);
    }
    pool_free(engine->pool);
    pthread_mutex_destroy(&engine->votes);
    free(engine);
}
