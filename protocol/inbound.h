#pragma once
/*
 * The receiving half of a wire. Bytes are received into a block and frames handed out where they
 * lie:
 *
 *   bytes   [ handed out | complete frames | the beginning of one | room ]
 *                        ^ begin                                  ^ end
 *
 * An incomplete frame is moved to the front of a block before more of it is received, so a large
 * one ends up aligned without having been copied, but for its first piece. A block in which stolen
 * frames lie is left to them, and another taken.
 *
 * The fds of a frame arrive with its first byte or earlier bytes, never later: see fdset.h.
 */
#include "protocol/body.h"
#include "protocol/fdset.h"
#include "protocol/wire.h"

struct inbound {
    int fd;
    uint32_t frame_most;
    int broken; /* why nothing more can be received or handed out; 0: it can */
    struct body_pool *pool;
    struct wire_body *body;  /* NULL until the first byte is waited for */
    struct wire_body *aside; /* holds the last frame alone, when it had to leave its block */
    struct wire_body *last;  /* where the last frame handed out lies; body or aside */
    size_t begin, end;
    struct fdset fds;
};

void inbound_done(struct inbound *in);

/* As wire_fill, wire_next and wire_steal. */
int inbound_fill(struct inbound *in, size_t budget);
int inbound_next(struct inbound *in, struct wire_frame *ret);
struct wire_body *inbound_steal(struct inbound *in);
