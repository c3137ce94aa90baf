/* Which places are read, found or repeated: Gather, ArgMax, CumSum, Tile, Expand. */
#include <inttypes.h>
#include <string.h>

#include "convert/emit.h"
#include "convert/fold.h"
#include "convert/numbers.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"

int convert_gather(struct conversion *c)
{
    struct tensor *x, *indices = NULL;
    int64_t said;
    uint32_t axis;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = conversion_activation(c, 1, &indices);
    if (r == 0)
        r = attr_int(c, "axis", 0, &said);
    if (r == 0)
        r = axes_find(c, said, x->shape.rank, &axis);
    return r < 0 ? r : emit_gather(c, x, indices, axis);
}

int convert_arg_max(struct conversion *c)
{
    enum arg_max_kind kind = strcmp(c->node->op, "ArgMin") == 0 ? ARG_MIN : ARG_MAX;
    int64_t said, keep, last;
    struct tensor *x;
    uint32_t axis;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = attr_int(c, "axis", 0, &said);
    if (r == 0)
        r = axes_find(c, said, x->shape.rank, &axis);
    if (r == 0)
        r = attr_int(c, "keepdims", 1, &keep);
    if (r == 0)
        r = attr_int(c, "select_last_index", 0, &last);
    return r < 0 ? r : emit_arg_max(c, x, kind, axis, keep != 0, last != 0);
}

int convert_cumsum(struct conversion *c)
{
    const struct numbers *said = NULL;
    int64_t exclusive, reverse;
    struct tensor *x;
    uint32_t axis;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = conversion_constant(c, 1, "the axis", &said);
    if (r == 0 && (!said || said->n != 1 || said->is_float))
        r = conversion_unsupported(c, "check the model", "its axis is not one whole number");
    if (r == 0)
        r = axes_find(c, said->whole[0], x->shape.rank, &axis);
    if (r == 0)
        r = attr_int(c, "exclusive", 0, &exclusive);
    if (r == 0)
        r = attr_int(c, "reverse", 0, &reverse);
    return r < 0 ? r : emit_cumsum(c, x, axis, exclusive != 0, reverse != 0);
}

/* Set 1: one axis, input 2, is repeated as often as input 1 says. */
static int read_old_repeats(struct conversion *c, uint32_t rank, int64_t *ret)
{
    const struct numbers *times = NULL, *said = NULL;
    uint32_t axis;
    int r = conversion_constant(c, 1, "tiles", &times);

    if (r == 0)
        r = conversion_constant(c, 2, "axis", &said);
    if (r == 0 && (!times || times->n != 1 || said->n != 1))
        r = conversion_unsupported(c, "check the model", "its tiles or axis is not one number");
    if (r == 0)
        r = axes_find(c, numbers_whole_at(said, 0), rank, &axis);
    for (uint32_t i = 0; r == 0 && i < rank; i++)
        ret[i] = i == axis ? numbers_whole_at(times, 0) : 1;
    return r;
}

int convert_tile(struct conversion *c)
{
    int64_t repeats[SHAPE_RANK_MAX];
    struct ints said = {0};
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r < 0)
        return r;
    if (conversion_input(c, 2)) {
        r = read_old_repeats(c, x->shape.rank, repeats);
        return r < 0 ? r : emit_tile(c, x, repeats);
    }
    r = attr_or_input(c, "", 1, &said);
    if (r == 0 && said.n != x->shape.rank)
        r = conversion_unsupported(c, "check the model", "%u repeats for %u axes", said.n,
                                   x->shape.rank);
    return r < 0 ? r : emit_tile(c, x, said.v);
}

int convert_expand(struct conversion *c)
{
    struct shape to = {0};
    struct ints sizes = {0};
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = attr_or_input(c, "shape", 1, &sizes);
    if (r == 0)
        r = fold_sizes(c, sizes.v, sizes.n, &to);
    if (r == 0)
        r = fold_broadcast(c, &x->shape, &to, &to);
    for (uint32_t i = 0; r == 0 && i < to.rank; i++)
        if (to.dim[i] == 0)
            r = conversion_unsupported(c, "check the model", "a size of 0");
    return r < 0 ? r : emit_expand(c, x, &to);
}
