#pragma once
/*
 * Normalize (of SSD): y = x / sqrt(sum + epsilon) * weights[c], the sum of squares being that of
 * all of an n (across_spatial) or of the channels of one place.
 */
#include <stdbool.h>

struct normalize_attrs {
    bool across_spatial;
    float epsilon;
};
