#pragma once
#include "backends/cpu/prepare.h"

struct fully_connected_params {
    size_t rows, in, out; /* x is [rows, in], the weights [out, in] */
    struct clamp clamp;
};

/* Outputs of an item. */
#define FC_OUTPUTS 4
