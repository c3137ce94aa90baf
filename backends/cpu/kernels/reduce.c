/*
 * Reduce: mean, sum, product, least or greatest over some axes. Sums are kept in double, in the
 * order of memory.
 *
 * Axes that are neighbours and fare alike are one. If the innermost is kept, a block of its places
 * is reduced at once, and items are blocks; else each element of y is an item.
 */
#include "model/ops/reduce.h"

#include <math.h>

#include "backends/cpu/kernels/nd.h"
#include "backends/cpu/prepare.h"

#define BLOCK 64

struct params {
    enum reduce_kind kind;
    size_t inner;   /* places of the innermost axis if it is kept, else 1 */
    size_t blocks;  /* of INNER */
    double factor;  /* 1 / count for a mean, else 1 */
    struct nd kept; /* the axes outside of INNER; stream 0 is x */
    struct nd gone; /* the axes reduced */
};

/* sums[0..n) OP= x[0..n) */
static void fold(enum reduce_kind kind, double *sums, const float *x, size_t n)
{
    switch (kind) {
    case REDUCE_PROD:
        for (size_t i = 0; i < n; i++)
            sums[i] *= x[i];
        return;
    case REDUCE_MIN:
        for (size_t i = 0; i < n; i++)
            sums[i] = x[i] < sums[i] || x[i] != x[i] ? x[i] : sums[i];
        return;
    case REDUCE_MAX:
        for (size_t i = 0; i < n; i++)
            sums[i] = x[i] > sums[i] || x[i] != x[i] ? x[i] : sums[i];
        return;
    default:
        for (size_t i = 0; i < n; i++)
            sums[i] += x[i];
    }
}

/* sum OP= each of x[0], x[step], ... */
static double fold_row(enum reduce_kind kind, double sum, const float *x, ptrdiff_t step, size_t n)
{
    if (kind == REDUCE_MEAN || kind == REDUCE_SUM)
        for (size_t i = 0; i < n; i++)
            sum += x[(ptrdiff_t)i * step];
    else
        for (size_t i = 0; i < n; i++)
            fold(kind, &sum, x + (ptrdiff_t)i * step, 1);
    return sum;
}

static double neutral(enum reduce_kind kind)
{
    return kind == REDUCE_PROD  ? 1
           : kind == REDUCE_MIN ? INFINITY
           : kind == REDUCE_MAX ? -INFINITY
                                : 0;
}

static void reduce_block(const struct params *p, const float *x, float *y, size_t n)
{
    size_t rows = nd_elements(&p->gone) / nd_row(&p->gone);
    ptrdiff_t step = p->gone.stride[0][p->gone.rank - 1];
    struct nd_cursor cursor;
    double sums[BLOCK];

    for (size_t i = 0; i < n; i++)
        sums[i] = neutral(p->kind);
    nd_seek(&p->gone, 0, &cursor);
    for (size_t row = 0; row < rows; row++, nd_next(&p->gone, &cursor)) {
        const float *from = x + cursor.offset[0];

        if (n == 1)
            sums[0] = fold_row(p->kind, sums[0], from, step, nd_row(&p->gone));
        else
            for (size_t i = 0; i < nd_row(&p->gone); i++)
                fold(p->kind, sums, from + (ptrdiff_t)i * step, n);
    }
    for (size_t i = 0; i < n; i++)
        y[i] = (float)(sums[i] * p->factor);
}

static void run(const struct kernel_args *args)
{
    const struct params *p = args->params;

    for (size_t item = args->from; item < args->to; item++) {
        size_t outer = item / p->blocks, at = item % p->blocks * BLOCK;
        size_t last = p->kept.rank - 1, n = p->inner - at < BLOCK ? p->inner - at : BLOCK;
        struct nd_cursor cursor;
        const float *x;

        nd_seek(&p->kept, outer / p->kept.dim[last], &cursor);
        x = (const float *)args->in[0] + cursor.offset[0] +
            (ptrdiff_t)(outer % p->kept.dim[last]) * p->kept.stride[0][last];
        reduce_block(p, x + at, (float *)args->out[0] + outer * p->inner + at, n);
    }
}

static bool is_reduced(const struct reduce_attrs *reduce, const struct shape *x, uint32_t axis)
{
    for (uint32_t i = 0; i < reduce->axes.n; i++)
        if (shape_axis(x, reduce->axes.v[i]) == (int)axis)
            return true;
    return reduce->axes.n == 0;
}

static void walk_axes(const struct reduce_attrs *reduce, const struct shape *x, struct params *ret)
{
    ptrdiff_t stride = (ptrdiff_t)shape_elements(x);
    uint32_t outer = x->rank;

    ret->inner = 1;
    while (outer > 0 && !is_reduced(reduce, x, outer - 1))
        ret->inner *= x->dim[--outer];
    for (uint32_t i = 0; i < outer; i++) {
        stride /= x->dim[i];
        nd_append(is_reduced(reduce, x, i) ? &ret->gone : &ret->kept, x->dim[i], stride, 0);
    }
    nd_done(&ret->gone);
    nd_done(&ret->kept);
}

static int prepare(struct prepare *p)
{
    const struct reduce_attrs *reduce = p->node->attrs;
    struct params *params = prepare_params(p, sizeof(*params));
    size_t gone;

    if (!params)
        return prepare_no_memory(p);
    if (reduce->kind > REDUCE_MAX)
        return fail(p->fault, E_LAYER_UNSUPPORTED, "layer %.80s: the cpu runtime lacks its kind",
                    p->node->name);
    walk_axes(reduce, &prepare_in(p, 0)->shape, params);
    gone = nd_elements(&params->gone);
    params->kind = reduce->kind;
    params->factor = reduce->kind == REDUCE_MEAN ? 1 / (double)gone : 1;
    params->blocks = (params->inner + BLOCK - 1) / BLOCK;
    return prepare_done(p, run, nd_elements(&params->kept) * params->blocks,
                        gone * (params->inner < BLOCK ? params->inner : BLOCK) * 2);
}

const struct operation cpu_reduce = {.prepare = prepare};
