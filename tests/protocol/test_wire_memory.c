/* Linked so that every allocation of protocol/ and base/ passes through here. */
#include <errno.h>
#include <stdlib.h>

#include "protocol/body.h"
#include "tests/protocol/message_samples.h"
#include "tests/protocol/wire_pair.h"

static size_t n_allocations; /* since the test began */
static long n_live;          /* blocks not freed */
static size_t bytes_asked;
static size_t failing; /* this one from now on fails; 0: none */
static int in_check;   /* what Check allocates to note a passed assertion is not ours */

static int refused(size_t size)
{
    if (in_check)
        return 0;
    n_allocations++;
    bytes_asked += size;
    if (failing > 0 && --failing == 0)
        return 1;
    n_live++;
    return 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
int __real_posix_memalign(void **ret, size_t align, size_t size);
void __real_free(void *p);
void __real__mark_point(const char *file, int line);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
int __wrap_posix_memalign(void **ret, size_t align, size_t size);
void __wrap_free(void *p);
void __wrap__mark_point(const char *file, int line);

void *__wrap_malloc(size_t size)
{
    return refused(size) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return refused(n * size) ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
    if (refused(size))
        return NULL;
    n_live -= p && !in_check;
    return __real_realloc(p, size);
}

int __wrap_posix_memalign(void **ret, size_t align, size_t size)
{
    return refused(size) ? ENOMEM : __real_posix_memalign(ret, align, size);
}

void __wrap_free(void *p)
{
    n_live -= p && !in_check;
    __real_free(p);
}

void __wrap__mark_point(const char *file, int line)
{
    in_check = 1;
    __real__mark_point(file, line);
    in_check = 0;
}

static uint8_t pattern[1 << 20];

/* A call by region, from packing to unpacking. */
static void region_call(struct pair *pair, struct buf *map)
{
    static struct run_params params;
    const struct frame head = {FRAME_CALL, .method = 9, .serial = 3};
    struct wire_frame frame;

    map->size = 0;
    ck_assert_int_eq(pack_run_params(&sample_run_params, map), 0);
    ck_assert_int_eq(wire_send(pair->a, &head, map->base, map->size, NULL, 0, NULL), 0);
    ck_assert_int_eq(pair_next(pair, &frame), 1);
    ck_assert_int_eq(unpack_run_params(frame.map, frame.map_size, &params, NULL), 0);
}

START_TEST(a_call_by_region_allocates_nothing_after_the_first)
{
    _cleanup_(buf_done) struct buf map = {0};
    struct pair pair;
    size_t warm;

    pair_open(&pair);
    region_call(&pair, &map);
    warm = n_allocations;
    for (int i = 0; i < 1000; i++)
        region_call(&pair, &map);
    ck_assert_uint_eq(n_allocations, warm);
    pair_close(&pair);
}
END_TEST

/* Sends N frames of different sizes and holds all of them before it gives them back. */
static void inline_calls(struct pair *pair, uint32_t n)
{
    struct wire_body *bodies[BODY_IDLE_MOST];
    struct wire_frame frame;

    for (uint32_t i = 0; i < n; i++) {
        struct wire_part part = {pattern, sizeof(pattern) >> i % 5};

        ck_assert_int_eq(pair_send(pair, i, &part, 1), 0);
    }
    for (uint32_t i = 0; i < n; i++) {
        ck_assert_int_eq(pair_next(pair, &frame), 1);
        ck_assert_int_eq(wire_steal(pair->b, &frame, &bodies[i]), 0);
    }
    for (uint32_t i = 0; i < n; i++)
        wire_give_back(bodies[i]);
}

START_TEST(stolen_and_queued_frames_allocate_nothing_once_their_sizes_were_met)
{
    struct pair pair;
    size_t warm;

    pair_open(&pair);
    for (int i = 0; i < 20; i++)
        inline_calls(&pair, BODY_IDLE_MOST);
    warm = n_allocations;
    for (int i = 0; i < 50; i++)
        inline_calls(&pair, BODY_IDLE_MOST);
    ck_assert_uint_eq(n_allocations, warm);
    pair_close(&pair);
}
END_TEST

START_TEST(a_header_alone_buys_no_memory)
{
    const struct frame head = {FRAME_CALL, 9, .serial = 1, .size = PAIR_MOST};
    uint8_t bytes[FRAME_HEADER_SIZE + 1];
    size_t before, arrived = sizeof(bytes);
    struct wire_frame frame;
    struct pair pair;

    frame_encode(&head, bytes);
    bytes[FRAME_HEADER_SIZE] = 0x80;
    pair_open(&pair);
    before = bytes_asked;
    pair_inject(&pair, bytes, sizeof(bytes));
    ck_assert_int_eq(pair_fill(&pair), 0);
    ck_assert_int_eq(wire_next(pair.b, &frame), 0);
    ck_assert_uint_le(bytes_asked - before, BODY_LEAST + 64);
    while (arrived < (1u << 20)) {
        pair_inject(&pair, pattern, 4096);
        arrived += 4096;
        ck_assert_int_eq(pair_fill(&pair), 0);
        /* Of twice what is there; and twice again, for all that it grew from. */
        ck_assert_uint_le(bytes_asked - before, 4 * arrived + 2 * BODY_LEAST);
    }
    pair_close(&pair);
}
END_TEST

/*
 * Frames that must be queued, that outgrow a block, that are stolen, and that must leave a block in
 * which others are stolen; -ENOMEM from any of it is met by trying again. How many frames came.
 */
static uint32_t scenario(struct pair *pair)
{
    struct wire_body *bodies[6];
    struct wire_frame frame;
    uint32_t sent = 0, came = 0;

    for (int turn = 0; turn < 1000 && came < 6; turn++) {
        struct wire_part part = {pattern, sent < 3 ? 30 : 300000};
        int r;

        if (sent < 6 && pair_send(pair, sent, &part, 1) == 0)
            sent++;
        r = wire_flush(pair->a);
        if (r == -ENOMEM) /* a frame was cut off: nothing can follow it */
            break;
        r = wire_fill(pair->b, PAIR_BUDGET);
        ck_assert(r >= 0 || r == -ENOMEM);
        while (turn > 10 && wire_next(pair->b, &frame) == 1) {
            ck_assert_int_eq(wire_steal(pair->b, &frame, &bodies[came]), 0);
            ck_assert_uint_eq(frame.head.serial, came++);
            ck_assert_mem_eq(frame.tail, pattern, frame.tail_size);
        }
    }
    for (uint32_t i = 0; i < came; i++)
        wire_give_back(bodies[i]);
    return came;
}

START_TEST(each_allocation_may_fail_once_and_nothing_is_lost)
{
    size_t whole = 0, n;

    fill_pattern(pattern, 300000, 5);
    for (n = 1; failing == 0; n++) {
        long live = n_live;
        struct pair pair;

        failing = 1;
        ck_assert_int_eq(wire_new(0, PAIR_MOST, &pair.a), -ENOMEM);
        pair_open(&pair);
        failing = n;
        whole += scenario(&pair) == 6;
        pair_close(&pair);
        ck_assert_int_eq(n_live, live);
    }
    failing = 0;
    ck_assert_uint_gt(n, 6);
    ck_assert_uint_ge(whole,
                      n - 3); /* all but those that cut a frame off, and the one undisturbed */
}
END_TEST

START_TEST(a_message_that_finds_no_memory_leaves_its_buffer_as_it_was)
{
    for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
        for (size_t n = 1;; n++) {
            _cleanup_(buf_done) struct buf out = {0};
            int r;

            ck_assert_int_eq(buf_append(&out, "kept", 4), 0);
            failing = n;
            r = samples[i].pack(samples[i].message, &out);
            if (failing > 0) {
                failing = 0;
                ck_assert_int_eq(r, 0);
                break;
            }
            ck_assert_int_eq(r, -ENOMEM);
            ck_assert_uint_eq(out.size, 4);
            ck_assert_mem_eq(out.base, "kept", 4);
        }
    }
}
END_TEST

SUITE(a_call_by_region_allocates_nothing_after_the_first,
      stolen_and_queued_frames_allocate_nothing_once_their_sizes_were_met,
      a_header_alone_buys_no_memory, each_allocation_may_fail_once_and_nothing_is_lost,
      a_message_that_finds_no_memory_leaves_its_buffer_as_it_was);
