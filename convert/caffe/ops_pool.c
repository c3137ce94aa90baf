/* Pooling: the window at the end may reach over the edge, for sizes are rounded up. */
#include <string.h>

#include "convert/caffe/kernel.h"
#include "convert/caffe/ops.h"
#include "convert/caffe/param.h"
#include "model/ops/pool.h"

/* A window as large as the picture. */
static int read_global(struct conversion *c, const struct shape *x, struct window *ret)
{
    if (ret->pad_top || ret->pad_left || ret->stride_h != 1 || ret->stride_w != 1)
        return conversion_unsupported(c, "check the prototxt",
                                      "global_pooling with a pad or a stride");
    if (x->dim[2] > WINDOW_MOST || x->dim[3] > WINDOW_MOST)
        return conversion_unsupported(c, WAY_REPLACE, "global_pooling over more than %d",
                                      WINDOW_MOST);
    ret->kernel_h = (int32_t)x->dim[2];
    ret->kernel_w = (int32_t)x->dim[3];
    return 0;
}

/* Newer forks can round down, under one of two names. */
static int read_rounding(struct conversion *c, struct window *ret)
{
    static const char *const modes[] = {"CEIL", "FLOOR", NULL};
    bool ceil_mode;
    int mode, r = param_word(c, "round_mode", modes, 0, &mode);

    if (r == 0)
        r = param_bool(c, "ceil_mode", true, &ceil_mode);
    if (r == 0 && (mode == 1 || !ceil_mode))
        ret->padding = PADDING_EXPLICIT;
    return r;
}

/* Does the last window along an axis of N begin behind its end? Caffe clips it only with a pad. */
static bool is_empty(uint32_t n, int32_t kernel, int32_t stride)
{
    uint32_t k = (uint32_t)kernel, s = (uint32_t)stride;

    return n > k && (n - k + s - 1) / s * s >= n;
}

static int check_last(struct conversion *c, const struct shape *x, const struct window *window)
{
    bool h = is_empty(x->dim[2], window->kernel_h, window->stride_h);

    if (window->padding == PADDING_EXPLICIT || window->pad_top || window->pad_left ||
        !(h || is_empty(x->dim[3], window->kernel_w, window->stride_w)))
        return 0;
    return conversion_unsupported(
        c, "choose a kernel of at least the stride, or crop the picture",
        "its last window lies outside an input of %ux%u, where Caffe computes no number", x->dim[2],
        x->dim[3]);
}

static int read_window(struct conversion *c, const struct shape *x, struct window *ret)
{
    bool global;
    int r = param_bool(c, "global_pooling", false, &global);

    if (r < 0)
        return r;
    r = global ? kernel_read(c, ret) : kernel_read_needed(c, ret);
    if (r == 0 && global)
        r = read_global(c, x, ret);
    if (r == 0)
        r = read_rounding(c, ret);
    return r < 0 ? r : check_last(c, x, ret);
}

int convert_caffe_pool(struct conversion *c)
{
    static const char *const kinds[] = {"MAX", "AVE", NULL};
    /* An average divides by the whole window, padding too, but not by what lies beyond it. */
    struct pool_attrs attrs = {.include_padding = true};
    struct tensor *x;
    uint32_t in;
    struct node_spec spec = {.op = OP_POOL, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    struct view view = view_channel_last(4);
    int kind, r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = kernel_input(c, &x, &in);
    if (r == 0)
        r = param_word(c, "pool", kinds, 0, &kind);
    if (r == 0)
        r = read_window(c, &x->shape, &attrs.window);
    if (r < 0)
        return r;
    attrs.kind = kind == 0 ? POOL_MAX : POOL_AVERAGE;
    return conversion_emit(c, 0, &spec, &view);
}
