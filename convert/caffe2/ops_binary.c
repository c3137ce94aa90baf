/* Operators of two and more tensors, number by number. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "convert/caffe2/c2_ops.h"
#include "convert/emit.h"
#include "convert/layout.h"

static const struct {
    const char *op;
    enum binary_kind kind;
} kinds[] = {
    {"Add", BINARY_ADD}, {"Div", BINARY_DIV}, {"Max", BINARY_MAX}, {"Min", BINARY_MIN},
    {"Mul", BINARY_MUL}, {"Pow", BINARY_POW}, {"Sub", BINARY_SUB}, {"Sum", BINARY_ADD},
};

static enum binary_kind find_kind(const char *op)
{
    size_t i = 0;

    while (i < ARRAY_SIZE(kinds) - 1 && strcmp(kinds[i].op, op) != 0)
        i++;
    return kinds[i].kind;
}

/* The axis of A where B begins, by argument axis or axis_str; at the end if neither is there. */
static int read_axis(struct conversion *c, const struct tensor *a, const struct tensor *b,
                     int64_t *ret)
{
    int64_t end = (int64_t)a->shape.rank - b->shape.rank;
    const char *name = c2_arg_text(c, "axis_str", "");
    const char *order = c2_is_channels_last(c) ? "NHWC" : "NCHW";
    const char *found = *name ? strstr(order, name) : NULL;
    int r = c2_arg_int(c, "axis", -SHAPE_RANK_MAX, SHAPE_RANK_MAX, -1, ret);

    if (r < 0)
        return r;
    if (*name && !found)
        return conversion_unsupported(c, C2_WAY_CHECK, "axis_str \"%.20s\" is not in %s", name,
                                      order);
    if (found)
        *ret = found - order;
    else if (*ret == -1) /* Caffe2's preset, which means the end */
        *ret = end;
    else if (*ret < 0)
        *ret += a->shape.rank;
    if (*ret < 0 || *ret > end)
        return conversion_unsupported(c, C2_WAY_CHECK, "axis %" PRId64 " does not fit", *ret);
    return 0;
}

/* With argument broadcast B stands at an axis of A; without it numpy's rule holds. */
static int align(struct conversion *c, const struct tensor *a, struct tensor **b)
{
    int64_t broadcast, axis;
    int r = c2_arg_int(c, "broadcast", 0, 1, 0, &broadcast);

    if (r < 0 || !broadcast)
        return r;
    r = read_axis(c, a, *b, &axis);
    if (r < 0 || axis + (*b)->shape.rank == a->shape.rank)
        return r;
    return layout_align(c, *b, (uint32_t)axis, a->shape.rank, b);
}

int c2_binary(struct conversion *c)
{
    struct tensor *a, *b = NULL;
    int r = conversion_activation(c, 0, &a);

    if (r == 0)
        r = conversion_activation(c, 1, &b);
    if (r == 0)
        r = align(c, a, &b);
    return r < 0 ? r : emit_binary(c, a, b, find_kind(c->node->op));
}

int c2_inputs(struct conversion *c, struct tensor ***ret)
{
    uint32_t n = c->node->n_inputs;
    int r = n ? 0 : conversion_unsupported(c, C2_WAY_CHECK, "it has no inputs");

    if (r < 0)
        return r;
    *ret = arena_alloc(&c->arena, n * sizeof(struct tensor *));
    r = *ret ? 0 : -ENOMEM;
    for (uint32_t i = 0; r == 0 && i < n; i++)
        r = conversion_activation(c, i, &(*ret)[i]);
    return r;
}

int c2_variadic(struct conversion *c)
{
    uint32_t n = c->node->n_inputs;
    struct tensor **x;
    int r = c2_inputs(c, &x);

    if (r < 0)
        return r;
    if (n > 2 && strcmp(c->node->op, "Sum") == 0)
        return emit_sum(c, x, n);
    return emit_chain(c, x, n, find_kind(c->node->op));
}
