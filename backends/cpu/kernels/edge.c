/*
 * The edges of a plan: images of bytes in and out, and values that are asked for where no kernel
 * writes. Items are elements.
 */
#include <string.h>

#include "backends/cpu/prepare.h"

void cpu_copy_f32(const struct kernel_args *args)
{
    const float *x = args->in[0];
    float *y = args->out[0];

    if (args->to > args->from)
        memmove(y + args->from, x + args->from, (args->to - args->from) * sizeof(*y));
}

void cpu_u8_to_f32(const struct kernel_args *args)
{
    const uint8_t *x = args->in[0];
    float *y = args->out[0];

    for (size_t i = args->from; i < args->to; i++)
        y[i] = (float)x[i];
}

/* Halves go away from zero, the ends beyond 0..255; a NaN is 0. */
void cpu_f32_to_u8(const struct kernel_args *args)
{
    const float *x = args->in[0];
    uint8_t *y = args->out[0];

    for (size_t i = args->from; i < args->to; i++) {
        float v = x[i] > 0 ? x[i] : 0;
        int whole;

        v = v < 255 ? v : 255;
        whole = (int)v;
        /* v + 0.5 would round the float below a half up to one */
        y[i] = (uint8_t)(whole + (v - (float)whole >= 0.5f));
    }
}
