#pragma once
/*
 * The sending half of a wire. A frame is written where it lies if nothing waits before it and the
 * socket takes it; what the socket does not take is copied into a block of the queue. Frames that
 * carry fds begin a block, because their fds go out with the first byte of a sendmsg.
 */
#include "protocol/body.h"
#include "protocol/wire.h"

struct outbound {
    int fd;
    uint32_t frame_most;
    int broken; /* a frame was cut off: nothing can follow it; 0: none was */
    struct body_pool *pool;
    struct list queue; /* of struct queued */
    size_t pending;    /* bytes in it */
};

void outbound_init(struct outbound *out, int fd, uint32_t frame_most, struct body_pool *pool);
void outbound_done(struct outbound *out);

/* As wire_send and wire_flush. */
int outbound_send(struct outbound *out, const struct frame *head, const void *map, size_t map_size,
                  const struct wire_part *parts, uint32_t n_parts, const int *fds);
int outbound_flush(struct outbound *out);
