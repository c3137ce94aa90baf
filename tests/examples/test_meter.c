/* Decibels: a square wave of full height is 0 dB, half of it 6.02 dB less. */
#include <math.h>

#include "examples/voice/meter.h"
#include "tests/support/suite.h"

START_TEST(levels_are_relative_to_full_scale)
{
    struct meter meter = {0};
    float full[100], half[300];

    for (int i = 0; i < 100; i++)
        full[i] = i % 2 ? 1 : -1;
    for (int i = 0; i < 300; i++)
        half[i] = i % 2 ? 0.5f : -0.5f;
    ck_assert_double_eq(meter_mean_db(&meter), -90);
    meter_hear(&meter, half, 300);
    ck_assert_double_eq_tol(meter_mean_db(&meter), 20 * log10(0.5), 1e-9);
    ck_assert_double_eq_tol(meter_peak_db(&meter), 20 * log10(0.5), 1e-9);
    meter_hear(&meter, full, 100); /* mean square: (300 / 4 + 100) / 400 */
    ck_assert_double_eq_tol(meter_mean_db(&meter), 10 * log10(175.0 / 400), 1e-9);
    ck_assert_double_eq_tol(meter_peak_db(&meter), 0, 1e-9);
}
END_TEST

SUITE(levels_are_relative_to_full_scale);
