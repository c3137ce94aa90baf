#include "model/dlc/pads.h"

#include <stddef.h>

/* The pad behind that makes OUT windows of REACH reach the input's end, and no more. */
static int32_t trailing_pad(uint32_t out, int32_t stride, int64_t reach, uint32_t in, int32_t lead)
{
    int64_t pad = ((int64_t)out - 1) * stride + reach - in - lead;

    return pad < 0 ? 0 : pad > WINDOW_MOST ? WINDOW_MOST : (int32_t)pad;
}

static int64_t reach_of(int32_t kernel, int32_t dilation)
{
    return (int64_t)(kernel - 1) * dilation + 1;
}

void pads_complete(struct window *window, int ceil_mode, const struct shape *in,
                   const struct shape *out)
{
    struct window_axis h = {0}, w = {0};

    if (window->padding != PADDING_CAFFE && window->padding != PADDING_EXPLICIT) {
        window->pad_top = window->pad_left = window->pad_bottom = window->pad_right = 0;
        return;
    }
    window->pad_bottom = window->pad_top;
    window->pad_right = window->pad_left;
    if (!in || in->rank != 4 || out->rank != 4)
        return;
    window_infer(window, ceil_mode, in->dim[1], in->dim[2], &h, &w, NULL);
    if (h.out != out->dim[1])
        window->pad_bottom = trailing_pad(out->dim[1], window->stride_h,
                                          reach_of(window->kernel_h, window->dilation_h),
                                          in->dim[1], window->pad_top);
    if (w.out != out->dim[2])
        window->pad_right = trailing_pad(out->dim[2], window->stride_w,
                                         reach_of(window->kernel_w, window->dilation_w), in->dim[2],
                                         window->pad_left);
}
