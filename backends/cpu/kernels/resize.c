/*
 * Resize: every row and column of y has a few taps in x, worked out when the plan is made. Items
 * are rows of y.
 */
#include "model/ops/resize.h"

#include <math.h>
#include <string.h>

#include "backends/cpu/prepare.h"

#define TAPS      4
#define SIDE_MOST 1048576u /* so that taps take 32 MiB at most */

/* Where one row or column comes from; a nearest one has one tap, a bilinear one two. */
struct tap {
    uint32_t at[TAPS];
    float weight[TAPS];
};

struct params {
    uint32_t in_h, in_w, out_h, out_w, channels, n_taps;
    struct tap *rows, *columns;
};

static void add_scaled(const float *x, float weight, float *y, size_t n, bool first)
{
    if (first)
        for (size_t i = 0; i < n; i++)
            y[i] = weight * x[i];
    else
        for (size_t i = 0; i < n; i++)
            y[i] += weight * x[i];
}

static void run_pixel(const struct params *p, const float *image, const struct tap *row,
                      const struct tap *column, float *y)
{
    size_t n = p->channels;

    for (uint32_t i = 0; i < p->n_taps; i++)
        for (uint32_t j = 0; j < p->n_taps; j++) {
            const float *x = image + ((size_t)row->at[i] * p->in_w + column->at[j]) * n;

            if (p->n_taps == 1)
                memcpy(y, x, n * sizeof(*y));
            else
                add_scaled(x, row->weight[i] * column->weight[j], y, n, i == 0 && j == 0);
        }
}

static void run(const struct kernel_args *args)
{
    const struct params *p = args->params;
    size_t image = (size_t)p->in_h * p->in_w * p->channels;

    for (size_t item = args->from; item < args->to; item++) {
        const float *x = (const float *)args->in[0] + item / p->out_h * image;
        float *y = (float *)args->out[0] + item * p->out_w * p->channels;

        for (uint32_t w = 0; w < p->out_w; w++)
            run_pixel(p, x, &p->rows[item % p->out_h], &p->columns[w], y + (size_t)w * p->channels);
    }
}

/* An axis while its taps are worked out. SCALE is the model's, or 0. */
struct side {
    const struct resize_attrs *resize;
    uint32_t in, out;
    float scale;
};

/*
 * O / scale, o being a place of y or half a step behind one. A scale that the model gives is used
 * in float32, as onnxruntime does it, for where a nearest neighbour is may hang on the last bit;
 * without one the ratio of the sizes is exact.
 */
static double unscale(const struct side *side, double o)
{
    if (side->scale != 0)
        return (double)((float)o / side->scale);
    return o * side->in / side->out;
}

/* What HALF_PIXEL_SYMMETRIC adds: y may be smaller than in * scale, and is cut from its middle. */
static double symmetric_offset(const struct side *side)
{
    double whole = side->scale != 0 ? (double)side->scale * side->in : side->out;

    return side->in / 2.0 * (1 - side->out / whole);
}

static double place_in_x(const struct side *side, uint32_t o)
{
    switch (side->resize->coordinates) {
    case RESIZE_ALIGN_CORNERS:
        return side->out == 1 ? 0 : (double)o * (side->in - 1) / (side->out - 1);
    case RESIZE_PYTORCH_HALF_PIXEL:
        return side->out == 1 ? 0 : unscale(side, o + 0.5) - 0.5;
    case RESIZE_HALF_PIXEL:
        return unscale(side, o + 0.5) - 0.5;
    case RESIZE_HALF_PIXEL_SYMMETRIC:
        return symmetric_offset(side) + unscale(side, o + 0.5) - 0.5;
    case RESIZE_TF_HALF_PIXEL_FOR_NN:
        return unscale(side, o + 0.5);
    default:
        return unscale(side, o);
    }
}

/* A scale may be so small that a place is infinite, or no number. */
static uint32_t clamp_place(double at, uint32_t size)
{
    return at > size - 1 ? size - 1 : at > 0 ? (uint32_t)at : 0;
}

static void tap_nearest(const struct side *side, double at, struct tap *ret)
{
    switch (side->resize->rounding) {
    case RESIZE_ROUND_PREFER_FLOOR:
        at = ceil(at - 0.5);
        break;
    case RESIZE_ROUND_PREFER_CEIL:
        at = floor(at + 0.5);
        break;
    case RESIZE_CEIL:
        at = ceil(at);
        break;
    default:
        at = floor(at);
    }
    ret->at[0] = clamp_place(at, side->in);
    ret->weight[0] = 1;
}

static void tap_bilinear(const struct side *side, double at, struct tap *ret)
{
    at = at > side->in - 1 ? side->in - 1 : at > 0 ? at : 0;
    ret->at[0] = (uint32_t)at;
    ret->at[1] = clamp_place(ret->at[0] + 1.0, side->in);
    ret->weight[1] = (float)(at - ret->at[0]);
    ret->weight[0] = 1 - ret->weight[1];
}

/* Keys' cubic convolution with the coefficient A, X away from the sample. */
static double cubic(double a, double x)
{
    x = fabs(x);
    if (x <= 1)
        return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

static void tap_cubic(const struct side *side, double at, struct tap *ret)
{
    double first = floor(at) - 1, weight[TAPS], sum = 0;

    for (int i = 0; i < TAPS; i++) {
        bool outside = first + i < 0 || first + i > side->in - 1;

        weight[i] = cubic((double)side->resize->cubic_a, at - first - i);
        if (outside && side->resize->exclude_outside)
            weight[i] = 0;
        sum += weight[i];
        ret->at[i] = clamp_place(first + i, side->in);
    }
    for (int i = 0; i < TAPS; i++)
        ret->weight[i] = (float)(side->resize->exclude_outside ? weight[i] / sum : weight[i]);
}

/* The taps of one axis, in the plan's arena; NULL if memory is out. */
static struct tap *place_taps(struct prepare *p, const struct side *side)
{
    struct tap *taps = arena_alloc(p->arena, side->out * sizeof(*taps));

    for (uint32_t o = 0; taps && o < side->out; o++) {
        double at = place_in_x(side, o);

        if (side->resize->mode == RESIZE_NEAREST)
            tap_nearest(side, at, &taps[o]);
        else if (side->resize->mode == RESIZE_BILINEAR)
            tap_bilinear(side, at, &taps[o]);
        else
            tap_cubic(side, at, &taps[o]);
    }
    p->params_size += side->out * sizeof(*taps);
    return taps;
}

static int prepare(struct prepare *p)
{
    const struct resize_attrs *resize = p->node->attrs;
    const struct shape *x = &prepare_in(p, 0)->shape, *y = &prepare_out(p, 0)->shape;
    struct params *params = prepare_params(p, sizeof(*params));

    if (!params)
        return prepare_no_memory(p);
    if (y->dim[1] > SIDE_MOST || y->dim[2] > SIDE_MOST)
        return fail(
            p->fault, E_LAYER_UNSUPPORTED,
            "layer %.80s: the cpu runtime resizes to at most %u rows and columns, not %ux%u",
            p->node->name, SIDE_MOST, y->dim[1], y->dim[2]);
    *params = (struct params){
        .in_h = x->dim[1],
        .in_w = x->dim[2],
        .out_h = y->dim[1],
        .out_w = y->dim[2],
        .channels = x->dim[3],
        .n_taps = resize->mode == RESIZE_NEAREST    ? 1
                  : resize->mode == RESIZE_BILINEAR ? 2
                                                    : TAPS,
        .rows = place_taps(p, &(struct side){resize, x->dim[1], y->dim[1], resize->scale_h}),
        .columns = place_taps(p, &(struct side){resize, x->dim[2], y->dim[2], resize->scale_w}),
    };
    if (!params->rows || !params->columns)
        return prepare_no_memory(p);
    return prepare_done(p, run, (size_t)x->dim[0] * y->dim[1],
                        (uint64_t)y->dim[2] * (x->dim[3] * params->n_taps * params->n_taps + 8));
}

const struct operation cpu_resize = {.prepare = prepare};
