#pragma once
/* CumSum: y[k] = the sum of x[0..k] along an axis; without x[k] itself if exclusive, from the end
 * if reverse. */
#include <stdbool.h>
#include <stdint.h>

struct cumsum_attrs {
    int32_t axis; /* negative counts from the end */
    bool exclusive, reverse;
};
