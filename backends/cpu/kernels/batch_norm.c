/*
 * BatchNorm as files have it: y = x * weights[c] + bias[c]. Items are rows of C elements.
 */
#include "backends/cpu/prepare.h"

static void run(const struct kernel_args *args)
{
    const size_t n = *(const size_t *)args->params;
    const float *weights = args->in[1], *bias = args->in[2];

    for (size_t row = args->from; row < args->to; row++) {
        const float *x = (const float *)args->in[0] + row * n;
        float *y = (float *)args->out[0] + row * n;

        for (size_t i = 0; i < n; i++)
            y[i] = x[i] * weights[i] + bias[i];
    }
}

static int prepare(struct prepare *p)
{
    size_t *n = prepare_params(p, sizeof(*n));

    if (!n)
        return prepare_no_memory(p);
    *n = shape_elements(&prepare_in(p, 1)->shape);
    return prepare_done(p, run, shape_elements(&prepare_out(p, 0)->shape) / *n, *n);
}

const struct operation cpu_batch_norm = {.prepare = prepare};
