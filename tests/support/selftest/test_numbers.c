#include <math.h>

#include "tests/support/hands.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

/* The first outputs of splitmix64 for seed 1234567, as published with it. */
START_TEST(random_numbers_are_those_of_splitmix64)
{
    struct random random = {1234567};

    ck_assert_uint_eq(random_u64(&random), 6457827717110365317u);
    ck_assert_uint_eq(random_u64(&random), 3203168211198807973u);
    ck_assert_uint_eq(random_u64(&random), 9817491932198370423u);
}
END_TEST

START_TEST(random_numbers_keep_to_their_limits)
{
    struct random random = {1};
    float sum = 0;

    for (int i = 0; i < 10000; i++) {
        float x = random_float(&random, -1, 3);

        ck_assert(x >= -1 && x < 3);
        sum += x;
        ck_assert_uint_lt(random_below(&random, 7), 7);
    }
    ck_assert_float_eq_tol(sum / 10000, 1, 0.05f);
}
END_TEST

START_TEST(distances_are_the_largest)
{
    const float want[] = {0, 1, -1, INFINITY, NAN}, near[] = {0, 1.5f, -1.25f, INFINITY, NAN};
    const float broken[] = {0, NAN};

    ck_assert_double_eq(numbers_apart(near, want, 5), 0.5);
    ck_assert_double_eq(numbers_apart_in_range(near, want, 3), 0.25);
    ck_assert_double_eq(numbers_apart(want, want, 0), 0);
    ck_assert(isinf(numbers_apart(broken, want, 2)));
    ck_assert(isinf(numbers_apart(want, broken, 2)));
    ck_assert_floats_near(near, want, 5, 0.5);
    ck_assert_floats_near_in_range(near, want, 3, 0.25);
}
END_TEST

START_TEST(hands_are_turned)
{
    struct hands hands;

    hands_init(&hands, 5);
    ck_assert_uint_eq(clock_now_ns(&hands.clock), 5);
    hands_turn_ms(&hands, 2);
    ck_assert_uint_eq(clock_now_ns(&hands.clock), 2000005);
}
END_TEST

SUITE(random_numbers_are_those_of_splitmix64, random_numbers_keep_to_their_limits,
      distances_are_the_largest, hands_are_turned);
