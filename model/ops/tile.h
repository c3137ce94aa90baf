#pragma once
/* Tile: y is x, MULTIPLES[i] times along axis i; one number, 1 or more, for each axis of x. */
#include "model/attr.h"

struct tile_attrs {
    struct i32s multiples;
};
