/*
 * A plan over spans: every pointer worked out once, so that a run does nothing but call kernels.
 */
#include "backends/cpu/binding.h"

#include <errno.h>
#include <stdlib.h>

#include "backends/cpu/step.h"
#include "base/error.h"
#include "base/pool.h"

struct bound {
    kernel_run_fn run;
    struct kernel_args args;
    uint64_t n_items;
    uint32_t n_slices;
};

struct binding {
    const struct plan *plan;
    const void **in; /* of all steps, one after another */
    void **out;
    struct bound steps[];
};

static int check_spans(const struct plan *plan, const struct binding_spans *spans)
{
    for (uint32_t i = 0; i < plan->n_inputs; i++)
        if (spans->in[i].size < plan->in_sizes[i])
            return E_REGION_BOUNDS;
    for (uint32_t i = 0; i < plan->n_outputs; i++)
        if (spans->out[i].size < plan->out_sizes[i])
            return E_REGION_BOUNDS;
    return plan->scratch_size > 0 && spans->scratch.size < plan->scratch_size ? E_REGION_BOUNDS : 0;
}

static const void *read_from(const struct operand *operand, const struct binding_spans *spans)
{
    switch (operand->place) {
    case PLACE_CONSTANT:
        return operand->data;
    case PLACE_INPUT:
        return span_base(&spans->in[operand->index]);
    case PLACE_OUTPUT:
        return span_base(&spans->out[operand->index]);
    case PLACE_SCRATCH:
        return (const char *)span_base(&spans->scratch) + operand->offset;
    default:
        return NULL;
    }
}

static void *written_to(const struct operand *operand, const struct binding_spans *spans)
{
    switch (operand->place) {
    case PLACE_OUTPUT:
        return span_base(&spans->out[operand->index]);
    case PLACE_SCRATCH:
        return (char *)span_base(&spans->scratch) + operand->offset;
    default:
        return NULL;
    }
}

static void bind_step(const struct step *step, const struct binding_spans *spans, const void **in,
                      void **out, struct bound *ret)
{
    for (uint32_t i = 0; i < step->n_in; i++)
        in[i] = read_from(&step->in[i], spans);
    for (uint32_t i = 0; i < step->n_out; i++)
        out[i] = written_to(&step->out[i], spans);
    *ret = (struct bound){
        .run = step->run,
        .args = {.in = in,
                 .out = out,
                 .scratch = written_to(&step->workspace, spans),
                 .params = step->params,
                 .to = step->n_items},
        .n_items = step->n_items,
        .n_slices = step->n_slices,
    };
}

int cpu_binding_new(const struct plan *plan, const struct binding_spans *spans,
                    struct binding **ret)
{
    struct binding *binding;
    const void **in;
    void **out;
    int r = check_spans(plan, spans);

    if (r < 0)
        return r;
    binding = malloc(sizeof(*binding) + plan->n_steps * sizeof(binding->steps[0]));
    in = calloc(plan->n_operands + 1, sizeof(*in));
    out = calloc(plan->n_operands + 1, sizeof(*out));
    if (!binding || !in || !out) {
        free(binding);
        free(in);
        free(out);
        return -ENOMEM;
    }
    *binding = (struct binding){plan, in, out};
    for (uint32_t i = 0; i < plan->n_steps; i++) {
        bind_step(&plan->steps[i], spans, in, out, &binding->steps[i]);
        in += plan->steps[i].n_in;
        out += plan->steps[i].n_out;
    }
    *ret = binding;
    return 0;
}

void cpu_binding_free(struct binding *binding)
{
    if (!binding)
        return;
    free(binding->in);
    free(binding->out);
    free(binding);
}

static void run_slice(void *context, uint32_t slice)
{
    const struct bound *step = context;
    struct kernel_args args = step->args;

    args.from = (size_t)(step->n_items * slice / step->n_slices);
    args.to = (size_t)(step->n_items * (slice + 1) / step->n_slices);
    step->run(&args);
}

int cpu_binding_run(struct binding *binding, struct run_stats *stats)
{
    const struct plan *plan = binding->plan;

    for (uint32_t i = 0; i < plan->n_steps; i++) {
        struct bound *step = &binding->steps[i];

        if (step->n_slices > 1)
            pool_run(plan->pool, step->n_slices, run_slice, step);
        else
            step->run(&step->args);
    }
    *stats = (struct run_stats){0};
    return 0;
}
