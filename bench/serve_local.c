/* The engine in this process: the rate that a daemon can be held against. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/runtime.h"
#include "base/sealed.h"
#include "bench/serve.h"
#include "engine/engine.h"

#define MODEL_MOST ((size_t)1 << 30)

static int read_model(const char *path, struct model **ret, struct fault *fault)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    void *bytes;
    size_t size;
    int r;

    if (fd < 0)
        return fail(fault, -errno, "%.200s cannot be opened", path);
    r = sealed_copy(fd, MODEL_MOST, &bytes, &size);
    close(fd);
    if (r < 0)
        return fail(fault, r, "%.200s cannot be read", path);
    r = model_read(bytes, size, ret, fault);
    mem_free(bytes);
    return r;
}

/* As many sets of inputs and outputs as a daemon's clients have: what comes new is in no cache. */
struct buffers {
    struct region region;
    struct span *spans; /* of each set, inputs first */
    uint32_t n, n_each;
};

static size_t place(struct buffers *buffers, const struct tensor_info *infos, uint32_t n,
                    struct span *spans, size_t at)
{
    for (uint32_t i = 0; i < n; i++) {
        spans[i] = (struct span){.region = &buffers->region, .offset = at, .size = infos[i].size};
        at += mem_round(infos[i].size);
    }
    return at;
}

static int make_buffers(const struct network_info *info, uint32_t n, struct buffers *ret)
{
    size_t at = 0;

    ret->n = n;
    ret->n_each = info->n_inputs + info->n_outputs;
    ret->spans = calloc((size_t)n * ret->n_each, sizeof(struct span));
    if (!ret->spans)
        return -ENOMEM;
    for (uint32_t i = 0; i < n; i++) {
        struct span *spans = ret->spans + (size_t)i * ret->n_each;

        at = place(ret, info->inputs, info->n_inputs, spans, at);
        at = place(ret, info->outputs, info->n_outputs, spans + info->n_inputs, at);
    }
    ret->region = (struct region){.id = 1, .fd = -1, .base = mem_alloc(at), .size = at};
    if (!ret->region.base)
        return -ENOMEM;
    memset(ret->region.base, 0, at);
    return 0;
}

static int run_one(struct slot *slot, const struct network_info *info,
                   const struct buffers *buffers, uint64_t which)
{
    const struct span *in = buffers->spans + which % buffers->n * buffers->n_each;
    struct run_times times;

    return slot_run(slot, 0, in, in + info->n_inputs, &times);
}

static int run_all(const struct serve *serve, struct network *network,
                   const struct buffers *buffers, struct serve_result *result)
{
    const struct network_info *info = network_info(network);
    struct slot *slot = slot_take(network);
    uint64_t now_ns, end_ns;
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < buffers->n; i++) /* bindings are made */
        r = run_one(slot, info, buffers, i);
    if (r == 0)
        r = serve_wait();
    now_ns = result->began_ns = clock_now_ns(&clock_monotonic);
    end_ns = now_ns + serve->ms * 1000000;
    while (r == 0 && now_ns < end_ns) {
        uint64_t begin_ns = now_ns;

        r = run_one(slot, info, buffers, result->n_sent++);
        now_ns = clock_now_ns(&clock_monotonic);
        if (r == 0)
            r = times_add(&result->calls, now_ns - begin_ns);
        result->n_right += r == 0;
        result->n_within += r == 0 && now_ns <= end_ns;
    }
    result->ended_ns = now_ns;
    slot_release(slot);
    return r;
}

static int buffer_and_run(const struct serve *serve, struct network *network,
                          struct serve_result *result, struct fault *fault)
{
    struct buffers buffers = {.n = 0};
    int r = make_buffers(network_info(network), serve->n_outstanding, &buffers);

    if (r == 0)
        r = run_all(serve, network, &buffers, result);
    mem_free(buffers.region.base);
    free(buffers.spans);
    return r < 0 ? fail(fault, r, "the engine's runs failed") : 0;
}

static int make_and_run(const struct serve *serve, struct engine *engine, enum runtime runtime,
                        struct serve_result *result, struct fault *fault)
{
    _cleanup_(model_unrefp) struct model *model = NULL;
    _cleanup_(network_unrefp) struct network *network = NULL;
    const struct network_options options = {.order = &runtime, .n_order = 1};
    int r = read_model(serve->model, &model, fault);

    if (r == 0)
        r = network_new(engine, model, &options, &network, fault);
    if (r == 0 && network_info(network)->n_steps != 1)
        r = fail(fault, E_NOT_BUILT, "a network of several steps");
    return r == 0 ? buffer_and_run(serve, network, result, fault) : r;
}

int serve_local(const struct serve *serve, struct serve_result *result, struct fault *fault)
{
    struct engine_options options = {.n_threads = serve->n_threads};
    struct engine *engine;
    const struct runtime_info *info = runtime_find(serve->runtime ? serve->runtime : "cpu");
    int r;

    if (!info)
        return fail(fault, -EINVAL, "%.100s is no runtime", serve->runtime);
    options.runtime_options[info->id] = serve->options;
    r = engine_new(&options, &engine, fault);
    if (r < 0)
        return r;
    r = make_and_run(serve, engine, info->id, result, fault);
    engine_free(engine);
    return r;
}
