#pragma once
/* The numbers of constants as they are meant, whether they are floats or codes. */
#include "model/graph.h"

/* Number I of the constant. */
float dlc_tensor_at(const struct value *value, size_t i);

/* How two constants of one shape differ. Two NaNs are equal; a NaN and a number are infinitely far
 * apart. */
struct tensor_gap {
    size_t n, at; /* how many numbers; where the largest is */
    double most;
    float a, b; /* the numbers there */
};
void dlc_tensor_compare(const struct value *a, const struct value *b, struct tensor_gap *ret);
