#include "base/shape.h"

int shape_check(const struct shape *shape, uint32_t element_size, size_t *ret_bytes)
{
    size_t bytes = element_size;

    if (shape->rank > SHAPE_RANK_MAX || bytes == 0 || bytes > SHAPE_BYTES_MAX)
        return -1;
    for (uint32_t i = 0; i < shape->rank; i++) {
        if (shape->dim[i] == 0 || shape->dim[i] > SHAPE_BYTES_MAX / bytes)
            return -1;
        bytes *= shape->dim[i];
    }
    *ret_bytes = bytes;
    return 0;
}
