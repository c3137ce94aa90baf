#pragma once
/*
 * One end of a connection: frames and fds in and out over a UNIX stream socket, without a loop.
 * The caller polls; wire_fill takes in what is there, wire_next hands out complete frames,
 * wire_send writes or queues one, wire_flush writes until the socket is full. Used by daemon and
 * client. A wire belongs to one thread at a time.
 *
 *   while ((r = wire_fill(wire, budget)) >= 0) {
 *       while ((n = wire_next(wire, &frame)) == 1)
 *           ...
 *       if (n < 0 || r == 0)
 *           break;
 *   }
 *
 * Memory: frames are received into a block that grows to the largest frame met (never above
 * frame_most, and only as bytes really arrive) and is used again; stolen frames keep their block,
 * and queued frames use blocks of the same pool, which keeps up to eight for later. After warm-up
 * nothing is allocated for frames of sizes met before, as long as no more than that are stolen or
 * queued at once. So an idle wire may hold nine times the largest frame that it met.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base.h"
#include "protocol/frame.h"

#define WIRE_PARTS_MAX 64 /* pieces of a tail: the outputs of a network */

struct wire;

/*
 * FD is non-blocking or not; the wire never waits. It stays the caller's. FRAME_MOST bounds what
 * may follow the header of a frame in either direction; never above FRAME_SIZE_MAX. 0 or -ENOMEM.
 */
int wire_new(int fd, uint32_t frame_most, struct wire **ret);
void wire_free(struct wire *wire); /* closes fds received and not taken; NULL is fine */
DEFINE_CLEANUP(struct wire *, wire_free);

/* From now on wire_send takes frames up to FRAME_MOST: what the peer said that it takes. */
void wire_limit_send(struct wire *wire, uint64_t frame_most);

/*
 * A frame received: MAP_SIZE bytes of map at MAP, which is one whole msgpack map, the tail at TAIL
 * (NULL: none), which begins on a 64-byte boundary in memory. Pointers hold until the next
 * wire_fill or wire_next, or, once stolen, until it is given back.
 */
struct wire_frame {
    struct frame head;
    const uint8_t *map;
    const uint8_t *tail;
    size_t map_size, tail_size;
    int fds[FRAME_FDS_MAX]; /* owned by the taker of the frame, CLOEXEC; head.n_fds of them */
};

/* Closes those fds of the frame that are not -1: set to -1 what you take. */
void wire_close_fds(struct wire_frame *frame);

/*
 * Reads until there is no more or about BUDGET bytes came. 1: more may be there, or wire_next must
 * make room first; 0: drained; E_DISCONNECTED: end of stream, what came before is still handed out
 * by wire_next; E_BAD_FRAME: more than FRAME_FDS_MAX fds at once; -EMFILE: the kernel could not
 * give us the fds that came, mostly because this process has too many open; -ENOMEM: may be tried
 * again; -errno. After E_BAD_FRAME and -EMFILE the wire is of no more use.
 */
int wire_fill(struct wire *wire, size_t budget);

/*
 * 1 and *RET, or 0 if no complete frame is there. E_BAD_FRAME: the peer broke the protocol (header,
 * map, padding, fewer or more fds than the header says). E_TOO_LARGE: a header announces more than
 * frame_most, and only RET->head is set, so that the call can be answered; both come as soon as 16
 * bytes are there, and then the wire is of no more use. -ENOMEM: may be tried again.
 */
int wire_next(struct wire *wire, struct wire_frame *ret);

/*
 * Keeps the bytes of the frame that wire_next gave last alive until wire_give_back, for jobs whose
 * inline tensors lie in it. 0; the frame's pointers stay valid. Its fds are not part of this.
 */
struct wire_body;
int wire_steal(struct wire *wire, struct wire_frame *frame, struct wire_body **ret);
void wire_give_back(struct wire_body *body); /* may outlive the wire; the wire's thread only */

/*
 * Sends a frame: HEAD (its size is computed), MAP, then a tail of N_PARTS pieces, each beginning
 * at the next multiple of 64 of the tail; a piece of size 0 takes no room. Map and parts are copied
 * unless they can be written at once. FDS (HEAD->n_fds of them) stay the caller's and are
 * duplicated if they must wait. 0: written or queued, ask wire_pending; E_TOO_LARGE: frame, map or
 * number of pieces or fds; -ENOMEM; -EMFILE; E_DISCONNECTED, -errno. After an error nothing of the
 * frame was sent, except when memory ran out in the middle of it: then the wire can send no more.
 */
struct wire_part {
    const void *base;
    size_t size;
};
int wire_send(struct wire *wire, const struct frame *head, const void *map, size_t map_size,
              const struct wire_part *parts, uint32_t n_parts, const int *fds);

/* 0: all written, 1: the socket is full (poll for POLLOUT), E_DISCONNECTED or -errno. */
int wire_flush(struct wire *wire);
size_t wire_pending(const struct wire *wire); /* bytes queued and not written */

/* Where part I of a tail begins, counted from the tail's first byte. */
size_t wire_part_offset(const struct wire_part *parts, uint32_t i);
