/* Apart from test_mem, whose memory is counted by a library that stands before malloc. */
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "tests/support/suite.h"

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define HAS_ITS_OWN_MALLOC 1
#else
#define HAS_ITS_OWN_MALLOC 0
#endif

START_TEST(large_pieces_stay_apart_however_large_one_was_freed)
{
#if HAS_ITS_OWN_MALLOC
    size_t before;
    void *p;

    mem_large_apart();
    mem_free(mem_alloc(16 << 20)); /* with which glibc would begin to keep what is smaller */
    before = mallinfo2().hblkhd;
    p = mem_alloc(1 << 20);
    ck_assert_uint_ge(mallinfo2().hblkhd, before + (1 << 20));
    mem_free(p);
    ck_assert_uint_eq(mallinfo2().hblkhd, before);
#else
    mem_large_apart();
    mem_free(mem_alloc(16 << 20));
#endif
}
END_TEST

#if HAS_ITS_OWN_MALLOC
/* Pages of this process that are in memory. */
static size_t resident(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    size_t size, pages;

    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fscanf(file, "%zu %zu", &size, &pages), 2);
    fclose(file);
    return pages;
}
#endif

START_TEST(what_was_freed_in_the_heap_is_given_back)
{
    enum { N = 1000, SIZE = 10000 };
    static void *pieces[N];

    for (size_t i = 0; i < N; i++) {
        pieces[i] = mem_alloc(SIZE);
        ck_assert_ptr_nonnull(pieces[i]);
        memset(pieces[i], 1, SIZE);
    }
    for (size_t i = 0; i < N - 1; i++) /* the last stays: the heap cannot simply become shorter */
        mem_free(pieces[i]);
#if HAS_ITS_OWN_MALLOC
    size_t before = resident();

    mem_give_back();
    ck_assert_uint_lt(resident() + N * SIZE / 4096 / 2, before);
#else
    mem_give_back();
#endif
    mem_free(pieces[N - 1]);
}
END_TEST

SUITE(large_pieces_stay_apart_however_large_one_was_freed,
      what_was_freed_in_the_heap_is_given_back);
