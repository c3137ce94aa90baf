#pragma once
/* What batch normalisations come down to: a factor and a number more for each place of an axis. */
#include "convert/conversion.h"

/* x * scale + shift, worked out in double. */
struct affine {
    uint32_t n; /* places of the axis */
    double *scale, *shift;
};

/* (x - mean) / sqrt(variance + epsilon) * scale + shift, each with a number for every place. */
struct affine_statistics {
    const struct numbers *scale, *shift, *mean, *variance; /* SCALE NULL: 1 */
    float epsilon;
};

/* x * 1 + 0 for N places. 0, E_TOO_LARGE, -ENOMEM. */
int affine_new(struct conversion *c, uint32_t n, struct affine *ret);

/*
 * Output 0 of the current node: X through a BatchNorm along AXIS, of which there are as many places
 * as AFFINE or STATISTICS have. WEIGHTS and BIAS: what its constants are called.
 */
int affine_emit(struct conversion *c, struct tensor *x, uint32_t axis, const struct affine *affine,
                const char *weights, const char *bias);
int affine_emit_statistics(struct conversion *c, struct tensor *x, uint32_t axis,
                           const struct affine_statistics *statistics, const char *weights,
                           const char *bias);
