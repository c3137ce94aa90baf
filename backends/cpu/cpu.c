/*
 * The cpu backend: float32 on the host's cores.
 */
#include <errno.h>
#include <stdlib.h>

#include "backends/backend.h"
#include "backends/cpu/binding.h"
#include "backends/cpu/isa.h"
#include "backends/cpu/plan.h"
#include "backends/cpu/step.h"
#include "base/error.h"

struct backend {
    struct pool *pool;
    enum isa isa;
};

static int cpu_probe(const struct backend_options *options, struct fault *fault)
{
    enum isa isa;

    if (options->options && *options->options)
        return fail(fault, E_SETTING, "[runtime cpu] options = %.80s: the cpu runtime has none",
                    options->options);
    return isa_choose(getenv("SNPED_ISA"), &isa, fault);
}

static int cpu_open(const struct backend_options *options, struct backend **ret,
                    struct fault *fault)
{
    struct backend *backend;
    enum isa isa;
    int r = cpu_probe(options, fault);

    if (r == 0)
        r = isa_choose(getenv("SNPED_ISA"), &isa, fault);
    if (r < 0)
        return r;
    backend = malloc(sizeof(*backend));
    if (!backend)
        return fail(fault, -ENOMEM, "cpu: out of memory");
    *backend = (struct backend){options->pool, isa};
    *ret = backend;
    return 0;
}

static void cpu_close(struct backend *backend)
{
    free(backend);
}

static bool cpu_supports(const struct backend *backend, const struct graph *graph,
                         const struct node *node, struct fault *fault)
{
    (void)backend;
    return cpu_plan_supports(graph, node, fault);
}

static int cpu_compile(struct backend *backend, const struct compile_request *request,
                       struct plan **ret, struct fault *fault)
{
    return cpu_plan_new(backend->pool, backend->isa, request, ret, fault);
}

static void cpu_plan_info(const struct plan *plan, struct plan_info *ret)
{
    *ret = (struct plan_info){
        .bytes = plan->bytes,
        .scratch_size = plan->scratch_size,
        .n_launches = plan->n_steps,
        .launch_of = plan->launch_of,
    };
}

const struct backend_ops cpu_backend = {
    .abi = BACKEND_ABI,
    .name = "cpu",
    .probe = cpu_probe,
    .open = cpu_open,
    .close = cpu_close,
    .supports = cpu_supports,
    .compile = cpu_compile,
    .plan_info = cpu_plan_info,
    .plan_free = cpu_plan_free,
    .binding_new = cpu_binding_new,
    .binding_free = cpu_binding_free,
    .run = cpu_binding_run,
};
