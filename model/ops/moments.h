#pragma once
/* Moments: x -> its mean and its variance (divided by the count) over some axes. */
#include <stdbool.h>

#include "model/attr.h"

struct moments_attrs {
    struct i32s axes; /* empty: all of them */
    bool keep_dims;
};
