#pragma once
/*
 * The innermost part of the direct convolution: the sums of a few pixels times a few vectors of
 * channels, in registers. Sums that are not finished wait in y. Every sum is taken in the order
 * kernel row, kernel column, channel, whatever the item and the slice, so that the bits of a
 * result do not depend on how the work was dealt; a window's places outside of x count as zeros.
 */
#include "backends/cpu/kernels/conv.h"
#include "backends/cpu/kernels/vec.h"

#if defined(__AVX512F__)
#define PIXELS 12 /* 24 of 32 registers are sums */
#elif defined(__aarch64__)
#define PIXELS 8 /* 16 of 32 */
#else
#define PIXELS 6 /* 12 of 16 */
#endif
#define VECS   2
#define PANEL  (VECS * VEC_LANES)
#define LENGTH 256 /* of a sum's block: a panel of AVX2 is 16 KiB then */
#define BLOCKS (CONV_ITEM_PIXELS / PIXELS)

static const float zeros[LENGTH];

/* Neighbours of y whose sums are taken at once; behind the last pixel the last one repeats. */
struct block {
    int64_t at[PIXELS]; /* where the window begins in x, maybe outside */
    int64_t top[PIXELS], left[PIXELS];
    bool inside; /* no window reaches out of x */
};

/* A part of the sums and of y's channels. */
struct part {
    size_t from, to;    /* of kernel_h * kernel_w * group_in */
    size_t length;      /* all of that */
    uint32_t channel;   /* the first */
    uint32_t n;         /* how many, at most PANEL */
    const float *panel; /* weights of [from, to) */
    size_t step;        /* between its rows */
};

static void place_block(const struct conv_params *p, size_t pixel, struct block *ret)
{
    const struct geometry *g = &p->g;
    int64_t reach_h = (int64_t)(g->kernel_h - 1) * g->dilation_h;
    int64_t reach_w = (int64_t)(g->kernel_w - 1) * g->dilation_w;

    ret->inside = true;
    for (int i = 0; i < PIXELS; i++) {
        size_t at = pixel + (size_t)i < p->pixels ? pixel + (size_t)i : p->pixels - 1;
        size_t row = at / g->out_w;
        int64_t top = (int64_t)(row % g->out_h) * g->stride_h - g->top;
        int64_t left = (int64_t)(at % g->out_w) * g->stride_w - g->left;

        ret->top[i] = top;
        ret->left[i] = left;
        ret->at[i] =
            (((ptrdiff_t)(row / g->out_h) * g->in_h + top) * g->in_w + left) * (ptrdiff_t)g->in_c;
        ret->inside &= top >= 0 && left >= 0 && top + reach_h < g->in_h && left + reach_w < g->in_w;
    }
}

/*
 * Where each pixel finds the products from AT on; returns how many lie in a row there. UNIT is the
 * length of such a row: the channels of one place, or of a whole row of places.
 */
KERNEL_INLINE size_t find_run(const struct conv_params *p, const float *x,
                              const struct block *block, const struct part *part, size_t at,
                              size_t unit, const float *from[PIXELS])
{
    const struct geometry *g = &p->g;
    size_t place = at / unit, rest = at % unit;
    size_t per_row = unit == p->group_in ? g->kernel_w : 1;
    int64_t down = (int64_t)(place / per_row) * g->dilation_h;
    int64_t right = (int64_t)(place % per_row) * g->dilation_w;
    int64_t offset = (down * g->in_w + right) * g->in_c + (int64_t)rest;

#pragma GCC unroll 16
    for (int i = 0; i < PIXELS; i++) {
        bool in = block->inside || ((uint64_t)(block->top[i] + down) < g->in_h &&
                                    (uint64_t)(block->left[i] + right) < g->in_w);

        from[i] = in ? x + block->at[i] + offset : zeros;
    }
    return unit - rest < part->to - at ? unit - rest : part->to - at;
}

KERNEL_INLINE void add_products(const struct conv_params *p, const float *x,
                                const struct block *block, const struct part *part, int vecs,
                                vec sums[PIXELS][VECS])
{
    bool in_rows = block->inside && p->groups == 1 && p->g.dilation_w == 1;
    size_t unit = in_rows ? (size_t)p->g.kernel_w * p->group_in : p->group_in;
    const float *w = part->panel, *from[PIXELS];
    size_t n;

    for (size_t at = part->from; at < part->to; at += n) {
        n = find_run(p, x, block, part, at, unit, from);
        for (size_t k = 0; k < n; k++, w += part->step) {
            vec weights[VECS];

#pragma GCC unroll 2
            for (int j = 0; j < vecs; j++)
                weights[j] = vec_load(w + j * VEC_LANES);
#pragma GCC unroll 16
            for (int i = 0; i < PIXELS; i++) {
                vec v = vec_all(from[i][k]);

#pragma GCC unroll 2
                for (int j = 0; j < vecs; j++)
                    sums[i][j] = vec_madd(v, weights[j], sums[i][j]);
            }
        }
    }
}

/* N_PIXELS of y at Y, whose channels N are at most VECS vectors. */
KERNEL_INLINE void run_tile(const struct conv_params *p, const float *x, const float *bias,
                            const struct block *block, const struct part *part, int vecs,
                            uint32_t n, float *y, int n_pixels)
{
    vec lo = vec_all(p->clamp.lo), hi = vec_all(p->clamp.hi);
    bool first = part->from == 0, last = part->to == part->length;
    vec sums[PIXELS][VECS];

#pragma GCC unroll 16
    for (int i = 0; i < PIXELS; i++)
#pragma GCC unroll 2
        for (int j = 0; j < vecs; j++) {
            size_t at = (size_t)j * VEC_LANES;

            if (!first)
                sums[i][j] =
                    vec_load_some(y + (i < n_pixels ? (size_t)i : 0) * p->g.out_c + at, n - at);
            else
                sums[i][j] = bias ? vec_load_some(bias + at, n - at) : (vec){0};
        }
    add_products(p, x, block, part, vecs, sums);
#pragma GCC unroll 16
    for (int i = 0; i < PIXELS; i++)
#pragma GCC unroll 2
        for (int j = 0; j < vecs; j++) {
            size_t at = (size_t)j * VEC_LANES;
            vec v = last ? vec_clamp(sums[i][j], lo, hi) : sums[i][j];

            if (i < n_pixels)
                vec_store_some(y + (size_t)i * p->g.out_c + at, v, n - at);
        }
}
