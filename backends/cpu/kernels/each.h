#pragma once
/*
 * Kernels that look at one element at a time. EACH(function, expression) defines one that computes
 * EXPRESSION of v; p are the floats that prepare_each put into the parameters.
 */
#include <math.h>
#include <string.h>

#include "backends/cpu/prepare.h"

#define CHEAP  1
#define COSTLY 20 /* a call of libm against a load and a store */

#define EACH(function, expression)                                                                 \
    static void function(const struct kernel_args *args)                                           \
    {                                                                                              \
        const float *p = args->params;                                                             \
        const float *x = args->in[0];                                                              \
        float *y = args->out[0];                                                                   \
                                                                                                   \
        (void)p;                                                                                   \
        for (size_t i = args->from; i < args->to; i++) {                                           \
            float v = x[i];                                                                        \
                                                                                                   \
            y[i] = (expression);                                                                   \
        }                                                                                          \
    }                                                                                              \
    struct needs_a_semicolon

/* RUN over the elements of the output, with N floats as parameters. */
static inline int prepare_each(struct prepare *p, kernel_run_fn run, uint32_t work,
                               const float *params, size_t n)
{
    if (n > 0) {
        float *copy = prepare_params(p, n * sizeof(*copy));

        if (!copy)
            return prepare_no_memory(p);
        memcpy(copy, params, n * sizeof(*copy));
    }
    return prepare_done(p, run, shape_elements(&prepare_out(p, 0)->shape), work);
}
