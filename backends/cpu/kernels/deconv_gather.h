#pragma once
/*
 * The transposed convolution, once for each instruction set: a file defines DECONV_SYMBOL and
 * includes this. It is turned round: each pixel of y gathers the places of x that reach it. Items
 * are rows of y.
 *
 * Pixels of a row that lie a stride apart are reached by the same columns of the kernel and from
 * neighbours in x; some of them times some vectors of channels are summed at once, in registers.
 * Every sum is taken in the order kernel row, kernel column, channel, whatever the item and the
 * slice; a place outside of x counts as zeros.
 */
#include "backends/cpu/kernels/deconv.h"
#include "backends/cpu/kernels/vec.h"

#define PIXELS 6
#define VECS   2
#define PANEL  (VECS * VEC_LANES)
#define LENGTH 256 /* channels of x that are added before the next place is looked for */

static const float zeros[LENGTH];

/* Pixels of y that lie a stride apart, and some channels of one group. */
struct tile {
    const float *x, *weights, *bias; /* x: the image; the rest from the first channel on */
    float *y;                        /* the first pixel's first channel */
    uint32_t group;
    uint32_t row, column; /* of the first pixel */
    uint32_t n_pixels, n; /* n: channels */
};

/*
 * Which row or column of x reaches place AT of y by the kernel's place K: false if none does, for
 * the stride steps over it. It may lie outside of x.
 */
KERNEL_INLINE bool find_source(uint32_t at, int32_t lead, uint32_t k, int32_t dilation,
                               int32_t stride, int64_t *ret)
{
    int64_t way = (int64_t)at + lead - (int64_t)k * dilation;

    *ret = way / stride;
    return way % stride == 0;
}

/* Adds LENGTH channels of x at most, FROM[i] being those of pixel I. */
KERNEL_INLINE void add_channels(const float *const *from, const float *w, size_t step,
                                const struct tile *tile, int vecs, size_t length,
                                vec sums[PIXELS][VECS])
{
    for (size_t k = 0; k < length; k++, w += step) {
        vec weights[VECS];

#pragma GCC unroll 2
        for (int j = 0; j < vecs; j++)
            weights[j] = vec_load_some(w + j * VEC_LANES, tile->n - (size_t)j * VEC_LANES);
#pragma GCC unroll 8
        for (int i = 0; i < PIXELS; i++) {
            vec v = vec_all(from[i][k]);

#pragma GCC unroll 2
            for (int j = 0; j < vecs; j++)
                sums[i][j] = vec_madd(v, weights[j], sums[i][j]);
        }
    }
}

/* Adds what comes by one place of the kernel, whose weights are W, from row H of x and, for the
 * first pixel, from column COLUMN. */
KERNEL_INLINE void add_place(const struct deconv_params *p, const struct tile *tile, const float *w,
                             int64_t h, int64_t column, int vecs, vec sums[PIXELS][VECS])
{
    const float *x = tile->x + ((ptrdiff_t)h * p->in_w + column) * (ptrdiff_t)p->in_c;

    for (uint32_t at = 0; at < p->group_in; at += LENGTH) {
        size_t length = p->group_in - at < LENGTH ? p->group_in - at : LENGTH;
        size_t channel = (size_t)tile->group * p->group_in + at;
        const float *from[PIXELS];

        for (int i = 0; i < PIXELS; i++)
            from[i] = i < (int)tile->n_pixels && (uint64_t)(column + i) < p->in_w
                          ? x + (ptrdiff_t)i * p->in_c + (ptrdiff_t)channel
                          : zeros;
        add_channels(from, w + channel * p->group_out, p->group_out, tile, vecs, length, sums);
    }
}

KERNEL_INLINE void run_tile(const struct deconv_params *p, const struct tile *tile, int vecs)
{
    const size_t place = (size_t)p->in_c * p->group_out, step = (size_t)p->stride_w * p->out_c;
    vec sums[PIXELS][VECS];
    int64_t h, w;

    for (int i = 0; i < PIXELS; i++)
        for (int j = 0; j < vecs; j++) {
            size_t at = (size_t)j * VEC_LANES;

            sums[i][j] = tile->bias ? vec_load_some(tile->bias + at, tile->n - at) : (vec){0};
        }
    for (uint32_t i = 0; i < p->kernel_h; i++) {
        if (!find_source(tile->row, p->top, i, p->dilation_h, p->stride_h, &h) ||
            (uint64_t)h >= p->in_h)
            continue;
        for (uint32_t j = 0; j < p->kernel_w; j++)
            if (find_source(tile->column, p->left, j, p->dilation_w, p->stride_w, &w))
                add_place(p, tile, tile->weights + ((size_t)i * p->kernel_w + j) * place, h, w,
                          vecs, sums);
    }
    for (uint32_t i = 0; i < tile->n_pixels; i++)
        for (int j = 0; j < vecs; j++) {
            size_t at = (size_t)j * VEC_LANES;

            vec_store_some(tile->y + i * step + at,
                           vec_clamp(sums[i][j], vec_all(p->clamp.lo), vec_all(p->clamp.hi)),
                           tile->n - at);
        }
}

/* All tiles of a row that have the channels of TILE. */
static void run_channels(const struct deconv_params *p, struct tile tile, float *row)
{
    uint32_t phases = (uint32_t)p->stride_w < p->out_w ? (uint32_t)p->stride_w : p->out_w;

    for (uint32_t phase = 0; phase < phases; phase++) {
        uint32_t n = (p->out_w - phase - 1) / (uint32_t)p->stride_w + 1;

        for (uint32_t at = 0; at < n; at += PIXELS) {
            tile.column = phase + at * (uint32_t)p->stride_w;
            tile.n_pixels = n - at < PIXELS ? n - at : PIXELS;
            tile.y = row + (size_t)tile.column * p->out_c;
            if (tile.n > VEC_LANES)
                run_tile(p, &tile, VECS);
            else
                run_tile(p, &tile, 1);
        }
    }
}

static void run_row(const struct deconv_params *p, const struct kernel_args *args, size_t number)
{
    const float *x = args->in[0], *weights = args->in[1], *bias = args->in[2];
    float *y = (float *)args->out[0] + number * p->out_w * p->out_c;

    x += number / p->out_h * p->in_h * p->in_w * p->in_c;
    for (uint32_t group = 0; group < p->groups; group++)
        for (uint32_t at = 0; at < p->group_out; at += PANEL) {
            uint32_t channel = group * p->group_out + at;
            struct tile tile = {
                .x = x,
                .weights = weights + at,
                .bias = bias ? bias + channel : NULL,
                .group = group,
                .row = (uint32_t)(number % p->out_h),
                .n = p->group_out - at < PANEL ? p->group_out - at : PANEL,
            };

            run_channels(p, tile, y + channel);
        }
}

void DECONV_SYMBOL(const struct kernel_args *args)
{
    for (size_t row = args->from; row < args->to; row++)
        run_row(args->params, args, row);
}
