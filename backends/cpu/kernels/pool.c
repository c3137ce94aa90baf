/*
 * Pool: the greatest, or the mean, of a window's places. A padded place never wins a maximum; a
 * mean counts it only with include_padding, and never a place behind the padding, where a window
 * that the ceiling rule allowed may reach. Items are rows of y.
 */
#include "model/ops/pool.h"

#include <math.h>

#include "backends/cpu/kernels/geometry.h"

#define BLOCK 32

struct params {
    struct geometry g;
    enum pool_kind kind;
    bool include_padding;
};

struct window_at {
    struct taps h, w;
    const float *first; /* of the inside places, channel 0 */
    float scale;        /* 1 / how many places a mean counts */
};

/* acc[0..n) over the window's inside places; N is at most BLOCK. */
static void pool_block(const struct params *p, const struct window_at *at, size_t channel, float *y,
                       size_t n)
{
    const struct geometry *g = &p->g;
    size_t step_w = (size_t)g->dilation_w * g->in_c;
    size_t step_h = (size_t)g->dilation_h * g->in_w * g->in_c;
    float acc[BLOCK];

    for (size_t i = 0; i < n; i++)
        acc[i] = p->kind == POOL_MAX ? -INFINITY : 0;
    for (uint32_t i = 0; i < at->h.to - at->h.from; i++)
        for (uint32_t j = 0; j < at->w.to - at->w.from; j++) {
            const float *x = at->first + i * step_h + j * step_w + channel;

            if (p->kind == POOL_MAX)
                for (size_t c = 0; c < n; c++)
                    acc[c] = x[c] > acc[c] ? x[c] : acc[c];
            else
                for (size_t c = 0; c < n; c++)
                    acc[c] += x[c];
        }
    for (size_t i = 0; i < n; i++)
        y[i] = p->kind == POOL_MAX ? acc[i] : acc[i] * at->scale;
}

/* How many places of an axis a mean with padding counts. */
static uint32_t count_padded(int64_t start, int32_t dilation, uint32_t kernel, int32_t lead,
                             uint32_t in, int32_t trail)
{
    struct taps taps =
        taps_inside(start + lead, dilation, kernel, (uint32_t)lead + in + (uint32_t)trail);

    return taps.to - taps.from;
}

static void find_window(const struct params *p, const float *x, uint32_t row, uint32_t column,
                        struct window_at *ret)
{
    const struct geometry *g = &p->g;
    int64_t top = (int64_t)(row % g->out_h) * g->stride_h - g->top;
    int64_t left = (int64_t)column * g->stride_w - g->left;
    uint32_t count;

    ret->h = taps_inside(top, g->dilation_h, g->kernel_h, g->in_h);
    ret->w = taps_inside(left, g->dilation_w, g->kernel_w, g->in_w);
    count = (ret->h.to - ret->h.from) * (ret->w.to - ret->w.from);
    if (count == 0)
        ret->first = x; /* nothing is read */
    else
        ret->first =
            x +
            (((int64_t)(row / g->out_h) * g->in_h + top + (int64_t)ret->h.from * g->dilation_h) *
                 g->in_w +
             left + (int64_t)ret->w.from * g->dilation_w) *
                g->in_c;
    if (p->include_padding)
        count = count_padded(top, g->dilation_h, g->kernel_h, g->top, g->in_h, g->pad_bottom) *
                count_padded(left, g->dilation_w, g->kernel_w, g->left, g->in_w, g->pad_right);
    ret->scale = count ? 1 / (float)count : 0;
}

static void run(const struct kernel_args *args)
{
    const struct params *p = args->params;
    const struct geometry *g = &p->g;

    for (size_t row = args->from; row < args->to; row++)
        for (uint32_t column = 0; column < g->out_w; column++) {
            float *y = (float *)args->out[0] + (row * g->out_w + column) * g->out_c;
            struct window_at at;

            find_window(p, args->in[0], (uint32_t)row, column, &at);
            for (size_t c = 0; c < g->out_c; c += BLOCK)
                pool_block(p, &at, c, y + c, g->out_c - c < BLOCK ? g->out_c - c : BLOCK);
        }
}

static int prepare(struct prepare *p)
{
    const struct pool_attrs *pool = p->node->attrs;
    struct params *params = prepare_params(p, sizeof(*params));
    const struct geometry *g;
    int r;

    if (!params)
        return prepare_no_memory(p);
    r = geometry_of(p, &pool->window, true, &params->g);
    if (r < 0)
        return r;
    params->kind = pool->kind;
    params->include_padding = pool->include_padding;
    g = &params->g;
    return prepare_done(p, run, (size_t)g->n * g->out_h,
                        (uint64_t)g->out_w * (32 + (uint64_t)g->out_c * g->kernel_h * g->kernel_w));
}

const struct operation cpu_pool = {.prepare = prepare};
