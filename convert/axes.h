#pragma once
/* Lists of whole numbers as foreign files give them, and axes that may count from the end. */
#include "convert/conversion.h"

struct ints {
    bool given;
    uint32_t n;
    const int64_t *v;
};

/* AXIS as 0..rank-1; E_CONVERT_LAYER if it is outside RANK. */
int axes_find(struct conversion *c, int64_t axis, uint32_t rank, uint32_t *ret);

/* The axes as bits; E_CONVERT_LAYER if one is outside RANK or named twice. */
int axes_mask(struct conversion *c, const struct ints *axes, uint32_t rank, uint32_t *ret);
