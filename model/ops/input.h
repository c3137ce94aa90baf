#pragma once
/* Input: no inputs, one output. SHAPE is the output's; the rest is carried for the container. */
#include "model/attr.h"

struct input_attrs {
    struct i32s shape;
    int32_t color_space_in, color_space_out; /* codes of color_spaces.def: 4 is bgr, 0 other */
    int32_t input_type;                      /* 0 default, 1 image, 2 opaque */
};
