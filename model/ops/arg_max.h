#pragma once
/*
 * ArgMax: the place of the greatest or least number along an axis, as a float; of equal ones the
 * first, or the last if select_last. A NaN is greatest and least, the first one wins.
 */
#include <stdbool.h>
#include <stdint.h>

enum arg_max_kind { ARG_MAX, ARG_MIN };

struct arg_max_attrs {
    enum arg_max_kind kind;
    int32_t axis; /* negative counts from the end */
    bool keep_dims, select_last;
};
