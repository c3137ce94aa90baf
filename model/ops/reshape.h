#pragma once
/*
 * Reshape: the same numbers in the same order. SHAPE may hold one -1 (what is left). When the input
 * has more or fewer elements than SHAPE says and SHAPE has no -1, the first size follows the
 * input's first size (a batch), and anything else is E_SHAPE: a container keeps only the sizes it
 * was made with, and another batch must still run.
 */
#include "model/attr.h"

struct reshape_attrs {
    struct i32s shape;
};
