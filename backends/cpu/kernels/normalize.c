/*
 * What divides numbers by a measure of their neighbours: InstanceNorm, LayerNorm, L2Norm and
 * Normalize. All are y = (x - mean) * scale * weights + bias, mean and scale being those of some
 * axes. Sums are kept in double, in the order of memory; the items are those of over_axes.h.
 */
#include "model/ops/normalize.h"

#include <math.h>
#include <string.h>

#include "backends/cpu/kernels/over_axes.h"
#include "backends/cpu/prepare.h"
#include "model/ops/instance_norm.h"
#include "model/ops/l2_norm.h"
#include "model/ops/layer_norm.h"

struct params {
    struct over_axes over;
    bool centred;     /* a mean is taken off, and sums become variances */
    bool per_place;   /* weights belong to the places of an item, not to the walk's numbers */
    bool at_least;    /* a sum is at least epsilon, else epsilon is added */
    size_t n_weights; /* 1 also if there are none */
    double epsilon;
};

/* Of the item at X. */
static void measure(const struct params *p, const float *x, size_t n, double *means, double *scales)
{
    double count = p->centred ? (double)nd_elements(&p->over.gone) : 1;

    memset(means, 0, n * sizeof(*means));
    if (p->centred)
        over_fold(&p->over, OVER_ADD, means, means, x, n);
    for (size_t i = 0; i < n; i++)
        means[i] /= count;
    over_fold(&p->over, OVER_ADD_DEVIATION, scales, means, x, n);
    for (size_t i = 0; i < n; i++) {
        double sum = scales[i] / count;

        sum = !p->at_least ? sum + p->epsilon : sum < p->epsilon ? p->epsilon : sum;
        scales[i] = sum == 0 ? 0 : 1 / sqrt(sum);
    }
}

/* y = (x - mean) * scale * weight + bias; neighbours have the weights W[0], W[STEP], ... */
static void write_places(const double *means, const double *scales, const float *x, const float *w,
                         const float *b, size_t step, float *y, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double v = ((double)x[i] - means[i]) * scales[i];

        v *= w ? (double)w[i * step] : 1;
        y[i] = (float)(v + (b ? (double)b[i * step] : 0));
    }
}

static void run_item(const struct params *p, const struct kernel_args *args,
                     const struct over_item *item)
{
    const float *x = (const float *)args->in[0] + item->offset;
    const float *w = args->in[1], *b = args->in[2];
    float *y = (float *)args->out[0] + item->offset;
    struct over_walk walk = over_axes_walk(&p->over);
    double means[OVER_BLOCK], scales[OVER_BLOCK];
    size_t number = 0;

    measure(p, x, item->n, means, scales);
    for (; walk.row < walk.n_rows; over_walk_next(&p->over, &walk))
        for (size_t k = 0; k < walk.length; k++, number++) {
            ptrdiff_t offset = walk.cursor.offset[0] + (ptrdiff_t)k * walk.step;
            size_t at = p->per_place ? item->at : number % p->n_weights;

            write_places(means, scales, x + offset, w ? w + at : NULL, b ? b + at : NULL,
                         p->per_place, y + offset, item->n);
        }
}

static void run(const struct kernel_args *args)
{
    const struct params *p = args->params;

    for (size_t number = args->from; number < args->to; number++) {
        struct over_item item = over_axes_item(&p->over, number);

        run_item(p, args, &item);
    }
}

/* Bits for all axes of a tensor of RANK from AXIS on. */
static uint32_t axes_from(uint32_t axis, uint32_t rank)
{
    return (1u << rank) - (1u << axis);
}

/* All axes between the first and the last: a channel's places. */
static uint32_t set_instance_norm(const struct node *node, const struct shape *x,
                                  struct params *ret)
{
    ret->centred = ret->per_place = true;
    ret->epsilon = (double)((const struct instance_norm_attrs *)node->attrs)->epsilon;
    return axes_from(1, x->rank - 1);
}

static uint32_t set_layer_norm(const struct node *node, const struct shape *x, struct params *ret)
{
    const struct layer_norm_attrs *layer_norm = node->attrs;

    ret->centred = true;
    ret->epsilon = (double)layer_norm->epsilon;
    return axes_from((uint32_t)shape_axis(x, layer_norm->axis), x->rank);
}

static uint32_t set_normalize(const struct node *node, const struct shape *x, struct params *ret)
{
    const struct normalize_attrs *normalize = node->attrs;

    ret->epsilon = (double)normalize->epsilon;
    return axes_from(normalize->across_spatial ? 1 : x->rank - 1, x->rank);
}

static uint32_t set_l2_norm(const struct node *node, const struct shape *x, struct params *ret)
{
    const struct l2_norm_attrs *l2_norm = node->attrs;
    uint32_t axes = 0;

    ret->at_least = l2_norm->epsilon_kind == L2_NORM_MAX;
    ret->epsilon = (double)l2_norm->epsilon;
    op_axes(x, l2_norm->axes, &axes, NULL); /* infer had no complaint */
    return axes;
}

static int prepare(struct prepare *p)
{
    const struct shape *x = &prepare_in(p, 0)->shape;
    const struct value *weights = prepare_in(p, 1);
    struct params *params = prepare_params(p, sizeof(*params));
    uint32_t axes;

    if (!params)
        return prepare_no_memory(p);
    params->n_weights = weights ? shape_elements(&weights->shape) : 1;
    if (p->node->op == OP_INSTANCE_NORM)
        axes = set_instance_norm(p->node, x, params);
    else if (p->node->op == OP_LAYER_NORM)
        axes = set_layer_norm(p->node, x, params);
    else if (p->node->op == OP_NORMALIZE)
        axes = set_normalize(p->node, x, params);
    else
        axes = set_l2_norm(p->node, x, params);
    over_axes_init(&params->over, x, axes);
    return prepare_done(p, run, over_axes_items(&params->over), over_axes_work(&params->over, 8));
}

const struct operation cpu_normalize = {.n_in = 3, .prepare = prepare};
