#pragma once
#include <stdint.h>

struct concat_attrs {
    int32_t axis; /* negative counts from the end */
};
