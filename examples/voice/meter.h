#pragma once
/* How loud it is: decibels below full scale, 0 dB being a square wave of full height. */
#include <stddef.h>

struct meter {
    double sum, now; /* of squares, of all and of the last hop */
    size_t n, n_now;
    float peak, now_peak;
};

void meter_hear(struct meter *meter, const float *samples, size_t n);
double meter_mean_db(const struct meter *meter);
double meter_peak_db(const struct meter *meter);
/* One line on stdout, written over the one before. */
void meter_show(const struct meter *meter, int speaking);
