/* Constants out of constants, moved but not changed: Slice, Gather, Concat, Expand, Tile. */
#include <errno.h>

#include "convert/fold.h"
#include "convert/numbers.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "convert/onnx/slice.h"

int fold_slice(struct conversion *c)
{
    const struct numbers *x;
    struct slices slices;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = slice_read(c, &x->shape, &slices);
    return r < 0 ? r : fold_part(c, 0, x, &slices);
}

int fold_gather(struct conversion *c)
{
    const struct numbers *x, *indices = NULL;
    int64_t said;
    uint32_t axis;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = fold_input(c, 1, &indices);
    if (r == 0)
        r = attr_int(c, "axis", 0, &said);
    if (r == 0)
        r = axes_find(c, said, x->shape.rank, &axis);
    return r < 0 ? r : fold_picked(c, x, indices, axis);
}

int fold_concat(struct conversion *c)
{
    uint32_t axis = 0, n = c->node->n_inputs;
    const struct numbers **x = arena_alloc(&c->arena, n * sizeof(*x) + 1);
    int64_t said;
    int r = x ? attr_int(c, "axis", 1, &said) : -ENOMEM;

    if (r == 0 && n == 0)
        r = conversion_unsupported(c, "check the model", "it has no inputs");
    for (uint32_t i = 0; r == 0 && i < n; i++)
        r = fold_input(c, i, &x[i]);
    if (r == 0)
        r = axes_find(c, said, x[0]->shape.rank, &axis);
    return r < 0 ? r : fold_joined(c, x, n, axis);
}

int fold_expand(struct conversion *c)
{
    const struct numbers *x;
    struct shape to;
    struct ints sizes;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = attr_or_input(c, "shape", 1, &sizes);
    if (r == 0)
        r = fold_sizes(c, sizes.v, sizes.n, &to);
    return r < 0 ? r : fold_spread(c, x, &to);
}

int fold_tile(struct conversion *c)
{
    const struct numbers *x;
    struct ints repeats = {0};
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = attr_or_input(c, "", 1, &repeats);
    if (r == 0 && repeats.n != x->shape.rank)
        r = conversion_unsupported(c, "check the model", "%u repeats for %u axes", repeats.n,
                                   x->shape.rank);
    return r < 0 ? r : fold_repeated(c, x, repeats.v);
}
