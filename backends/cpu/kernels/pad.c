/*
 * Pad: each axis of y is x's, with places before and after it that hold a constant, the edge, x
 * mirrored at its edge, or x's other end. Items are rows of y's last axis.
 */
#include "model/ops/pad.h"

#include <string.h>

#include "backends/cpu/prepare.h"

#define OUTSIDE ((ptrdiff_t)-1)

struct params {
    enum pad_mode mode;
    float value;
    uint32_t rank;
    ptrdiff_t before[SHAPE_RANK_MAX], in[SHAPE_RANK_MAX], out[SHAPE_RANK_MAX];
};

/* The place of x that place I of y shows, or OUTSIDE. */
static ptrdiff_t source(const struct params *p, uint32_t axis, ptrdiff_t i)
{
    ptrdiff_t n = p->in[axis];

    i -= p->before[axis];
    if (i >= 0 && i < n)
        return i;
    if (p->mode == PAD_CONSTANT)
        return OUTSIDE;
    if (p->mode == PAD_EDGE)
        return i < 0 ? 0 : n - 1;
    if (p->mode == PAD_WRAP)
        return i < 0 ? i + n : i - n;
    if (p->mode == PAD_SYMMETRIC)
        return i < 0 ? -1 - i : 2 * n - 1 - i;
    return i < 0 ? -i : 2 * (n - 1) - i;
}

/* Which row of x row ROW of y shows, or OUTSIDE. */
static ptrdiff_t source_row(const struct params *p, size_t row)
{
    ptrdiff_t at = 0, rows = 1;

    for (uint32_t i = p->rank - 1; i-- > 0; row /= (size_t)p->out[i]) {
        ptrdiff_t place = source(p, i, (ptrdiff_t)(row % (size_t)p->out[i]));

        if (place == OUTSIDE)
            return OUTSIDE;
        at += place * rows;
        rows *= p->in[i];
    }
    return at;
}

static void fill(float *y, ptrdiff_t n, float value)
{
    for (ptrdiff_t i = 0; i < n; i++)
        y[i] = value;
}

static void pad_row(const struct params *p, const float *x, float *y)
{
    uint32_t last = p->rank - 1;
    ptrdiff_t before = p->before[last], n = p->in[last], all = p->out[last];

    memcpy(y + before, x, (size_t)n * sizeof(*y));
    if (p->mode == PAD_CONSTANT) {
        fill(y, before, p->value);
        fill(y + before + n, all - before - n, p->value);
        return;
    }
    for (ptrdiff_t i = 0; i < before; i++)
        y[i] = x[source(p, last, i)];
    for (ptrdiff_t i = before + n; i < all; i++)
        y[i] = x[source(p, last, i)];
}

static void run(const struct kernel_args *args)
{
    const struct params *p = args->params;
    ptrdiff_t n = p->in[p->rank - 1], all = p->out[p->rank - 1];

    for (size_t row = args->from; row < args->to; row++) {
        float *y = (float *)args->out[0] + row * (size_t)all;
        ptrdiff_t from = source_row(p, row);

        if (from == OUTSIDE)
            fill(y, all, p->value);
        else
            pad_row(p, (const float *)args->in[0] + from * n, y);
    }
}

static int prepare(struct prepare *p)
{
    const struct pad_attrs *pad = p->node->attrs;
    const struct shape *x = &prepare_in(p, 0)->shape, *y = &prepare_out(p, 0)->shape;
    struct params *params = prepare_params(p, sizeof(*params));

    if (!params)
        return prepare_no_memory(p);
    *params = (struct params){.mode = pad->mode, .value = pad->value, .rank = x->rank};
    for (uint32_t i = 0; i < x->rank; i++) {
        params->before[i] = (ptrdiff_t)pad->before.v[i];
        params->in[i] = (ptrdiff_t)x->dim[i];
        params->out[i] = (ptrdiff_t)y->dim[i];
    }
    if (x->rank == 0)
        *params = (struct params){.mode = pad->mode, .rank = 1, .in = {1}, .out = {1}};
    return prepare_done(p, run, shape_elements(y) / (size_t)params->out[params->rank - 1],
                        (uint64_t)params->out[params->rank - 1] + 16);
}

const struct operation cpu_pad = {.prepare = prepare};
