#pragma once
#include <stdint.h>

/* Pack: n inputs of one shape, stacked along a new axis. */
struct pack_attrs {
    int32_t axis; /* of y, whose rank is one more than x's; negative counts from the end */
};
