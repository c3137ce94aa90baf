#pragma once
/*
 * A frame is a 16-byte header, then SIZE bytes: one msgpack map and, if there is more, zeros up to
 * the next multiple of 64 counted from the header, then a raw tail in which messages name offsets.
 * So tensors that travel inline are aligned and never packed. Little endian.
 *
 *      0      1      2      3      4      5      6      7
 *   +------+------+------+------+------+------+------+------+
 *   | 'S'  | 'N'  | ver  | kind |    method   |    n_fds    |
 *   +------+------+------+------+------+------+------+------+
 *   |         serial            |            size           |
 *   +------+------+------+------+------+------+------+------+
 *
 * The fds of a frame are sent with its first byte, by one sendmsg of their own. The kernel hands
 * them out in order and never later than that byte, so a complete frame finds its n_fds at the
 * front of the queue of fds received; fewer there means that the peer broke the protocol.
 */
#include <stdint.h>

#define FRAME_HEADER_SIZE 16          /* bytes */
#define FRAME_VERSION     1           /* of the header, and of the protocol spoken here */
#define FRAME_FDS_MAX     16          /* fds that one frame carries */
#define FRAME_SIZE_MAX    (64u << 20) /* bytes after the header; HELLO may set less */
#define FRAME_MAP_MAX     (1u << 20)  /* bytes of the map alone; tensors are in the tail */

enum frame_kind { FRAME_CALL, FRAME_REPLY, FRAME_EVENT, _FRAME_KIND_MAX };

struct frame {
    enum frame_kind kind;
    uint16_t method; /* METHOD_*; of the call that this answers, in a reply */
    uint16_t n_fds;
    uint32_t serial; /* the caller's, given back in the reply; 0 in an event */
    uint32_t size;   /* bytes after the header: map and tail */
};

void frame_encode(const struct frame *frame, uint8_t out[FRAME_HEADER_SIZE]);

/* 0 and *RET, or E_BAD_FRAME and *RET untouched. Never trusts a field it has not checked. */
int frame_decode(const uint8_t in[FRAME_HEADER_SIZE], struct frame *ret);
