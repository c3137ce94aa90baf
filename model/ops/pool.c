/*
 * Pool: the greatest or the mean of each window.
 *
 * Shapes   x [N,H,W,C] -> y [N,oH,oW,C].
 * Types    f32 -> f32; tf8 -> tf8 with the encoding that the container gives y.
 * Sources  Caffe Pooling (rounds up; global: a window as large as x); ONNX MaxPool, AveragePool
 *          (dilations; ceil_mode 1 is padding "caffe"), GlobalAveragePool, GlobalMaxPool; Caffe2
 *          MaxPool, AveragePool; TensorFlow MaxPool, MaxPoolV2, AvgPool; DLC Pooling.
 */
#include "model/ops/pool.h"

#include "base/error.h"
#include "model/graph.h"

#define WINDOW(member) offsetof(struct pool_attrs, window.member)

static const char *const kinds[] = {"max", "average", NULL};

static const struct attr_spec pool_specs[] = {
    {"kind", "type", ATTR_ENUM, offsetof(struct pool_attrs, kind), .words = kinds,
     .help = "what a window becomes"},
    {"kernel_h", "size_y", ATTR_I32, WINDOW(kernel_h), .preset = 1, .least = 1, .most = WINDOW_MOST,
     .help = "rows of a window"},
    {"kernel_w", "size_x", ATTR_I32, WINDOW(kernel_w), .preset = 1, .least = 1, .most = WINDOW_MOST,
     .help = "columns of a window"},
    {"stride_h", "stride_y", ATTR_I32, WINDOW(stride_h), .preset = 1, .least = 1,
     .most = WINDOW_MOST, .help = "rows from one window to the next"},
    {"stride_w", "stride_x", ATTR_I32, WINDOW(stride_w), .preset = 1, .least = 1,
     .most = WINDOW_MOST, .help = "columns from one window to the next"},
    {"dilation_h", "dilation_y", ATTR_I32, WINDOW(dilation_h), .preset = 1, .least = 1,
     .most = WINDOW_MOST, .help = "rows from one place of a window to the next"},
    {"dilation_w", "dilation_x", ATTR_I32, WINDOW(dilation_w), .preset = 1, .least = 1,
     .most = WINDOW_MOST, .help = "columns from one place of a window to the next"},
    {"pad_top", "pad_y", ATTR_I32, WINDOW(pad_top), .least = 0, .most = WINDOW_MOST,
     .help = "rows above"},
    {"pad_left", "pad_x", ATTR_I32, WINDOW(pad_left), .least = 0, .most = WINDOW_MOST,
     .help = "columns on the left"},
    {"pad_bottom", NULL, ATTR_I32, WINDOW(pad_bottom), .least = 0, .most = WINDOW_MOST,
     .help = "rows below"},
    {"pad_right", NULL, ATTR_I32, WINDOW(pad_right), .least = 0, .most = WINDOW_MOST,
     .help = "columns on the right"},
    {"padding", "padding_size_strategy", ATTR_ENUM, WINDOW(padding), .preset = PADDING_EXPLICIT,
     .least = PADDING_CAFFE, .words = window_paddings, .help = "who says how much is padded"},
    {"include_padding", "pool_region_include_padding", ATTR_BOOL,
     offsetof(struct pool_attrs, include_padding), .help = "an average counts padded places too"},
    {0},
};

/*
 * A window wholly in the padding would have no greatest number and no mean; one that is dilated may
 * also step over a small input.
 */
static int check_pads(const struct window *window, const struct shape *x, struct fault *fault)
{
    if (window->padding != PADDING_CAFFE && window->padding != PADDING_EXPLICIT)
        return 0;
    if (window->pad_top >= window->kernel_h || window->pad_bottom >= window->kernel_h ||
        window->pad_left >= window->kernel_w || window->pad_right >= window->kernel_w)
        return fail(
            fault, E_OP_ATTR,
            "pads (top %d, bottom %d, left %d, right %d) must be smaller than the kernel %dx%d",
            window->pad_top, window->pad_bottom, window->pad_left, window->pad_right,
            window->kernel_h, window->kernel_w);
    if ((uint32_t)window->dilation_h > x->dim[1] || (uint32_t)window->dilation_w > x->dim[2])
        return fail(fault, E_OP_ATTR, "a dilation of %dx%d steps over an input of %ux%u",
                    window->dilation_h, window->dilation_w, x->dim[1], x->dim[2]);
    return 0;
}

static int pool_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct pool_attrs *pool = node->attrs;
    const struct shape *x = &node->in[0]->shape;
    struct window_axis h, w;
    int r = op_check_rank(node, 0, 4, fault);

    if (r == 0)
        r = check_pads(&pool->window, x, fault);
    if (r == 0)
        r = window_infer(&pool->window, 1, x->dim[1], x->dim[2], &h, &w, fault);
    if (r == 0)
        out[0] = (struct shape){4, {x->dim[0], h.out, w.out, x->dim[3]}};
    return r;
}

const struct op_def op_pool = {
    .name = "Pool",
    .n_inputs = {1, 1},
    .n_outputs = {1, 1},
    .attrs_size = sizeof(struct pool_attrs),
    .attrs = pool_specs,
    .infer = pool_infer,
};
