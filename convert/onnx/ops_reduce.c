/* ReduceL1 to ReduceSumSquare. */
#include "convert/emit.h"
#include "convert/fold.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/kinds.h"
#include "convert/onnx/ops.h"

/* The axes as bits; 0 if the node leaves its input as it is. */
static int read_axes(struct conversion *c, uint32_t rank, uint32_t *ret_mask)
{
    struct ints axes;
    int64_t noop;
    int r = attr_or_input(c, "axes", 1, &axes);

    if (r == 0)
        r = attr_int(c, "noop_with_empty_axes", 0, &noop);
    if (r == 0)
        r = axes_mask(c, &axes, rank, ret_mask);
    if (r == 0 && axes.n == 0 && !noop)
        *ret_mask = (1u << rank) - 1;
    return r;
}

int convert_reduce(struct conversion *c)
{
    struct tensor *x;
    uint32_t mask;
    int64_t keep;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = attr_int(c, "keepdims", 1, &keep);
    if (r == 0)
        r = read_axes(c, x->shape.rank, &mask);
    return r < 0 ? r : emit_reduce(c, x, kind_reduce(c->node->op), mask, keep != 0);
}

int fold_reduce(struct conversion *c)
{
    const struct numbers *x;
    uint32_t mask;
    int64_t keep;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = attr_int(c, "keepdims", 1, &keep);
    if (r == 0)
        r = read_axes(c, x->shape.rank, &mask);
    return r < 0 ? r : fold_reduced(c, x, kind_reduce(c->node->op), mask, keep != 0);
}
