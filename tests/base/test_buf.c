#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "tests/support/faults.h"

START_TEST(what_is_appended_is_there_in_order)
{
    struct buf buf = {0};

    for (unsigned int i = 0; i < 10000; i++)
        ck_assert_int_eq(buf_append(&buf, &i, sizeof(i)), 0);
    ck_assert_int_eq(buf_append(&buf, NULL, 0), 0);
    ck_assert_uint_eq(buf.size, 40000);
    for (unsigned int i = 0; i < 10000; i++)
        ck_assert_int_eq(memcmp(buf.base + 4 * i, &i, 4), 0);
    buf_done(&buf);
    ck_assert_uint_eq(buf.size + buf.capacity, 0);
    ck_assert_ptr_null(buf.base);
    buf_done(&buf);
}
END_TEST

START_TEST(text_is_printed_and_ended)
{
    struct buf buf = {0};

    ck_assert_int_eq(buf_printf(&buf, "%d and ", 1), 0);
    ck_assert_int_eq(buf_printf(&buf, "%s", ""), 0);
    ck_assert_int_eq(buf_printf(&buf, "%0100d", 2), 0);
    ck_assert_uint_eq(buf.size, 6 + 100);
    ck_assert_uint_eq(strlen((char *)buf.base), buf.size);
    ck_assert_int_eq(memcmp(buf.base, "1 and 000", 9), 0);
    buf_done(&buf);
}
END_TEST

START_TEST(room_is_reserved_behind_what_is_there)
{
    struct buf buf = {0};
    unsigned char *base;

    ck_assert_int_eq(buf_append(&buf, "abc", 3), 0);
    ck_assert_int_eq(buf_reserve(&buf, 1000), 0);
    ck_assert_uint_ge(buf.capacity - buf.size, 1000);
    base = buf.base;
    memset(buf.base + buf.size, 1, 1000);
    ck_assert_int_eq(buf_append(&buf, buf.base + 500, 0), 0);
    ck_assert_ptr_eq(buf.base, base);
    ck_assert_int_eq(memcmp(buf.base, "abc", 3), 0);
    buf_done(&buf);
}
END_TEST

START_TEST(a_failed_append_changes_nothing)
{
    struct buf buf = {0};

    ck_assert_int_eq(buf_append(&buf, "abc", 3), 0);
    ck_assert_int_eq(buf_reserve(&buf, SIZE_MAX), -ENOMEM);
    ck_assert_int_eq(buf_reserve(&buf, PTRDIFF_MAX), -ENOMEM);
    ck_assert_int_eq(buf_reserve(&buf, PTRDIFF_MAX - 2), -ENOMEM);
    ck_assert_uint_eq(buf.size, 3);
    ck_assert_int_eq(memcmp(buf.base, "abc", 3), 0);
    buf_done(&buf);
}
END_TEST

static int grow(void *context)
{
    struct buf buf = {0};
    size_t size = 0;
    int r = 0;

    (void)context;
    for (int i = 0; i < 300 && r == 0; i++, size += r == 0 ? 5 : 0)
        r = i % 2 ? buf_append(&buf, "12345", 5) : buf_printf(&buf, "%05d", i);
    if (buf.size != size)
        r = -EINVAL;
    buf_done(&buf);
    return r;
}

START_TEST(growing_bears_the_end_of_memory)
{
    faults_each(grow, NULL);
}
END_TEST

SUITE_WITH_FAULTS(what_is_appended_is_there_in_order, text_is_printed_and_ended,
                  room_is_reserved_behind_what_is_there, a_failed_append_changes_nothing,
                  growing_bears_the_end_of_memory);
