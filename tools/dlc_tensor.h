#pragma once
/* The numbers of constants as they are meant, whether they are floats or codes. */
#include "model/graph.h"

/* Number I of the constant. */
float dlc_tensor_at(const struct value *value, size_t i);

/* How two constants of one shape differ. Two NaNs are equal; a NaN and a number are infinitely far
 * apart. */
struct tensor_gap {
    size_t n, at; /* how many numbers; where the largest difference is */
    double most;
    float a, b; /* the numbers there */
};
void dlc_tensor_compare(const struct value *a, const struct value *b, struct tensor_gap *ret);

/* How the numbers of a constant are spread. What is not finite is only counted. */
#define TENSOR_BINS 48
struct tensor_spread {
    size_t n, n_zero, n_not_finite;
    double min, max, mean, deviation; /* 0 if no number is finite */
    size_t bins[TENSOR_BINS];         /* equally wide from MIN to MAX */
};
void dlc_tensor_spread(const struct value *value, struct tensor_spread *ret);
