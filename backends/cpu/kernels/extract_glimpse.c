/*
 * ExtractGlimpse: a window of each image; the rule is in model/ops/extract_glimpse.h. A row of a
 * window is an item.
 */
#include "model/ops/extract_glimpse.h"

#include <string.h>

#include "backends/cpu/kernels/boxes.h"
#include "backends/cpu/prepare.h"

enum { IN_X, IN_OFFSETS };

/* An offset beyond it is put there: no window there reaches x. */
#define FAR 0x1p40f

struct params {
    struct extract_glimpse_attrs attrs;
    size_t height, width, channels;
};

/* The first place of a window of N on an axis of SIZE; beyond it if V is no number. */
static int64_t first_of(const struct extract_glimpse_attrs *attrs, float v, int32_t n, size_t size)
{
    if (attrs->normalized)
        v *= (float)size;
    if (attrs->centered && (attrs->normalized || !attrs->exact))
        v /= 2;
    if (attrs->centered)
        v += (float)size / 2;
    if (!attrs->exact || (attrs->centered && attrs->normalized))
        v -= (float)n / 2;
    return (int64_t)box_more(box_less(v, FAR), -FAR);
}

static void run_row(const struct kernel_args *args, size_t item)
{
    const struct params *p = args->params;
    size_t h = (size_t)p->attrs.glimpse_h, w = (size_t)p->attrs.glimpse_w, at = item / h;
    const float *offsets = (const float *)args->in[IN_OFFSETS] + at * 2;
    const float *x = (const float *)args->in[IN_X] + at * p->height * p->width * p->channels;
    int64_t row = first_of(&p->attrs, offsets[0], p->attrs.glimpse_h, p->height);
    int64_t column = first_of(&p->attrs, offsets[1], p->attrs.glimpse_w, p->width);
    int64_t from = column < 0 ? -column : 0, to = (int64_t)p->width - column;
    float *y = (float *)args->out[0] + item * w * p->channels;

    row += (int64_t)(item % h);
    memset(y, 0, w * p->channels * sizeof(*y));
    if (to > (int64_t)w)
        to = (int64_t)w;
    if (row >= 0 && (uint64_t)row < p->height && from < to)
        memcpy(y + (size_t)from * p->channels,
               x + ((size_t)row * p->width + (size_t)(column + from)) * p->channels,
               (size_t)(to - from) * p->channels * sizeof(*y));
}

static void run(const struct kernel_args *args)
{
    for (size_t item = args->from; item < args->to; item++)
        run_row(args, item);
}

static int prepare(struct prepare *p)
{
    const struct extract_glimpse_attrs *attrs = p->node->attrs;
    const struct shape *x = &prepare_in(p, IN_X)->shape, *y = &prepare_out(p, 0)->shape;
    struct params *params = prepare_params(p, sizeof(*params));

    if (!params)
        return prepare_no_memory(p);
    *params = (struct params){*attrs, x->dim[1], x->dim[2], x->dim[3]};
    return prepare_done(p, run, (size_t)y->dim[0] * y->dim[1], (uint64_t)y->dim[2] * y->dim[3]);
}

const struct operation cpu_extract_glimpse = {.prepare = prepare};
