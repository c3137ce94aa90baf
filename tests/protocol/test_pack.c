#include <string.h>

#include "base/base.h"
#include "base/buf.h"
#include "protocol/pack.h"
#include "tests/support/suite.h"

/* What OUT holds is BYTES (a literal, from the msgpack specification); then OUT is emptied. */
#define expect(out, bytes)                                                                         \
    do {                                                                                           \
        ck_assert_uint_eq((out)->size, sizeof(bytes) - 1);                                         \
        ck_assert_mem_eq((out)->base, bytes, sizeof(bytes) - 1);                                   \
        (out)->size = 0;                                                                           \
    } while (0)

START_TEST(numbers_take_the_shortest_form)
{
    _cleanup_(buf_done) struct buf out = {0};

    ck_assert_int_eq(pack_u64(&out, 127), 0);
    expect(&out, "\x7f");
    ck_assert_int_eq(pack_u64(&out, 128), 0);
    expect(&out, "\xcc\x80");
    ck_assert_int_eq(pack_u64(&out, 65535), 0);
    expect(&out, "\xcd\xff\xff");
    ck_assert_int_eq(pack_u64(&out, 65536), 0);
    expect(&out, "\xce\x00\x01\x00\x00");
    ck_assert_int_eq(pack_u64(&out, UINT64_MAX), 0);
    expect(&out, "\xcf\xff\xff\xff\xff\xff\xff\xff\xff");
    ck_assert_int_eq(pack_i64(&out, -32), 0);
    expect(&out, "\xe0");
    ck_assert_int_eq(pack_i64(&out, -5016), 0);
    expect(&out, "\xd1\xec\x68");
    ck_assert_int_eq(pack_i64(&out, 400), 0);
    expect(&out, "\xcd\x01\x90");
    ck_assert_int_eq(pack_f64(&out, -1.5), 0);
    expect(&out, "\xcb\xbf\xf8\x00\x00\x00\x00\x00\x00");
}
END_TEST

START_TEST(other_values_are_the_specification_s)
{
    _cleanup_(buf_done) struct buf out = {0};

    ck_assert_int_eq(pack_nil(&out), 0);
    ck_assert_int_eq(pack_bool(&out, true), 0);
    ck_assert_int_eq(pack_bool(&out, false), 0);
    expect(&out, "\xc0\xc3\xc2");
    ck_assert_int_eq(pack_str(&out, "run", 3), 0);
    ck_assert_int_eq(pack_str(&out, NULL, 0), 0);
    ck_assert_int_eq(pack_bin(&out, "ab", 2), 0);
    expect(&out, "\xa3run\xa0\xc4\x02"
                 "ab");
    ck_assert_int_eq(pack_array(&out, 2), 0);
    ck_assert_int_eq(pack_array(&out, 16), 0);
    ck_assert_int_eq(pack_map(&out, 3), 0);
    ck_assert_int_eq(pack_map(&out, 65536), 0);
    expect(&out, "\x92\xdc\x00\x10\x83\xdf\x00\x01\x00\x00");
}
END_TEST

START_TEST(text_of_32_bytes_takes_a_longer_head)
{
    static const char text[] = "0123456789abcdef0123456789abcdef";
    _cleanup_(buf_done) struct buf out = {0};

    ck_assert_int_eq(pack_str(&out, text, 32), 0);
    expect(&out, "\xd9\x20"
                 "0123456789abcdef0123456789abcdef");
}
END_TEST

SUITE(numbers_take_the_shortest_form, other_values_are_the_specification_s,
      text_of_32_bytes_takes_a_longer_head);
