/* Which streams fit: worked by hand from the test's own definition. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "sched/admit.h"
#include "tests/support/suite.h"

#define MS 1000000u

static const struct admit_device alone = {.most_percent = 80, .lanes = 1};

static int check(const struct admit_device *device, const struct admit_stream *streams, uint32_t n,
                 uint64_t cost_ms, uint64_t period_ms, struct fault *fault)
{
    const struct admit_stream wanted = {CLASS_REALTIME, cost_ms * MS, period_ms * MS,
                                        period_ms * MS};

    return admit_check(device, streams, n, &wanted, fault);
}

START_TEST(one_stream_fits_up_to_the_limit)
{
    struct fault fault = {""};

    ck_assert_int_eq(check(&alone, NULL, 0, 8, 10, &fault), 0);
    ck_assert_int_eq(check(&alone, NULL, 0, 9, 10, &fault), E_NO_CAPACITY);
    ck_assert_str_eq(fault.text, "a run of 9000 us every 10000 us is 90.0 % of the device; 80.0 % "
                                 "are free for streams; a period of 11250 us or more fits");
}
END_TEST

START_TEST(a_longer_run_that_has_begun_counts_for_those_with_short_deadlines)
{
    const struct admit_stream slow = {CLASS_REALTIME, 20 * MS, 100 * MS, 100 * MS};
    struct fault fault = {""};

    /* 20 of the slow one may have begun: 20 + 4 is within 24, and not within 23. */
    ck_assert_int_eq(check(&alone, &slow, 1, 4, 24, &fault), 0);
    ck_assert_int_eq(check(&alone, &slow, 1, 4, 23, &fault), E_NO_CAPACITY);
    ck_assert_ptr_nonnull(strstr(fault.text, "a period of 24000 us or more fits"));
}
END_TEST

START_TEST(what_runs_in_lower_classes_blocks_by_its_longest_and_by_its_floor)
{
    const struct admit_device device = {
        .most_percent = 80,
        .lanes = 1,
        .longest_ns = {[CLASS_BATCH] = 30 * MS},
        .floors = {[CLASS_INTERACTIVE] = 10, [CLASS_BATCH] = 5},
    };
    struct fault fault = {""};

    /* 30 has begun, 30 may be owed, and 5 % of the window: 60 + 0.05 L + 10 <= L from 73.7 on. */
    ck_assert_int_eq(check(&device, NULL, 0, 10, 74, &fault), 0);
    ck_assert_int_eq(check(&device, NULL, 0, 10, 73, &fault), E_NO_CAPACITY);
}
END_TEST

START_TEST(those_that_are_there_are_not_pushed_out)
{
    const struct admit_stream fast = {CLASS_REALTIME, 2 * MS, 10 * MS, 10 * MS};
    struct fault fault = {""};

    /* A run of 9 would make the fast one wait 9, and 9 + 2 is more than 10. */
    ck_assert_int_eq(check(&alone, &fast, 1, 9, 100, &fault), E_NO_CAPACITY);
    ck_assert_ptr_nonnull(strstr(fault.text, "and no period fits"));
    ck_assert_int_eq(check(&alone, &fast, 1, 8, 100, &fault), 0);
}
END_TEST

START_TEST(a_lower_class_is_held_against_the_higher_and_not_the_other_way_round)
{
    const struct admit_stream camera = {CLASS_REALTIME, 10 * MS, 30 * MS, 30 * MS};
    const struct admit_stream lower = {CLASS_INTERACTIVE, 10 * MS, 25 * MS, 25 * MS};
    struct fault fault = {""};

    ck_assert_int_eq(admit_check(&alone, &camera, 1, &lower, &fault), 0);
    ck_assert_int_eq(admit_check(&alone, &lower, 1, &camera, &fault), 0);
    /* 12 + 10 within 25 is fine, with 14 the lower one's 25 are passed. */
    ck_assert_int_eq(check(&alone, &lower, 1, 16, 60, &fault), E_NO_CAPACITY);
}
END_TEST

START_TEST(a_shorter_deadline_than_the_period_is_held)
{
    const struct admit_stream voice = {CLASS_REALTIME, 2 * MS, 32 * MS, 5 * MS};
    const struct admit_stream tight = {CLASS_REALTIME, 2 * MS, 32 * MS, 3 * MS};
    struct fault fault = {""};

    ck_assert_int_eq(admit_check(&alone, &voice, 1, &voice, &fault), 0); /* 4 within 5 */
    ck_assert_int_eq(admit_check(&alone, &voice, 1, &tight, &fault), E_NO_CAPACITY);
}
END_TEST

START_TEST(two_lanes_take_twice_as_much)
{
    const struct admit_device two = {.most_percent = 80, .lanes = 2};
    const struct admit_stream half = {CLASS_REALTIME, 12 * MS, 20 * MS, 20 * MS};
    struct fault fault = {""};

    ck_assert_int_eq(admit_check(&two, &half, 1, &half, &fault), 0);
    ck_assert_int_eq(admit_check(&alone, &half, 1, &half, &fault), E_NO_CAPACITY);
}
END_TEST

START_TEST(among_many_streams_the_period_that_is_named_fits)
{
    struct admit_stream streams[255];
    struct fault fault = {""};
    const char *named;
    uint64_t us;

    for (uint32_t i = 0; i < ARRAY_SIZE(streams); i++)
        streams[i] = (struct admit_stream){i % _CLASS_MAX, MS / 10, (900 + 7ull * i) * MS,
                                           (900 + 7ull * i) * MS};
    ck_assert_int_eq(check(&alone, streams, ARRAY_SIZE(streams), 50, 60, &fault), E_NO_CAPACITY);
    named = strstr(fault.text, "a period of ");
    ck_assert_ptr_nonnull(named);
    us = strtoull(named + strlen("a period of "), NULL, 10);
    /* 50 of 80 percent less what the others have, 1.5: 63.7 ms, told to a part in 64 */
    ck_assert_uint_ge(us, 63000);
    ck_assert_uint_le(us, 66000);
    ck_assert_int_eq(check(&alone, streams, ARRAY_SIZE(streams), 50, us / 1000 + 1, &fault), 0);
}
END_TEST

START_TEST(a_deadline_too_short_is_told_the_period_as_it_is)
{
    const struct admit_stream wanted = {CLASS_REALTIME, 5 * MS, 3600000ull * MS, 1 * MS};
    struct fault fault = {""};

    ck_assert_int_eq(admit_check(&alone, NULL, 0, &wanted, &fault), E_NO_CAPACITY);
    ck_assert_ptr_nonnull(strstr(fault.text, "a period of 3600000000 us or more fits"));
}
END_TEST

SUITE(one_stream_fits_up_to_the_limit,
      a_longer_run_that_has_begun_counts_for_those_with_short_deadlines,
      what_runs_in_lower_classes_blocks_by_its_longest_and_by_its_floor,
      those_that_are_there_are_not_pushed_out,
      a_lower_class_is_held_against_the_higher_and_not_the_other_way_round,
      a_shorter_deadline_than_the_period_is_held, two_lanes_take_twice_as_much,
      among_many_streams_the_period_that_is_named_fits,
      a_deadline_too_short_is_told_the_period_as_it_is);
