/*
 * RoiAlign: points of each cell of a grid over each roi; the rule is in model/ops/roi_align.h. A
 * cell is an item.
 *
 * However large a roi is, only the points that reach x are visited: the others are zeros, of which
 * it is enough to know how many there are.
 */
#include "model/ops/roi_align.h"

#include <string.h>

#include "backends/cpu/kernels/boxes.h"
#include "backends/cpu/prepare.h"

enum { IN_X, IN_ROIS, IN_IMAGES, N_IN };

struct params {
    struct roi_align_attrs attrs;
    size_t n, height, width, channels, roi_width;
};

/* One axis of a cell: COUNT points in EACH places from START on, each in the middle of its part. */
struct axis {
    float start, each, count;
    size_t size; /* of x */
};

/* A point on an axis between its neighbours; both are the same at the edge. */
struct between {
    size_t low, high;
    float low_weight, high_weight;
};

static bool locate(const struct axis *axis, int64_t i, struct between *ret)
{
    float v = axis->start + ((float)i + 0.5f) * axis->each / axis->count;

    if (!(v >= -1 && v <= (float)axis->size))
        return false;
    v = box_more(v, 0);
    ret->low = (size_t)v;
    if (ret->low + 1 >= axis->size) {
        ret->low = ret->high = axis->size - 1;
        v = (float)ret->low;
    } else {
        ret->high = ret->low + 1;
    }
    ret->high_weight = v - (float)ret->low;
    ret->low_weight = 1 - ret->high_weight;
    return true;
}

/* The first and the one behind the last point that may reach x; a few too many at each end. */
struct reach {
    int64_t from, to;
};

static int64_t bounded(double v, double most)
{
    return (int64_t)(v > 0 && most > 0 ? v < most ? v : most : 0);
}

/* Points are at least half a place apart if there are more than sampling_ratio may ask for. */
static struct reach reach_of(const struct axis *axis)
{
    double step = (double)axis->each / (double)axis->count, start = (double)axis->start;
    double most = axis->count < 0x1p40f ? (double)axis->count : 0x1p40;

    return (struct reach){bounded((-1 - start) / step - 2, most),
                          bounded(((double)axis->size - start) / step + 3, most)};
}

/* y gathers one point: a sum, or the greatest of what each neighbour gives. */
static void take_point(const struct params *p, const float *x, const struct between *row,
                       const struct between *column, float *y)
{
    const float *top = x + row->low * p->width * p->channels;
    const float *bottom = x + row->high * p->width * p->channels;
    size_t left = column->low * p->channels, right = column->high * p->channels;
    float a = row->low_weight * column->low_weight, b = row->low_weight * column->high_weight;
    float c = row->high_weight * column->low_weight, d = row->high_weight * column->high_weight;

    if (p->attrs.mode == ROI_ALIGN_AVG)
        for (size_t i = 0; i < p->channels; i++)
            y[i] += a * top[left + i] + b * top[right + i] + c * bottom[left + i] +
                    d * bottom[right + i];
    else
        for (size_t i = 0; i < p->channels; i++)
            y[i] = box_more(y[i], box_more(box_more(a * top[left + i], b * top[right + i]),
                                           box_more(c * bottom[left + i], d * bottom[right + i])));
}

/* How many points reached x. */
static size_t take_points(const struct params *p, const float *x, const struct axis *rows,
                          const struct axis *columns, float *y)
{
    const struct reach i_reach = reach_of(rows), j_reach = reach_of(columns);
    struct between row, column;
    size_t n = 0;

    for (int64_t i = i_reach.from; i < i_reach.to; i++) {
        if (!locate(rows, i, &row))
            continue;
        for (int64_t j = j_reach.from; j < j_reach.to; j++) {
            if (!locate(columns, j, &column))
                continue;
            take_point(p, x, &row, &column, y);
            n++;
        }
    }
    return n;
}

static void start_cell(const struct params *p, float *y)
{
    for (size_t i = 0; i < p->channels; i++)
        y[i] = p->attrs.mode == ROI_ALIGN_AVG ? 0 : -INFINITY;
}

static void finish_cell(const struct params *p, size_t reached, float all, float *y)
{
    for (size_t i = 0; i < p->channels; i++)
        if (p->attrs.mode == ROI_ALIGN_AVG)
            y[i] /= box_more(all, 1);
        else if ((float)reached < all || reached == 0)
            y[i] = box_more(y[i], 0);
}

/* Axis of cell I of N between two corners of the roi; false: they are no numbers that can be. */
static bool axis_of(const struct params *p, float from, float to, size_t i, int32_t n, size_t size,
                    struct axis *ret)
{
    float half = p->attrs.aligned ? 0.5f : 0, scale = p->attrs.spatial_scale, length, each;

    from = from * scale - half;
    to = to * scale - half;
    length = p->attrs.aligned ? to - from : box_more(to - from, 1);
    each = length / (float)n;
    ret->count = p->attrs.sampling_ratio > 0 ? (float)p->attrs.sampling_ratio : ceilf(each);
    ret->start = from + (float)i * each;
    ret->each = each;
    ret->size = size;
    return isfinite(from) && isfinite(length);
}

static void run_cell(const struct kernel_args *args, size_t item)
{
    const struct params *p = args->params;
    size_t w = (size_t)p->attrs.pooled_w, h = (size_t)p->attrs.pooled_h, roi = item / w / h;
    const float *rois = (const float *)args->in[IN_ROIS] + roi * p->roi_width;
    const float *images = args->in[IN_IMAGES];
    float *y = (float *)args->out[0] + item * p->channels, v[5] = {0};
    struct axis rows, columns;
    int64_t image;

    memcpy(v + 5 - p->roi_width, rois, p->roi_width * sizeof(*v));
    image = box_image(images ? images[roi] : v[0], p->n);
    if (image < 0 || !axis_of(p, v[2], v[4], item / w % h, p->attrs.pooled_h, p->height, &rows) ||
        !axis_of(p, v[1], v[3], item % w, p->attrs.pooled_w, p->width, &columns)) {
        memset(y, 0, p->channels * sizeof(*y));
        return;
    }
    start_cell(p, y);
    finish_cell(p,
                take_points(p,
                            (const float *)args->in[IN_X] +
                                (size_t)image * p->height * p->width * p->channels,
                            &rows, &columns, y),
                rows.count * columns.count, y);
}

static void run(const struct kernel_args *args)
{
    for (size_t item = args->from; item < args->to; item++)
        run_cell(args, item);
}

static int prepare(struct prepare *p)
{
    const struct roi_align_attrs *attrs = p->node->attrs;
    const struct shape *x = &prepare_in(p, IN_X)->shape, *y = &prepare_out(p, 0)->shape;
    const struct shape *rois = &prepare_in(p, IN_ROIS)->shape;
    struct params *params = prepare_params(p, sizeof(*params));

    if (!params)
        return prepare_no_memory(p);
    *params = (struct params){*attrs,    x->dim[0], x->dim[1],
                              x->dim[2], x->dim[3], shape_elements(rois) / rois->dim[0]};
    return prepare_done(p, run, (size_t)y->dim[0] * y->dim[1] * y->dim[2],
                        (uint64_t)x->dim[3] * 16 + 100);
}

const struct operation cpu_roi_align = {.n_in = N_IN, .prepare = prepare};
