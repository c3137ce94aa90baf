#pragma once
/*
 * Where things lie behind a frame's header: the map, then, if there is a tail, zeros up to the next
 * multiple of 64 from the header's first byte, then the tail. A frame without a tail ends with its
 * map.
 */
#include <stddef.h>
#include <stdint.h>

#include "protocol/frame.h"

#define TAIL_ALIGN 64

/* SIZE (a frame's, so it cannot overflow) up to the next multiple of 64. */
static inline size_t tail_round(size_t size)
{
    return (size + TAIL_ALIGN - 1) / TAIL_ALIGN * TAIL_ALIGN;
}

/* Where the tail behind a map of MAP_SIZE bytes begins, from the header's first byte. */
static inline size_t tail_begin(size_t map_size)
{
    return tail_round(FRAME_HEADER_SIZE + map_size);
}

struct tail {
    size_t map_size;
    const uint8_t *base; /* NULL: none */
    size_t size;
};

/*
 * Finds the end of the map and the tail in the SIZE bytes that follow a header. 0 and *RET, or
 * E_BAD_FRAME: no map, a map that is cut off, above FRAME_MAP_MAX or nested too deep, padding that
 * is not zero, or a frame that ends within its padding.
 */
int tail_split(const uint8_t *after_header, size_t size, struct tail *ret);
