#include "model/quant/observe.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define HALF      (OBSERVE_BINS / 2)
#define LANES     16
#define CUT_SHARE (255 * 4) /* see observe_cut */
#define LONG_TAIL 0.25

/* Enough for 65536 parts of at most 2^70 each; smaller numbers than 2^-40 do not count. */
#define FIXED_ONE  0x1p40
#define FIXED_MOST 0x1p70

struct channel_sum {
    __int128 v;
};

int observe_init(struct observed *seen, bool spread)
{
    *seen = (struct observed){0};
    if (spread)
        seen->bins = calloc(OBSERVE_BINS, sizeof(*seen->bins));
    return spread && !seen->bins ? -ENOMEM : 0;
}

void observe_done(struct observed *seen)
{
    free(seen->bins);
    free(seen->sums);
    *seen = (struct observed){0};
}

/* Numbers in turn go to one of these, so that a processor can see to several at a time. */
struct lanes {
    float lo[LANES], hi[LANES];
    float odd[LANES]; /* 0 as long as all numbers were finite */
};

static void add_to_lanes(struct lanes *lanes, const float *x)
{
    for (int k = 0; k < LANES; k++) {
        lanes->lo[k] = x[k] < lanes->lo[k] ? x[k] : lanes->lo[k];
        lanes->hi[k] = x[k] > lanes->hi[k] ? x[k] : lanes->hi[k];
        lanes->odd[k] += x[k] * 0;
    }
}

/* The extremes of N > 0 numbers; E_ENCODING if one is not finite. */
static int extremes(const float *x, size_t n, float *ret_lo, float *ret_hi)
{
    struct lanes lanes;
    float lo = x[0], hi = x[0], odd = 0;
    size_t i = 0;

    for (int k = 0; k < LANES; k++) {
        lanes.lo[k] = lanes.hi[k] = x[0];
        lanes.odd[k] = 0;
    }
    for (; i + LANES <= n; i += LANES)
        add_to_lanes(&lanes, x + i);
    for (; i < n; i++) {
        lo = x[i] < lo ? x[i] : lo;
        hi = x[i] > hi ? x[i] : hi;
        odd += x[i] * 0;
    }
    for (int k = 0; k < LANES; k++) {
        lo = lanes.lo[k] < lo ? lanes.lo[k] : lo;
        hi = lanes.hi[k] > hi ? lanes.hi[k] : hi;
        odd += lanes.odd[k];
    }
    *ret_lo = lo;
    *ret_hi = hi;
    return odd == 0 ? 0 : E_ENCODING;
}

/* Bin I becomes half of bin I / 2, counted from the middle. */
static void widen(struct observed *seen)
{
    uint64_t *bins = seen->bins;

    for (int i = 0; i < HALF / 2; i++) {
        bins[HALF + i] = bins[HALF + 2 * i] + bins[HALF + 2 * i + 1];
        bins[HALF - 1 - i] = bins[HALF - 1 - 2 * i] + bins[HALF - 2 - 2 * i];
    }
    memset(bins, 0, HALF / 2 * sizeof(*bins));
    memset(bins + HALF + HALF / 2, 0, HALF / 2 * sizeof(*bins));
    seen->width *= 2;
}

/* Bins wide enough for numbers of at most MOST. */
static void reach(struct observed *seen, double most)
{
    if (most == 0)
        return;
    if (seen->width == 0)
        seen->width = ldexp(1, ilogb(most) + 1) / HALF;
    while (most >= seen->width * HALF)
        widen(seen);
}

static void count(struct observed *seen, const float *x, size_t n)
{
    const double scale = seen->width > 0 ? 1 / seen->width : 0; /* exact: powers of two */
    uint64_t zeros = 0;

    for (size_t i = 0; i < n; i++) {
        zeros += x[i] == 0;
        seen->bins[(int)(x[i] * scale + HALF)]++;
    }
    seen->n_zero += zeros;
}

int observe_channels(struct observed *seen, uint32_t n_channels)
{
    seen->sums = calloc((size_t)n_channels + 1, sizeof(*seen->sums));
    seen->n_channels = n_channels;
    return seen->sums ? 0 : -ENOMEM;
}

double observe_mean(const struct observed *seen, uint32_t channel)
{
    if (seen->n == 0)
        return 0;
    return (double)seen->sums[channel].v / FIXED_ONE * seen->n_channels / (double)seen->n;
}

static void add_sums(struct observed *seen, const float *x, size_t n)
{
    for (uint32_t c = 0; c < seen->n_channels; c++) {
        double sum = 0;

        for (size_t i = c; i < n; i += seen->n_channels)
            sum += (double)x[i];
        seen->sums[c].v += (__int128)(fmax(-FIXED_MOST, fmin(sum, FIXED_MOST)) * FIXED_ONE);
    }
}

int observe_add(struct observed *seen, const float *x, size_t n)
{
    float lo, hi;

    if (n == 0)
        return 0;
    if (extremes(x, n, &lo, &hi) < 0)
        return E_ENCODING;
    if (seen->bins) {
        reach(seen, fmax(-(double)lo, hi));
        count(seen, x, n);
    }
    if (seen->sums)
        add_sums(seen, x, n);
    seen->min = seen->n == 0 || lo < seen->min ? lo : seen->min;
    seen->max = seen->n == 0 || hi > seen->max ? hi : seen->max;
    seen->n += n;
    return 0;
}

/* The numbers in the bins of FROM, in bins of WIDTH, which is at least as wide. */
static void merge_bins(struct observed *seen, const struct observed *from)
{
    const int ratio = from->width > 0 ? (int)fmin(seen->width / from->width, OBSERVE_BINS) : 1;

    for (int i = 0; i < HALF; i++) {
        seen->bins[HALF + i / ratio] += from->bins[HALF + i];
        seen->bins[HALF - 1 - i / ratio] += from->bins[HALF - 1 - i];
    }
}

void observe_merge(struct observed *seen, const struct observed *from)
{
    if (from->n == 0)
        return;
    if (seen->bins) {
        reach(seen, fmax(-(double)from->min, from->max));
        merge_bins(seen, from);
        seen->n_zero += from->n_zero;
    }
    for (uint32_t i = 0; seen->sums && i < seen->n_channels; i++)
        seen->sums[i].v += from->sums[i].v;
    seen->min = seen->n == 0 || from->min < seen->min ? from->min : seen->min;
    seen->max = seen->n == 0 || from->max > seen->max ? from->max : seen->max;
    seen->n += from->n;
}

void observe_cut(const struct observed *seen, double *lo, double *hi)
{
    const uint64_t most = (seen->n - seen->n_zero) / CUT_SHARE;
    const double whole = fmax(0, seen->max) - fmin(0, (double)seen->min);
    uint64_t beyond = 0;
    int top = OBSERVE_BINS, bottom = -1;

    while (--top >= HALF && (beyond += seen->bins[top]) <= most)
        ;
    beyond = 0;
    while (++bottom < HALF && (beyond += seen->bins[bottom]) <= most)
        ;
    *hi = fmax(0, fmin(seen->max, (top + 1 - HALF) * seen->width));
    *lo = fmin(0, fmax(seen->min, (bottom - HALF) * seen->width));
    if (*hi - *lo < LONG_TAIL * whole)
        return;
    *hi = fmax(0, seen->max);
    *lo = fmin(0, seen->min);
}

int observations_init(struct observations *seen, uint32_t n, bool spread)
{
    *seen = (struct observations){.v = calloc((size_t)n + 1, sizeof(*seen->v))};
    if (!seen->v)
        return -ENOMEM;
    for (; seen->n < n; seen->n++)
        if (observe_init(&seen->v[seen->n], spread) < 0) {
            observations_done(seen);
            return -ENOMEM;
        }
    return 0;
}

void observations_done(struct observations *seen)
{
    for (uint32_t i = 0; i < seen->n; i++)
        observe_done(&seen->v[i]);
    free(seen->v);
    *seen = (struct observations){0};
}
