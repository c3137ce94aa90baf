/*
 * CropAndResize: a crop for each box, resized; the rule is in model/ops/crop_and_resize.h. A row of
 * a crop is an item.
 */
#include "model/ops/crop_and_resize.h"

#include <string.h>

#include "backends/cpu/kernels/boxes.h"
#include "backends/cpu/kernels/sample.h"
#include "backends/cpu/prepare.h"

enum { IN_X, IN_BOXES, IN_IMAGES };

struct params {
    struct crop_and_resize_attrs attrs;
    size_t n, height, width, channels;
};

/* A point on an axis between its neighbours. */
struct between {
    int64_t low, high;
    float much; /* of the higher */
};

/* Where place I of N between FROM and TO falls on an axis of SIZE places. */
static float place_of(float from, float to, size_t i, int32_t n, size_t size)
{
    float last = (float)(size - 1);

    if (n > 1)
        return from * last + (float)i * ((to - from) * last / (float)(n - 1));
    return 0.5f * (from + to) * last;
}

static bool locate(const struct params *p, float v, size_t size, struct between *ret)
{
    if (!(v >= 0 && v <= (float)(size - 1)))
        return false;
    if (p->attrs.method == CROP_NEAREST) {
        ret->low = ret->high = sample_nearest(v, size);
        ret->much = 0;
        return ret->low >= 0;
    }
    ret->low = (int64_t)v;
    ret->high = (int64_t)ceilf(v);
    ret->much = v - (float)ret->low;
    return (uint64_t)ret->high < size;
}

static void fill(const struct params *p, float *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = p->attrs.extrapolation_value;
}

static void mix(const struct picture *picture, const struct between *row,
                const struct between *column, float *y)
{
    const float *a = sample_at(picture, row->low, column->low);
    const float *b = sample_at(picture, row->low, column->high);
    const float *c = sample_at(picture, row->high, column->low);
    const float *d = sample_at(picture, row->high, column->high);

    for (size_t i = 0; i < picture->channels; i++) {
        float top = a[i] + (b[i] - a[i]) * column->much;
        float bottom = c[i] + (d[i] - c[i]) * column->much;

        y[i] = top + (bottom - top) * row->much;
    }
}

static void run_row(const struct kernel_args *args, size_t item)
{
    const struct params *p = args->params;
    size_t h = (size_t)p->attrs.crop_h, w = (size_t)p->attrs.crop_w, at = item / h;
    struct picture picture = {args->in[IN_X], p->height, p->width, p->channels};
    int64_t image = box_image(((const float *)args->in[IN_IMAGES])[at], p->n);
    float *y = (float *)args->out[0] + item * w * p->channels, box[4];
    struct between row, column;

    memcpy(box, (const float *)args->in[IN_BOXES] + at * 4, sizeof(box));
    if (image < 0 || !locate(p, place_of(box[0], box[2], item % h, p->attrs.crop_h, p->height),
                             p->height, &row)) {
        fill(p, y, w * p->channels);
        return;
    }
    picture.x += (size_t)image * p->height * p->width * p->channels;
    for (size_t j = 0; j < w; j++, y += p->channels)
        if (locate(p, place_of(box[1], box[3], j, p->attrs.crop_w, p->width), p->width, &column))
            mix(&picture, &row, &column, y);
        else
            fill(p, y, p->channels);
}

static void run(const struct kernel_args *args)
{
    for (size_t item = args->from; item < args->to; item++)
        run_row(args, item);
}

static int prepare(struct prepare *p)
{
    const struct crop_and_resize_attrs *attrs = p->node->attrs;
    const struct shape *x = &prepare_in(p, IN_X)->shape, *y = &prepare_out(p, 0)->shape;
    struct params *params = prepare_params(p, sizeof(*params));

    if (!params)
        return prepare_no_memory(p);
    *params = (struct params){*attrs, x->dim[0], x->dim[1], x->dim[2], x->dim[3]};
    return prepare_done(p, run, (size_t)y->dim[0] * y->dim[1],
                        (uint64_t)y->dim[2] * (y->dim[3] * 8 + 40));
}

const struct operation cpu_crop_and_resize = {.prepare = prepare};
