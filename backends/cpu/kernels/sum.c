/*
 * Sum: y = coeff[0] * x[0] + coeff[1] * x[1] + ..., in that order. Items are elements.
 */
#include "model/ops/sum.h"

#include <string.h>

#include "backends/cpu/prepare.h"

struct params {
    uint32_t n;
    float coeffs[];
};

static void run(const struct kernel_args *args)
{
    const struct params *p = args->params;
    float *y = args->out[0];

    for (uint32_t k = 0; k < p->n; k++) {
        const float *x = args->in[k];
        const float coeff = p->coeffs[k];

        if (k == 0)
            for (size_t i = args->from; i < args->to; i++)
                y[i] = coeff * x[i];
        else
            for (size_t i = args->from; i < args->to; i++)
                y[i] += coeff * x[i];
    }
}

static int prepare(struct prepare *p)
{
    const struct sum_attrs *sum = p->node->attrs;
    uint32_t n = p->node->n_inputs;
    struct params *params = prepare_params(p, sizeof(*params) + n * sizeof(float));

    if (!params)
        return prepare_no_memory(p);
    params->n = n;
    for (uint32_t i = 0; i < n; i++)
        params->coeffs[i] = i < sum->coeffs.n ? sum->coeffs.v[i] : 1;
    return prepare_done(p, run, shape_elements(&prepare_out(p, 0)->shape), n);
}

const struct operation cpu_sum = {.prepare = prepare};
