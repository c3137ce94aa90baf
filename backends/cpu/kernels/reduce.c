/*
 * Reduce and Moments: many numbers of some axes become one. Sums are kept in double, in the order
 * of memory; the items are those of over_axes.h.
 */
#include "model/ops/reduce.h"

#include <math.h>

#include "backends/cpu/kernels/over_axes.h"
#include "backends/cpu/prepare.h"
#include "model/ops/moments.h"

struct params {
    struct over_axes over;
    enum reduce_kind kind;
    double factor; /* 1 / count for a mean, else 1 */
};

static const enum over_step steps[] = {
    [REDUCE_MEAN] = OVER_ADD,
    [REDUCE_SUM] = OVER_ADD,
    [REDUCE_PROD] = OVER_MULTIPLY,
    [REDUCE_MIN] = OVER_LEAST,
    [REDUCE_MAX] = OVER_GREATEST,
    [REDUCE_L1] = OVER_ADD_ABS,
    [REDUCE_L2] = OVER_ADD_SQUARE,
    [REDUCE_LOG_SUM] = OVER_ADD,
    [REDUCE_LOG_SUM_EXP] = OVER_ADD_EXP,
    [REDUCE_SUM_SQUARE] = OVER_ADD_SQUARE,
};

/* TOP, the greatest, was taken off before exp; infinite or no number, it is the answer. */
static double finish(const struct params *p, double sum, double top)
{
    switch (p->kind) {
    case REDUCE_L2:
        return sqrt(sum);
    case REDUCE_LOG_SUM:
        return log(sum);
    case REDUCE_LOG_SUM_EXP:
        return isfinite(top) ? top + log(sum) : top;
    default:
        return sum * p->factor;
    }
}

static void run(const struct kernel_args *args)
{
    const struct params *p = args->params;
    bool by_top = p->kind == REDUCE_LOG_SUM_EXP;

    for (size_t number = args->from; number < args->to; number++) {
        struct over_item item = over_axes_item(&p->over, number);
        const float *x = (const float *)args->in[0] + item.offset;
        float *y = (float *)args->out[0] + item.place;
        double sums[OVER_BLOCK], tops[OVER_BLOCK] = {0};

        if (by_top)
            over_fold(&p->over, OVER_GREATEST, tops, tops, x, item.n);
        over_fold(&p->over, steps[p->kind], sums, tops, x, item.n);
        for (size_t i = 0; i < item.n; i++)
            y[i] = (float)finish(p, sums[i], tops[i]);
    }
}

static void run_moments(const struct kernel_args *args)
{
    const struct params *p = args->params;

    for (size_t number = args->from; number < args->to; number++) {
        struct over_item item = over_axes_item(&p->over, number);
        const float *x = (const float *)args->in[0] + item.offset;
        float *mean = (float *)args->out[0] + item.place;
        float *variance = (float *)args->out[1] + item.place;
        double means[OVER_BLOCK], sums[OVER_BLOCK] = {0};

        over_fold(&p->over, OVER_ADD, means, sums, x, item.n);
        for (size_t i = 0; i < item.n; i++)
            means[i] *= p->factor;
        over_fold(&p->over, OVER_ADD_DEVIATION, sums, means, x, item.n);
        for (size_t i = 0; i < item.n; i++) {
            mean[i] = (float)means[i];
            variance[i] = (float)(sums[i] * p->factor);
        }
    }
}

static int prepare(struct prepare *p)
{
    const struct shape *x = &prepare_in(p, 0)->shape;
    const struct reduce_attrs *reduce = p->node->op == OP_REDUCE ? p->node->attrs : NULL;
    const struct moments_attrs *moments = p->node->attrs;
    struct params *params = prepare_params(p, sizeof(*params));
    uint32_t axes;
    size_t gone;
    int r;

    if (!params)
        return prepare_no_memory(p);
    r = op_axes(x, reduce ? reduce->axes : moments->axes, &axes, p->fault);
    if (r < 0)
        return r;
    over_axes_init(&params->over, x, axes);
    gone = nd_elements(&params->over.gone);
    params->kind = reduce ? reduce->kind : REDUCE_MEAN;
    params->factor = params->kind == REDUCE_MEAN ? 1 / (double)gone : 1;
    return prepare_done(p, reduce ? run : run_moments, over_axes_items(&params->over),
                        over_axes_work(&params->over, reduce ? 2 : 6));
}

const struct operation cpu_reduce = {.prepare = prepare};
