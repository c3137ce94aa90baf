#include "convert/tensorflow/tf_window.h"

#include <inttypes.h>
#include <string.h>

#include "convert/layout.h"
#include "convert/tensorflow/tf_attr.h"

/* Four numbers: an attribute, or what MaxPoolV2 reads in its place, behind the picture. */
static int read_four(struct conversion *c, const char *name, struct ints *ret)
{
    static const char *const inputs[] = {"ksize", "strides"};

    if (strcmp(c->node->op, "MaxPoolV2") == 0)
        for (uint32_t i = 0; i < ARRAY_SIZE(inputs); i++)
            if (strcmp(name, inputs[i]) == 0)
                return tf_input_ints(c, i + 1, name, ret);
    return tf_attr_ints(c, name, ret);
}

int tf_window_pair(struct conversion *c, const char *name, int32_t preset, int32_t *ret_h,
                   int32_t *ret_w)
{
    struct ints ints;
    bool channel_first;
    int r = read_four(c, name, &ints);

    if (r == 0)
        r = tf_attr_channel_first(c, &channel_first);
    if (r < 0)
        return r;
    *ret_h = *ret_w = preset;
    if (ints.n == 0 && preset)
        return 0;
    if (ints.n != 4 || ints.v[0] != 1 || ints.v[channel_first ? 1 : 3] != 1)
        return conversion_unsupported(c, WAY_REPLACE, "%s that moves over batches or channels",
                                      name);
    for (uint32_t i = 0; i < 2; i++) {
        int64_t number = ints.v[i + (channel_first ? 2 : 1)];

        if (number < 1 || number > WINDOW_MOST)
            return conversion_unsupported(c, WAY_REPLACE, "%s: %" PRId64 " is outside 1..%d", name,
                                          number, WINDOW_MOST);
        *(i ? ret_w : ret_h) = (int32_t)number;
    }
    return 0;
}

/* explicit_paddings: begin and end for each axis, as data_format orders them. */
static int read_explicit(struct conversion *c, struct window *ret)
{
    struct ints pads;
    bool channel_first;
    int r = tf_attr_ints(c, "explicit_paddings", &pads);

    if (r == 0)
        r = tf_attr_channel_first(c, &channel_first);
    if (r < 0)
        return r;
    if (pads.n != 8)
        return conversion_unsupported(c, "check the model", "explicit_paddings of %u numbers",
                                      pads.n);
    for (uint32_t i = 0; i < 8; i++)
        if (pads.v[i] < 0 || pads.v[i] > WINDOW_MOST)
            return conversion_unsupported(c, "check the model", "a pad of %" PRId64, pads.v[i]);
    pads.v += channel_first ? 4 : 2;
    ret->pad_top = (int32_t)pads.v[0];
    ret->pad_bottom = (int32_t)pads.v[1];
    ret->pad_left = (int32_t)pads.v[2];
    ret->pad_right = (int32_t)pads.v[3];
    return 0;
}

static int read_padding(struct conversion *c, struct window *ret)
{
    const char *padding;
    int r = tf_attr_text(c, "padding", "", &padding);

    if (r < 0)
        return r;
    if (strcmp(padding, "SAME") == 0)
        ret->padding = PADDING_SAME;
    else if (strcmp(padding, "VALID") == 0)
        ret->padding = PADDING_VALID;
    else if (strcmp(padding, "EXPLICIT") == 0)
        ret->padding = PADDING_EXPLICIT;
    else
        return conversion_unsupported(c, "check the model", "padding \"%.40s\" is unknown",
                                      padding);
    return ret->padding == PADDING_EXPLICIT ? read_explicit(c, ret) : 0;
}

int tf_window_read(struct conversion *c, int64_t kernel_h, int64_t kernel_w, struct window *ret)
{
    struct window window = {.kernel_h = (int32_t)kernel_h, .kernel_w = (int32_t)kernel_w};
    int r;

    if (kernel_h < 1 || kernel_w < 1 || kernel_h > WINDOW_MOST || kernel_w > WINDOW_MOST)
        return conversion_unsupported(c, WAY_REPLACE, "a kernel of more than %d", WINDOW_MOST);
    r = tf_window_pair(c, "strides", 0, &window.stride_h, &window.stride_w);
    if (r == 0)
        r = tf_window_pair(c, "dilations", 1, &window.dilation_h, &window.dilation_w);
    if (r == 0)
        r = read_padding(c, &window);
    if (r == 0)
        *ret = window;
    return r;
}

int tf_window_input(struct conversion *c, uint32_t i, struct tensor **ret_x, uint32_t *ret,
                    struct view *ret_view)
{
    struct tensor *x;
    bool channel_first;
    int r = conversion_activation(c, i, &x);

    if (r == 0)
        r = tf_attr_channel_first(c, &channel_first);
    if (r < 0)
        return r;
    if (x->shape.rank != 4)
        return conversion_unsupported(c, "check the model", "an input of rank %u, not 4",
                                      x->shape.rank);
    *ret_view = channel_first ? view_channel_last(4) : view_identity();
    *ret_x = x;
    return layout_bring(c, x, ret_view, ret);
}
