/*
 * PRelu: y = x > 0 ? x : slope * x, with one slope for all or one for each place of the last axis.
 * Items are elements.
 */
#include "backends/cpu/prepare.h"

static void run(const struct kernel_args *args)
{
    const size_t n = *(const size_t *)args->params;
    const float *x = args->in[0], *slope = args->in[1];
    float *y = args->out[0];
    size_t row = 1;

    for (size_t i = args->from; i < args->to; i += row) {
        size_t at = i % n;

        row = n - at < args->to - i ? n - at : args->to - i;
        for (size_t j = 0; j < row; j++)
            y[i + j] = x[i + j] > 0 ? x[i + j] : slope[at + j] * x[i + j];
    }
}

static void run_shared(const struct kernel_args *args)
{
    const float *x = args->in[0];
    const float slope = *(const float *)args->in[1];
    float *y = args->out[0];

    for (size_t i = args->from; i < args->to; i++)
        y[i] = x[i] > 0 ? x[i] : slope * x[i];
}

static int prepare(struct prepare *p)
{
    const struct value *slope = prepare_in(p, 1);
    size_t n = shape_elements(&prepare_out(p, 0)->shape);
    size_t *n_slopes = prepare_params(p, sizeof(*n_slopes));

    if (!n_slopes)
        return prepare_no_memory(p);
    *n_slopes = shape_elements(&slope->shape);
    if (*n_slopes == 1)
        return prepare_done(p, run_shared, n, 1);
    return prepare_done(p, run, n, 1);
}

const struct operation cpu_prelu = {.prepare = prepare};
