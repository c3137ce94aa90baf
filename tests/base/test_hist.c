#include <stdlib.h>

#include "base/base.h"
#include "base/hist.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

START_TEST(an_empty_histogram_has_no_quantile)
{
    static const struct hist hist;

    ck_assert_uint_eq(hist_quantile(&hist, 500), 0);
}
END_TEST

/* One number alone is its own median, through max_ns; with a larger one beside it, it is not. */
START_TEST(one_number_is_known_within_a_sixteenth)
{
    for (uint64_t ns = 1024; ns < (uint64_t)1 << 46; ns += ns / 7 + 1) {
        struct hist hist = {0};
        uint64_t got;

        hist_add(&hist, ns);
        ck_assert_uint_eq(hist_quantile(&hist, 500), ns);
        hist_add(&hist, (uint64_t)1 << 50);
        got = hist_quantile(&hist, 500);
        ck_assert_msg(got > ns && got - ns <= ns / 16 + 1, "%ju for %ju", (uintmax_t)got,
                      (uintmax_t)ns);
    }
}
END_TEST

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* Latencies over six decades, against the numbers themselves, sorted. */
START_TEST(quantiles_are_never_low_and_at_most_a_sixteenth_high)
{
    static const uint32_t permilles[] = {1, 10, 100, 250, 500, 900, 990, 999, 1000};
    enum { N = 10007 };
    static uint64_t numbers[N];
    static struct hist hist;
    struct random random = {1};
    uint64_t sum = 0;

    for (size_t i = 0; i < N; i++) {
        numbers[i] = 1024 + (random_u64(&random) >> (24 + random_below(&random, 30)));
        hist_add(&hist, numbers[i]);
        sum += numbers[i];
    }
    qsort(numbers, N, sizeof(numbers[0]), compare);
    for (size_t i = 0; i < ARRAY_SIZE(permilles); i++) {
        uint64_t true_value = numbers[((uint64_t)N * permilles[i] + 999) / 1000 - 1];
        uint64_t got = hist_quantile(&hist, permilles[i]);

        ck_assert_msg(got >= true_value && got - true_value <= true_value / 16 + 1,
                      "%u: %ju for %ju", permilles[i], (uintmax_t)got, (uintmax_t)true_value);
    }
    ck_assert_uint_eq(hist.count, N);
    ck_assert_uint_eq(hist.sum_ns, sum);
    ck_assert_uint_eq(hist_quantile(&hist, 1000), numbers[N - 1]);
    ck_assert_uint_eq(hist_quantile(&hist, 5000), numbers[N - 1]);
}
END_TEST

START_TEST(the_ends_hold_what_is_beyond_them)
{
    static struct hist hist;

    hist_add(&hist, 0);
    hist_add(&hist, 1023);
    hist_add(&hist, UINT64_MAX);
    ck_assert_uint_eq(hist.buckets[0], 2);
    ck_assert_uint_eq(hist.buckets[HIST_BUCKETS - 1], 1);
    ck_assert_uint_eq(hist_quantile(&hist, 1), 1088);
    ck_assert_uint_eq(hist_quantile(&hist, 1000), UINT64_MAX);
}
END_TEST

START_TEST(a_full_bucket_stays_full)
{
    static struct hist hist;

    hist.buckets[0] = UINT32_MAX;
    hist_add(&hist, 1);
    ck_assert_uint_eq(hist.buckets[0], UINT32_MAX);
    ck_assert_uint_eq(hist.count, 1);
}
END_TEST

SUITE(an_empty_histogram_has_no_quantile, one_number_is_known_within_a_sixteenth,
      quantiles_are_never_low_and_at_most_a_sixteenth_high, the_ends_hold_what_is_beyond_them,
      a_full_bucket_stays_full);
