#include "protocol/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "protocol/inbound.h"
#include "protocol/outbound.h"
#include "protocol/tail.h"

struct wire {
    struct body_pool pool;
    struct inbound in;
    struct outbound out;
};

int wire_new(int fd, uint32_t frame_most, struct wire **ret)
{
    struct wire *wire = calloc(1, sizeof(*wire));

    if (!wire)
        return -ENOMEM;
    frame_most = frame_most < FRAME_SIZE_MAX ? frame_most : FRAME_SIZE_MAX;
    body_pool_init(&wire->pool);
    wire->in = (struct inbound){.fd = fd, .frame_most = frame_most, .pool = &wire->pool};
    outbound_init(&wire->out, fd, frame_most, &wire->pool);
    *ret = wire;
    return 0;
}

void wire_free(struct wire *wire)
{
    if (!wire)
        return;
    inbound_done(&wire->in);
    outbound_done(&wire->out);
    body_pool_done(&wire->pool);
    free(wire);
}

void wire_limit_send(struct wire *wire, uint64_t frame_most)
{
    wire->out.frame_most = frame_most < FRAME_SIZE_MAX ? (uint32_t)frame_most : FRAME_SIZE_MAX;
}

int wire_fill(struct wire *wire, size_t budget)
{
    return inbound_fill(&wire->in, budget);
}

int wire_next(struct wire *wire, struct wire_frame *ret)
{
    return inbound_next(&wire->in, ret);
}

int wire_steal(struct wire *wire, struct wire_frame *frame, struct wire_body **ret)
{
    (void)frame;
    *ret = inbound_steal(&wire->in);
    return 0;
}

void wire_give_back(struct wire_body *body)
{
    body_unref(body);
}

void wire_close_fds(struct wire_frame *frame)
{
    for (uint32_t i = 0; i < frame->head.n_fds; i++) {
        if (frame->fds[i] >= 0)
            close(frame->fds[i]);
        frame->fds[i] = -1;
    }
}

int wire_send(struct wire *wire, const struct frame *head, const void *map, size_t map_size,
              const struct wire_part *parts, uint32_t n_parts, const int *fds)
{
    return outbound_send(&wire->out, head, map, map_size, parts, n_parts, fds);
}

int wire_flush(struct wire *wire)
{
    return outbound_flush(&wire->out);
}

size_t wire_pending(const struct wire *wire)
{
    return wire->out.pending;
}

size_t wire_part_offset(const struct wire_part *parts, uint32_t i)
{
    size_t offset = 0;

    for (uint32_t k = 0; k <= i; k++)
        offset = k < i ? tail_round(offset) + parts[k].size : tail_round(offset);
    return offset;
}
