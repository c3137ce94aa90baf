/* ReduceMean to ReduceProd. */
#include <string.h>

#include "convert/layout.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "model/ops/reduce.h"

static enum reduce_kind find_kind(const char *op)
{
    static const char *const names[] = {
        [REDUCE_MEAN] = "ReduceMean", [REDUCE_SUM] = "ReduceSum", [REDUCE_PROD] = "ReduceProd",
        [REDUCE_MIN] = "ReduceMin",   [REDUCE_MAX] = "ReduceMax",
    };

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (strcmp(names[i], op) == 0)
            return (enum reduce_kind)i;
    return REDUCE_MEAN;
}

/* The axes as bits; 0 if the node leaves its input as it is. */
static int read_axes(struct conversion *c, uint32_t rank, uint32_t *ret_mask)
{
    struct ints axes;
    int64_t noop;
    int r = attr_or_input(c, "axes", 1, &axes);

    if (r == 0)
        r = attr_int(c, "noop_with_empty_axes", 0, &noop);
    if (r == 0)
        r = attr_axes(c, &axes, rank, ret_mask);
    if (r == 0 && axes.n == 0 && !noop)
        *ret_mask = (1u << rank) - 1;
    return r;
}

int convert_reduce(struct conversion *c)
{
    int32_t axes[SHAPE_RANK_MAX];
    struct reduce_attrs attrs = {.kind = find_kind(c->node->op), .axes = {axes, 0}};
    uint32_t mask, in;
    struct node_spec spec = {.op = OP_REDUCE, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    struct tensor *x;
    struct view view;
    int64_t keep;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = attr_int(c, "keepdims", 1, &keep);
    if (r == 0)
        r = read_axes(c, x->shape.rank, &mask);
    if (r < 0)
        return r;
    if (!mask)
        return conversion_alias(c, 0, x);
    view = x->state == TENSOR_VALUE ? x->view : view_identity();
    for (uint8_t place = 0; place < x->shape.rank; place++)
        for (uint32_t i = 0; i < x->shape.rank; i++)
            if (mask & 1u << i && view.order[i] == place)
                axes[attrs.axes.n++] = place;
    attrs.keep_dims = keep != 0;
    r = layout_bring(c, x, &view, &in);
    if (!keep)
        view = view_drop(&view, x->shape.rank, mask);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}
