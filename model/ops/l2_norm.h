#pragma once
/*
 * L2Norm: y = x / sqrt(s), s being the sum of squares over the axes: max(sum, epsilon) or sum +
 * epsilon. Where s is 0, y is 0.
 */
#include "model/attr.h"

enum l2_norm_epsilon { L2_NORM_MAX, L2_NORM_ADD };

struct l2_norm_attrs {
    struct i32s axes; /* empty: all of them */
    enum l2_norm_epsilon epsilon_kind;
    float epsilon;
};
