#pragma once
/*
 * Gather: x, indices -> slices of x along AXIS. Indices are floats; each is read once, cut off to a
 * whole number (a NaN is 0), counted from the end if negative, and moved to the nearest place of
 * the axis if there is none such: no index reads outside x.
 */
#include <stdint.h>

struct gather_attrs {
    int32_t axis; /* negative counts from the end */
};
