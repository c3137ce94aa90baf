#include "base/shape.h"
#include "tests/support/suite.h"

START_TEST(bytes_are_the_product)
{
    struct shape shape = {4, {1, 224, 224, 3}}, scalar = {0};
    size_t bytes = 0;

    ck_assert_int_eq(shape_check(&shape, 4, &bytes), 0);
    ck_assert_uint_eq(bytes, 1 * 224 * 224 * 3 * 4);
    ck_assert_uint_eq(shape_elements(&shape), 1 * 224 * 224 * 3);
    ck_assert_int_eq(shape_check(&scalar, 4, &bytes), 0);
    ck_assert_uint_eq(bytes, 4);
    ck_assert_uint_eq(shape_elements(&scalar), 1);
}
END_TEST

START_TEST(the_limit_is_exact)
{
    struct shape most = {2, {1u << 15, 1u << 14}}, beyond = {2, {(1u << 15) + 1, 1u << 14}};
    size_t bytes = 0;

    ck_assert_int_eq(shape_check(&most, 4, &bytes), 0);
    ck_assert_uint_eq(bytes, SHAPE_BYTES_MAX);
    ck_assert_int_eq(shape_check(&beyond, 4, &bytes), -1);
    ck_assert_int_eq(shape_check(&most, 5, &bytes), -1);
    ck_assert_uint_eq(bytes, SHAPE_BYTES_MAX);
}
END_TEST

START_TEST(lies_are_refused)
{
    struct shape wraps = {6, {1u << 31, 1u << 31, 1u << 31, 1u << 31, 1u << 31, 1u << 31}};
    struct shape to_zero = {4, {1u << 16, 1u << 16, 1u << 16, 1u << 16}};
    struct shape ranks = {7, {1, 1, 1, 1, 1, 1}}, hole = {3, {1, 0, 1}};
    size_t bytes = 5;

    ck_assert_int_eq(shape_check(&wraps, 1, &bytes), -1);
    ck_assert_int_eq(shape_check(&to_zero, 1, &bytes), -1);
    ck_assert_int_eq(shape_check(&ranks, 1, &bytes), -1);
    ck_assert_int_eq(shape_check(&hole, 1, &bytes), -1);
    ck_assert_int_eq(shape_check(&(struct shape){0}, 0, &bytes), -1);
    ck_assert_int_eq(shape_check(&(struct shape){0}, UINT32_MAX, &bytes), -1);
    ck_assert_uint_eq(bytes, 5);
}
END_TEST

START_TEST(axes_count_from_both_ends)
{
    struct shape shape = {3, {2, 3, 4}}, scalar = {0};

    ck_assert_int_eq(shape_axis(&shape, 0), 0);
    ck_assert_int_eq(shape_axis(&shape, 2), 2);
    ck_assert_int_eq(shape_axis(&shape, 3), -1);
    ck_assert_int_eq(shape_axis(&shape, -1), 2);
    ck_assert_int_eq(shape_axis(&shape, -3), 0);
    ck_assert_int_eq(shape_axis(&shape, -4), -1);
    ck_assert_int_eq(shape_axis(&scalar, 0), -1);
}
END_TEST

START_TEST(equal_shapes_have_equal_sizes)
{
    struct shape a = {2, {3, 4, 99}}, b = {2, {3, 4, 11}}, c = {3, {3, 4, 99}}, d = {2, {4, 3, 99}};

    ck_assert(shape_equal(&a, &b));
    ck_assert(!shape_equal(&a, &c));
    ck_assert(!shape_equal(&a, &d));
}
END_TEST

SUITE(bytes_are_the_product, the_limit_is_exact, lies_are_refused, axes_count_from_both_ends,
      equal_shapes_have_equal_sizes);
