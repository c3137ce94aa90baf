/*
 * Softmax along one axis: y[i] = exp(x[i] - max x) / sum of those; and its logarithm. Items are
 * rows of that axis.
 */
#include "model/ops/softmax.h"

#include <math.h>

#include "backends/cpu/prepare.h"

struct params {
    size_t n, step; /* places of the axis, and elements between two of them */
    bool log;
};

static float row_max(const float *x, const struct params *p)
{
    float max = x[0];

    for (size_t i = 1; i < p->n; i++)
        max = x[i * p->step] > max ? x[i * p->step] : max;
    return max;
}

static void softmax_row(const float *x, float *y, const struct params *p)
{
    float max = row_max(x, p);
    double sum = 0;

    for (size_t i = 0; i < p->n; i++) {
        y[i * p->step] = expf(x[i * p->step] - max);
        sum += y[i * p->step];
    }
    for (size_t i = 0; i < p->n; i++)
        y[i * p->step] /= (float)sum;
}

static void log_softmax_row(const float *x, float *y, const struct params *p)
{
    float max = row_max(x, p);
    double sum = 0, log_sum;

    for (size_t i = 0; i < p->n; i++)
        sum += (double)expf(x[i * p->step] - max);
    log_sum = log(sum);
    for (size_t i = 0; i < p->n; i++)
        y[i * p->step] = (float)((double)(x[i * p->step] - max) - log_sum);
}

static void run(const struct kernel_args *args)
{
    const struct params *p = args->params;
    const float *x = args->in[0];
    float *y = args->out[0];

    for (size_t row = args->from; row < args->to; row++) {
        size_t at = row / p->step * p->n * p->step + row % p->step;

        if (p->log)
            log_softmax_row(x + at, y + at, p);
        else
            softmax_row(x + at, y + at, p);
    }
}

static int prepare(struct prepare *p)
{
    const struct softmax_attrs *softmax = p->node->attrs;
    const struct shape *x = &prepare_in(p, 0)->shape;
    struct params *params = prepare_params(p, sizeof(*params));
    int axis = shape_axis(x, softmax->axis);

    if (!params)
        return prepare_no_memory(p);
    *params = (struct params){
        .n = x->rank ? x->dim[axis] : 1, .step = 1, .log = p->node->op == OP_LOG_SOFTMAX};
    for (uint32_t i = (uint32_t)axis + 1; i < x->rank; i++)
        params->step *= x->dim[i];
    return prepare_done(p, run, shape_elements(x) / params->n, 24 * params->n);
}

const struct operation cpu_softmax = {.prepare = prepare};
