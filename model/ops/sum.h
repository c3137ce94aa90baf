#pragma once
/* Sum: y = sum of coeffs[i] * x[i] over one or more inputs of one shape (Caffe Eltwise SUM). */
#include "model/attr.h"

struct sum_attrs {
    struct f32s coeffs; /* empty: all 1 */
};
