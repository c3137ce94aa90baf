#pragma once
/* Permute: y.dim[i] = x.dim[order[i]]. */
#include "model/attr.h"

struct permute_attrs {
    struct i32s order;
};
