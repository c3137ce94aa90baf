#pragma once
#include <stdint.h>

/* y(h,w,(i*r+j)*C+c) = x(h*r+i, w*r+j, c) */
struct space_to_depth_attrs {
    int32_t factor;
};
