/*
 * Deconv: the kernel of deconv_gather.h; one channel in and one out a group goes by lanes of
 * channels. Items are rows of y.
 */
#include "backends/cpu/kernels/deconv.h"

#include "model/ops/deconv.h"

#define DECONV_SYMBOL cpu_deconv_portable
#include "backends/cpu/kernels/deconv_gather.h"

/* The pixel at COLUMN of row ROW of y: each channel has its own kernel. */
static void run_pixel(const struct deconv_params *p, const struct kernel_args *args, const float *x,
                      uint32_t row, uint32_t column, float *y)
{
    const float *weights = args->in[1], *bias = args->in[2];
    int64_t h, w;

    for (uint32_t c = 0; c < p->out_c; c++)
        y[c] = bias ? bias[c] : 0;
    for (uint32_t i = 0; i < p->kernel_h; i++)
        for (uint32_t j = 0; j < p->kernel_w; j++) {
            const float *from, *by = weights + ((size_t)i * p->kernel_w + j) * p->in_c;

            if (!find_source(row, p->top, i, p->dilation_h, p->stride_h, &h) ||
                !find_source(column, p->left, j, p->dilation_w, p->stride_w, &w) ||
                (uint64_t)h >= p->in_h || (uint64_t)w >= p->in_w)
                continue;
            from = x + ((size_t)h * p->in_w + (size_t)w) * p->in_c;
            for (uint32_t c = 0; c < p->out_c; c++)
                y[c] += from[c] * by[c];
        }
    for (uint32_t c = 0; c < p->out_c; c++) {
        y[c] = y[c] < p->clamp.lo ? p->clamp.lo : y[c];
        y[c] = y[c] > p->clamp.hi ? p->clamp.hi : y[c];
    }
}

static void run_depthwise(const struct kernel_args *args)
{
    const struct deconv_params *p = args->params;
    size_t image = (size_t)p->in_h * p->in_w * p->in_c;

    for (size_t row = args->from; row < args->to; row++) {
        const float *x = (const float *)args->in[0] + row / p->out_h * image;
        float *y = (float *)args->out[0] + row * p->out_w * p->out_c;

        for (uint32_t column = 0; column < p->out_w; column++, y += p->out_c)
            run_pixel(p, args, x, (uint32_t)(row % p->out_h), column, y);
    }
}

static void set_sizes(const struct prepare *p, struct deconv_params *ret)
{
    const struct shape *x = &prepare_in(p, 0)->shape, *y = &prepare_out(p, 0)->shape;

    ret->in_h = x->dim[1];
    ret->in_w = x->dim[2];
    ret->in_c = x->dim[3];
    ret->out_h = y->dim[1];
    ret->out_w = y->dim[2];
    ret->out_c = y->dim[3];
    ret->group_in = ret->in_c / ret->groups;
    ret->group_out = ret->out_c / ret->groups;
}

/* Products of a row of y; on the average one place of the kernel in a stride's square reaches it.
 */
static uint64_t work_of(const struct deconv_params *p)
{
    uint64_t places =
        (uint64_t)p->kernel_h * p->kernel_w / (uint32_t)p->stride_h / (uint32_t)p->stride_w;

    return (places + 1) * p->out_w * p->group_in * p->out_c;
}

static int prepare(struct prepare *p)
{
    const struct deconv_attrs *deconv = p->node->attrs;
    const struct shape *x = &prepare_in(p, 0)->shape;
    struct deconv_params *params = prepare_params(p, sizeof(*params));
    struct window_axis h = {0}, w = {0};
    size_t rows;

    if (!params)
        return prepare_no_memory(p);
    deconv_window(deconv, x->dim[1], x->dim[2], &h, &w, NULL); /* infer had no complaint */
    *params = (struct deconv_params){
        .clamp = p->clamp,
        .kernel_h = (uint32_t)deconv->window.kernel_h,
        .kernel_w = (uint32_t)deconv->window.kernel_w,
        .stride_h = deconv->window.stride_h,
        .stride_w = deconv->window.stride_w,
        .dilation_h = deconv->window.dilation_h,
        .dilation_w = deconv->window.dilation_w,
        .top = h.lead,
        .left = w.lead,
        .groups = (uint32_t)deconv->groups,
    };
    set_sizes(p, params);
    rows = (size_t)x->dim[0] * params->out_h;
    if (params->group_in == 1 && params->group_out == 1)
        return prepare_done(p, run_depthwise, rows, work_of(params));
    return prepare_done(p, cpu_kernel_form(KERNEL_DECONV, p->isa), rows, work_of(params) / 4);
}

const struct operation cpu_deconv = {
    .n_in = 3,
    .takes_clamp = true,
    .prepare = prepare,
};
