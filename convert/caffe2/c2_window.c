#include "convert/caffe2/c2_window.h"

#include <inttypes.h>

#include "convert/layout.h"

/* How Caffe2 spells a number for each of two axes. */
struct pair {
    const char *both, *h, *w, *list;
    int32_t least, preset;
};

static const struct pair kernels = {"kernel", "kernel_h", "kernel_w", "kernels", 1, 0};
static const struct pair strides = {"stride", "stride_h", "stride_w", "strides", 1, 1};
static const struct pair dilations = {"dilation", "dilation_h", "dilation_w", "dilations", 1, 1};

/* N numbers of a list into TO; which stays as it is where there is no list. */
static int read_list(struct conversion *c, const char *name, int64_t least, uint32_t n, int64_t *to)
{
    struct ints ints;
    int r = c2_arg_ints(c, name, &ints);

    if (r < 0 || !ints.n)
        return r;
    if (ints.n != n)
        return conversion_unsupported(
            c, WAY_REPLACE, "argument %s has %u numbers; a picture has %u", name, ints.n, n);
    for (uint32_t i = 0; i < n; i++) {
        if (ints.v[i] < least || ints.v[i] > WINDOW_MOST)
            return conversion_unsupported(c, C2_WAY_CHECK,
                                          "argument %s: %" PRId64 " is outside %" PRId64 "..%d",
                                          name, ints.v[i], least, WINDOW_MOST);
        to[i] = ints.v[i];
    }
    return 0;
}

static int read_pair(struct conversion *c, const struct pair *pair, int32_t *ret_h, int32_t *ret_w)
{
    int64_t both = 0, side[2];
    int r = c2_arg_int(c, pair->both, pair->least, WINDOW_MOST, pair->preset, &both);

    side[0] = side[1] = both;
    if (r == 0)
        r = read_list(c, pair->list, pair->least, 2, side);
    if (r == 0)
        r = c2_arg_int(c, pair->h, pair->least, WINDOW_MOST, side[0], &side[0]);
    if (r == 0)
        r = c2_arg_int(c, pair->w, pair->least, WINDOW_MOST, side[1], &side[1]);
    *ret_h = (int32_t)side[0];
    *ret_w = (int32_t)side[1];
    return r;
}

int c2_window_pads(struct conversion *c, struct window *window)
{
    static const char *const names[] = {"pad_t", "pad_l", "pad_b", "pad_r"};
    int32_t *const to[] = {&window->pad_top, &window->pad_left, &window->pad_bottom,
                           &window->pad_right};
    int64_t both, side[4];
    int r = c2_arg_int(c, "pad", 0, WINDOW_MOST, 0, &both);

    side[0] = side[1] = side[2] = side[3] = both;
    if (r == 0)
        r = read_list(c, "pads", 0, 4, side);
    for (uint32_t i = 0; r == 0 && i < 4; i++) {
        r = c2_arg_int(c, names[i], 0, WINDOW_MOST, side[i], &side[i]);
        *to[i] = (int32_t)side[i];
    }
    return r;
}

static int read_kernel(struct conversion *c, const uint32_t *kernel, struct window *window)
{
    int r = read_pair(c, &kernels, &window->kernel_h, &window->kernel_w);

    if (r < 0)
        return r;
    if (!kernel)
        return window->kernel_h && window->kernel_w
                   ? 0
                   : conversion_unsupported(c, C2_WAY_CHECK, "it has no argument kernel");
    if (kernel[0] > WINDOW_MOST || kernel[1] > WINDOW_MOST)
        return conversion_unsupported(c, WAY_REPLACE, "a kernel of more than %d", WINDOW_MOST);
    if ((window->kernel_h && window->kernel_h != (int32_t)kernel[0]) ||
        (window->kernel_w && window->kernel_w != (int32_t)kernel[1]))
        return conversion_unsupported(c, C2_WAY_CHECK, "its kernel is not that of the weights");
    window->kernel_h = (int32_t)kernel[0];
    window->kernel_w = (int32_t)kernel[1];
    return 0;
}

/* What stands for a size that only the input gives. */
static void apply_legacy(struct window *window, enum c2_legacy_pad legacy)
{
    static const enum padding paddings[] = {PADDING_EXPLICIT, PADDING_VALID, PADDING_SAME,
                                            PADDING_CAFFE};

    window->padding = paddings[legacy];
    if (legacy != C2_PAD_CAFFE)
        return;
    window->pad_bottom = window->pad_top;
    window->pad_right = window->pad_left;
}

int c2_window_read(struct conversion *c, const uint32_t *kernel, struct window *ret,
                   enum c2_legacy_pad *ret_legacy)
{
    struct window window = {0};
    int64_t legacy;
    int r = read_kernel(c, kernel, &window);

    if (r == 0)
        r = read_pair(c, &strides, &window.stride_h, &window.stride_w);
    if (r == 0)
        r = read_pair(c, &dilations, &window.dilation_h, &window.dilation_w);
    if (r == 0)
        r = c2_window_pads(c, &window);
    if (r == 0)
        r = c2_arg_int(c, "legacy_pad", C2_PAD_GIVEN, C2_PAD_CAFFE, C2_PAD_GIVEN, &legacy);
    if (r < 0)
        return r;
    *ret_legacy = (enum c2_legacy_pad)legacy;
    apply_legacy(&window, *ret_legacy);
    *ret = window;
    return 0;
}

int c2_window_input(struct conversion *c, uint32_t i, struct tensor **ret_x, uint32_t *ret)
{
    struct view view = c2_picture_view(c);
    int r = conversion_activation(c, i, ret_x);

    if (r < 0)
        return r;
    if ((*ret_x)->shape.rank != 4)
        return conversion_unsupported(c, WAY_REPLACE,
                                      "its input has %u dimensions; pictures of 4 are supported",
                                      (*ret_x)->shape.rank);
    return layout_bring(c, *ret_x, &view, ret);
}
