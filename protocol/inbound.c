#include "protocol/inbound.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "protocol/tail.h"

void inbound_done(struct inbound *in)
{
    body_unref(in->body);
    body_unref(in->aside);
    fdset_done(&in->fds);
}

/* The last frame handed out is not held any longer, unless somebody stole it. */
static void let_go(struct inbound *in)
{
    body_unref(in->aside);
    in->aside = NULL;
    in->last = NULL;
}

static int break_off(struct inbound *in, int r)
{
    in->broken = r;
    fdset_done(&in->fds);
    return r;
}

static size_t received(const struct inbound *in)
{
    return in->end - in->begin;
}

/* 1 and *RET: the header of the first frame is there; 0: not yet; E_BAD_FRAME, E_TOO_LARGE. */
static int first_head(const struct inbound *in, struct frame *ret)
{
    int r;

    if (received(in) < FRAME_HEADER_SIZE)
        return 0;
    r = frame_decode(in->body->bytes + in->begin, ret);
    if (r < 0)
        return r;
    return ret->size > in->frame_most ? E_TOO_LARGE : 1;
}

/* Moves what was received to the front of a block of LEAST bytes or more, which may be ours. */
static int move_to_front(struct inbound *in, size_t least)
{
    struct wire_body *old = in->body, *body = old;

    if (!old || body_shared(old) || old->capacity < least) {
        body = body_take(in->pool, least, old ? old->capacity : least);
        if (!body)
            return -ENOMEM;
    }
    if (received(in) > 0)
        memmove(body->bytes, old->bytes + in->begin, received(in));
    if (old != body)
        body_unref(old);
    in->body = body;
    in->end = received(in);
    in->begin = 0;
    return 0;
}

/*
 * Sees to it that something can be received. 0, or 1: complete frames fill the block and must be
 * taken out first. A block grows only when it is full of one frame that goes on: twofold, so no
 * more than is there already is added on the strength of a header.
 */
static int make_room(struct inbound *in)
{
    struct frame head = {0};
    size_t whole;
    int r;

    if (!in->body)
        return move_to_front(in, BODY_LEAST);
    r = first_head(in, &head);
    if (r < 0)
        return r;
    whole = FRAME_HEADER_SIZE + (size_t)head.size;
    if (r == 1 && received(in) >= whole)
        return in->end < in->body->capacity ? 0 : 1;

    if (in->begin > 0 || body_shared(in->body)) {
        r = move_to_front(in, received(in) < BODY_LEAST ? BODY_LEAST : received(in) + 1);
        if (r < 0)
            return r;
    }
    if (in->end < in->body->capacity)
        return 0;
    return move_to_front(in, whole < 2 * in->end ? whole : 2 * in->end);
}

/* One recvmsg. 1: there may be more, 0: there is none now, or an error. *RET bytes came. */
static int receive(struct inbound *in, size_t most, size_t *ret)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(FRAME_FDS_MAX * sizeof(int))];
    } control;
    struct iovec iov = {in->body->bytes + in->end, most};
    struct msghdr message = {
        .msg_iov = &iov,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof(control.bytes),
    };
    ssize_t n;
    int r;

    do
        n = recvmsg(in->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno == EAGAIN)
        return 0;
    if (n < 0)
        return errno == ECONNRESET ? E_DISCONNECTED : -errno;

    r = fdset_take(&in->fds, &message);
    if (r < 0)
        return break_off(in, r);
    if (n == 0)
        return E_DISCONNECTED;
    *ret = (size_t)n;
    /* A receive ends early behind bytes that fds came with; else because there is no more. */
    return (size_t)n == most || r > 0;
}

int inbound_fill(struct inbound *in, size_t budget)
{
    int r = 1;

    if (in->broken)
        return in->broken;
    let_go(in);
    while (budget > 0 && r == 1) {
        size_t room, n = 0;

        if (fdset_room(&in->fds) < FRAME_FDS_MAX)
            return 1;
        r = make_room(in);
        if (r == E_BAD_FRAME || r == E_TOO_LARGE)
            return 1; /* inbound_next meets the same header, and says so in its turn */
        if (r != 0)
            return r;
        room = in->body->capacity - in->end;
        r = receive(in, room < budget ? room : budget, &n);
        in->end += n;
        budget -= n;
    }
    return r;
}

/* No frame is complete; are there fds that no frame begun can claim? */
static int check_spare_fds(struct inbound *in, uint32_t claimed)
{
    if (in->fds.n > claimed)
        return break_off(in, E_BAD_FRAME);
    return 0;
}

/*
 * Moves the first frame, of WHOLE bytes, so that it begins on a 64-byte boundary, and returns it:
 * down over frames handed out before it, or, if one of these is stolen, into a block of its own.
 */
static uint8_t *align(struct inbound *in, size_t whole)
{
    size_t shift = in->begin % TAIL_ALIGN;
    uint8_t *frame = in->body->bytes + in->begin;

    if (shift == 0)
        return frame;
    if (!body_shared(in->body))
        return memmove(frame - shift, frame, whole);
    in->aside = body_take(in->pool, whole, whole);
    if (!in->aside)
        return NULL;
    in->last = in->aside;
    return memcpy(in->aside->bytes, frame, whole);
}

/* The first frame, which is complete and has the header HEAD. */
static int hand_out(struct inbound *in, const struct frame *head, struct wire_frame *ret)
{
    size_t whole = FRAME_HEADER_SIZE + (size_t)head->size;
    uint8_t *frame = in->body->bytes + in->begin;
    struct tail tail;

    if (in->fds.n < head->n_fds || tail_split(frame + FRAME_HEADER_SIZE, head->size, &tail) < 0)
        return break_off(in, E_BAD_FRAME);
    in->last = in->body;
    if (tail.base) {
        size_t at = (size_t)(tail.base - frame);

        frame = align(in, whole);
        if (!frame)
            return -ENOMEM;
        tail.base = frame + at;
    }

    ret->head = *head;
    ret->map = frame + FRAME_HEADER_SIZE;
    ret->map_size = tail.map_size;
    ret->tail = tail.base;
    ret->tail_size = tail.size;
    memset(ret->fds, -1, sizeof(ret->fds));
    fdset_steal(&in->fds, head->n_fds, ret->fds);
    in->begin += whole;
    return 1;
}

int inbound_next(struct inbound *in, struct wire_frame *ret)
{
    struct frame head;
    int r;

    if (in->broken)
        return in->broken;
    let_go(in);
    r = first_head(in, &head);
    if (r == E_TOO_LARGE)
        ret->head = head;
    if (r < 0)
        return break_off(in, r);
    if (r == 0)
        return check_spare_fds(in, received(in) > 0 ? FRAME_FDS_MAX : 0);
    if (received(in) < FRAME_HEADER_SIZE + (size_t)head.size)
        return check_spare_fds(in, head.n_fds);
    return hand_out(in, &head, ret);
}

struct wire_body *inbound_steal(struct inbound *in)
{
    assert(in->last);
    return body_ref(in->last);
}
