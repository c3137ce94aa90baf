#include "examples/voice/meter.h"

#include <math.h>
#include <stdio.h>

#define FLOOR_DB (-90.0) /* 16 bits hold no more */
#define BAR      30      /* characters, of 2 dB each */

static double db_of(double amplitude)
{
    return amplitude > 0 ? fmax(20 * log10(amplitude), FLOOR_DB) : FLOOR_DB;
}

void meter_hear(struct meter *meter, const float *samples, size_t n)
{
    meter->now = 0;
    meter->now_peak = 0;
    for (size_t i = 0; i < n; i++) {
        meter->now += (double)samples[i] * samples[i];
        meter->now_peak = fmaxf(meter->now_peak, fabsf(samples[i]));
    }
    meter->n_now = n;
    meter->sum += meter->now;
    meter->n += n;
    meter->peak = fmaxf(meter->peak, meter->now_peak);
}

double meter_mean_db(const struct meter *meter)
{
    return db_of(meter->n ? sqrt(meter->sum / (double)meter->n) : 0);
}

double meter_peak_db(const struct meter *meter)
{
    return db_of(meter->peak);
}

void meter_show(const struct meter *meter, int speaking)
{
    double now_db = db_of(meter->n_now ? sqrt(meter->now / (double)meter->n_now) : 0);
    int filled = BAR + (int)(now_db / 2);

    printf("\r[%-*.*s] %6.1f dB  %s", BAR, filled > 0 ? filled : 0,
           "##############################", now_db, speaking ? "speech " : "       ");
    fflush(stdout);
}
