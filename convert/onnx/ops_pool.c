/* MaxPool, AveragePool, GlobalMaxPool, GlobalAveragePool. */
#include <string.h>

#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "convert/onnx/spatial.h"
#include "model/ops/pad.h"
#include "model/ops/pool.h"

static bool is_max(const struct conversion *c)
{
    return strstr(c->node->op, "Max") != NULL;
}

/*
 * ceil_mode: as many windows as begin inside the padded input's leading part, as Caffe counts.
 * RET: how many places behind the input the windows reach, on each axis; less than none where they
 * end before it. True: they reach beyond the pads that were given.
 */
static bool round_up(const struct shape *x, const struct spatial *spatial, int64_t ret[2])
{
    bool beyond = false;

    for (uint32_t i = 0; i < spatial->n; i++) {
        int64_t in = x->dim[2 + i], stride = spatial->stride[i], kernel = spatial->kernel[i];
        int64_t room = in + spatial->begin[i] + spatial->end[i] - kernel;
        int64_t out = room < 0 ? 0 : (room + stride - 1) / stride + 1;

        if ((out - 1) * stride >= in + spatial->begin[i])
            out--;
        ret[i] = out < 1 ? 0 : (out - 1) * stride + kernel - in - spatial->begin[i];
        beyond |= ret[i] > spatial->end[i];
    }
    return beyond;
}

/*
 * Caffe's rule is kept where it says the same, so that it still does with other sizes; with uneven
 * pads the trailing one grows instead.
 */
static void pad_up(struct spatial *spatial, const int64_t reach[2])
{
    bool even = true;

    for (uint32_t i = 0; i < spatial->n; i++)
        even = even && spatial->begin[i] == spatial->end[i];
    for (uint32_t i = 0; i < spatial->n && !even; i++)
        if (reach[i] > spatial->end[i])
            spatial->end[i] = (int32_t)reach[i];
    spatial->padding = even ? PADDING_CAFFE : PADDING_EXPLICIT;
}

/*
 * An average that counts the pads, but not what its windows reach beyond them: the pads become
 * zeros of X, as far as they are reached, and what is beyond becomes the pads.
 */
static int pad_first(struct conversion *c, struct spatial *spatial, const int64_t reach[2],
                     uint32_t *x)
{
    int32_t before[4] = {0}, after[4] = {0};
    struct pad_attrs attrs = {PAD_CONSTANT, {before, 4}, {after, 4}, 0};
    uint32_t in = *x;
    struct node_spec spec = {.op = OP_PAD, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    bool any = false;

    for (uint32_t i = 0; i < spatial->n; i++) {
        uint32_t place = 3 - spatial->n + i;
        int64_t zeros = reach[i] < 0 ? 0 : reach[i];

        zeros = zeros < spatial->end[i] ? zeros : spatial->end[i];
        before[place] = spatial->begin[i];
        after[place] = (int32_t)zeros;
        any |= before[place] || after[place];
        spatial->begin[i] = 0;
        spatial->end[i] = reach[i] > zeros ? (int32_t)(reach[i] - zeros) : 0;
    }
    spatial->padding = PADDING_EXPLICIT;
    return any ? conversion_emit_helper(c, c->node->inputs[0], "pad", &spec, x) : 0;
}

static int read_rounding(struct conversion *c, const struct tensor *x, struct spatial *spatial,
                         struct pool_attrs *pool, uint32_t *in)
{
    int64_t ceil_mode, reach[2];
    int r = attr_int(c, "ceil_mode", 0, &ceil_mode);

    if (r < 0 || !ceil_mode || spatial->padding == PADDING_SAME)
        return r;
    spatial->padding = PADDING_EXPLICIT;
    if (round_up(&x->shape, spatial, reach) && pool->include_padding) {
        pool->include_padding = false;
        return pad_first(c, spatial, reach, in);
    }
    pad_up(spatial, reach);
    return 0;
}

/* IN: the value that is pooled, which pads may be put around. */
static int read_attrs(struct conversion *c, const struct tensor *x, struct pool_attrs *ret,
                      uint32_t *in)
{
    struct spatial spatial;
    int64_t include;
    int r = spatial_read(c, x, NULL, &spatial);

    if (r == 0)
        r = attr_int(c, "count_include_pad", 0, &include);
    if (r < 0)
        return r;
    for (uint32_t i = 0; i < spatial.n; i++)
        if (spatial.dilation[i] != 1)
            return conversion_unsupported(c, WAY_REPLACE, "dilations other than 1");
    *ret = (struct pool_attrs){
        .kind = is_max(c) ? POOL_MAX : POOL_AVERAGE,
        .include_padding = !is_max(c) && include,
    };
    r = read_rounding(c, x, &spatial, ret, in);
    spatial_window(&spatial, &ret->window);
    return r;
}

int convert_pool(struct conversion *c)
{
    struct pool_attrs attrs;
    uint32_t in;
    struct node_spec spec = {.op = OP_POOL, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0 && conversion_output(c, 1) && conversion_output(c, 1)->needed)
        r = conversion_unsupported(c, WAY_REPLACE, "its second output (Indices) is used");
    if (r == 0)
        r = spatial_input(c, x, &in);
    if (r == 0)
        r = read_attrs(c, x, &attrs, &in);
    return r < 0 ? r : spatial_emit(c, &spec, x->shape.rank);
}

int convert_global_pool(struct conversion *c)
{
    struct pool_attrs attrs = {.kind = is_max(c) ? POOL_MAX : POOL_AVERAGE};
    uint32_t in;
    struct node_spec spec = {.op = OP_POOL, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    const struct shape *sizes;
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = spatial_input(c, x, &in);
    if (r < 0)
        return r;
    sizes = &builder_value(c->builder, in)->shape;
    if (sizes->dim[1] > WINDOW_MOST || sizes->dim[2] > WINDOW_MOST)
        return conversion_unsupported(c, WAY_REPLACE, "an input of more than %d a side",
                                      WINDOW_MOST);
    attrs.window = (struct window){
        .kernel_h = (int32_t)sizes->dim[1],
        .kernel_w = (int32_t)sizes->dim[2],
        .stride_h = 1,
        .stride_w = 1,
        .dilation_h = 1,
        .dilation_w = 1,
        .padding = PADDING_VALID,
    };
    return spatial_emit(c, &spec, x->shape.rank);
}
