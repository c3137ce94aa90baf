/*
 * ProjectiveTransform: each image seen through a projective map; the rule is in
 * model/ops/projective_transform.h. A row of y is an item.
 */
#include "model/ops/projective_transform.h"

#include <string.h>

#include "backends/cpu/kernels/sample.h"
#include "backends/cpu/prepare.h"

enum { IN_X, IN_TRANSFORMS };

#define TRANSFORM 8 /* numbers of one */

struct params {
    enum projective_method method;
    size_t height, width, channels, out_height, out_width;
    size_t transform_stride; /* 0: one for all images */
};

static void add(float *y, const float *x, float much, size_t n)
{
    if (x)
        for (size_t c = 0; c < n; c++)
            y[c] += much * x[c];
}

/* COLUMN and ROW lie within one place of the picture, so that they fit an integer. */
static void add_around(const struct picture *picture, float column, float row, float *y)
{
    float left = floorf(column), top = floorf(row), right = left + 1, bottom = top + 1;
    int64_t i = (int64_t)top, j = (int64_t)left;

    add(y, sample_at(picture, i, j), (bottom - row) * (right - column), picture->channels);
    add(y, sample_at(picture, i, j + 1), (bottom - row) * (column - left), picture->channels);
    add(y, sample_at(picture, i + 1, j), (row - top) * (right - column), picture->channels);
    add(y, sample_at(picture, i + 1, j + 1), (row - top) * (column - left), picture->channels);
}

static void look(const struct params *p, const struct picture *picture, float column, float row,
                 float *y)
{
    memset(y, 0, picture->channels * sizeof(*y));
    if (!(column > -1 && column < (float)picture->width && row > -1 &&
          row < (float)picture->height))
        return;
    if (p->method == PROJECTIVE_BILINEAR)
        add_around(picture, column, row, y);
    else
        add(y,
            sample_at(picture, sample_nearest(row, picture->height),
                      sample_nearest(column, picture->width)),
            1, picture->channels);
}

static void run_row(const struct kernel_args *args, size_t item)
{
    const struct params *p = args->params;
    size_t image = item / p->out_height, size = p->height * p->width * p->channels;
    const struct picture picture = {(const float *)args->in[IN_X] + image * size, p->height,
                                    p->width, p->channels};
    float *y = (float *)args->out[0] + item * p->out_width * p->channels;
    float t[TRANSFORM], i = (float)(item % p->out_height);

    memcpy(t, (const float *)args->in[IN_TRANSFORMS] + image * p->transform_stride, sizeof(t));
    for (size_t at = 0; at < p->out_width; at++, y += p->channels) {
        float j = (float)at, k = t[6] * j + t[7] * i + 1;

        look(p, &picture, (t[0] * j + t[1] * i + t[2]) / k, (t[3] * j + t[4] * i + t[5]) / k, y);
    }
}

static void run(const struct kernel_args *args)
{
    for (size_t item = args->from; item < args->to; item++)
        run_row(args, item);
}

static int prepare(struct prepare *p)
{
    const struct projective_transform_attrs *attrs = p->node->attrs;
    const struct shape *x = &prepare_in(p, IN_X)->shape, *y = &prepare_out(p, 0)->shape;
    struct params *params = prepare_params(p, sizeof(*params));

    if (!params)
        return prepare_no_memory(p);
    *params = (struct params){
        .method = attrs->method,
        .height = x->dim[1],
        .width = x->dim[2],
        .channels = x->dim[3],
        .out_height = y->dim[1],
        .out_width = y->dim[2],
        .transform_stride = prepare_in(p, IN_TRANSFORMS)->shape.dim[0] == 1 ? 0 : TRANSFORM,
    };
    return prepare_done(p, run, (size_t)y->dim[0] * y->dim[1],
                        (uint64_t)y->dim[2] * (y->dim[3] * 8 + 40));
}

const struct operation cpu_projective_transform = {.prepare = prepare};
