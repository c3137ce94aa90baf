#include "model/quant/weights.h"

#include <math.h>

#include "base/error.h"
#include "model/quant/observe.h"

static int cut(const float *x, size_t n, struct encoding *ret)
{
    _cleanup_(observe_done) struct observed seen = {0};
    double lo, hi;
    int r = observe_init(&seen, true);

    if (r == 0)
        r = observe_add(&seen, x, n);
    if (r < 0)
        return r;
    observe_cut(&seen, &lo, &hi);
    return encoding_of_range(lo, hi, ret);
}

/* What WEIGHTS_ADJUSTED makes least. */
static double loss(const struct encoding *encoding, const float *x, size_t n, size_t stride)
{
    double sum = 0, squares = 0, count = 0;

    for (size_t i = 0; i < n; i += stride) {
        uint8_t code;
        double error;

        encoding_quantize(encoding, &x[i], 1, &code);
        error = encoding_real(encoding, code) - (double)x[i];
        sum += error;
        squares += error * error;
        count++;
    }
    return squares / count + sum / count * (sum / count);
}

static void adjust(const float *x, size_t n, double lo, double hi, struct encoding *best)
{
    const size_t stride = n / ADJUST_SAMPLE + 1;
    const double part = (hi - lo) / 255;
    double least = loss(best, x, n, stride);

    for (int up = 0; up <= ADJUST_STEPS; up++)
        for (int down = 0; down <= (lo < 0 ? ADJUST_STEPS : 0); down++) {
            struct encoding tried;
            double lost;

            if (encoding_of_range(lo - down * part, hi + (hi > 0 ? up : 0) * part, &tried) < 0)
                continue;
            lost = loss(&tried, x, n, stride);
            if (lost < least) {
                least = lost;
                *best = tried;
            }
        }
}

int weights_encoding(enum weights_rule rule, const float *x, size_t n, struct encoding *ret)
{
    _cleanup_(observe_done) struct observed seen = {0};
    struct encoding encoding;
    double lo, hi, most;
    int r;

    if (rule == WEIGHTS_ENHANCED)
        return cut(x, n, ret);
    r = encoding_of(x, n, &encoding);
    if (r == 0)
        r = observe_add(&seen, x, n);
    if (r < 0)
        return r;
    lo = fmin(0, seen.min);
    hi = fmax(0, seen.max);
    most = fmax(-lo, hi);
    if (rule == WEIGHTS_SYMMETRIC && most > 0)
        r = encoding_of_range(-most / 127 * 128, most, &encoding);
    if (rule == WEIGHTS_ADJUSTED && hi > lo)
        adjust(x, n, lo, hi, &encoding);
    if (r == 0)
        *ret = encoding;
    return r;
}
