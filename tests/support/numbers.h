#pragma once
/*
 * Numbers for tests: random ones that are the same in every run, and how far two lists of floats
 * lie apart.
 */
#include <stddef.h>
#include <stdint.h>

/* splitmix64 (Steele, Lea, Flood 2014). Begin with {any number}. */
struct random {
    uint64_t state;
};

uint64_t random_u64(struct random *random);
uint64_t random_below(struct random *random, uint64_t n);      /* 0..n-1 */
float random_float(struct random *random, float lo, float hi); /* LO <= x < HI */
void random_floats(struct random *random, float lo, float hi, float *x, size_t n);
void random_bytes(struct random *random, void *base, size_t size);

/* The largest |got - want|; infinite if one is a NaN and the other is not. 0 for N 0. */
double numbers_apart(const float *got, const float *want, size_t n);

/* The same, divided by the range of WANT (its largest minus its smallest, or 1 if that is 0). */
double numbers_apart_in_range(const float *got, const float *want, size_t n);

/*
 * Fails the test, naming the worst place, if GOT and WANT are more than MOST apart; the second
 * form relative to WANT's range.
 */
#define ck_assert_floats_near(got, want, n, most)                                                  \
    numbers_check(__FILE__, __LINE__, got, want, n, most, numbers_apart(got, want, n))
#define ck_assert_floats_near_in_range(got, want, n, most)                                         \
    numbers_check(__FILE__, __LINE__, got, want, n, most, numbers_apart_in_range(got, want, n))

void numbers_check(const char *file, int line, const float *got, const float *want, size_t n,
                   double most, double apart);
