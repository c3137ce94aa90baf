/* Mean to Prod, ArgMax, Cumsum. */
#include <string.h>

#include "convert/emit.h"
#include "convert/fold.h"
#include "convert/tensorflow/tf_attr.h"
#include "convert/tensorflow/tf_ops.h"

static const struct {
    const char *name;
    enum reduce_kind kind;
} kinds[] = {
    {"All", REDUCE_MIN}, {"Any", REDUCE_MAX},   {"Max", REDUCE_MAX}, {"Mean", REDUCE_MEAN},
    {"Min", REDUCE_MIN}, {"Prod", REDUCE_PROD}, {"Sum", REDUCE_SUM},
};

static enum reduce_kind find_kind(const struct conversion *c)
{
    size_t i = 0;

    while (i < ARRAY_SIZE(kinds) - 1 && strcmp(kinds[i].name, c->node->op) != 0)
        i++;
    return kinds[i].kind;
}

static int read_axes(struct conversion *c, uint32_t rank, uint32_t *ret_mask, bool *ret_keep)
{
    struct ints axes;
    int r = tf_input_ints(c, 1, "the axes", &axes);

    if (r == 0)
        r = axes_mask(c, &axes, rank, ret_mask);
    return r < 0 ? r : tf_attr_bool(c, "keep_dims", false, ret_keep);
}

int tf_reduce(struct conversion *c)
{
    struct tensor *x;
    uint32_t mask;
    bool keep;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = read_axes(c, x->shape.rank, &mask, &keep);
    return r < 0 ? r : emit_reduce(c, x, find_kind(c), mask, keep);
}

int tf_fold_reduce(struct conversion *c)
{
    const struct numbers *x;
    uint32_t mask;
    bool keep;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = read_axes(c, x->shape.rank, &mask, &keep);
    return r < 0 ? r : fold_reduced(c, x, find_kind(c), mask, keep);
}

int tf_arg_max(struct conversion *c)
{
    enum arg_max_kind kind = strcmp(c->node->op, "ArgMin") == 0 ? ARG_MIN : ARG_MAX;
    struct tensor *x;
    uint32_t axis;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = tf_input_axis(c, 1, x->shape.rank, &axis);
    return r < 0 ? r : emit_arg_max(c, x, kind, axis, false, false);
}

int tf_cumsum(struct conversion *c)
{
    bool exclusive, reverse;
    struct tensor *x;
    uint32_t axis;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = tf_input_axis(c, 1, x->shape.rank, &axis);
    if (r == 0)
        r = tf_attr_bool(c, "exclusive", false, &exclusive);
    if (r == 0)
        r = tf_attr_bool(c, "reverse", false, &reverse);
    return r < 0 ? r : emit_cumsum(c, x, axis, exclusive, reverse);
}
