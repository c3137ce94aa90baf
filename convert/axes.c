#include "convert/axes.h"

#include <inttypes.h>

int axes_find(struct conversion *c, int64_t axis, uint32_t rank, uint32_t *ret)
{
    if (axis < -(int64_t)rank || axis >= (int64_t)rank)
        return conversion_unsupported(
            c, "check the model", "axis %" PRId64 " is outside a tensor of rank %u", axis, rank);
    *ret = (uint32_t)(axis < 0 ? axis + rank : axis);
    return 0;
}

int axes_mask(struct conversion *c, const struct ints *axes, uint32_t rank, uint32_t *ret)
{
    uint32_t mask = 0, axis = 0;

    for (uint32_t i = 0; i < axes->n; i++) {
        int r = axes_find(c, axes->v[i], rank, &axis);

        if (r < 0)
            return r;
        if (mask & 1u << axis)
            return conversion_unsupported(c, "check the model", "axis %u is named twice", axis);
        mask |= 1u << axis;
    }
    *ret = mask;
    return 0;
}
