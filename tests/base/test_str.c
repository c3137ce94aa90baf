#include <errno.h>
#include <string.h>

#include "base/base.h"
#include "base/str.h"
#include "tests/support/suite.h"

START_TEST(numbers_are_read_within_their_limits)
{
    uint64_t n = 7;

    ck_assert_int_eq(str_u64("0", 0, 10, &n), 0);
    ck_assert_uint_eq(n, 0);
    ck_assert_int_eq(str_u64("18446744073709551615", 0, UINT64_MAX, &n), 0);
    ck_assert_uint_eq(n, UINT64_MAX);
    ck_assert_int_eq(str_u64("0010", 10, 10, &n), 0);
    ck_assert_uint_eq(n, 10);
    ck_assert_int_eq(str_u64("18446744073709551616", 0, UINT64_MAX, &n), -ERANGE);
    ck_assert_int_eq(str_u64("99999999999999999999999", 0, UINT64_MAX, &n), -ERANGE);
    ck_assert_int_eq(str_u64("11", 0, 10, &n), -ERANGE);
    ck_assert_int_eq(str_u64("4", 5, 10, &n), -ERANGE);
    ck_assert_uint_eq(n, 10);
}
END_TEST

START_TEST(what_is_no_number_is_refused)
{
    static const char *const texts[] = {"",   " ", "-1", "+1",  " 1",  "1 ",
                                        "1a", "a", "1.", "1e3", "1\n", "\xc2\xb2"};
    uint64_t n = 7;
    struct shape shape;

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        ck_assert_msg(str_u64(texts[i], 0, 10, &n) == -EINVAL, "\"%s\"", texts[i]);
        ck_assert_msg(str_size(texts[i], &n) == -EINVAL, "\"%s\"", texts[i]);
        ck_assert_msg(str_duration_ms(texts[i], &n) == -EINVAL, "\"%s\"", texts[i]);
        ck_assert_msg(str_dims(texts[i], &shape) == -EINVAL, "\"%s\"", texts[i]);
    }
    ck_assert_uint_eq(n, 7);
}
END_TEST

START_TEST(sizes_have_units_of_1024)
{
    uint64_t n = 7;

    ck_assert_int_eq(str_size("64", &n), 0);
    ck_assert_uint_eq(n, 64);
    ck_assert_int_eq(str_size("4K", &n), 0);
    ck_assert_uint_eq(n, 4096);
    ck_assert_int_eq(str_size("16M", &n), 0);
    ck_assert_uint_eq(n, 16777216);
    ck_assert_int_eq(str_size("17179869183G", &n), 0);
    ck_assert_uint_eq(n, UINT64_MAX - (1u << 30) + 1);
    ck_assert_int_eq(str_size("17179869184G", &n), -ERANGE);
    ck_assert_int_eq(str_size("1k", &n), -EINVAL);
    ck_assert_int_eq(str_size("1KB", &n), -EINVAL);
    ck_assert_int_eq(str_size("K", &n), -EINVAL);
    ck_assert_int_eq(str_size("1 K", &n), -EINVAL);
}
END_TEST

START_TEST(durations_have_units)
{
    uint64_t n = 7;

    ck_assert_int_eq(str_duration_ms("250ms", &n), 0);
    ck_assert_uint_eq(n, 250);
    ck_assert_int_eq(str_duration_ms("2s", &n), 0);
    ck_assert_uint_eq(n, 2000);
    ck_assert_int_eq(str_duration_ms("2", &n), 0);
    ck_assert_uint_eq(n, 2000);
    ck_assert_int_eq(str_duration_ms("5min", &n), 0);
    ck_assert_uint_eq(n, 300000);
    ck_assert_int_eq(str_duration_ms("1h", &n), 0);
    ck_assert_uint_eq(n, 3600000);
    ck_assert_int_eq(str_duration_ms("18446744073709551615h", &n), -ERANGE);
    ck_assert_int_eq(str_duration_ms("1d", &n), -EINVAL);
    ck_assert_int_eq(str_duration_ms("1m", &n), -EINVAL);
}
END_TEST

START_TEST(yes_and_no_have_eight_words)
{
    bool b = false;

    ck_assert(str_bool("yes", &b) == 0 && b);
    ck_assert(str_bool("no", &b) == 0 && !b);
    ck_assert(str_bool("true", &b) == 0 && b);
    ck_assert(str_bool("false", &b) == 0 && !b);
    ck_assert(str_bool("on", &b) == 0 && b);
    ck_assert(str_bool("off", &b) == 0 && !b);
    ck_assert(str_bool("1", &b) == 0 && b);
    ck_assert(str_bool("0", &b) == 0 && !b);
    ck_assert_int_eq(str_bool("Yes", &b), -EINVAL);
    ck_assert_int_eq(str_bool("", &b), -EINVAL);
    ck_assert_int_eq(str_bool("yes ", &b), -EINVAL);
}
END_TEST

START_TEST(dims_are_read_with_either_separator)
{
    struct shape shape = {.rank = 9};
    char out[STR_SHAPE_SIZE];

    ck_assert_int_eq(str_dims("1,224,224,3", &shape), 0);
    ck_assert_str_eq(str_shape(&shape, out, sizeof(out)), "1x224x224x3");
    ck_assert_int_eq(str_dims("4294967295", &shape), 0);
    ck_assert_str_eq(str_shape(&shape, out, sizeof(out)), "4294967295");
    ck_assert_int_eq(str_dims("6x5x4x3x2x1", &shape), 0);
    ck_assert_str_eq(str_shape(&shape, out, sizeof(out)), "6x5x4x3x2x1");
}
END_TEST

START_TEST(dims_that_are_none_are_refused)
{
    struct shape shape = {.rank = 1, .dim = {5}};

    ck_assert_int_eq(str_dims("1,2x3", &shape), -EINVAL);
    ck_assert_int_eq(str_dims("1,,2", &shape), -EINVAL);
    ck_assert_int_eq(str_dims("1,2,", &shape), -EINVAL);
    ck_assert_int_eq(str_dims(",1", &shape), -EINVAL);
    ck_assert_int_eq(str_dims("1, 2", &shape), -EINVAL);
    ck_assert_int_eq(str_dims("1,-2", &shape), -EINVAL);
    ck_assert_int_eq(str_dims("1,0,2", &shape), -ERANGE);
    ck_assert_int_eq(str_dims("4294967296", &shape), -ERANGE);
    ck_assert_int_eq(str_dims("1x1x1x1x1x1x1", &shape), -ERANGE);
    ck_assert(shape.rank == 1 && shape.dim[0] == 5);
}
END_TEST

START_TEST(shapes_are_written_within_their_room)
{
    struct shape widest = {
        SHAPE_RANK_MAX, {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX}};
    struct shape scalar = {0}, mad = {.rank = 1000};
    char out[STR_SHAPE_SIZE];

    ck_assert_uint_eq(strlen(str_shape(&widest, out, sizeof(out))), 6 * 10 + 5);
    ck_assert_str_eq(str_shape(&scalar, out, sizeof(out)), "scalar");
    ck_assert_str_eq(str_shape(&mad, out, sizeof(out)), "0x0x0x0x0x0");
    ck_assert_str_eq(str_shape(&widest, out, 4), "429");
    ck_assert_str_eq(str_shape(&scalar, out, 1), "");
}
END_TEST

SUITE(numbers_are_read_within_their_limits, what_is_no_number_is_refused, sizes_have_units_of_1024,
      durations_have_units, yes_and_no_have_eight_words, dims_are_read_with_either_separator,
      dims_that_are_none_are_refused, shapes_are_written_within_their_room);
