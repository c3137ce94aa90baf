#include <stdbool.h>
#include <stdlib.h>

#include "base/base.h"
#include "base/error.h"
#include "base/mem.h"
#include "model/memplan.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

#define BUFFERS_MOST 40

static bool overlap(const struct buffer *a, const struct buffer *b)
{
    bool in_time = a->first <= b->last && b->first <= a->last;

    return in_time && a->offset < b->offset + b->size && b->offset < a->offset + a->size;
}

/* The most bytes that live at one step: no plan can do with less. */
static size_t peak(const struct buffer *buffers, uint32_t n)
{
    size_t most = 0;

    for (uint32_t step = 0; step < 100; step++) {
        size_t sum = 0;

        for (uint32_t i = 0; i < n; i++)
            if (buffers[i].first <= step && step <= buffers[i].last)
                sum += mem_round(buffers[i].size);
        most = sum > most ? sum : most;
    }
    return most;
}

static void check_plan(const struct buffer *buffers, uint32_t n, size_t size)
{
    size_t sum = 0;

    for (uint32_t i = 0; i < n; i++) {
        ck_assert_uint_eq(buffers[i].offset % MEM_ALIGN, 0);
        ck_assert_uint_le(buffers[i].offset + buffers[i].size, size);
        for (uint32_t k = 0; k < i; k++)
            ck_assert(!overlap(&buffers[i], &buffers[k]));
        sum += mem_round(buffers[i].size);
    }
    ck_assert_uint_ge(size, peak(buffers, n));
    ck_assert_uint_le(size, sum);
}

START_TEST(buffers_that_live_together_never_overlap)
{
    struct random random = {7};
    struct buffer buffers[BUFFERS_MOST];

    for (int round = 0; round < 3000; round++) {
        uint32_t n = (uint32_t)random_below(&random, BUFFERS_MOST + 1);
        size_t size = 77;

        for (uint32_t i = 0; i < n; i++) {
            uint32_t first = (uint32_t)random_below(&random, 30);

            buffers[i] = (struct buffer){
                .size = random_below(&random, round % 2 ? 300 : 100000),
                .first = first,
                .last = first + (uint32_t)random_below(&random, round % 3 ? 4 : 30)};
        }
        ck_assert_int_eq(memplan(buffers, n, &size, NULL), 0);
        check_plan(buffers, n, size);
    }
}
END_TEST

START_TEST(a_chain_needs_no_more_than_its_two_largest_neighbours)
{
    struct random random = {11};
    struct buffer chain[BUFFERS_MOST];

    for (int round = 0; round < 500; round++) {
        uint32_t n = 1 + (uint32_t)random_below(&random, BUFFERS_MOST);
        size_t size, step = random_below(&random, 5000);

        /* ever smaller, as in most networks, or ever larger */
        for (uint32_t i = 0; i < n; i++)
            chain[i] = (struct buffer){
                .size = 1 + step * (round % 2 ? i : n - i), .first = i, .last = i + 1};
        ck_assert_int_eq(memplan(chain, n, &size, NULL), 0);
        check_plan(chain, n, size);
        ck_assert_uint_eq(size, peak(chain, n));
    }
}
END_TEST

START_TEST(the_same_buffers_get_the_same_plan)
{
    struct buffer a[] = {{64, 0, 1, 9}, {64, 0, 1, 9}, {64, 1, 2, 9}, {128, 2, 3, 9}};
    struct buffer b[] = {{64, 0, 1, 3}, {64, 0, 1, 0}, {64, 1, 2, 1}, {128, 2, 3, 2}};
    size_t size_a, size_b;

    ck_assert_int_eq(memplan(a, ARRAY_SIZE(a), &size_a, NULL), 0);
    ck_assert_int_eq(memplan(b, ARRAY_SIZE(b), &size_b, NULL), 0);
    ck_assert_uint_eq(size_a, size_b);
    ck_assert_mem_eq(a, b, sizeof(a));
}
END_TEST

START_TEST(nothing_takes_no_room)
{
    struct buffer empty[] = {{0, 0, 5, 9}, {100, 1, 2, 9}, {0, 1, 1, 9}};
    size_t size = 77;

    ck_assert_int_eq(memplan(NULL, 0, &size, NULL), 0);
    ck_assert_uint_eq(size, 0);
    ck_assert_int_eq(memplan(empty, 3, &size, NULL), 0);
    ck_assert_uint_eq(size, 128);
    ck_assert_uint_eq(empty[1].offset, 0);
    ck_assert_uint_eq(empty[1].size, 100); /* as the caller said */
}
END_TEST

START_TEST(a_sum_that_does_not_fit_is_refused)
{
    struct buffer huge[] = {{SIZE_MAX / 2, 0, 0, 9}, {SIZE_MAX / 2, 1, 1, 9}, {SIZE_MAX, 0, 0, 9}};
    struct fault fault;
    size_t size = 77;

    ck_assert_int_eq(memplan(huge, 2, &size, &fault), E_SHAPE);
    ck_assert_str_eq(fault.text, "the tensors of the network together fit no memory");
    ck_assert_int_eq(memplan(huge + 2, 1, &size, &fault), E_SHAPE);
    ck_assert_uint_eq(size, 77);
    ck_assert_uint_eq(huge[0].offset, 9);
}
END_TEST

/* Each lives while the next one is made: a plan that looks at all for each would take minutes. */
START_TEST(a_long_chain_takes_the_room_of_two)
{
    enum { N = 200000 };
    struct buffer *buffers = calloc(N, sizeof(*buffers));
    size_t size = 0;

    for (uint32_t i = 0; i < N; i++)
        buffers[i] = (struct buffer){.size = MEM_ALIGN, .first = i, .last = i + 1};
    ck_assert_int_eq(memplan(buffers, N, &size, NULL), 0);
    ck_assert_uint_eq(size, 2 * MEM_ALIGN);
    for (uint32_t i = 0; i + 1 < N; i++)
        ck_assert_uint_ne(buffers[i].offset, buffers[i + 1].offset);
    free(buffers);
}
END_TEST

SUITE(a_long_chain_takes_the_room_of_two, buffers_that_live_together_never_overlap,
      a_chain_needs_no_more_than_its_two_largest_neighbours, the_same_buffers_get_the_same_plan,
      nothing_takes_no_room, a_sum_that_does_not_fit_is_refused);
