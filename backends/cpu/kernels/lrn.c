/*
 * Lrn: each number divided by a power of the mean square about it. Items are pixels; within a
 * channel, rows of pixels.
 */
#include "model/ops/lrn.h"

#include <math.h>

#include "backends/cpu/prepare.h"

struct params {
    size_t height, width, channels; /* across channels only the last counts */
    ptrdiff_t before, after;        /* places of a window before and behind the middle */
    float alpha, beta, bias;        /* alpha is divided by the window's size already */
};

/* x / s^beta; roots are cheaper than powf where they do. */
static inline float divide(const struct params *p, float x, float s)
{
    if (p->beta == 0.75f)
        return x / (sqrtf(s) * sqrtf(sqrtf(s)));
    if (p->beta == 0.5f)
        return x / sqrtf(s);
    return x / powf(s, p->beta);
}

static void run_pixel(const struct params *p, const float *x, float *y)
{
    ptrdiff_t n = (ptrdiff_t)p->channels;

    for (ptrdiff_t c = 0; c < n; c++) {
        ptrdiff_t from = c > p->before ? c - p->before : 0;
        ptrdiff_t to = p->after < n - 1 - c ? c + p->after : n - 1;
        float sum = 0;

        for (ptrdiff_t k = from; k <= to; k++)
            sum += x[k] * x[k];
        y[c] = divide(p, x[c], p->bias + p->alpha * sum);
    }
}

static void run_across(const struct kernel_args *args)
{
    const struct params *p = args->params;

    for (size_t pixel = args->from; pixel < args->to; pixel++)
        run_pixel(p, (const float *)args->in[0] + pixel * p->channels,
                  (float *)args->out[0] + pixel * p->channels);
}

/* The rows of places from FROM to TO that lie about AT, cut off at SIZE. */
static void window(const struct params *p, size_t at, size_t size, size_t *from, size_t *to)
{
    *from = at > (size_t)p->before ? at - (size_t)p->before : 0;
    *to = (size_t)p->after < size - 1 - at ? at + (size_t)p->after : size - 1;
}

/* The pixel at (h, w) of the image X; the sums of its channels are kept in y. */
static void run_place(const struct params *p, const float *x, size_t h, size_t w, float *y)
{
    const float *middle = x + (h * p->width + w) * p->channels;
    size_t top, bottom, left, right;

    window(p, h, p->height, &top, &bottom);
    window(p, w, p->width, &left, &right);
    for (size_t c = 0; c < p->channels; c++)
        y[c] = 0;
    for (size_t i = top; i <= bottom; i++)
        for (size_t j = left; j <= right; j++) {
            const float *from = x + (i * p->width + j) * p->channels;

            for (size_t c = 0; c < p->channels; c++)
                y[c] += from[c] * from[c];
        }
    for (size_t c = 0; c < p->channels; c++)
        y[c] = divide(p, middle[c], p->bias + p->alpha * y[c]);
}

static void run_within(const struct kernel_args *args)
{
    const struct params *p = args->params;
    size_t row = p->width * p->channels;

    for (size_t item = args->from; item < args->to; item++) {
        const float *x = (const float *)args->in[0] + item / p->height * p->height * row;
        float *y = (float *)args->out[0] + item * row;

        for (size_t w = 0; w < p->width; w++)
            run_place(p, x, item % p->height, w, y + w * p->channels);
    }
}

static int prepare(struct prepare *p)
{
    const struct lrn_attrs *lrn = p->node->attrs;
    const struct shape *x = &prepare_in(p, 0)->shape;
    bool within = lrn->kind == LRN_WITHIN_CHANNEL;
    double count = within ? (double)lrn->size * lrn->size : lrn->size;
    struct params *params = prepare_params(p, sizeof(*params));

    if (!params)
        return prepare_no_memory(p);
    *params = (struct params){
        .height = within ? x->dim[1] : 1,
        .width = within ? x->dim[2] : 1,
        .channels = x->dim[x->rank - 1],
        .before = (lrn->size - 1) / 2,
        .after = lrn->size / 2,
        .alpha = (float)((double)lrn->alpha / count),
        .beta = lrn->beta,
        .bias = lrn->bias,
    };
    if (within)
        return prepare_done(p, run_within, (size_t)x->dim[0] * x->dim[1],
                            params->width * params->channels * ((uint64_t)count + 40));
    return prepare_done(p, run_across, shape_elements(x) / params->channels,
                        params->channels * ((uint64_t)lrn->size + 40));
}

const struct operation cpu_lrn = {.prepare = prepare};
