#include "protocol/tail.h"

#include "base/error.h"
#include "protocol/unpack.h"

static int map_end(const uint8_t *map, size_t size, size_t *ret)
{
    size_t most = size < FRAME_MAP_MAX ? size : FRAME_MAP_MAX;
    struct unpack head = {map, map + most}, whole = head;
    uint32_t n;

    if (unpack_map(&head, &n) < 0 || unpack_skip(&whole) < 0)
        return E_BAD_FRAME;
    *ret = (size_t)(whole.at - map);
    return 0;
}

int tail_split(const uint8_t *after_header, size_t size, struct tail *ret)
{
    size_t map_size, begin;

    if (map_end(after_header, size, &map_size) < 0)
        return E_BAD_FRAME;
    if (map_size == size) {
        *ret = (struct tail){.map_size = map_size};
        return 0;
    }

    begin = tail_begin(map_size) - FRAME_HEADER_SIZE;
    if (begin >= size)
        return E_BAD_FRAME;
    for (size_t i = map_size; i < begin; i++)
        if (after_header[i] != 0)
            return E_BAD_FRAME;
    *ret = (struct tail){map_size, after_header + begin, size - begin};
    return 0;
}
