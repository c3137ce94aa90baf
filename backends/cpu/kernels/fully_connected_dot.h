#pragma once
/*
 * FullyConnected by dot products, once for each instruction set: a file defines FC_SYMBOL and
 * includes this. Lane L of a sum takes the products L, L + lanes, ... in order, and the lanes are
 * added at the end, however many rows and outputs are under way at once.
 */
#include "backends/cpu/kernels/fully_connected.h"
#include "backends/cpu/kernels/vec.h"

#define ROWS 2

/* sums[i][j] of row I and output J over all of a product's length. */
KERNEL_INLINE void add_products(const struct fully_connected_params *p, const float *x,
                                const float *w, int rows, int outputs, vec sums[ROWS][FC_OUTPUTS])
{
    for (size_t k = 0; k < p->in; k += VEC_LANES) {
        size_t n = p->in - k;
        vec weights[FC_OUTPUTS];

#pragma GCC unroll 4
        for (int j = 0; j < outputs; j++)
            weights[j] = vec_load_some(w + (size_t)j * p->in + k, n);
#pragma GCC unroll 2
        for (int i = 0; i < rows; i++) {
            vec v = vec_load_some(x + (size_t)i * p->in + k, n);

#pragma GCC unroll 4
            for (int j = 0; j < outputs; j++)
                sums[i][j] = vec_madd(v, weights[j], sums[i][j]);
        }
    }
}

KERNEL_INLINE void run_tile(const struct fully_connected_params *p, const float *x, const float *w,
                            const float *bias, float *y, int rows, int outputs)
{
    vec sums[ROWS][FC_OUTPUTS] = {0};

    add_products(p, x, w, rows, outputs, sums);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < outputs; j++) {
            float v = vec_sum(sums[i][j]) + (bias ? bias[j] : 0);

            v = v < p->clamp.lo ? p->clamp.lo : v;
            y[(size_t)i * p->out + (size_t)j] = v > p->clamp.hi ? p->clamp.hi : v;
        }
}

KERNEL_INLINE void run_outputs(const struct fully_connected_params *p,
                               const struct kernel_args *args, size_t at, int outputs)
{
    const float *x = args->in[0], *w = (const float *)args->in[1] + at * p->in;
    const float *bias = args->in[2] ? (const float *)args->in[2] + at : NULL;
    float *y = (float *)args->out[0] + at;
    size_t row = 0;

    for (; row + ROWS <= p->rows; row += ROWS)
        run_tile(p, x + row * p->in, w, bias, y + row * p->out, ROWS, outputs);
    for (; row < p->rows; row++)
        run_tile(p, x + row * p->in, w, bias, y + row * p->out, 1, outputs);
}

void FC_SYMBOL(const struct kernel_args *args)
{
    const struct fully_connected_params *p = args->params;

    for (size_t item = args->from; item < args->to; item++) {
        size_t at = item * FC_OUTPUTS;

        if (p->out - at >= FC_OUTPUTS)
            run_outputs(p, args, at, FC_OUTPUTS);
        else
            for (; at < p->out; at++)
                run_outputs(p, args, at, 1);
    }
}
