#pragma once
/* The encoding of numbers that are known for good: weights, biases, constants of any kind. */
#include <stdbool.h>
#include <stddef.h>

#include "base/encoding.h"

enum weights_rule {
    WEIGHTS_DEFAULT,  /* from the least to the most */
    WEIGHTS_ENHANCED, /* observe_cut's limits */
    /*
     * Limits moved outwards, each by 0 to ADJUST_STEPS parts in 255 of the range, so that the mean
     * square error of the codes and the square of their mean error together are least; of equals
     * the narrowest. The default's move of the grid to a code for 0.0 leaves up to half a step of
     * one end without a code, and on few numbers that lie on a grid of their own one step suits
     * better than another; the mean error counts, for a sum over inputs that are all positive
     * adds it up, where it averages the rest out: an output that is off as a whole, which shows
     * in pictures. Of more than ADJUST_SAMPLE numbers as many, evenly picked, are looked at.
     */
    WEIGHTS_ADJUSTED,
    /*
     * As far down as up: step = largest magnitude / 127, codes 1..255, and 128 for 0.0; that is
     * a signed code with an offset of 0, plus 128, for containers hold unsigned ones.
     */
    WEIGHTS_SYMMETRIC,
};

#define ADJUST_STEPS  16
#define ADJUST_SAMPLE 16384

/* Of the N numbers at X. 0 and *RET, or E_ENCODING if one is not finite, -ENOMEM. */
int weights_encoding(enum weights_rule rule, const float *x, size_t n, struct encoding *ret);
