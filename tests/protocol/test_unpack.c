#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "protocol/unpack.h"
#include "tests/support/suite.h"

/* A cursor over bytes written as a string literal. */
#define OVER(bytes)                                                                                \
    (struct unpack)                                                                                \
    {                                                                                              \
        (const uint8_t *)(bytes), (const uint8_t *)(bytes) + sizeof(bytes) - 1                     \
    }

START_TEST(a_short_frame_cannot_promise_a_large_array)
{
    static const uint8_t bytes[] = {0xdd, 0x03, 0xff, 0xff, 0xff}; /* array of 67 million */
    struct unpack unpack = {bytes, bytes + sizeof(bytes)};
    uint32_t count = 5;

    ck_assert_int_eq(unpack_array(&unpack, &count), E_BAD_PARAMS);
    ck_assert_uint_eq(count, 5);
    ck_assert_ptr_eq(unpack.at, bytes);
}
END_TEST

START_TEST(a_map_is_believed_as_far_as_two_bytes_a_pair_are_left)
{
    struct unpack fits = OVER("\x82\xa0\xc0\xa0\xc0"), short_of_one = OVER("\x82\xa0\xc0\xa0");
    struct unpack wide = OVER("\xdf\xff\xff\xff\xff\xa0\xc0");
    uint32_t count = 9;

    ck_assert_int_eq(unpack_map(&short_of_one, &count), E_BAD_PARAMS);
    ck_assert_int_eq(unpack_map(&wide, &count), E_BAD_PARAMS);
    ck_assert_uint_eq(count, 9);
    ck_assert_int_eq(unpack_map(&fits, &count), 0);
    ck_assert_uint_eq(count, 2);
}
END_TEST

START_TEST(a_blob_is_read_in_place)
{
    static const uint8_t bytes[] = {0x92, 0x07, 0xc4, 0x03, 'a', 'b', 'c'}; /* [7, bin] */
    struct unpack unpack = {bytes, bytes + sizeof(bytes)};
    struct slice blob;
    uint32_t count, number;

    ck_assert_int_eq(unpack_array(&unpack, &count), 0);
    ck_assert_int_eq(unpack_u32(&unpack, &number), 0);
    ck_assert_int_eq(unpack_bin(&unpack, &blob), 0);
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(number, 7);
    ck_assert_ptr_eq(blob.base, bytes + 4);
    ck_assert_uint_eq(blob.size, 3);
}
END_TEST

START_TEST(text_of_every_form_is_read_in_place)
{
    static const char *const forms[] = {"\xa2hi", "\xd9\x02hi", "\xda\0\x02hi", "\xdb\0\0\0\x02hi"};
    static const size_t heads[] = {1, 2, 3, 5};

    for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
        const uint8_t *bytes = (const uint8_t *)forms[i];
        struct unpack unpack = {bytes, bytes + heads[i] + 2};
        struct slice text;

        ck_assert_int_eq(unpack_str(&unpack, &text), 0);
        ck_assert_ptr_eq(text.base, bytes + heads[i]);
        ck_assert_uint_eq(text.size, 2);
        ck_assert_ptr_eq(unpack.at, unpack.end);
    }
}
END_TEST

START_TEST(every_cut_of_a_valid_frame_is_refused_without_reading_past_it)
{
    static const uint8_t bytes[] = {0xc6, 0, 0, 0, 2, 'a', 'b'};

    for (size_t n = 0; n < sizeof(bytes); n++) {
        struct unpack unpack = {bytes, bytes + n};
        struct slice blob;

        ck_assert_int_eq(unpack_bin(&unpack, &blob), E_BAD_PARAMS);
    }
}
END_TEST

/* A number in one of its forms; what is out of a type's range must be refused by its reader. */
static const struct {
    const char *bytes;
    size_t size;
    int64_t value;
} numbers[] = {
    {"\x00", 1, 0},
    {"\x7f", 1, 127},
    {"\xff", 1, -1},
    {"\xe0", 1, -32},
    {"\xcc\x05", 2, 5},
    {"\xcc\xff", 2, 255},
    {"\xcd\x01\x00", 3, 256},
    {"\xce\xff\xff\xff\xff", 5, 4294967295},
    {"\xce\x80\x00\x00\x00", 5, 2147483648},
    {"\xcf\x00\x00\x00\x00\x00\x00\x00\x07", 9, 7},
    {"\xcf\x00\x00\x00\x01\x00\x00\x00\x00", 9, 4294967296},
    {"\xcf\x7f\xff\xff\xff\xff\xff\xff\xff", 9, INT64_MAX},
    {"\xd0\x05", 2, 5},
    {"\xd0\x80", 2, -128},
    {"\xd1\xff\x00", 3, -256},
    {"\xd1\x7f\xff", 3, 32767},
    {"\xd2\x80\x00\x00\x00", 5, INT32_MIN},
    {"\xd2\x7f\xff\xff\xff", 5, INT32_MAX},
    {"\xd3\xff\xff\xff\xff\x7f\xff\xff\xff", 9, (int64_t)INT32_MIN - 1},
    {"\xd3\x80\x00\x00\x00\x00\x00\x00\x00", 9, INT64_MIN},
    {"\xd3\x00\x00\x00\x00\x00\x00\x00\x2a", 9, 42},
};

START_TEST(a_number_is_read_in_any_form_in_which_its_value_fits)
{
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        const uint8_t *bytes = (const uint8_t *)numbers[i].bytes;
        const struct unpack at = {bytes, bytes + numbers[i].size};
        int64_t value = numbers[i].value;
        struct unpack u32 = at, u64 = at, i32 = at, i64 = at, f64 = at;
        uint32_t as_u32 = 77;
        uint64_t as_u64 = 77;
        int32_t as_i32 = 77;
        int64_t as_i64 = 77;
        double as_f64 = 77;

        ck_assert_int_eq(unpack_u32(&u32, &as_u32) == 0, value >= 0 && value <= UINT32_MAX);
        ck_assert_int_eq(unpack_u64(&u64, &as_u64) == 0, value >= 0);
        ck_assert_int_eq(unpack_i32(&i32, &as_i32) == 0, value >= INT32_MIN && value <= INT32_MAX);
        ck_assert_int_eq(unpack_i64(&i64, &as_i64), 0);
        ck_assert_int_eq(unpack_f64(&f64, &as_f64), 0);
        ck_assert(u32.at == u32.end ? as_u32 == (uint32_t)value : as_u32 == 77 && u32.at == bytes);
        ck_assert(u64.at == u64.end ? as_u64 == (uint64_t)value : as_u64 == 77 && u64.at == bytes);
        ck_assert(i32.at == i32.end ? as_i32 == (int32_t)value : as_i32 == 77 && i32.at == bytes);
        ck_assert(i64.at == i64.end && as_i64 == value);
        ck_assert(f64.at == f64.end && as_f64 == (double)value);
    }
}
END_TEST

START_TEST(a_number_above_int64_is_only_unsigned)
{
    const struct unpack at = OVER("\xcf\xff\xff\xff\xff\xff\xff\xff\xff");
    struct unpack u64 = at, i64 = at;
    uint64_t number = 0;
    int64_t signed_number = 3;

    ck_assert_int_eq(unpack_u64(&u64, &number), 0);
    ck_assert_uint_eq(number, UINT64_MAX);
    ck_assert_int_eq(unpack_i64(&i64, &signed_number), E_BAD_PARAMS);
    ck_assert_int_eq(signed_number, 3);
}
END_TEST

START_TEST(floats_of_both_widths_are_read)
{
    struct unpack narrow = OVER("\xca\xbf\xc0\x00\x00");               /* -1.5f */
    struct unpack wide = OVER("\xcb\x40\x02\x00\x00\x00\x00\x00\x00"); /* 2.25 */
    struct unpack cut = OVER("\xcb\x40\x02\x00\x00\x00\x00\x00"), text = OVER("\xa1x");
    double number;

    ck_assert_int_eq(unpack_f64(&narrow, &number), 0);
    ck_assert(number == -1.5);
    ck_assert_int_eq(unpack_f64(&wide, &number), 0);
    ck_assert(number == 2.25);
    ck_assert_int_eq(unpack_f64(&cut, &number), E_BAD_PARAMS);
    ck_assert_int_eq(unpack_f64(&text, &number), E_BAD_PARAMS);
    ck_assert(number == 2.25);
}
END_TEST

START_TEST(truth_and_nil_are_only_themselves)
{
    struct unpack yes = OVER("\xc3"), no = OVER("\xc2"), one = OVER("\x01"), nil = OVER("\xc0");
    bool value = false;

    ck_assert_int_eq(unpack_bool(&yes, &value), 0);
    ck_assert(value);
    ck_assert_int_eq(unpack_bool(&no, &value), 0);
    ck_assert(!value);
    ck_assert_int_eq(unpack_bool(&one, &value), E_BAD_PARAMS);
    ck_assert_int_eq(unpack_nil(&one), E_BAD_PARAMS);
    ck_assert_int_eq(unpack_nil(&nil), 0);
    ck_assert_int_eq(unpack_nil(&nil), E_BAD_PARAMS);
}
END_TEST

/* One value of every tag there is. */
static const struct {
    const char *bytes;
    size_t size;
} values[] = {
    {"\xc0", 1},
    {"\xc2", 1},
    {"\x05", 1},
    {"\xe1", 1},
    {"\xcb\1\2\3\4\5\6\7\10", 9},
    {"\xca\1\2\3\4", 5},
    {"\xa3"
     "abc",
     4},
    {"\xd9\1a", 3},
    {"\xc4\2ab", 4},
    {"\xc5\0\1a", 4},
    {"\xc6\0\0\0\1a", 6},
    {"\x90", 1},
    {"\x92\x01\xa1x", 4},
    {"\xdc\0\1\xc0", 4},
    {"\xdd\0\0\0\0", 5},
    {"\x80", 1},
    {"\x81\xa1k\x91\x81\xa1k\xc0", 8},
    {"\xde\0\1\xa1k\xc0", 6},
    {"\xdf\0\0\0\0", 5},
    {"\xd4\1a", 3},
    {"\xd5\1ab", 4},
    {"\xd6\1abcd", 6},
    {"\xd7\1abcdefgh", 10},
    {"\xd8\1abcdefghijklmnop", 18},
    {"\xc7\2\1ab", 5},
    {"\xc8\0\1\1a", 5},
    {"\xc9\0\0\0\0\1", 6},
};

START_TEST(every_value_is_skipped_whole_and_no_cut_of_it_is)
{
    for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
        uint8_t *bytes = malloc(values[i].size); /* exact, so that a sanitizer sees a step beyond */

        for (size_t n = 0; n <= values[i].size; n++) {
            struct unpack unpack = {bytes, bytes + n};

            memcpy(bytes, values[i].bytes, values[i].size);
            ck_assert_int_eq(unpack_skip(&unpack), n < values[i].size ? E_BAD_PARAMS : 0);
            ck_assert_ptr_eq(unpack.at, bytes + (n < values[i].size ? 0 : n));
        }
        free(bytes);
    }
}
END_TEST

START_TEST(the_tag_that_msgpack_never_uses_is_refused)
{
    struct unpack unpack = OVER("\xc1\xc1\xc1\xc1\xc1\xc1\xc1\xc1\xc1\xc1");
    struct slice slice;
    uint64_t number;

    ck_assert_int_eq(unpack_skip(&unpack), E_BAD_PARAMS);
    ck_assert_int_eq(unpack_u64(&unpack, &number), E_BAD_PARAMS);
    ck_assert_int_eq(unpack_str(&unpack, &slice), E_BAD_PARAMS);
}
END_TEST

START_TEST(nesting_is_skipped_to_its_bound_and_not_beyond)
{
    uint8_t bytes[100000];
    struct unpack unpack = {bytes, bytes + sizeof(bytes)};

    memset(bytes, 0x91, sizeof(bytes));
    ck_assert_int_eq(unpack_skip(&unpack), E_BAD_PARAMS);
    ck_assert_ptr_eq(unpack.at, bytes);

    bytes[UNPACK_DEPTH_MAX - 1] = 0xc0; /* 31 lists, and nil in the innermost */
    ck_assert_int_eq(unpack_skip(&unpack), 0);
    ck_assert_ptr_eq(unpack.at, bytes + UNPACK_DEPTH_MAX);

    unpack.at = bytes;
    bytes[UNPACK_DEPTH_MAX - 1] = 0x91;
    bytes[UNPACK_DEPTH_MAX] = 0xc0;
    ck_assert_int_eq(unpack_skip(&unpack), E_BAD_PARAMS);
}
END_TEST

START_TEST(what_stands_there_has_a_word)
{
    static const struct {
        const char *bytes, *word;
    } words[] = {
        {"\x05", "a number"},
        {"\xff", "a signed number"},
        {"\xcd\1\1", "a number"},
        {"\xd0\x05", "a signed number"},
        {"\xa1x", "text"},
        {"\x81\xa1k\x01", "a map"},
        {"\x91\x01", "a list"},
        {"\xc2", "a truth value"},
        {"\xc0", "nil"},
        {"\xca\1\1\1\1", "a float"},
        {"\xc4\1x", "bytes"},
        {"\xd4\1x", "bytes"},
        {"\xa5x", "a value that is cut off or nested too deep"},
        {"", "nothing"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        const uint8_t *bytes = (const uint8_t *)words[i].bytes;
        struct unpack unpack = {bytes, bytes + strlen(words[i].bytes)};

        ck_assert_str_eq(unpack_word(&unpack), words[i].word);
    }
}
END_TEST

SUITE(a_short_frame_cannot_promise_a_large_array,
      a_map_is_believed_as_far_as_two_bytes_a_pair_are_left, a_blob_is_read_in_place,
      text_of_every_form_is_read_in_place,
      every_cut_of_a_valid_frame_is_refused_without_reading_past_it,
      a_number_is_read_in_any_form_in_which_its_value_fits, a_number_above_int64_is_only_unsigned,
      floats_of_both_widths_are_read, truth_and_nil_are_only_themselves,
      every_value_is_skipped_whole_and_no_cut_of_it_is, the_tag_that_msgpack_never_uses_is_refused,
      nesting_is_skipped_to_its_bound_and_not_beyond, what_stands_there_has_a_word);
