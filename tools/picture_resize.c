#include <errno.h>
#include <math.h>

#include "base/base.h"
#include "base/mem.h"
#include "tools/picture.h"

#define PRECISION 22 /* 32 bits less 8 of a sample and 2 for sums above 1 */

/* Which samples of an axis make each output, and how much each counts in fixed point. */
struct taps {
    uint32_t n_most; /* weights of one output */
    struct tap_range {
        uint32_t first, n;
    } * ranges;
    int32_t *weights; /* outputs x n_most */
    double *scratch;  /* n_most */
};

static void taps_done(struct taps *taps)
{
    mem_free(taps->ranges);
    mem_free(taps->weights);
    mem_free(taps->scratch);
}

static double triangle(double x)
{
    x = fabs(x);
    return x < 1 ? 1 - x : 0;
}

static int32_t to_fixed(double weight)
{
    return (int32_t)(0.5 + weight * (1 << PRECISION)); /* a triangle is nowhere negative */
}

/* SCALE: input samples per output one; WIDEN: the same, at least 1, which is half the filter. */
static void take_taps(struct taps *taps, uint32_t n_in, uint32_t out, double scale, double widen)
{
    double centre = (out + 0.5) * scale, sum = 0, inverse = 1 / widen;
    int first = (int)(centre - widen + 0.5), end = (int)(centre + widen + 0.5);
    int32_t *weights = taps->weights + (size_t)out * taps->n_most;

    first = first < 0 ? 0 : first;
    end = end > (int)n_in ? (int)n_in : end;
    for (int i = first; i < end; i++) {
        taps->scratch[i - first] = triangle((i - centre + 0.5) * inverse);
        sum += taps->scratch[i - first];
    }
    for (int i = 0; i < end - first; i++)
        weights[i] = to_fixed(sum != 0 ? taps->scratch[i] / sum : taps->scratch[i]);
    taps->ranges[out] = (struct tap_range){(uint32_t)first, (uint32_t)(end - first)};
}

/* Sides are limited, so that N_OUT x n_most stays below 2 * (n_in + 3 * n_out). */
static int make_taps(uint32_t n_in, uint32_t n_out, struct taps *taps)
{
    double scale = (double)n_in / n_out, widen = scale < 1 ? 1 : scale;

    taps->n_most = (uint32_t)ceil(widen) * 2 + 1;
    taps->ranges = mem_alloc(sizeof(*taps->ranges) * n_out);
    taps->weights = mem_alloc(sizeof(*taps->weights) * n_out * taps->n_most);
    taps->scratch = mem_alloc(sizeof(*taps->scratch) * taps->n_most);
    if (!taps->ranges || !taps->weights || !taps->scratch)
        return -ENOMEM;
    for (uint32_t out = 0; out < n_out; out++)
        take_taps(taps, n_in, out, scale, widen);
    return 0;
}

/* One sample: N of them, STRIDE apart, weighed, rounded and clipped. */
static uint8_t mix(const uint8_t *from, size_t stride, const int32_t *weights, uint32_t n)
{
    int32_t sum = 1 << (PRECISION - 1);

    for (uint32_t i = 0; i < n; i++)
        sum += from[i * stride] * weights[i];
    sum >>= PRECISION;
    return (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

static void mix_across(const struct picture *from, const struct taps *taps, struct picture *to)
{
    size_t channels = from->channels;
    uint8_t *out = to->pixels;

    for (size_t y = 0; y < to->height; y++) {
        const uint8_t *row = from->pixels + y * from->width * channels;

        for (size_t x = 0; x < to->width; x++)
            for (size_t c = 0; c < channels; c++)
                *out++ = mix(row + taps->ranges[x].first * channels + c, channels,
                             taps->weights + x * taps->n_most, taps->ranges[x].n);
    }
}

static void mix_down(const struct picture *from, const struct taps *taps, struct picture *to)
{
    size_t row = (size_t)from->width * from->channels;
    uint8_t *out = to->pixels;

    for (size_t y = 0; y < to->height; y++)
        for (size_t x = 0; x < row; x++)
            *out++ = mix(from->pixels + taps->ranges[y].first * row + x, row,
                         taps->weights + y * taps->n_most, taps->ranges[y].n);
}

int picture_resize(const struct picture *from, uint32_t width, uint32_t height, struct picture *ret)
{
    _cleanup_(taps_done) struct taps across = {0}, down = {0};
    _cleanup_(picture_done) struct picture between = {0};
    int r = picture_new(width, from->height, from->channels, &between);

    if (r == 0)
        r = make_taps(from->width, width, &across);
    if (r == 0)
        r = make_taps(from->height, height, &down);
    if (r == 0)
        r = picture_new(width, height, from->channels, ret);
    if (r < 0)
        return r;
    /* An axis that stays has weights of exactly 1, 0: nothing changes. */
    mix_across(from, &across, &between);
    mix_down(&between, &down, ret);
    return 0;
}
