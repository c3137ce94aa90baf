/* MaxPool, AveragePool, GlobalMaxPool, GlobalAveragePool. */
#include <string.h>

#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "convert/onnx/spatial.h"
#include "model/ops/pool.h"

static bool is_max(const struct conversion *c)
{
    return strstr(c->node->op, "Max") != NULL;
}

/*
 * ceil_mode: as many windows as begin inside the padded input's leading part, as Caffe counts.
 * Caffe's rule is kept where it says the same, so that it still does with other sizes; with uneven
 * pads the trailing one grows instead. RET_MORE: a window reaches beyond the pads that were given.
 */
static void round_up(const struct shape *x, struct spatial *spatial, bool *ret_more)
{
    bool even = true;

    *ret_more = false;
    for (uint32_t i = 0; i < spatial->n; i++)
        even = even && spatial->begin[i] == spatial->end[i];
    for (uint32_t i = 0; i < spatial->n; i++) {
        int64_t in = x->dim[2 + i], stride = spatial->stride[i], kernel = spatial->kernel[i];
        int64_t room = in + spatial->begin[i] + spatial->end[i] - kernel;
        int64_t out = room < 0 ? 0 : (room + stride - 1) / stride + 1;
        int64_t end;

        if ((out - 1) * stride >= in + spatial->begin[i])
            out--;
        end = (out - 1) * stride + kernel - in - spatial->begin[i];
        if (out < 1 || end <= spatial->end[i])
            continue;
        *ret_more = true;
        if (!even)
            spatial->end[i] = (int32_t)end;
    }
    if (even)
        spatial->padding = PADDING_CAFFE;
}

static int read_rounding(struct conversion *c, const struct tensor *x, struct spatial *spatial,
                         const struct pool_attrs *pool)
{
    int64_t ceil_mode;
    bool more;
    int r = attr_int(c, "ceil_mode", 0, &ceil_mode);

    if (r < 0 || !ceil_mode)
        return r;
    if (spatial->padding == PADDING_SAME)
        return 0;
    spatial->padding = PADDING_EXPLICIT;
    round_up(&x->shape, spatial, &more);
    if (more && pool->include_padding)
        return conversion_unsupported(c, "export it with count_include_pad 0 or ceil_mode 0",
                                      "an average over windows that reach beyond the padding "
                                      "(ceil_mode with count_include_pad)");
    return 0;
}

static int read_attrs(struct conversion *c, const struct tensor *x, struct pool_attrs *ret)
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
    r = read_rounding(c, x, &spatial, ret);
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
        r = read_attrs(c, x, &attrs);
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
