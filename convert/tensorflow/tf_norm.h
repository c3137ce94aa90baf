#pragma once
/* A scale and a shift for each channel, as batch normalisations come down to. */
#include "convert/tensorflow/tf_source.h"

/* x * scale + shift, worked out in double. */
struct tf_affine {
    uint32_t n; /* channels */
    double *scale, *shift;
};

/* x * 1 + 0 for N channels. 0, E_TOO_LARGE, -ENOMEM. */
int tf_norm_new_affine(struct conversion *c, uint32_t n, struct tf_affine *ret);

/* Output 0 of the current node: X through a BatchNorm along AXIS. */
int tf_norm_emit(struct conversion *c, struct tensor *x, uint32_t axis,
                 const struct tf_affine *affine);
