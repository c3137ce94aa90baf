#pragma once
/* Pad: BEFORE and AFTER have one number an axis, not negative. */
#include "model/attr.h"

enum pad_mode { PAD_CONSTANT, PAD_REFLECT, PAD_EDGE };

struct pad_attrs {
    enum pad_mode mode;
    struct i32s before, after;
    float value; /* PAD_CONSTANT */
};
