#pragma once
/*
 * The depthwise convolution, once for each instruction set: a file defines DEPTHWISE_SYMBOL and
 * includes this. Items are rows of y. Lanes are channels; where windows lie inside of x, a few
 * neighbours share each load of weights. Places outside of x are skipped.
 */
#include "backends/cpu/kernels/conv.h"
#include "backends/cpu/kernels/vec.h"

#define PIXELS 4

/* Pixels of one row of y that have the same places inside. */
struct stretch {
    const float *x; /* the first pixel's first place inside, channel 0 */
    const float *w; /* that place's weights */
    float *y;
    uint32_t n_h, n_w; /* places inside */
};

/* N channels from CHANNEL on, at most a vector, of PIXELS pixels that lie STEP apart in x. */
KERNEL_INLINE void run_lanes(const struct conv_params *p, const struct stretch *stretch,
                             const float *bias, size_t channel, size_t n, int pixels)
{
    const struct geometry *g = &p->g;
    size_t c = g->in_c, step = (size_t)g->stride_w * c;
    size_t right = (size_t)g->dilation_w * c, down = (size_t)g->dilation_h * g->in_w * c;
    vec sums[PIXELS];

#pragma GCC unroll 4
    for (int i = 0; i < pixels; i++)
        sums[i] = bias ? vec_load_some(bias + channel, n) : (vec){0};
    for (uint32_t h = 0; h < stretch->n_h; h++)
        for (uint32_t v = 0; v < stretch->n_w; v++) {
            const float *x = stretch->x + h * down + v * right + channel;
            vec w = vec_load_some(stretch->w + ((size_t)h * g->kernel_w + v) * c + channel, n);

#pragma GCC unroll 4
            for (int i = 0; i < pixels; i++)
                sums[i] = vec_madd(vec_load_some(x + (size_t)i * step, n), w, sums[i]);
        }
#pragma GCC unroll 4
    for (int i = 0; i < pixels; i++)
        vec_store_some(stretch->y + (size_t)i * c + channel,
                       vec_clamp(sums[i], vec_all(p->clamp.lo), vec_all(p->clamp.hi)), n);
}

KERNEL_INLINE void run_pixels(const struct conv_params *p, const struct stretch *stretch,
                              const float *bias, int pixels)
{
    size_t c = p->g.in_c, channel = 0;

    for (; channel + VEC_LANES <= c; channel += VEC_LANES)
        run_lanes(p, stretch, bias, channel, VEC_LANES, pixels);
    if (channel < c)
        run_lanes(p, stretch, bias, channel, c - channel, pixels);
}

/* Pixels from COLUMN on whose windows lie inside of x in this direction, at most PIXELS or none. */
static int count_inside(const struct geometry *g, uint32_t column)
{
    int64_t left = (int64_t)column * g->stride_w - g->left;
    int64_t reach = (int64_t)(g->kernel_w - 1) * g->dilation_w;

    if (left < 0 || column + PIXELS > g->out_w)
        return 0;
    return left + (PIXELS - 1) * (int64_t)g->stride_w + reach < g->in_w ? PIXELS : 0;
}

static void run_row(const struct conv_params *p, const struct kernel_args *args, size_t row)
{
    const struct geometry *g = &p->g;
    int64_t top = (int64_t)(row % g->out_h) * g->stride_h - g->top;
    struct taps h = taps_inside(top, g->dilation_h, g->kernel_h, g->in_h);
    int64_t in_row = (int64_t)(row / g->out_h) * g->in_h + top + (int64_t)h.from * g->dilation_h;
    const float *x = args->in[0], *weights = args->in[1], *bias = args->in[2];
    int n;

    for (uint32_t column = 0; column < g->out_w; column += (uint32_t)(n ? n : 1)) {
        int64_t left = (int64_t)column * g->stride_w - g->left;
        struct taps w = taps_inside(left, g->dilation_w, g->kernel_w, g->in_w);
        bool any = h.to > h.from && w.to > w.from;
        struct stretch stretch = {
            .w = weights + ((size_t)h.from * g->kernel_w + w.from) * g->in_c,
            .y = (float *)args->out[0] + (row * g->out_w + column) * g->out_c,
            .n_h = h.to - h.from,
            .n_w = w.to - w.from,
        };

        left += (int64_t)w.from * g->dilation_w;
        stretch.x = any ? x + (in_row * g->in_w + left) * g->in_c : x;
        n = count_inside(g, column);
        if (n == PIXELS)
            run_pixels(p, &stretch, bias, PIXELS);
        else
            run_pixels(p, &stretch, bias, 1);
    }
}

void DEPTHWISE_SYMBOL(const struct kernel_args *args)
{
    for (size_t row = args->from; row < args->to; row++)
        run_row(args->params, args, row);
}
