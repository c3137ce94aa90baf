/* What a device is asked for, under a clock that the test reads out; times in milliseconds. */
#include "daemon/votes.h"
#include "tests/support/suite.h"

#define MS 1000000ull

static const struct votes_rules rules = {300 * MS, 2000 * MS};

static enum perf_profile at(const struct votes *votes, uint64_t ms, uint64_t want_next_ms)
{
    uint64_t next;
    enum perf_profile sum = votes_sum(votes, &rules, ms * MS, &next);

    ck_assert_uint_eq(next, want_next_ms * MS);
    return sum;
}

static void one(struct votes *votes, enum perf_profile profile, uint64_t end_ms)
{
    votes_begin(votes, profile);
    votes_end(votes, profile, end_ms * MS, 0);
}

START_TEST(without_work_it_saves_power)
{
    const struct votes votes = {.n_jobs = {0}};

    ck_assert_int_eq(at(&votes, 5, 0), PERF_POWER_SAVER);
}
END_TEST

START_TEST(burst_is_held_then_balanced_until_idle)
{
    struct votes votes = {.n_jobs = {0}};

    votes_begin(&votes, PERF_BURST);
    ck_assert_int_eq(at(&votes, 9000, 0), PERF_BURST);
    votes_end(&votes, PERF_BURST, 10000 * MS, 0);
    ck_assert_int_eq(at(&votes, 10000, 10300), PERF_BURST);
    ck_assert_int_eq(at(&votes, 10299, 10300), PERF_BURST);
    ck_assert_int_eq(at(&votes, 10300, 12000), PERF_BALANCED);
    ck_assert_int_eq(at(&votes, 11999, 12000), PERF_BALANCED);
    ck_assert_int_eq(at(&votes, 12000, 0), PERF_POWER_SAVER);
}
END_TEST

START_TEST(the_most_of_those_at_work_counts)
{
    struct votes votes = {.n_jobs = {0}};

    votes_begin(&votes, PERF_SUSTAINED_HIGH);
    one(&votes, PERF_BURST, 100);
    one(&votes, PERF_SYSTEM_SETTINGS, 100);
    ck_assert_int_eq(at(&votes, 200, 400), PERF_BURST);
    ck_assert_int_eq(at(&votes, 400, 2100), PERF_SUSTAINED_HIGH);
    votes_end(&votes, PERF_SUSTAINED_HIGH, 1000 * MS, 0);
    ck_assert_int_eq(at(&votes, 2100, 3000), PERF_SUSTAINED_HIGH);
    ck_assert_int_eq(at(&votes, 3000, 0), PERF_POWER_SAVER);
}
END_TEST

START_TEST(a_network_that_saves_keeps_nothing_warm)
{
    struct votes votes = {.n_jobs = {0}};

    votes_begin(&votes, PERF_POWER_SAVER);
    ck_assert_int_eq(at(&votes, 1, 0), PERF_POWER_SAVER);
    votes_end(&votes, PERF_POWER_SAVER, 2 * MS, 0);
    ck_assert_int_eq(at(&votes, 3, 0), PERF_POWER_SAVER);
}
END_TEST

START_TEST(a_frame_that_is_due_holds_its_profile)
{
    struct votes votes = {.n_jobs = {0}};

    votes_begin(&votes, PERF_BURST);
    votes_end(&votes, PERF_BURST, 100 * MS, 5000 * MS);
    ck_assert_int_eq(at(&votes, 2050, 2100), PERF_BURST); /* what balanced asks for ends */
    ck_assert_int_eq(at(&votes, 4999, 5000), PERF_BURST);
    ck_assert_int_eq(at(&votes, 5000, 0), PERF_POWER_SAVER);
}
END_TEST

SUITE(without_work_it_saves_power, burst_is_held_then_balanced_until_idle,
      the_most_of_those_at_work_counts, a_network_that_saves_keeps_nothing_warm,
      a_frame_that_is_due_holds_its_profile);
