/*
 * ArgMax: where along an axis the greatest or least number is. Items are rows along the axis.
 */
#include "model/ops/arg_max.h"

#include "backends/cpu/kernels/along.h"
#include "backends/cpu/prepare.h"

struct params {
    struct along along;
    float sign; /* -1: the least is the greatest of the negated */
    bool select_last;
};

/* A NaN beats everything but another one before it. */
static bool beats(float v, float best, bool select_last)
{
    if (best != best)
        return false;
    return v != v || v > best || (select_last && v == best);
}

static size_t find_best(const struct params *p, const float *x)
{
    float best = p->sign * x[0];
    size_t at = 0;

    for (size_t i = 1; i < p->along.n; i++) {
        float v = p->sign * x[i * p->along.step];

        if (beats(v, best, p->select_last)) {
            best = v;
            at = i;
        }
    }
    return at;
}

static void run(const struct kernel_args *args)
{
    const struct params *p = args->params;

    for (size_t row = args->from; row < args->to; row++)
        ((float *)args->out[0])[row] =
            (float)find_best(p, (const float *)args->in[0] + along_first(&p->along, row));
}

static int prepare(struct prepare *p)
{
    const struct arg_max_attrs *arg_max = p->node->attrs;
    const struct shape *x = &prepare_in(p, 0)->shape;
    struct params *params = prepare_params(p, sizeof(*params));

    if (!params)
        return prepare_no_memory(p);
    *params = (struct params){
        .along = along_axis(x, (uint32_t)shape_axis(x, arg_max->axis)),
        .sign = arg_max->kind == ARG_MIN ? -1 : 1,
        .select_last = arg_max->select_last,
    };
    return prepare_done(p, run, shape_elements(x) / params->along.n, 4 * params->along.n);
}

const struct operation cpu_arg_max = {.prepare = prepare};
