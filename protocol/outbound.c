#include "protocol/outbound.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "protocol/tail.h"

/* Bytes that wait: at the front of a block's memory, the bytes behind it. */
struct queued {
    struct list link;
    struct wire_body *body;
    uint8_t *at, *end;
    uint32_t n_fds;
    int fds[FRAME_FDS_MAX]; /* ours; sent with the first byte */
};

/* Header, map, padding, and each part with the padding before it. */
#define PIECES_MAX (3 + 2 * WIRE_PARTS_MAX)

struct pieces {
    struct iovec iov[PIECES_MAX];
    uint32_t n;
    size_t size;
};

static const uint8_t zeros[TAIL_ALIGN];

void outbound_init(struct outbound *out, int fd, uint32_t frame_most, struct body_pool *pool)
{
    *out = (struct outbound){.fd = fd, .frame_most = frame_most, .pool = pool};
    list_init(&out->queue);
}

static void close_fds(struct queued *queued)
{
    while (queued->n_fds > 0)
        close(queued->fds[--queued->n_fds]);
}

static void queued_free(struct queued *queued)
{
    list_remove(&queued->link);
    close_fds(queued);
    body_unref(queued->body);
}

void outbound_done(struct outbound *out)
{
    list_foreach (it, &out->queue)
        queued_free(list_entry(it, struct queued, link));
    out->pending = 0;
}

/* sendmsg takes no const, and changes nothing. */
static void add_piece(struct pieces *pieces, const void *base, size_t size)
{
    if (size == 0)
        return;
    pieces->iov[pieces->n++] = (struct iovec){(void *)(uintptr_t)base, size};
    pieces->size += size;
}

static void add_padding(struct pieces *pieces)
{
    add_piece(pieces, zeros, tail_round(pieces->size) - pieces->size);
}

static void lay_out(struct pieces *pieces, const uint8_t *header, const void *map, size_t map_size,
                    const struct wire_part *parts, uint32_t n_parts)
{
    add_piece(pieces, header, FRAME_HEADER_SIZE);
    add_piece(pieces, map, map_size);
    for (uint32_t i = 0; i < n_parts; i++) {
        if (parts[i].size == 0)
            continue;
        add_padding(pieces);
        add_piece(pieces, parts[i].base, parts[i].size);
    }
}

/* What follows the header, or more than MOST. */
static size_t frame_size(size_t map_size, const struct wire_part *parts, uint32_t n_parts,
                         size_t most)
{
    size_t size = FRAME_HEADER_SIZE + map_size;

    for (uint32_t i = 0; i < n_parts && size <= FRAME_HEADER_SIZE + most; i++) {
        if (parts[i].size > most)
            return most + 1;
        if (parts[i].size > 0)
            size = tail_round(size) + parts[i].size;
    }
    return size - FRAME_HEADER_SIZE;
}

static void put_fds(struct msghdr *message, struct cmsghdr *control, size_t room, const int *fds,
                    uint32_t n_fds)
{
    message->msg_control = control;
    message->msg_controllen = room;
    control = CMSG_FIRSTHDR(message);
    control->cmsg_level = SOL_SOCKET;
    control->cmsg_type = SCM_RIGHTS;
    control->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
    memcpy(CMSG_DATA(control), fds, n_fds * sizeof(int));
}

/* One sendmsg. How many bytes the socket took (0: it is full), or a negative code. */
static ssize_t transmit(int fd, struct iovec *iov, size_t n_iov, const int *fds, uint32_t n_fds)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(FRAME_FDS_MAX * sizeof(int))];
    } control = {0};
    struct msghdr message = {.msg_iov = iov, .msg_iovlen = n_iov};
    ssize_t n;

    if (n_fds > 0)
        put_fds(&message, &control.header, CMSG_SPACE(n_fds * sizeof(int)), fds, n_fds);
    do
        n = sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n >= 0)
        return n;
    if (errno == EAGAIN)
        return 0;
    return errno == EPIPE || errno == ECONNRESET ? E_DISCONNECTED : -errno;
}

static int keep_fds(struct queued *queued, const int *fds, uint32_t n_fds)
{
    for (uint32_t i = 0; i < n_fds; i++) {
        int fd = fcntl(fds[i], F_DUPFD_CLOEXEC, 0);
        int r = -errno;

        if (fd < 0) {
            close_fds(queued);
            return r;
        }
        queued->fds[queued->n_fds++] = fd;
    }
    return 0;
}

static int queued_new(struct outbound *out, size_t size, const int *fds, uint32_t n_fds,
                      struct queued **ret)
{
    size_t least = sizeof(struct queued) + size;
    struct wire_body *body;
    struct queued *queued;
    int r;

    least = least < BODY_LEAST ? BODY_LEAST : least;
    body = body_take(out->pool, least, least);
    if (!body)
        return -ENOMEM;
    queued = (struct queued *)(void *)body->bytes;
    *queued = (struct queued){.body = body, .at = body->bytes + sizeof(*queued)};
    queued->end = queued->at;
    r = keep_fds(queued, fds, n_fds);
    if (r < 0) {
        body_unref(body);
        return r;
    }
    list_append(&out->queue, &queued->link);
    *ret = queued;
    return 0;
}

/* The last of the queue, if SIZE bytes more can join it; or NULL. */
static struct queued *find_open(struct outbound *out, size_t size, uint32_t n_fds)
{
    struct queued *last;

    if (list_empty(&out->queue) || n_fds > 0)
        return NULL;
    last = list_entry(out->queue.prev, struct queued, link);
    if (size > (size_t)(last->body->bytes + last->body->capacity - last->end))
        return NULL;
    return last->n_fds > 0 ? NULL : last;
}

/* Copies what is left of the pieces behind the first SENT bytes. */
static int enqueue(struct outbound *out, const struct pieces *pieces, size_t sent, const int *fds,
                   uint32_t n_fds)
{
    size_t rest = pieces->size - sent;
    struct queued *queued = find_open(out, rest, n_fds);
    int r = queued ? 0 : queued_new(out, rest, fds, n_fds, &queued);

    if (r < 0)
        return r;
    for (uint32_t i = 0; i < pieces->n; i++) {
        size_t size = pieces->iov[i].iov_len, skip = sent < size ? sent : size;

        memcpy(queued->end, (const uint8_t *)pieces->iov[i].iov_base + skip, size - skip);
        queued->end += size - skip;
        sent -= skip;
    }
    out->pending += rest;
    return 0;
}

int outbound_send(struct outbound *out, const struct frame *head, const void *map, size_t map_size,
                  const struct wire_part *parts, uint32_t n_parts, const int *fds)
{
    struct frame frame = *head;
    uint8_t header[FRAME_HEADER_SIZE];
    struct pieces pieces;
    ssize_t sent = 0;
    int r;

    if (out->broken)
        return out->broken;
    if (map_size > FRAME_MAP_MAX || n_parts > WIRE_PARTS_MAX || frame.n_fds > FRAME_FDS_MAX)
        return E_TOO_LARGE;
    frame.size = (uint32_t)frame_size(map_size, parts, n_parts, out->frame_most);
    if (frame.size > out->frame_most)
        return E_TOO_LARGE;
    frame_encode(&frame, header);
    pieces.n = 0;
    pieces.size = 0;
    lay_out(&pieces, header, map, map_size, parts, n_parts);

    if (list_empty(&out->queue))
        sent = transmit(out->fd, pieces.iov, pieces.n, fds, frame.n_fds);
    if (sent < 0)
        return (int)sent;
    if ((size_t)sent == pieces.size)
        return 0;
    r = enqueue(out, &pieces, (size_t)sent, fds, sent > 0 ? 0 : frame.n_fds);
    if (r < 0 && sent > 0)
        out->broken = r;
    return r;
}

int outbound_flush(struct outbound *out)
{
    if (out->broken)
        return out->broken;
    while (!list_empty(&out->queue)) {
        struct queued *first = list_entry(out->queue.next, struct queued, link);
        struct iovec iov = {first->at, (size_t)(first->end - first->at)};
        ssize_t n = transmit(out->fd, &iov, 1, first->fds, first->n_fds);

        if (n < 0)
            return (int)n;
        if (n == 0)
            return 1;
        close_fds(first);
        first->at += n;
        out->pending -= (size_t)n;
        if (first->at == first->end)
            queued_free(first);
    }
    return 0;
}
