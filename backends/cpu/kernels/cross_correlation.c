/*
 * CrossCorrelation: a depthwise convolution by an activation. A row of y is an item; each number of
 * it is added up in the order of the template.
 */
#include <string.h>

#include "backends/cpu/prepare.h"

enum { IN_X, IN_TEMPLATE };

struct params {
    size_t height, width, channels;        /* of x */
    size_t rows, columns, template_stride; /* of the template; 0: one for all images */
    size_t out_rows, out_columns;
};

/* y[0..columns*channels) += a row of x times one place of the template */
static void add_place(const struct params *p, const float *x, const float *place, float *y)
{
    for (size_t j = 0; j < p->out_columns; j++, x += p->channels, y += p->channels)
        for (size_t c = 0; c < p->channels; c++)
            y[c] += x[c] * place[c];
}

static void run_row(const struct kernel_args *args, size_t item)
{
    const struct params *p = args->params;
    size_t image = item / p->out_rows, row = item % p->out_rows;
    const float *x =
        (const float *)args->in[IN_X] + (image * p->height + row) * p->width * p->channels;
    const float *place = (const float *)args->in[IN_TEMPLATE] + image * p->template_stride;
    float *y = (float *)args->out[0] + item * p->out_columns * p->channels;

    memset(y, 0, p->out_columns * p->channels * sizeof(*y));
    for (size_t u = 0; u < p->rows; u++)
        for (size_t v = 0; v < p->columns; v++, place += p->channels)
            add_place(p, x + (u * p->width + v) * p->channels, place, y);
}

static void run(const struct kernel_args *args)
{
    for (size_t item = args->from; item < args->to; item++)
        run_row(args, item);
}

static int prepare(struct prepare *p)
{
    const struct shape *x = &prepare_in(p, IN_X)->shape, *t = &prepare_in(p, IN_TEMPLATE)->shape;
    const struct shape *y = &prepare_out(p, 0)->shape;
    struct params *params = prepare_params(p, sizeof(*params));

    if (!params)
        return prepare_no_memory(p);
    *params = (struct params){
        .height = x->dim[1],
        .width = x->dim[2],
        .channels = x->dim[3],
        .rows = t->dim[1],
        .columns = t->dim[2],
        .template_stride = t->dim[0] == 1 ? 0 : shape_elements(t) / t->dim[0],
        .out_rows = y->dim[1],
        .out_columns = y->dim[2],
    };
    return prepare_done(p, run, (size_t)y->dim[0] * y->dim[1],
                        (uint64_t)t->dim[1] * t->dim[2] * y->dim[2] * y->dim[3] / 2);
}

const struct operation cpu_cross_correlation = {.prepare = prepare};
