#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/base.h"
#include "base/mem.h"
#include "tests/support/faults.h"

START_TEST(sizes_are_rounded_up_or_refused)
{
    ck_assert_uint_eq(mem_round(0), 0);
    ck_assert_uint_eq(mem_round(1), 64);
    ck_assert_uint_eq(mem_round(64), 64);
    ck_assert_uint_eq(mem_round(65), 128);
    ck_assert_uint_eq(mem_round(SIZE_MAX - 63), SIZE_MAX - 63);
    ck_assert_uint_eq(mem_round(SIZE_MAX - 62), 0);
}
END_TEST

START_TEST(memory_is_aligned)
{
    for (size_t size = 1; size < 300; size += 7) {
        unsigned char *p = mem_alloc(size);

        ck_assert_ptr_nonnull(p);
        ck_assert_uint_eq((uintptr_t)p % MEM_ALIGN, 0);
        memset(p, 1, size);
        mem_free(p);
    }
    mem_free(NULL);
}
END_TEST

START_TEST(nothing_and_too_much_are_refused)
{
    ck_assert_ptr_null(mem_alloc(0));
    ck_assert_ptr_null(mem_alloc(SIZE_MAX));
    ck_assert_ptr_null(mem_alloc((size_t)PTRDIFF_MAX + 1));
}
END_TEST

static bool all_are(const unsigned char *base, size_t size, unsigned char value)
{
    for (size_t i = 0; i < size; i++)
        if (base[i] != value)
            return false;
    return true;
}

/* Pieces of growing size, small and beyond a block: each filled, then all looked at. */
START_TEST(pieces_of_an_arena_are_apart_and_stay)
{
    unsigned char *pieces[200];
    struct arena arena = {0};

    for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
        size_t size = i * i;

        pieces[i] = arena_alloc(&arena, size);
        ck_assert_ptr_nonnull(pieces[i]);
        ck_assert_uint_eq((uintptr_t)pieces[i] % 16, 0);
        ck_assert(all_are(pieces[i], size, 0));
        memset(pieces[i], (int)i, size);
    }
    for (size_t i = 0; i < ARRAY_SIZE(pieces); i++)
        ck_assert(all_are(pieces[i], i * i, (unsigned char)i));
    arena_done(&arena);
    ck_assert_ptr_null(arena.blocks);
}
END_TEST

START_TEST(copies_are_copies)
{
    struct arena arena = {0};
    char text[] = "text and more";
    int numbers[] = {1, 2, 3}, *copy = arena_copy(&arena, numbers, sizeof(numbers));
    char *kept = arena_text(&arena, text, 4);

    memset(text, 'x', sizeof(text));
    numbers[0] = 9;
    ck_assert_str_eq(kept, "text");
    ck_assert_int_eq(copy[0] + copy[1] + copy[2], 6);
    ck_assert_str_eq(arena_text(&arena, NULL, 0), "");
    arena_done(&arena);
}
END_TEST

START_TEST(sizes_that_overflow_are_refused)
{
    struct arena arena = {0};

    ck_assert_ptr_null(arena_alloc(&arena, SIZE_MAX));
    ck_assert_ptr_null(arena_alloc(&arena, PTRDIFF_MAX));
    ck_assert_ptr_null(arena_text(&arena, "", SIZE_MAX));
    ck_assert_ptr_nonnull(arena_alloc(&arena, 1));
    arena_done(&arena);
}
END_TEST

static int fill_arena(void *context)
{
    struct arena arena = {0};
    int r = 0;

    (void)context;
    for (int i = 0; i < 3 && r == 0; i++)
        r = arena_alloc(&arena, 10000) && arena_text(&arena, "abc", 3) ? 0 : -ENOMEM;
    arena_done(&arena);
    return r;
}

START_TEST(an_arena_bears_the_end_of_memory)
{
    faults_each(fill_arena, NULL);
}
END_TEST

SUITE_WITH_FAULTS(sizes_are_rounded_up_or_refused, memory_is_aligned,
                  nothing_and_too_much_are_refused, pieces_of_an_arena_are_apart_and_stay,
                  copies_are_copies, sizes_that_overflow_are_refused,
                  an_arena_bears_the_end_of_memory);
