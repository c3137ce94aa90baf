#include "tests/support/numbers.h"

#include <math.h>
#include <string.h>

#include "tests/support/suite.h"

uint64_t random_u64(struct random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

uint64_t random_below(struct random *random, uint64_t n)
{
    return (uint64_t)(((unsigned __int128)random_u64(random) * n) >> 64);
}

float random_float(struct random *random, float lo, float hi)
{
    float x = lo + (hi - lo) * ((float)(random_u64(random) >> 40) * 0x1p-24f);

    return x < hi ? x : lo; /* the sum may round up */
}

void random_floats(struct random *random, float lo, float hi, float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = random_float(random, lo, hi);
}

void random_bytes(struct random *random, void *base, size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((unsigned char *)base)[i] = (unsigned char)random_u64(random);
}

static double apart_at(const float *got, const float *want, size_t i)
{
    if (isnan(got[i]) || isnan(want[i]))
        return isnan(got[i]) && isnan(want[i]) ? 0 : INFINITY;
    return got[i] == want[i] ? 0 : fabs((double)got[i] - want[i]); /* also two infinities */
}

double numbers_apart(const float *got, const float *want, size_t n)
{
    double most = 0;

    for (size_t i = 0; i < n; i++)
        most = fmax(most, apart_at(got, want, i));
    return most;
}

double numbers_apart_in_range(const float *got, const float *want, size_t n)
{
    double lo = INFINITY, hi = -INFINITY;

    for (size_t i = 0; i < n; i++) {
        lo = fmin(lo, want[i]);
        hi = fmax(hi, want[i]);
    }
    return numbers_apart(got, want, n) / (hi > lo ? hi - lo : 1);
}

void numbers_check(const char *file, int line, const float *got, const float *want, size_t n,
                   double most, double apart)
{
    size_t worst = 0;

    if (apart <= most)
        return;
    for (size_t i = 1; i < n; i++)
        if (apart_at(got, want, i) > apart_at(got, want, worst))
            worst = i;
    _ck_assert_failed(file, line, "Failed", "%g apart, more than %g: at %zu of %zu %.9g for %.9g",
                      apart, most, worst, n, (double)got[worst], (double)want[worst]);
}
