#pragma once
/*
 * A window that moves over H and W of x, worked out: what Conv, depthwise Conv and Pool share.
 */
#include "backends/cpu/prepare.h"
#include "model/ops/window.h"

struct geometry {
    uint32_t n, in_h, in_w, in_c;
    uint32_t out_h, out_w, out_c;
    uint32_t kernel_h, kernel_w;
    int32_t stride_h, stride_w, dilation_h, dilation_w;
    int32_t top, left;             /* the leading pads that take effect */
    int32_t pad_bottom, pad_right; /* what an average that includes padding may count */
};

/* Places of a window's axis that lie inside of x: FROM to before TO; none if TO is not above. */
struct taps {
    uint32_t from, to;
};

static inline struct taps taps_inside(int64_t start, int32_t dilation, uint32_t kernel, uint32_t in)
{
    int64_t from = start < 0 ? (-start + dilation - 1) / dilation : 0;
    int64_t to = start < (int64_t)in ? ((int64_t)in - start + dilation - 1) / dilation : 0;

    if (to > (int64_t)kernel)
        to = kernel;
    return (struct taps){(uint32_t)from, from < to ? (uint32_t)to : (uint32_t)from};
}

/* From the node's first input and output. What infer let pass has no fault here: 0. */
static inline int geometry_of(struct prepare *p, const struct window *window, bool ceil,
                              struct geometry *ret)
{
    const struct shape *x = &prepare_in(p, 0)->shape, *y = &prepare_out(p, 0)->shape;
    bool is_explicit = window->padding == PADDING_CAFFE || window->padding == PADDING_EXPLICIT;
    struct window_axis h, w;
    int r = window_infer(window, ceil, x->dim[1], x->dim[2], &h, &w, p->fault);

    if (r < 0)
        return r;
    *ret = (struct geometry){
        .n = x->dim[0],
        .in_h = x->dim[1],
        .in_w = x->dim[2],
        .in_c = x->dim[3],
        .out_h = y->dim[1],
        .out_w = y->dim[2],
        .out_c = y->dim[3],
        .kernel_h = (uint32_t)window->kernel_h,
        .kernel_w = (uint32_t)window->kernel_w,
        .stride_h = window->stride_h,
        .stride_w = window->stride_w,
        .dilation_h = window->dilation_h,
        .dilation_w = window->dilation_w,
        .top = h.lead,
        .left = w.lead,
        .pad_bottom = is_explicit   ? window->pad_bottom
                      : h.trail > 0 ? h.trail
                                    : 0,
        .pad_right = is_explicit   ? window->pad_right
                     : w.trail > 0 ? w.trail
                                   : 0,
    };
    return 0;
}
