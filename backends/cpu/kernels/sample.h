#pragma once
/*
 * Places of an image by coordinates that a client may send: none is believed before it is compared.
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>

/* Places of an image, its channels together. */
struct picture {
    const float *x;
    size_t height, width, channels;
};

/* The place nearest to V on an axis of SIZE, halves away from zero; -1: outside, or no number. */
static inline int64_t sample_nearest(float v, size_t size)
{
    v = roundf(v);
    return v >= 0 && v < (float)size ? (int64_t)v : -1;
}

/* NULL outside. */
static inline const float *sample_at(const struct picture *picture, int64_t row, int64_t column)
{
    if (row < 0 || column < 0 || (uint64_t)row >= picture->height ||
        (uint64_t)column >= picture->width)
        return NULL;
    return picture->x + ((size_t)row * picture->width + (size_t)column) * picture->channels;
}
