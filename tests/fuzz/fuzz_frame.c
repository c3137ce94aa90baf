/* NEEDS: protocol base */
/*
 * Header and what follows it. What is decoded encodes to the same 16 bytes; map and tail lie within
 * the body, in this order.
 */
#include <stdlib.h>
#include <string.h>

#include "protocol/frame.h"
#include "protocol/tail.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t again[FRAME_HEADER_SIZE];
    struct frame frame;
    struct tail tail;

    if (size < FRAME_HEADER_SIZE || frame_decode(data, &frame) < 0)
        return 0;
    check(frame.n_fds <= FRAME_FDS_MAX && frame.size <= FRAME_SIZE_MAX);
    frame_encode(&frame, again);
    check(memcmp(again, data, FRAME_HEADER_SIZE) == 0);

    data += FRAME_HEADER_SIZE;
    size -= FRAME_HEADER_SIZE;
    if (tail_split(data, size, &tail) < 0)
        return 0;
    check(tail.map_size >= 1 && tail.map_size <= size && tail.map_size <= FRAME_MAP_MAX);
    if (tail.base)
        check(tail.size > 0 && tail.base + tail.size == data + size &&
              tail.base == data + tail_begin(tail.map_size) - FRAME_HEADER_SIZE);
    else
        check(tail.map_size == size);
    return 0;
}
