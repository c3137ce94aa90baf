#pragma once
/* What Lstm, Gru and Rnn share: products with a matrix, states, the sigmoid. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#define RECURRENT_BLOCK 32 /* sums that are kept in registers */

/*
 * sums[0..n) += x[0..m) times the matrix [m, n], whose rows are STRIDE numbers apart. Each sum is
 * added up in the order of m, however many there are.
 */
static inline void recurrent_product(const float *x, size_t m, const float *matrix, size_t stride,
                                     size_t n, float *sums)
{
    float block[RECURRENT_BLOCK];

    for (size_t at = 0; at < n; at += RECURRENT_BLOCK) {
        size_t width = n - at < RECURRENT_BLOCK ? n - at : RECURRENT_BLOCK;

        if (width == RECURRENT_BLOCK) {
            memcpy(block, sums + at, sizeof(block));
            for (size_t i = 0; i < m; i++)
                for (size_t j = 0; j < RECURRENT_BLOCK; j++)
                    block[j] += x[i] * matrix[i * stride + at + j];
            memcpy(sums + at, block, sizeof(block));
            continue;
        }
        for (size_t i = 0; i < m; i++)
            for (size_t j = 0; j < width; j++)
                sums[at + j] += x[i] * matrix[i * stride + at + j];
    }
}

static inline float recurrent_sigmoid(float x)
{
    return 1 / (1 + expf(-x));
}

/* Row ROW of N numbers of FROM; zeros if that is NULL. */
static inline void recurrent_load(float *to, const void *from, size_t row, size_t n)
{
    if (from)
        memcpy(to, (const float *)from + row * n, n * sizeof(*to));
    else
        memset(to, 0, n * sizeof(*to));
}
