#include <stdlib.h>

#include "protocol/tail.h"
#include "tests/protocol/wire_pair.h"

static uint8_t pattern[3 << 20];

START_TEST(a_frame_arrives_as_it_was_sent)
{
    const struct frame head = {.kind = FRAME_REPLY, .method = 9, .serial = 77};
    const struct wire_part parts[] = {{pattern, 100}, {NULL, 0}, {pattern + 100, 64}, {pattern, 1}};
    struct wire_frame frame;
    struct pair pair;

    pair_open(&pair);
    fill_pattern(pattern, 1000, 1);
    ck_assert_int_eq(wire_send(pair.a, &head, "\x81\xa1k\x05", 4, parts, 4, NULL), 0);
    ck_assert_uint_eq(wire_pending(pair.a), 0);
    ck_assert_int_eq(wire_fill(pair.b, PAIR_BUDGET), 0);
    ck_assert_int_eq(wire_next(pair.b, &frame), 1);
    ck_assert_int_eq(frame.head.kind, FRAME_REPLY);
    ck_assert_uint_eq(frame.head.serial, 77);
    ck_assert_uint_eq(frame.head.size, 48 + 128 + 64 + 1);
    ck_assert_uint_eq(frame.map_size, 4);
    ck_assert_mem_eq(frame.map, "\x81\xa1k\x05", 4);
    ck_assert_uint_eq(frame.tail_size, 128 + 64 + 1);
    ck_assert_mem_eq(frame.tail + wire_part_offset(parts, 0), pattern, 100);
    ck_assert_mem_eq(frame.tail + wire_part_offset(parts, 2), pattern + 100, 64);
    ck_assert_mem_eq(frame.tail + wire_part_offset(parts, 3), pattern, 1);
    ck_assert_int_eq(wire_next(pair.b, &frame), 0);
    pair_close(&pair);
}
END_TEST

START_TEST(parts_begin_at_multiples_of_64)
{
    const struct wire_part parts[] = {{NULL, 1}, {NULL, 64}, {NULL, 0}, {NULL, 65}, {NULL, 9}};
    const size_t offsets[] = {0, 64, 128, 128, 256};

    for (uint32_t i = 0; i < ARRAY_SIZE(parts); i++)
        ck_assert_uint_eq(wire_part_offset(parts, i), offsets[i]);
}
END_TEST

/* What a receives when B writes: frames with and without tails, back to back, as one stream. */
static size_t make_stream(uint8_t *out, size_t size)
{
    const struct wire_part parts[] = {{pattern, 100}, {pattern + 7, 90}};
    struct pair pair;
    ssize_t n;

    fill_pattern(pattern, 1000, 2);
    pair_open(&pair);
    ck_assert_int_eq(pair_send(&pair, 0, NULL, 0), 0);
    ck_assert_int_eq(pair_send(&pair, 1, parts, 2), 0);
    ck_assert_int_eq(pair_send(&pair, 2, NULL, 0), 0);
    ck_assert_int_eq(pair_send(&pair, 3, parts, 1), 0);
    ck_assert_int_eq(pair_send(&pair, 4, parts, 2), 0);
    n = recv(pair.fds[1], out, size, 0);
    ck_assert_int_gt(n, 0);
    pair_close(&pair);
    return (size_t)n;
}

static void check_stream_frame(const struct wire_frame *frame, uint32_t serial)
{
    static const size_t tail_sizes[] = {0, 128 + 90, 0, 100, 128 + 90};

    ck_assert_uint_eq(frame->head.serial, serial);
    ck_assert_uint_eq(frame->map_size, 1);
    ck_assert_uint_eq(frame->tail_size, tail_sizes[serial]);
    if (!frame->tail_size)
        return;
    ck_assert_uint_eq((uintptr_t)frame->tail % 64, 0);
    ck_assert_mem_eq(frame->tail, pattern, 100);
    if (frame->tail_size > 100)
        ck_assert_mem_eq(frame->tail + 128, pattern + 7, 90);
}

START_TEST(a_stream_that_comes_byte_by_byte_is_the_same_frames)
{
    static uint8_t stream[4096];
    size_t size = make_stream(stream, sizeof(stream));
    struct wire_frame frame;
    uint32_t serial = 0;
    struct pair pair;

    pair_open(&pair);
    for (size_t i = 0; i < size; i++) {
        pair_inject(&pair, stream + i, 1);
        ck_assert_int_ge(wire_fill(pair.b, PAIR_BUDGET), 0);
        if (wire_next(pair.b, &frame) == 1)
            check_stream_frame(&frame, serial++);
        ck_assert_int_eq(wire_next(pair.b, &frame), 0);
    }
    ck_assert_uint_eq(serial, 5);
    pair_close(&pair);
}
END_TEST

START_TEST(a_stream_cut_in_two_anywhere_is_the_same_frames)
{
    static uint8_t stream[4096];
    size_t size = make_stream(stream, sizeof(stream));

    for (size_t cut = 1; cut < size; cut++) {
        struct wire_frame frame;
        uint32_t serial = 0;
        struct pair pair;

        pair_open(&pair);
        pair_inject(&pair, stream, cut);
        ck_assert_int_ge(pair_fill(&pair), 0);
        while (wire_next(pair.b, &frame) == 1)
            check_stream_frame(&frame, serial++);
        pair_inject(&pair, stream + cut, size - cut);
        ck_assert_int_ge(pair_fill(&pair), 0);
        while (wire_next(pair.b, &frame) == 1)
            check_stream_frame(&frame, serial++);
        ck_assert_uint_eq(serial, 5);
        pair_close(&pair);
    }
}
END_TEST

START_TEST(a_peer_that_goes_in_the_middle_of_a_frame_leaves_only_whole_ones)
{
    static uint8_t stream[4096];
    size_t size = make_stream(stream, sizeof(stream));

    for (size_t cut = 0; cut < size; cut += 13) {
        struct wire_frame frame;
        struct pair pair;
        int r;

        pair_open(&pair);
        if (cut)
            pair_inject(&pair, stream, cut);
        pair_hang_up(&pair);
        do
            r = wire_fill(pair.b, PAIR_BUDGET);
        while (r >= 0);
        ck_assert_int_eq(r, E_DISCONNECTED);
        for (uint32_t serial = 0; wire_next(pair.b, &frame) == 1; serial++)
            check_stream_frame(&frame, serial);
        ck_assert_int_eq(wire_next(pair.b, &frame), 0);
        pair_close(&pair);
    }
}
END_TEST

START_TEST(a_peer_that_goes_without_reading_is_only_gone)
{
    struct wire_frame frame;
    struct pair pair;

    pair_open(&pair);
    ck_assert_int_eq(send(pair.fds[1], "unread", 6, 0), 6); /* so that the kernel says reset */
    ck_assert_int_eq(pair_send(&pair, 1, NULL, 0), 0);
    pair_hang_up(&pair);
    ck_assert_int_eq(wire_fill(pair.b, PAIR_BUDGET), 0);
    ck_assert_int_eq(wire_next(pair.b, &frame), 1);
    ck_assert_int_eq(wire_fill(pair.b, PAIR_BUDGET), E_DISCONNECTED);
    ck_assert_int_eq(wire_fill(pair.b, PAIR_BUDGET), E_DISCONNECTED);
    pair_close(&pair);
}
END_TEST

START_TEST(a_header_is_looked_at_as_soon_as_its_16_bytes_are_there)
{
    static const uint8_t wrong[] = {'S', 'N', 9, 0, 9, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0};
    static const uint8_t large[] = {'S', 'N', 1, 0, 9, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0x80, 0};
    struct wire_frame frame;
    struct pair pair;

    pair_open(&pair);
    pair_inject(&pair, wrong, sizeof(wrong));
    ck_assert_int_ge(wire_fill(pair.b, PAIR_BUDGET), 0);
    ck_assert_int_eq(wire_fill(pair.b, PAIR_BUDGET), 1); /* wire_next is to tell */
    ck_assert_int_eq(wire_next(pair.b, &frame), E_BAD_FRAME);
    ck_assert_int_eq(wire_next(pair.b, &frame), E_BAD_FRAME);
    ck_assert_int_eq(wire_fill(pair.b, PAIR_BUDGET), E_BAD_FRAME);
    pair_close(&pair);

    pair_open(&pair);
    pair_inject(&pair, large, sizeof(large)); /* one byte more than PAIR_MOST */
    ck_assert_int_ge(wire_fill(pair.b, PAIR_BUDGET), 0);
    ck_assert_int_eq(wire_next(pair.b, &frame), E_TOO_LARGE);
    ck_assert_uint_eq(frame.head.serial, 5);
    ck_assert_uint_eq(frame.head.size, PAIR_MOST + 1);
    ck_assert_int_eq(wire_next(pair.b, &frame), E_TOO_LARGE);
    pair_close(&pair);
}
END_TEST

START_TEST(what_follows_a_header_must_be_a_map_zeros_and_a_tail)
{
    static const struct {
        const char *name;
        uint8_t body[64];
        size_t size;
        int r;
    } cases[] = {
        {"nothing", {0}, 0, E_BAD_FRAME},
        {"a list", {0x90}, 1, E_BAD_FRAME},
        {"half a map", {0x81, 0xa1, 'k'}, 3, E_BAD_FRAME},
        {"a map alone", {0x80}, 1, 1},
        {"padding alone", {0x80}, 48, E_BAD_FRAME},
        {"one byte of tail", {0x80}, 49, 1},
        {"padding that is not zero", {0x80, [47] = 1}, 49, E_BAD_FRAME},
        {"a map up to the boundary", {[0] = 0x81, 0xd9, 44, [47] = 0xc0}, 48, 1},
        {"and a byte of tail", {[0] = 0x81, 0xd9, 44, [47] = 0xc0}, 49, 1},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const struct frame head = {FRAME_CALL, 9, .serial = 1, .size = (uint32_t)cases[i].size};
        uint8_t header[FRAME_HEADER_SIZE];
        struct wire_frame frame;
        struct pair pair;

        pair_open(&pair);
        frame_encode(&head, header);
        pair_inject(&pair, header, sizeof(header));
        if (cases[i].size)
            pair_inject(&pair, cases[i].body, cases[i].size);
        ck_assert_int_ge(pair_fill(&pair), 0);
        ck_assert_msg(wire_next(pair.b, &frame) == cases[i].r, "%s", cases[i].name);
        pair_close(&pair);
    }
}
END_TEST

START_TEST(a_map_alone_is_bounded)
{
    static uint8_t map[FRAME_MAP_MAX + 16] = {0x81, 0xa1, 'k', 0xc6, 0x00, 0x10};
    struct wire_frame frame;
    struct pair pair;
    uint8_t header[FRAME_HEADER_SIZE];

    pair_open(&pair);
    ck_assert_int_eq(wire_send(pair.a, &(struct frame){0}, map, sizeof(map), NULL, 0, NULL),
                     E_TOO_LARGE);
    frame_encode(&(struct frame){.size = 8 + (1 << 20)}, header); /* a bin of 1 MiB */
    ck_assert_int_eq(wire_send(pair.a, &(struct frame){0}, "\x80", 1,
                               &(struct wire_part){map, sizeof(map)}, 1, NULL),
                     0);
    ck_assert_int_eq(pair_next(&pair, &frame), 1);
    pair_inject(&pair, header, sizeof(header));
    for (size_t at = 0, n; at < 8 + (1 << 20); at += n) {
        n = 8 + (1 << 20) - at < 4096 ? 8 + (1 << 20) - at : 4096;
        pair_inject(&pair, map + at, n);
        ck_assert_int_eq(pair_fill(&pair), 0);
    }
    ck_assert_int_eq(wire_next(pair.b, &frame), E_BAD_FRAME);
    pair_close(&pair);
}
END_TEST

START_TEST(large_tails_pass_through_a_slow_socket_and_are_aligned)
{
    const struct wire_part parts[] = {{pattern, 1000}, {pattern + 5, sizeof(pattern) - 5}};
    struct wire_frame frame;
    struct pair pair;

    fill_pattern(pattern, sizeof(pattern), 3);
    pair_open(&pair);
    for (uint32_t serial = 0; serial < 3; serial++)
        ck_assert_int_eq(pair_send(&pair, serial, parts, 2), 0);
    ck_assert_uint_gt(wire_pending(pair.a), sizeof(pattern));
    ck_assert_int_eq(wire_flush(pair.a), 1);
    for (uint32_t serial = 0; serial < 3; serial++) {
        ck_assert_int_eq(pair_next(&pair, &frame), 1);
        ck_assert_uint_eq(frame.head.serial, serial);
        ck_assert_uint_eq((uintptr_t)frame.tail % 64, 0);
        ck_assert_uint_eq(frame.tail_size, 1024 + sizeof(pattern) - 5);
        ck_assert_mem_eq(frame.tail, pattern, 1000);
        ck_assert_mem_eq(frame.tail + 1024, pattern + 5, sizeof(pattern) - 5);
    }
    ck_assert_int_eq(wire_flush(pair.a), 0);
    ck_assert_uint_eq(wire_pending(pair.a), 0);
    pair_close(&pair);
}
END_TEST

START_TEST(a_thousand_small_frames_wait_in_order_for_a_slow_reader)
{
    struct wire_part part = {pattern, 700};
    struct wire_frame frame;
    uint32_t sent = 0;
    struct pair pair;

    fill_pattern(pattern, 1000, 4);
    pair_open(&pair);
    while (wire_pending(pair.a) < (1u << 20))
        ck_assert_int_eq(pair_send(&pair, sent++, &part, 1), 0);
    for (uint32_t serial = 0; serial < sent; serial++) {
        ck_assert_int_eq(pair_next(&pair, &frame), 1);
        ck_assert_uint_eq(frame.head.serial, serial);
        ck_assert_mem_eq(frame.tail, pattern, 700);
    }
    ck_assert_uint_eq(wire_pending(pair.a), 0);
    ck_assert_int_eq(wire_next(pair.b, &frame), 0);
    pair_close(&pair);
}
END_TEST

START_TEST(stolen_frames_stay_while_others_come_and_outlive_the_wire)
{
    enum { N = 40 };
    static uint8_t tails[N][5000];
    struct wire_body *bodies[N];
    struct wire_frame frames[N];
    struct pair pair;

    pair_open(&pair);
    for (uint32_t i = 0; i < N; i++) {
        struct wire_part part = {tails[i], i % 3 ? sizeof(tails[i]) : 10};

        fill_pattern(tails[i], sizeof(tails[i]), i);
        ck_assert_int_eq(pair_send(&pair, i, &part, 1), 0);
    }
    for (uint32_t i = 0; i < N; i++) {
        ck_assert_int_eq(pair_next(&pair, &frames[i]), 1);
        ck_assert_int_eq(wire_steal(pair.b, &frames[i], &bodies[i]), 0);
        if (i % 4 == 3) /* some go early, in another order */
            wire_give_back(bodies[i - 2]);
    }
    pair_close(&pair);
    for (uint32_t i = 0; i < N; i++) {
        if (i % 4 == 1)
            continue;
        ck_assert_uint_eq((uintptr_t)frames[i].tail % 64, 0);
        ck_assert_mem_eq(frames[i].tail, tails[i], i % 3 ? sizeof(tails[i]) : 10);
        wire_give_back(bodies[i]);
    }
}
END_TEST

START_TEST(sending_to_a_peer_that_went_is_an_error_and_no_signal)
{
    struct pair pair;

    pair_open(&pair);
    close(pair.fds[1]);
    ck_assert_int_eq(pair_send(&pair, 1, NULL, 0), E_DISCONNECTED);
    pair.fds[1] = dup(0);
    pair_close(&pair);

    pair_open(&pair);
    while (wire_pending(pair.a) == 0)
        ck_assert_int_eq(pair_send(&pair, 1, NULL, 0), 0);
    close(pair.fds[1]);
    ck_assert_int_eq(wire_flush(pair.a), E_DISCONNECTED);
    pair.fds[1] = dup(0);
    pair_close(&pair);
}
END_TEST

START_TEST(what_is_too_large_is_not_sent)
{
    static struct wire_part parts[WIRE_PARTS_MAX + 1];
    struct wire_frame frame;
    struct pair pair;

    pair_open(&pair);
    wire_limit_send(pair.a, 48 + 1000);
    parts[0] = (struct wire_part){pattern, 1001};
    ck_assert_int_eq(pair_send(&pair, 1, parts, 1), E_TOO_LARGE);
    parts[0].size = SIZE_MAX - 3;
    ck_assert_int_eq(pair_send(&pair, 1, parts, 1), E_TOO_LARGE);
    parts[0].size = 1;
    ck_assert_int_eq(pair_send(&pair, 1, parts, WIRE_PARTS_MAX + 1), E_TOO_LARGE);
    parts[0].size = 1000;
    ck_assert_int_eq(pair_send(&pair, 1, parts, 1), 0);
    ck_assert_int_eq(pair_next(&pair, &frame), 1);
    ck_assert_uint_eq(frame.tail_size, 1000);
    pair_close(&pair);
}
END_TEST

START_TEST(a_budget_ends_a_fill)
{
    struct wire_part part = {pattern, 100000};
    struct wire_frame frame;
    struct pair pair;
    int fills = 0;

    pair_open(&pair);
    ck_assert_int_eq(pair_send(&pair, 1, &part, 1), 0);
    while (wire_next(pair.b, &frame) == 0) {
        ck_assert_int_ge(wire_fill(pair.b, 1000), 0);
        fills++;
    }
    ck_assert_int_ge(fills, 100);
    pair_close(&pair);
}
END_TEST

START_TEST(the_largest_frame_there_may_be_passes)
{
    static uint8_t tail[FRAME_SIZE_MAX - 48], expected[1000];
    struct wire_part part = {tail, sizeof(tail)};
    struct wire_frame frame;
    struct pair pair;

    fill_pattern(expected, sizeof(expected), 9);
    memcpy(tail + sizeof(tail) - sizeof(expected), expected, sizeof(expected));
    pair_open(&pair);
    wire_free(pair.b);
    ck_assert_int_eq(wire_new(pair.fds[1], UINT32_MAX, &pair.b), 0);
    wire_limit_send(pair.a, UINT64_MAX);
    ck_assert_int_eq(pair_send(&pair, 1, &part, 1), 0);
    ck_assert_int_eq(pair_next(&pair, &frame), 1);
    ck_assert_uint_eq(frame.head.size, FRAME_SIZE_MAX);
    ck_assert_mem_eq(frame.tail + sizeof(tail) - sizeof(expected), expected, sizeof(expected));
    part.size++;
    ck_assert_int_eq(pair_send(&pair, 1, &part, 1), E_TOO_LARGE);
    pair_close(&pair);
}
END_TEST

SUITE(a_frame_arrives_as_it_was_sent, parts_begin_at_multiples_of_64,
      a_stream_that_comes_byte_by_byte_is_the_same_frames,
      a_stream_cut_in_two_anywhere_is_the_same_frames,
      a_peer_that_goes_in_the_middle_of_a_frame_leaves_only_whole_ones,
      a_peer_that_goes_without_reading_is_only_gone,
      a_header_is_looked_at_as_soon_as_its_16_bytes_are_there,
      what_follows_a_header_must_be_a_map_zeros_and_a_tail, a_map_alone_is_bounded,
      large_tails_pass_through_a_slow_socket_and_are_aligned,
      a_thousand_small_frames_wait_in_order_for_a_slow_reader,
      stolen_frames_stay_while_others_come_and_outlive_the_wire,
      sending_to_a_peer_that_went_is_an_error_and_no_signal, what_is_too_large_is_not_sent,
      a_budget_ends_a_fill, the_largest_frame_there_may_be_passes);
