/* NEEDS: protocol base */
/*
 * A peer that sends anything, in pieces and with fds where it likes. The input is a script: a byte
 * up to 0xdf sends its low six bits + 1 of the bytes behind it, together with its high two bits of
 * fds; others say what the receiver does. Whatever comes: frames handed out are whole and aligned,
 * no fd is lost, and stolen frames stay readable.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FRAME_MOST 5000
#define STOLEN_MAX 8

struct peer {
    int fds[2];
    int spare; /* what is sent as fd */
    struct wire *wire;
    struct wire_body *bodies[STOLEN_MAX];
    struct wire_frame frames[STOLEN_MAX];
    uint32_t n_stolen, steals; /* every so many frames is stolen; 0: none */
    size_t budget;
};

static void check(int holds)
{
    if (!holds)
        abort();
}

static void send_piece(struct peer *peer, const uint8_t *bytes, size_t size, uint32_t n_fds)
{
    char control[CMSG_SPACE(3 * sizeof(int))] __attribute__((aligned(8))) = {0};
    struct iovec iov = {(void *)(uintptr_t)bytes, size};
    struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};

    if (n_fds > 0) {
        struct cmsghdr *c = (struct cmsghdr *)(void *)control;

        message.msg_control = control;
        message.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
        for (uint32_t i = 0; i < n_fds; i++)
            memcpy(CMSG_DATA(c) + i * sizeof(int), &peer->spare, sizeof(int));
    }
    (void)sendmsg(peer->fds[0], &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static uint8_t sum(const uint8_t *bytes, size_t size)
{
    uint8_t all = 0;

    for (size_t i = 0; i < size; i++)
        all = (uint8_t)(all + bytes[i]);
    return all;
}

static void check_frame(const struct wire_frame *frame)
{
    check(frame->map_size + frame->tail_size <= frame->head.size && frame->map_size > 0);
    check(frame->head.size <= FRAME_MOST);
    check(!frame->tail == !frame->tail_size && (uintptr_t)frame->tail % 64 == 0);
    check(sum(frame->map, frame->map_size) + sum(frame->tail, frame->tail_size) >= 0);
    for (uint32_t i = 0; i < frame->head.n_fds; i++)
        check(fcntl(frame->fds[i], F_GETFD) == FD_CLOEXEC);
}

static void give_back(struct peer *peer)
{
    if (peer->n_stolen == 0)
        return;
    peer->n_stolen--;
    check_frame(&(struct wire_frame){.head = {.size = peer->frames[peer->n_stolen].head.size},
                                     .map = peer->frames[peer->n_stolen].map,
                                     .map_size = peer->frames[peer->n_stolen].map_size,
                                     .tail = peer->frames[peer->n_stolen].tail,
                                     .tail_size = peer->frames[peer->n_stolen].tail_size});
    wire_give_back(peer->bodies[peer->n_stolen]);
}

static int take_in(struct peer *peer)
{
    int filled, n;

    do {
        struct wire_frame frame;

        filled = wire_fill(peer->wire, peer->budget);
        while ((n = wire_next(peer->wire, &frame)) == 1) {
            check_frame(&frame);
            wire_close_fds(&frame);
            if (peer->steals && frame.head.serial % peer->steals == 0 &&
                peer->n_stolen < STOLEN_MAX) {
                check(wire_steal(peer->wire, &frame, &peer->bodies[peer->n_stolen]) == 0);
                peer->frames[peer->n_stolen++] = frame;
            }
        }
    } while (filled == 1 && n == 0);
    return filled < 0 || n < 0;
}

static void play(struct peer *peer, const uint8_t *data, size_t size)
{
    while (size > 0) {
        uint8_t op = *data++;
        size_t n = (op & 0x3f) + 1u;

        size--;
        if (op >= 0xf8) {
            give_back(peer);
        } else if (op >= 0xf0) {
            peer->steals = op & 7;
        } else if (op >= 0xe0) {
            peer->budget = (size_t)1 << (op & 15);
        } else {
            n = n < size ? n : size;
            send_piece(peer, data, n, op >> 6);
            data += n;
            size -= n;
            if (n > 0 && take_in(peer))
                return;
        }
    }
}

/* How many of the 64 fds from FIRST on are open. */
static int count_open(int first)
{
    int n = 0;

    for (int fd = first; fd < first + 64; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct peer peer = {.budget = 65536, .spare = open("/dev/null", O_RDONLY | O_CLOEXEC)};
    int before = count_open(peer.spare);

    check(peer.spare >= 0);
    check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, peer.fds) == 0);
    check(wire_new(peer.fds[1], FRAME_MOST, &peer.wire) == 0);
    play(&peer, data, size);
    close(peer.fds[0]);
    (void)take_in(&peer);
    wire_free(peer.wire);
    close(peer.fds[1]);
    while (peer.n_stolen > 0)
        give_back(&peer);
    check(count_open(peer.spare) == before);
    close(peer.spare);
    return 0;
}
