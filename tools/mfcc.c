#include "tools/mfcc.h"

#include <complex.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "base/mem.h"

#define FLOOR 1e-12 /* TensorFlow's, below which no logarithm is taken */

/* What every frame uses again. */
struct plan {
    uint32_t n_fft, n_lines;  /* a power of 2; n_fft / 2 + 1 */
    uint32_t first, last;     /* lines that lie between low and high */
    double *hann;             /* window, periodic */
    double complex *roots;    /* n_fft / 2, of unity */
    double complex *spectrum; /* n_fft */
    double *shares;           /* n_lines: how much of a line its lower bin gets */
    int32_t *bins;            /* n_lines: its lower bin, -1 is below the first */
    double *cosines;          /* n_coefficients x n_bins */
    double *mels;             /* n_bins */
};

int mfcc_check(const struct mfcc_spec *spec, struct fault *fault)
{
    if (spec->window < 2 || spec->window > MFCC_WINDOW_MOST)
        return fail(fault, -EINVAL, "a window of %u samples: 2 to %u can be", spec->window,
                    MFCC_WINDOW_MOST);
    if (spec->hop < 1)
        return fail(fault, -EINVAL, "windows must be at least 1 sample apart");
    if (spec->n_bins < 1 || spec->n_bins > MFCC_BINS_MOST)
        return fail(fault, -EINVAL, "%u mel bins: 1 to %u can be", spec->n_bins, MFCC_BINS_MOST);
    if (spec->n_coefficients < 1 || spec->n_coefficients > spec->n_bins)
        return fail(fault, -EINVAL, "%u coefficients: 1 to %u, the number of mel bins, can be",
                    spec->n_coefficients, spec->n_bins);
    if (!(spec->low >= 0 && spec->low < spec->high && spec->high <= spec->rate / 2.0))
        return fail(fault, -EINVAL,
                    "mel bins from %g to %g Hz: they must rise and end at %g, half the rate",
                    spec->low, spec->high, spec->rate / 2.0);
    return 0;
}

size_t mfcc_frames(const struct mfcc_spec *spec, size_t n)
{
    return n < spec->window ? 0 : 1 + (n - spec->window) / spec->hop;
}

static void plan_done(struct plan *plan)
{
    mem_free(plan->hann);
    mem_free(plan->roots);
    mem_free(plan->spectrum);
    mem_free(plan->shares);
    mem_free(plan->bins);
    mem_free(plan->cosines);
    mem_free(plan->mels);
}

static double to_mel(double hertz)
{
    return 1127 * log1p(hertz / 700);
}

/* The triangle of bin B peaks at this mel; -1 is where the first begins. */
static double peak(const struct mfcc_spec *spec, int32_t bin)
{
    double low = to_mel(spec->low);

    return low + (to_mel(spec->high) - low) / (spec->n_bins + 1) * (bin + 1);
}

static void plan_lines(const struct mfcc_spec *spec, struct plan *plan)
{
    double hertz = 0.5 * spec->rate / (plan->n_lines - 1);
    int32_t bin = 0;

    plan->first = (uint32_t)(1.5 + spec->low / hertz);
    plan->last = (uint32_t)(spec->high / hertz);
    if (plan->last >= plan->n_lines)
        plan->last = plan->n_lines - 1;
    for (uint32_t i = plan->first; i <= plan->last; i++) {
        double mel = to_mel(i * hertz);

        while (bin < (int32_t)spec->n_bins && peak(spec, bin) < mel)
            bin++;
        plan->bins[i] = bin - 1;
        plan->shares[i] = (peak(spec, bin) - mel) / (peak(spec, bin) - peak(spec, bin - 1));
    }
}

static void plan_cosines(const struct mfcc_spec *spec, struct plan *plan)
{
    double norm = sqrt(2.0 / spec->n_bins), step = M_PI / spec->n_bins;
    double *to = plan->cosines;

    for (uint32_t i = 0; i < spec->n_coefficients; i++)
        for (uint32_t j = 0; j < spec->n_bins; j++)
            *to++ = norm * cos(i * step * (j + 0.5));
}

static int plan_alloc(const struct mfcc_spec *spec, struct plan *plan)
{
    plan->n_fft = 2;
    while (plan->n_fft < spec->window)
        plan->n_fft *= 2;
    plan->n_lines = plan->n_fft / 2 + 1;
    plan->hann = mem_alloc(sizeof(double) * spec->window);
    plan->roots = mem_alloc(sizeof(double complex) * plan->n_fft / 2);
    plan->spectrum = mem_alloc(sizeof(double complex) * plan->n_fft);
    plan->shares = mem_alloc(sizeof(double) * plan->n_lines);
    plan->bins = mem_alloc(sizeof(int32_t) * plan->n_lines);
    plan->cosines = mem_alloc(sizeof(double) * spec->n_coefficients * spec->n_bins);
    plan->mels = mem_alloc(sizeof(double) * spec->n_bins);
    return plan->hann && plan->roots && plan->spectrum && plan->shares && plan->bins &&
                   plan->cosines && plan->mels
               ? 0
               : -ENOMEM;
}

static int plan_make(const struct mfcc_spec *spec, struct plan *plan)
{
    int r = plan_alloc(spec, plan);

    if (r < 0)
        return r;
    for (uint32_t i = 0; i < spec->window; i++)
        plan->hann[i] = 0.5 - 0.5 * cos(2 * M_PI * i / spec->window);
    for (uint32_t i = 0; i < plan->n_fft / 2; i++)
        plan->roots[i] = cexp(-2 * M_PI * I * i / plan->n_fft);
    plan_lines(spec, plan);
    plan_cosines(spec, plan);
    return 0;
}

/* Puts X in the order in which the butterflies begin: indices with their bits reversed. */
static void shuffle(double complex *x, uint32_t n)
{
    for (uint32_t i = 1, j = 0; i < n; i++) {
        uint32_t bit = n >> 1;

        for (; j & bit; bit >>= 1)
            j ^= bit;
        j |= bit;
        if (i < j) {
            double complex kept = x[i];

            x[i] = x[j];
            x[j] = kept;
        }
    }
}

/* Cooley and Tukey 1965, radix 2, in place. */
static void transform(const struct plan *plan)
{
    double complex *x = plan->spectrum;

    shuffle(x, plan->n_fft);
    for (uint32_t half = 1; half < plan->n_fft; half *= 2)
        for (uint32_t from = 0; from < plan->n_fft; from += 2 * half)
            for (uint32_t i = from; i < from + half; i++) {
                double complex turned =
                    x[i + half] * plan->roots[(i - from) * (plan->n_fft / 2 / half)];

                x[i + half] = x[i] - turned;
                x[i] += turned;
            }
}

/* Magnitudes of the lines into bins, and the logarithms of those. */
static void sum_mels(const struct mfcc_spec *spec, const struct plan *plan)
{
    memset(plan->mels, 0, sizeof(double) * spec->n_bins);
    for (uint32_t i = plan->first; i <= plan->last; i++) {
        double magnitude = cabs(plan->spectrum[i]), share = magnitude * plan->shares[i];
        int32_t bin = plan->bins[i];

        if (bin >= 0)
            plan->mels[bin] += share;
        if (bin + 1 < (int32_t)spec->n_bins)
            plan->mels[bin + 1] += magnitude - share;
    }
    for (uint32_t b = 0; b < spec->n_bins; b++)
        plan->mels[b] = log(fmax(plan->mels[b], FLOOR));
}

static void compute_frame(const struct mfcc_spec *spec, const struct plan *plan,
                          const float *samples, float *to)
{
    const double *cosines = plan->cosines;

    for (uint32_t i = 0; i < plan->n_fft; i++)
        plan->spectrum[i] = i < spec->window ? samples[i] * plan->hann[i] : 0;
    transform(plan);
    sum_mels(spec, plan);
    for (uint32_t c = 0; c < spec->n_coefficients; c++) {
        double sum = 0;

        for (uint32_t b = 0; b < spec->n_bins; b++)
            sum += *cosines++ * plan->mels[b];
        to[c] = (float)sum;
    }
}

int mfcc_compute(const struct mfcc_spec *spec, const float *samples, size_t n, float *to)
{
    _cleanup_(plan_done) struct plan plan = {0};
    int r = plan_make(spec, &plan);

    for (size_t frame = 0; r == 0 && frame < mfcc_frames(spec, n); frame++)
        compute_frame(spec, &plan, samples + frame * spec->hop, to + frame * spec->n_coefficients);
    return r;
}
