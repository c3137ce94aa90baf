#pragma once
#include <stdint.h>

/* y[..., k*groups + g] = x[..., g*(C/groups) + k] */
struct channel_shuffle_attrs {
    int32_t groups;
};
