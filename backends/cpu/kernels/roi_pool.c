/*
 * RoiPool: the greatest of each cell of a grid over each roi; the rule is in model/ops/roi_pool.h.
 * A row of a roi's grid is an item.
 */
#include "model/ops/roi_pool.h"

#include <string.h>

#include "backends/cpu/kernels/boxes.h"
#include "backends/cpu/prepare.h"

enum { IN_X, IN_ROIS };

#define ROI 5 /* numbers of a row */

/* Corners beyond it are put there: all of them lie outside of any x, and differences fit an int. */
#define FAR (1 << 24)

struct params {
    struct roi_pool_attrs attrs;
    size_t n, height, width, channels;
};

/* A roi, read once: places of x, both ends count. */
struct roi {
    int64_t image; /* -1: none */
    int32_t x1, y1, x2, y2;
};

static int32_t place_of(float v)
{
    return (int32_t)box_more(box_less(roundf(v), FAR), -FAR);
}

static struct roi read_roi(const struct params *p, const float *from)
{
    float v[ROI], scale = p->attrs.spatial_scale;

    memcpy(v, from, sizeof(v));
    if (v[1] != v[1] || v[2] != v[2] || v[3] != v[3] || v[4] != v[4])
        v[0] = -1;
    return (struct roi){box_image(v[0], p->n), place_of(v[1] * scale), place_of(v[2] * scale),
                        place_of(v[3] * scale), place_of(v[4] * scale)};
}

/* Places FROM to before TO of cell I of N on an axis of SIZE places. */
struct cell {
    size_t from, to;
};

static size_t inside(float v, int32_t start, size_t size)
{
    int64_t at = (int64_t)v + start;

    return at < 0 ? 0 : (uint64_t)at > size ? size : (size_t)at;
}

static struct cell cell_of(int32_t start, int32_t end, size_t i, int32_t n, size_t size)
{
    float each = (float)(end - start + 1 > 1 ? end - start + 1 : 1) / (float)n;

    return (struct cell){inside(floorf((float)i * each), start, size),
                         inside(ceilf((float)(i + 1) * each), start, size)};
}

static void pool_cell(const struct params *p, const float *x, struct cell rows, struct cell columns,
                      float *y)
{
    bool empty = true;

    for (size_t i = rows.from; i < rows.to; i++)
        for (size_t j = columns.from; j < columns.to; j++) {
            const float *from = x + (i * p->width + j) * p->channels;

            for (size_t c = 0; c < p->channels; c++)
                y[c] = empty || from[c] > y[c] ? from[c] : y[c];
            empty = false;
        }
    if (empty)
        memset(y, 0, p->channels * sizeof(*y));
}

static void run_row(const struct kernel_args *args, size_t item)
{
    const struct params *p = args->params;
    size_t h = (size_t)p->attrs.pooled_h, w = (size_t)p->attrs.pooled_w;
    float *y = (float *)args->out[0] + item * w * p->channels;
    struct roi roi = read_roi(p, (const float *)args->in[IN_ROIS] + item / h * ROI);
    const float *x = args->in[IN_X];
    struct cell rows;

    if (roi.image < 0) {
        memset(y, 0, w * p->channels * sizeof(*y));
        return;
    }
    x += (size_t)roi.image * p->height * p->width * p->channels;
    rows = cell_of(roi.y1, roi.y2, item % h, p->attrs.pooled_h, p->height);
    for (size_t j = 0; j < w; j++)
        pool_cell(p, x, rows, cell_of(roi.x1, roi.x2, j, p->attrs.pooled_w, p->width),
                  y + j * p->channels);
}

static void run(const struct kernel_args *args)
{
    for (size_t item = args->from; item < args->to; item++)
        run_row(args, item);
}

static int prepare(struct prepare *p)
{
    const struct roi_pool_attrs *attrs = p->node->attrs;
    const struct shape *x = &prepare_in(p, IN_X)->shape, *y = &prepare_out(p, 0)->shape;
    struct params *params = prepare_params(p, sizeof(*params));

    if (!params)
        return prepare_no_memory(p);
    *params = (struct params){*attrs, x->dim[0], x->dim[1], x->dim[2], x->dim[3]};
    return prepare_done(p, run, (size_t)y->dim[0] * y->dim[1],
                        (uint64_t)x->dim[1] * x->dim[2] / y->dim[1] * x->dim[3] + 100);
}

const struct operation cpu_roi_pool = {.prepare = prepare};
