/* MaxPool and AveragePool, also over the whole picture. */
#include <string.h>

#include "convert/caffe2/c2_ops.h"
#include "convert/caffe2/c2_window.h"
#include "model/ops/pool.h"

static int read_global(struct conversion *c, const struct shape *in, struct window *ret)
{
    if (in->dim[1] > WINDOW_MOST || in->dim[2] > WINDOW_MOST)
        return conversion_unsupported(c, WAY_REPLACE, "an input of more than %d a side",
                                      WINDOW_MOST);
    *ret = (struct window){
        .kernel_h = (int32_t)in->dim[1],
        .kernel_w = (int32_t)in->dim[2],
        .stride_h = 1,
        .stride_w = 1,
        .dilation_h = 1,
        .dilation_w = 1,
        .padding = PADDING_VALID,
    };
    return 0;
}

static int read_local(struct conversion *c, struct pool_attrs *attrs)
{
    enum c2_legacy_pad legacy;
    int64_t counted;
    int r = c2_window_read(c, NULL, &attrs->window, &legacy);

    if (r == 0)
        r = c2_arg_int(c, "count_include_pad", 0, 1, 0, &counted);
    if (r < 0)
        return r;
    if (attrs->window.dilation_h != 1 || attrs->window.dilation_w != 1)
        return conversion_unsupported(c, WAY_REPLACE, "dilations other than 1");
    if (counted && legacy == C2_PAD_CAFFE)
        return conversion_unsupported(c, WAY_REPLACE, "count_include_pad with legacy_pad 3");
    attrs->include_padding = attrs->kind == POOL_AVERAGE && counted;
    return 0;
}

int c2_pool(struct conversion *c)
{
    struct pool_attrs attrs = {.kind = c->node->op[0] == 'M' ? POOL_MAX : POOL_AVERAGE};
    uint32_t in;
    struct node_spec spec = {.op = OP_POOL, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    struct view view = c2_picture_view(c);
    struct tensor *x;
    int64_t global;
    int r = c2_window_input(c, 0, &x, &in);

    if (r == 0)
        r = c2_arg_int(c, "global_pooling", 0, 1, 0, &global);
    if (r < 0)
        return r;
    r = global ? read_global(c, &builder_value(c->builder, in)->shape, &attrs.window)
               : read_local(c, &attrs);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}
