#pragma once
#include <stdint.h>

/* Unpack: one output for each place of an axis, which goes. At most OUTPUTS_MOST of them. */
struct unpack_attrs {
    int32_t axis; /* negative counts from the end */
};
