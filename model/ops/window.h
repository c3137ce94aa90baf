#pragma once
/*
 * What Conv and Pool share: a window that moves over H and W. The numbers of enum padding are those
 * of DLC files (padding_strategy); ops/window.c computes output sizes and the trailing pad.
 */
#include <stdint.h>

#include "base/fault.h"
#include "base/shape.h"

enum padding {
    PADDING_CAFFE = 1,    /* explicit; a pooling window rounds the output size up, conv down */
    PADDING_VALID = 2,    /* none, round down */
    PADDING_SAME = 3,     /* out = ceil(in / stride); the odd row goes to bottom and right */
    PADDING_EXPLICIT = 4, /* explicit, round down */
};
extern const char *const window_paddings[]; /* the words for them; index 0 is no padding rule */

/*
 * Largest kernel, stride, dilation and pad: with sides below 2^29 (SHAPE_BYTES_MAX of float32)
 * every row that a window touches, padding included, then has a number that fits an int32_t.
 */
#define WINDOW_MOST 32767

struct window {
    int32_t kernel_h, kernel_w;
    int32_t stride_h, stride_w;
    int32_t dilation_h, dilation_w;
    int32_t pad_top, pad_left, pad_bottom, pad_right; /* read only with CAFFE and EXPLICIT */
    enum padding padding;
};

/* One axis, worked out. */
struct window_axis {
    uint32_t out;
    int32_t lead,
        trail; /* the pads that take effect; trail may be negative when rows are left over */
};

/*
 * H and W of a window over IN_H x IN_W. CEIL: if padding is CAFFE, Caffe's pooling rule (round up,
 * then drop a window that would begin behind the input and its leading pad); else it says nothing.
 * Conv passes 0 and Pool 1. The numbers of WINDOW are within their limits. 0, or E_SHAPE when
 * nothing fits.
 */
int window_infer(const struct window *window, int ceil_mode, uint32_t in_h, uint32_t in_w,
                 struct window_axis *ret_h, struct window_axis *ret_w, struct fault *fault);
