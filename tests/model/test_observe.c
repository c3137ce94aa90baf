/* What is seen of numbers, in any order and in any number of parts. */
#include <math.h>
#include <string.h>

#include "base/encoding.h"
#include "base/error.h"
#include "model/quant/observe.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

#define N 10001

/* Ten thousand of a normal distribution (Box and Muller), and one 100.0 among them. */
static const float *outlier(void)
{
    struct random random = {1};
    float x[N];

    for (int i = 0; i < N; i++) {
        double u = random_float(&random, 1e-6f, 1), v = random_float(&random, 0, 1);

        x[i] = (float)(sqrt(-2 * log(u)) * cos(2 * M_PI * v));
    }
    x[5000] = 100;
    return suite_copy(x, sizeof(x));
}

static double square_error(const struct encoding *encoding, const float *x)
{
    double sum = 0;

    for (int i = 0; i < N; i++) {
        uint8_t code;
        double error;

        if (x[i] == 100)
            continue;
        encoding_quantize(encoding, &x[i], 1, &code);
        error = encoding_real(encoding, code) - (double)x[i];
        sum += error * error;
    }
    return sum / (N - 1);
}

START_TEST(one_number_far_out_does_not_hold_the_range)
{
    const float *x = outlier();
    struct encoding plain, cut;
    struct observed seen;
    double lo, hi;

    ck_assert_int_eq(observe_init(&seen, true), 0);
    ck_assert_int_eq(observe_add(&seen, x, N), 0);
    observe_cut(&seen, &lo, &hi);
    ck_assert_int_eq(encoding_of(x, N, &plain), 0);
    ck_assert_int_eq(encoding_of_range(lo, hi, &cut), 0);
    ck_assert_float_lt(cut.max - cut.min, 0.25f * (plain.max - plain.min));
    ck_assert_double_le(10 * square_error(&cut, x), square_error(&plain, x));
    observe_done(&seen);
}
END_TEST

static int beyond(const float *x, double lo, double hi)
{
    int n = 0;

    for (int i = 0; i < N; i++)
        n += (double)x[i] < lo || (double)x[i] > hi;
    return n;
}

START_TEST(a_cut_leaves_out_one_in_1020_on_a_side)
{
    const float *x = outlier();
    struct observed seen;
    double lo, hi;

    ck_assert_int_eq(observe_init(&seen, true), 0);
    ck_assert_int_eq(observe_add(&seen, x, N), 0);
    observe_cut(&seen, &lo, &hi);
    ck_assert_int_le(beyond(x, lo, INFINITY), N / 1020);
    ck_assert_int_le(beyond(x, -INFINITY, hi), N / 1020);
    ck_assert_int_gt(beyond(x, -INFINITY, hi - 2 * seen.width), N / 1020);
    ck_assert_int_gt(beyond(x, lo + 2 * seen.width, INFINITY), N / 1020);
    observe_done(&seen);
}
END_TEST

START_TEST(a_cut_of_a_thousand_numbers_is_their_range)
{
    float x[1000];
    struct observed seen;
    double lo, hi;

    for (int i = 0; i < 1000; i++)
        x[i] = i == 0 ? -3 : i == 1 ? 77 : 0.5f;
    ck_assert_int_eq(observe_init(&seen, true), 0);
    ck_assert_int_eq(observe_add(&seen, x, 1000), 0);
    observe_cut(&seen, &lo, &hi);
    ck_assert_double_eq(lo, -3);
    ck_assert_double_eq(hi, 77);
    observe_done(&seen);
}
END_TEST

START_TEST(a_tail_is_cut_only_where_a_quarter_of_the_range_is_left)
{
    static float x[4096];
    double lo, hi;

    for (int far = 3; far < 6; far++) {
        struct observed seen;

        for (int i = 0; i < 4096; i++)
            x[i] = i == 0 ? (float)far : (float)(i % 2);
        ck_assert_int_eq(observe_init(&seen, true), 0);
        ck_assert_int_eq(observe_add(&seen, x, 4096), 0);
        observe_cut(&seen, &lo, &hi);
        ck_assert_double_eq(lo, 0);
        ck_assert_double_eq(hi, far < 5 ? far : 1 + seen.width);
        observe_done(&seen);
    }
}
END_TEST

START_TEST(zeros_do_not_count_as_numbers_to_be_cut_among)
{
    float x[4096] = {0}; /* 1020 numbers allow one to be cut, 1019 none */
    struct observed seen;
    double lo, hi;

    for (int i = 0; i < 1019; i++)
        x[i] = i == 0 ? 64 : 1;
    ck_assert_int_eq(observe_init(&seen, true), 0);
    ck_assert_int_eq(observe_add(&seen, x, 4096), 0);
    observe_cut(&seen, &lo, &hi);
    ck_assert_double_eq(hi, 64);
    ck_assert_int_eq(observe_add(&seen, (const float[]){1}, 1), 0);
    observe_cut(&seen, &lo, &hi);
    ck_assert_double_eq(hi, 1 + seen.width); /* to a bin */
    ck_assert_double_eq(lo, 0);
    observe_done(&seen);
}
END_TEST

static void assert_same(const struct observed *a, const struct observed *b)
{
    ck_assert_float_eq(a->min, b->min);
    ck_assert_float_eq(a->max, b->max);
    ck_assert_uint_eq(a->n, b->n);
    ck_assert_uint_eq(a->n_zero, b->n_zero);
    ck_assert_double_eq(a->width, b->width);
    ck_assert_mem_eq(a->bins, b->bins, OBSERVE_BINS * sizeof(*a->bins));
}

START_TEST(parts_in_any_order_are_the_whole)
{
    static float x[N];
    struct observed whole, parts[4], sum;
    struct random random = {7};

    for (int i = 0; i < N; i++)
        x[i] = ldexpf(random_float(&random, -1, 1), (int)random_below(&random, 12)) *
               (float)(random_below(&random, 10) > 0);
    ck_assert_int_eq(observe_init(&whole, true), 0);
    ck_assert_int_eq(observe_init(&sum, true), 0);
    ck_assert_int_eq(observe_add(&whole, x, N), 0);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(observe_init(&parts[i], true), 0);
        for (int k = i; k < N; k += 4)
            ck_assert_int_eq(observe_add(&parts[i], &x[k], 1), 0);
    }
    for (int i = 3; i >= 0; i--)
        observe_merge(&sum, &parts[i]);
    assert_same(&sum, &whole);
    for (int i = 0; i < 4; i++)
        observe_done(&parts[i]);
    observe_done(&whole);
    observe_done(&sum);
}
END_TEST

START_TEST(what_is_not_finite_is_refused_and_changes_nothing)
{
    const float odd[] = {NAN, INFINITY, -INFINITY};
    struct observed seen;

    ck_assert_int_eq(observe_init(&seen, false), 0);
    ck_assert_int_eq(observe_add(&seen, (const float[]){-1, 2}, 2), 0);
    for (int i = 0; i < 3; i++)
        for (int at = 0; at < 37; at++) {
            float x[37] = {0};

            x[at] = odd[i];
            ck_assert_int_eq(observe_add(&seen, x, 37), E_ENCODING);
        }
    ck_assert_float_eq(seen.min, -1);
    ck_assert_float_eq(seen.max, 2);
    ck_assert_uint_eq(seen.n, 2);
    observe_done(&seen);
}
END_TEST

START_TEST(extremes_are_found_wherever_they_stand)
{
    for (int n = 1; n < 40; n++)
        for (int at = 0; at < n; at++) {
            struct observed seen;
            float x[40];

            for (int i = 0; i < n; i++)
                x[i] = 5;
            ck_assert_int_eq(observe_init(&seen, false), 0);
            x[at] = 6;
            ck_assert_int_eq(observe_add(&seen, x, (size_t)n), 0);
            x[at] = 4;
            ck_assert_int_eq(observe_add(&seen, x, (size_t)n), 0);
            ck_assert_float_eq(seen.max, 6);
            ck_assert_float_eq(seen.min, 4);
            observe_done(&seen);
        }
}
END_TEST

START_TEST(means_of_channels_are_those_of_all_parts)
{
    struct observed a, b;

    ck_assert_int_eq(observe_init(&a, false), 0);
    ck_assert_int_eq(observe_init(&b, false), 0);
    ck_assert_int_eq(observe_channels(&a, 2), 0);
    ck_assert_int_eq(observe_channels(&b, 2), 0);
    ck_assert_double_eq(observe_mean(&a, 0), 0);
    ck_assert_int_eq(observe_add(&a, (const float[]){1, -10, 2, -20}, 4), 0);
    ck_assert_int_eq(observe_add(&b, (const float[]){6, 0.5f, 7, -0.5f}, 4), 0);
    observe_merge(&a, &b);
    ck_assert_double_eq(observe_mean(&a, 0), 4);
    ck_assert_double_eq(observe_mean(&a, 1), -7.5);
    ck_assert_int_eq(observe_add(&a, (const float[]){3e38f, -3e38f}, 2), 0); /* held at an end */
    ck_assert(isfinite(observe_mean(&a, 0)));
    observe_done(&a);
    observe_done(&b);
}
END_TEST

SUITE(one_number_far_out_does_not_hold_the_range, a_cut_leaves_out_one_in_1020_on_a_side,
      a_cut_of_a_thousand_numbers_is_their_range,
      a_tail_is_cut_only_where_a_quarter_of_the_range_is_left,
      zeros_do_not_count_as_numbers_to_be_cut_among, parts_in_any_order_are_the_whole,
      what_is_not_finite_is_refused_and_changes_nothing, extremes_are_found_wherever_they_stand,
      means_of_channels_are_those_of_all_parts);
