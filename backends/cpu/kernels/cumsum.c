/*
 * CumSum: sums along an axis, kept in double. Items are rows along the axis.
 */
#include "model/ops/cumsum.h"

#include "backends/cpu/kernels/along.h"
#include "backends/cpu/prepare.h"

struct params {
    struct along along;
    bool exclusive, reverse;
};

static void sum_row(const struct params *p, const float *x, float *y)
{
    double sum = 0;

    for (size_t i = 0; i < p->along.n; i++) {
        size_t at = (p->reverse ? p->along.n - 1 - i : i) * p->along.step;
        double next = sum + (double)x[at];

        y[at] = (float)(p->exclusive ? sum : next);
        sum = next;
    }
}

static void run(const struct kernel_args *args)
{
    const struct params *p = args->params;

    for (size_t row = args->from; row < args->to; row++) {
        size_t first = along_first(&p->along, row);

        sum_row(p, (const float *)args->in[0] + first, (float *)args->out[0] + first);
    }
}

static int prepare(struct prepare *p)
{
    const struct cumsum_attrs *cumsum = p->node->attrs;
    const struct shape *x = &prepare_in(p, 0)->shape;
    struct params *params = prepare_params(p, sizeof(*params));

    if (!params)
        return prepare_no_memory(p);
    *params = (struct params){
        .along = along_axis(x, (uint32_t)shape_axis(x, cumsum->axis)),
        .exclusive = cumsum->exclusive,
        .reverse = cumsum->reverse,
    };
    return prepare_done(p, run, shape_elements(x) / params->along.n, 4 * params->along.n);
}

const struct operation cpu_cumsum = {.prepare = prepare};
