/* The running quantile against sorting, and against the worked example of Jain and Chlamtac. */
#include <stdlib.h>

#include "base/base.h"
#include "sched/estimate.h"
#include "tests/support/suite.h"

START_TEST(the_published_example_is_met)
{
    /* CACM 28(10), table I: the median of 20 numbers; their sample median is estimated as 4.44. */
    static const double numbers[] = {0.02,  0.15,  0.74,  3.39,  0.83,  22.37, 10.15,
                                     15.43, 38.62, 15.92, 34.60, 10.28, 1.47,  0.40,
                                     0.05,  11.39, 0.27,  0.42,  0.09,  11.37};
    struct estimate estimate;

    estimate_init(&estimate, 0.5);
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
        estimate_add(&estimate, (uint64_t)(numbers[i] * 1e6 + 0.5));
    ck_assert_double_eq_tol((double)estimate_get(&estimate) / 1e6, 4.44, 0.005);
}
END_TEST

START_TEST(few_numbers_give_their_greatest_and_none_gives_0)
{
    struct estimate estimate;

    estimate_init(&estimate, 0.95);
    ck_assert_uint_eq(estimate_get(&estimate), 0);
    estimate_add(&estimate, 30);
    estimate_add(&estimate, 10);
    ck_assert_uint_eq(estimate_get(&estimate), 30);
    estimate_add(&estimate, 40);
    estimate_add(&estimate, 20);
    ck_assert_uint_eq(estimate_get(&estimate), 40);
}
END_TEST

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

/* Numbers from a linear congruential generator, in the range and skew of running times. */
static void draw(uint64_t *numbers, size_t n)
{
    uint32_t state = 12345;

    for (size_t i = 0; i < n; i++) {
        state = state * 1664525u + 1013904223u;
        numbers[i] = 1000000 + (state >> 8) / 8;
        if (state >> 24 < 8) /* one in 32 takes much longer */
            numbers[i] += 5000000;
    }
}

START_TEST(it_stays_near_the_quantile_of_sorting)
{
    static uint64_t numbers[20000], sorted[ESTIMATE_FORGETS / 2];
    struct estimate estimate;
    size_t n = ARRAY_SIZE(sorted);
    double share = 0;

    draw(numbers, ARRAY_SIZE(numbers));
    estimate_init(&estimate, 0.95);
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
        estimate_add(&estimate, numbers[i]);
    for (size_t i = 0; i < n; i++)
        sorted[i] = numbers[ARRAY_SIZE(numbers) - n + i];
    qsort(sorted, n, sizeof(*sorted), compare);
    while (share < n && sorted[(size_t)share] <= estimate_get(&estimate))
        share++;
    ck_assert_double_ge(share / (double)n, 0.90);
    ck_assert_double_le(share / (double)n, 0.99);
}
END_TEST

START_TEST(it_follows_when_clocks_change)
{
    struct estimate estimate;

    estimate_init(&estimate, 0.95);
    for (int i = 0; i < 5000; i++)
        estimate_add(&estimate, 1000000 + (uint64_t)(i * 7919 % 1000) * 100);
    ck_assert_uint_le(estimate_get(&estimate), 1100000);
    for (int i = 0; i < 1500; i++)
        estimate_add(&estimate, 3000000 + (uint64_t)(i * 7919 % 1000) * 100);
    ck_assert_uint_ge(estimate_get(&estimate), 3000000);
    for (int i = 0; i < 5000; i++)
        estimate_add(&estimate, 1000000 + (uint64_t)(i * 7919 % 1000) * 100);
    ck_assert_uint_le(estimate_get(&estimate), 1500000);
}
END_TEST

SUITE(the_published_example_is_met, few_numbers_give_their_greatest_and_none_gives_0,
      it_stays_near_the_quantile_of_sorting, it_follows_when_clocks_change);
