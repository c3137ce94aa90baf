#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "tests/protocol/wire_pair.h"

/* A memfd that can be told from others by its size. */
static int make_fd(off_t size)
{
    int fd = memfd_create("wire-test", MFD_CLOEXEC);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(ftruncate(fd, size), 0);
    return fd;
}

static off_t fd_size(int fd)
{
    struct stat st;

    ck_assert_int_eq(fstat(fd, &st), 0);
    return st.st_size;
}

/* Sends a frame with N fds whose sizes are FIRST, FIRST + 1, ...; ours are closed at once. */
static int send_fds(struct pair *pair, uint32_t serial, uint16_t n, off_t first,
                    const struct wire_part *part)
{
    const struct frame head = {FRAME_CALL, .method = 7, .n_fds = n, .serial = serial};
    int fds[FRAME_FDS_MAX] = {0}, r;

    for (uint16_t i = 0; i < n; i++)
        fds[i] = make_fd(first + i);
    r = wire_send(pair->a, &head, "\x80", 1, part, part ? 1 : 0, fds);
    for (uint16_t i = 0; i < n; i++)
        close(fds[i]);
    return r;
}

/* One sendmsg of BYTES with N copies of one fd, past the wire. */
static void inject_fds(struct pair *pair, const void *bytes, size_t size, size_t n)
{
    char control[CMSG_SPACE(64 * sizeof(int))] __attribute__((aligned(8))) = {0};
    struct iovec iov = {(void *)(uintptr_t)bytes, size};
    struct msghdr message = {.msg_iov = &iov,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = CMSG_SPACE(n * sizeof(int))};
    struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    int fd = make_fd(5);

    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(n * sizeof(int));
    for (size_t i = 0; i < n; i++)
        memcpy(CMSG_DATA(c) + i * sizeof(fd), &fd, sizeof(fd));
    ck_assert_int_eq(sendmsg(pair->fds[0], &message, MSG_DONTWAIT), (ssize_t)size);
    close(fd);
}

static void expect_fds(struct wire_frame *frame, uint32_t serial, uint16_t n, off_t first)
{
    ck_assert_uint_eq(frame->head.serial, serial);
    ck_assert_uint_eq(frame->head.n_fds, n);
    for (uint16_t i = 0; i < FRAME_FDS_MAX; i++) {
        if (i >= n) {
            ck_assert_int_eq(frame->fds[i], -1);
            continue;
        }
        ck_assert_int_eq(fd_size(frame->fds[i]), first + i);
        ck_assert_int_eq(fcntl(frame->fds[i], F_GETFD), FD_CLOEXEC);
    }
    wire_close_fds(frame);
}

START_TEST(fds_come_with_their_own_frame_whatever_the_receiver_reads_at_a_time)
{
    static const size_t budgets[] = {1, 7, 16, 17, 64, 4096, 65536};
    static const uint16_t n_fds[] = {0, 2, 0, 1, 16};
    static uint8_t bytes[3000];
    const struct wire_part part = {bytes, sizeof(bytes)};

    for (size_t b = 0; b < ARRAY_SIZE(budgets); b++) {
        struct wire_frame frame;
        uint32_t serial = 0;
        struct pair pair;

        pair_open(&pair);
        for (uint32_t i = 0; i < ARRAY_SIZE(n_fds); i++)
            ck_assert_int_eq(send_fds(&pair, i, n_fds[i], 100 * (off_t)i, i % 3 ? NULL : &part), 0);
        while (serial < ARRAY_SIZE(n_fds)) {
            int r = wire_next(pair.b, &frame);

            ck_assert_int_ge(r, 0);
            if (r == 0)
                ck_assert_int_ge(wire_fill(pair.b, budgets[b]), 0);
            else
                expect_fds(&frame, serial, n_fds[serial], 100 * (off_t)serial);
            serial += (uint32_t)r;
        }
        pair_close(&pair);
    }
}
END_TEST

START_TEST(fds_that_must_wait_are_duplicated_and_go_in_order)
{
    static uint8_t bytes[1 << 20];
    const struct wire_part part = {bytes, sizeof(bytes)};
    struct wire_frame frame;
    struct pair pair;

    pair_open(&pair);
    for (uint32_t serial = 0; serial < 9; serial++)
        ck_assert_int_eq(
            send_fds(&pair, serial, serial % 3, 10 * serial, serial % 2 ? NULL : &part), 0);
    ck_assert_uint_gt(wire_pending(pair.a), 0);
    for (uint32_t serial = 0; serial < 9; serial++) {
        ck_assert_int_eq(pair_next(&pair, &frame), 1);
        expect_fds(&frame, serial, serial % 3, 10 * serial);
    }
    pair_close(&pair);
}
END_TEST

START_TEST(a_wire_closes_the_fds_that_nobody_took)
{
    static uint8_t bytes[1 << 20];
    const struct wire_part part = {bytes, sizeof(bytes)};
    struct wire_frame frame;
    struct pair pair;

    pair_open(&pair);
    ck_assert_int_eq(send_fds(&pair, 0, 3, 10, NULL), 0);
    ck_assert_int_eq(send_fds(&pair, 1, 4, 20, &part), 0); /* stays half in a's queue */
    ck_assert_int_eq(send_fds(&pair, 2, 5, 30, NULL), 0);  /* and this one whole */
    ck_assert_int_ge(wire_fill(pair.b, 100), 0);
    ck_assert_int_eq(wire_next(pair.b, &frame), 1);
    frame.fds[1] = (close(frame.fds[1]), -1); /* taken */
    wire_close_fds(&frame);
    ck_assert_int_ge(pair_fill(&pair), 0);
    pair_close(&pair);
}
END_TEST

static int next_after_fill(struct pair *pair)
{
    struct wire_frame frame;
    int r = pair_fill(pair), n;

    if (r < 0 && r != E_DISCONNECTED)
        return r;
    do
        n = wire_next(pair->b, &frame);
    while (n == 1);
    return n;
}

START_TEST(fewer_fds_than_the_header_says_break_the_protocol)
{
    const struct frame head = {FRAME_CALL, 7, .n_fds = 2, .serial = 1, .size = 1};
    uint8_t bytes[FRAME_HEADER_SIZE + 1];
    struct pair pair;

    frame_encode(&head, bytes);
    bytes[FRAME_HEADER_SIZE] = 0x80;
    pair_open(&pair);
    inject_fds(&pair, bytes, sizeof(bytes), 1);
    ck_assert_int_eq(next_after_fill(&pair), E_BAD_FRAME);
    pair_close(&pair);
}
END_TEST

START_TEST(fds_that_no_header_claims_break_the_protocol)
{
    const struct frame head = {FRAME_CALL, 2, .serial = 1, .size = 1};
    uint8_t bytes[FRAME_HEADER_SIZE + 1];

    frame_encode(&head, bytes);
    bytes[FRAME_HEADER_SIZE] = 0x80;
    for (size_t cut = 1; cut <= sizeof(bytes); cut++) {
        struct pair pair;

        pair_open(&pair);
        inject_fds(&pair, bytes, cut, 3);
        /* Without the header they might still be claimed. */
        ck_assert_int_eq(next_after_fill(&pair), cut < FRAME_HEADER_SIZE ? 0 : E_BAD_FRAME);
        if (cut < FRAME_HEADER_SIZE) {
            pair_inject(&pair, bytes + cut, sizeof(bytes) - cut);
            ck_assert_int_eq(next_after_fill(&pair), E_BAD_FRAME);
        }
        pair_close(&pair);
    }
}
END_TEST

START_TEST(more_fds_at_once_than_a_frame_may_carry_break_the_protocol)
{
    struct pair pair;

    pair_open(&pair);
    inject_fds(&pair, "S", 1, FRAME_FDS_MAX + 1);
    ck_assert_int_eq(pair_fill(&pair), E_BAD_FRAME);
    ck_assert_int_eq(pair_fill(&pair), E_BAD_FRAME);
    pair_close(&pair);

    pair_open(&pair); /* 16 and 16 more with the bytes of one header */
    inject_fds(&pair, "S", 1, FRAME_FDS_MAX);
    inject_fds(&pair, "N", 1, FRAME_FDS_MAX);
    ck_assert_int_eq(next_after_fill(&pair), E_BAD_FRAME);
    pair_close(&pair);
}
END_TEST

START_TEST(a_flood_of_fds_waits_until_frames_are_taken)
{
    struct wire_frame frame;
    struct pair pair;

    pair_open(&pair);
    for (uint32_t serial = 0; serial < 12; serial++)
        ck_assert_int_eq(send_fds(&pair, serial, 16, 10, NULL), 0);
    for (int i = 0; i < 20; i++)
        ck_assert_int_eq(wire_fill(pair.b, PAIR_BUDGET), 1);
    for (uint32_t serial = 0; serial < 12; serial++) {
        ck_assert_int_eq(pair_next(&pair, &frame), 1);
        expect_fds(&frame, serial, 16, 10);
    }
    pair_close(&pair);
}
END_TEST

START_TEST(a_process_that_may_open_no_more_is_not_the_peer_s_fault)
{
    struct rlimit limit, before;
    struct pair pair;
    int lowest;

    pair_open(&pair);
    ck_assert_int_eq(send_fds(&pair, 1, 4, 10, NULL), 0);
    lowest = dup(0);
    close(lowest);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    limit = before;
    limit.rlim_cur = (rlim_t)lowest + 2; /* two of the four fit */
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    ck_assert_int_eq(pair_fill(&pair), -EMFILE);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    pair_close(&pair);
}
END_TEST

START_TEST(fds_that_cannot_be_duplicated_are_told_and_nothing_is_sent)
{
    static uint8_t bytes[1 << 20];
    const struct wire_part part = {bytes, sizeof(bytes)};
    const struct frame head = {FRAME_CALL, .method = 7, .n_fds = 2, .serial = 2};
    struct rlimit limit, before;
    struct wire_frame frame;
    struct pair pair;
    int fds[2];

    pair_open(&pair);
    ck_assert_int_eq(pair_send(&pair, 1, &part, 1), 0);
    fds[0] = make_fd(1);
    fds[1] = make_fd(2);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    limit = before;
    limit.rlim_cur = (rlim_t)fds[1] + 2; /* one more */
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    ck_assert_int_eq(wire_send(pair.a, &head, "\x80", 1, NULL, 0, fds), -EMFILE);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    ck_assert_int_eq(wire_send(pair.a, &head, "\x80", 1, NULL, 0, fds), 0);
    ck_assert_int_eq(pair_next(&pair, &frame), 1);
    ck_assert_int_eq(pair_next(&pair, &frame), 1);
    expect_fds(&frame, 2, 2, 1);
    close(fds[0]);
    close(fds[1]);
    pair_close(&pair);
}
END_TEST

SUITE(fds_come_with_their_own_frame_whatever_the_receiver_reads_at_a_time,
      fds_that_must_wait_are_duplicated_and_go_in_order, a_wire_closes_the_fds_that_nobody_took,
      fewer_fds_than_the_header_says_break_the_protocol,
      fds_that_no_header_claims_break_the_protocol,
      more_fds_at_once_than_a_frame_may_carry_break_the_protocol,
      a_flood_of_fds_waits_until_frames_are_taken,
      a_process_that_may_open_no_more_is_not_the_peer_s_fault,
      fds_that_cannot_be_duplicated_are_told_and_nothing_is_sent);
