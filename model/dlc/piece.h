#pragma once
/* Bytes that lie somewhere: of a record whose parts lie apart. */
#include <stddef.h>

struct piece {
    const void *base;
    size_t size;
};
