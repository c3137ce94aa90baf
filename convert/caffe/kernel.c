#include "convert/caffe/kernel.h"

#include <string.h>

#include "convert/caffe/param.h"
#include "convert/layout.h"

/* What a window says of both axes. */
struct side {
    const char *both, *h, *w; /* the fields; H and W may be NULL */
    int32_t preset, least;
};

static int read_side(struct conversion *c, const struct side *side, int32_t *ret_h, int32_t *ret_w)
{
    int32_t both[2] = {side->preset, side->preset};
    uint32_t n;
    int r = param_i32s(c, side->both, side->least, WINDOW_MOST, 2, both, &n);

    if (n == 1)
        both[1] = both[0];
    *ret_h = both[0];
    *ret_w = both[1];
    if (r < 0 || !side->h || !(param_given(c, side->h) || param_given(c, side->w)))
        return r;
    if (n)
        return conversion_unsupported(c, "check the prototxt", "both %s and %s", side->both,
                                      side->h);
    r = param_i32(c, side->h, side->preset, side->least, WINDOW_MOST, ret_h);
    return r < 0 ? r : param_i32(c, side->w, side->preset, side->least, WINDOW_MOST, ret_w);
}

int kernel_read(struct conversion *c, struct window *ret)
{
    static const struct side kernel = {"kernel_size", "kernel_h", "kernel_w", 0, 1};
    static const struct side stride = {"stride", "stride_h", "stride_w", 1, 1};
    static const struct side dilation = {"dilation", NULL, NULL, 1, 1};
    static const struct side pad = {"pad", "pad_h", "pad_w", 0, 0};
    struct window window = {.padding = PADDING_CAFFE};
    int r = read_side(c, &kernel, &window.kernel_h, &window.kernel_w);

    if (r == 0)
        r = read_side(c, &stride, &window.stride_h, &window.stride_w);
    if (r == 0)
        r = read_side(c, &dilation, &window.dilation_h, &window.dilation_w);
    if (r == 0)
        r = read_side(c, &pad, &window.pad_top, &window.pad_left);
    window.pad_bottom = window.pad_top;
    window.pad_right = window.pad_left;
    *ret = window;
    return r;
}

int kernel_read_needed(struct conversion *c, struct window *ret)
{
    int r = kernel_read(c, ret);

    if (r == 0 && (!ret->kernel_h || !ret->kernel_w))
        r = conversion_unsupported(c, "check the prototxt", "it has no kernel_size");
    return r;
}

int kernel_input(struct conversion *c, struct tensor **ret, uint32_t *ret_value)
{
    struct view view = view_channel_last(4);
    int r = conversion_activation(c, 0, ret);

    if (r < 0)
        return r;
    if ((*ret)->shape.rank != 4)
        return conversion_unsupported(
            c, WAY_REPLACE, "its bottom has %u dimensions; 4 are supported", (*ret)->shape.rank);
    return layout_bring(c, *ret, &view, ret_value);
}
