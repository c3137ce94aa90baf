#include "model/ops/window.h"

#include <stddef.h>

#include "base/error.h"

const char *const window_paddings[] = {"", "caffe", "valid", "same", "explicit", NULL};

/* One axis of a window, in 64 bits: the limits of the attributes keep all sums below 2^47. */
struct axis {
    int64_t in, reach, stride, lead, trail;
};

static int64_t ceil_div(int64_t a, int64_t b)
{
    return a > 0 ? (a + b - 1) / b : -(-a / b);
}

/* The output size; below 1 if not one window fits. Sets the leading pad. */
static int64_t place_windows(struct axis *axis, enum padding padding, int ceil_mode)
{
    int64_t out, room;

    if (padding == PADDING_SAME) {
        out = ceil_div(axis->in, axis->stride);
        axis->lead = (out - 1) * axis->stride + axis->reach - axis->in;
        axis->lead = axis->lead > 0 ? axis->lead / 2 : 0;
        return out;
    }
    if (padding == PADDING_VALID)
        axis->lead = axis->trail = 0;
    room = axis->in + axis->lead + axis->trail - axis->reach;
    if (padding == PADDING_CAFFE && ceil_mode) {
        out = ceil_div(room, axis->stride) + 1;
        return (out - 1) * axis->stride >= axis->in + axis->lead ? out - 1 : out;
    }
    return room < 0 ? 0 : room / axis->stride + 1;
}

static int infer_axis(struct axis axis, const struct window *window, int ceil_mode,
                      const char *side, struct window_axis *ret, struct fault *fault)
{
    int64_t out = place_windows(&axis, window->padding, ceil_mode);

    if (out < 1)
        return fail(fault, E_SHAPE, "a window of %s %lld does not fit into %lld padded to %lld",
                    side, (long long)axis.reach, (long long)axis.in,
                    (long long)(axis.in + axis.lead + axis.trail));
    if (out > (int64_t)SHAPE_BYTES_MAX)
        return fail(fault, E_SHAPE, "the output would have the %s %lld", side, (long long)out);
    ret->out = (uint32_t)out;
    ret->lead = (int32_t)axis.lead;
    ret->trail = (int32_t)((out - 1) * axis.stride + axis.reach - axis.in - axis.lead);
    return 0;
}

int window_infer(const struct window *window, int ceil_mode, uint32_t in_h, uint32_t in_w,
                 struct window_axis *ret_h, struct window_axis *ret_w, struct fault *fault)
{
    const struct axis h = {
        .in = in_h,
        .reach = (int64_t)(window->kernel_h - 1) * window->dilation_h + 1,
        .stride = window->stride_h,
        .lead = window->pad_top,
        .trail = window->pad_bottom,
    };
    const struct axis w = {
        .in = in_w,
        .reach = (int64_t)(window->kernel_w - 1) * window->dilation_w + 1,
        .stride = window->stride_w,
        .lead = window->pad_left,
        .trail = window->pad_right,
    };
    struct window_axis rows;
    int r = infer_axis(h, window, ceil_mode, "height", &rows, fault);

    if (r == 0)
        r = infer_axis(w, window, ceil_mode, "width", ret_w, fault);
    if (r == 0)
        *ret_h = rows;
    return r;
}
