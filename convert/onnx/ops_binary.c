/* Operators of two and more tensors, number by number: Add to Xor, Mod, Where, Max, Mean, Sum. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "convert/emit.h"
#include "convert/fold.h"
#include "convert/layout.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/kinds.h"
#include "convert/onnx/ops.h"
#include "convert/onnx/types.h"

/*
 * Before operator set 7 the second operand is aligned at attribute axis, not at the end: ones
 * behind make numpy's rule of it.
 */
static int align_old(struct conversion *c, const struct tensor *a, struct tensor **b)
{
    int64_t broadcast, axis;
    int r = attr_int(c, "broadcast", 0, &broadcast);

    if (r == 0)
        r = attr_int(c, "axis", (int64_t)a->shape.rank - (*b)->shape.rank, &axis);
    if (r < 0 || !broadcast || onnx_model_of(c)->opset >= 7)
        return r;
    axis += axis < 0 ? a->shape.rank : 0;
    if (axis < 0 || axis + (*b)->shape.rank > a->shape.rank)
        return conversion_unsupported(c, "check the model", "axis %" PRId64 " does not fit", axis);
    if (axis + (*b)->shape.rank == a->shape.rank)
        return 0;
    return layout_align(c, *b, (uint32_t)axis, a->shape.rank, b);
}

/* A division of whole numbers, which is cut off. */
static int emit_quotient(struct conversion *c, struct tensor *a, struct tensor *b)
{
    struct binary_attrs attrs = {BINARY_DIV};
    struct tensor *x[2] = {a, b};
    uint32_t in[2], value;
    struct node_spec spec = {.op = OP_BINARY, .attrs = &attrs, .inputs = in, .n_inputs = 2};
    struct view view;
    int r = emit_bring_all(c, x, 2, in, &view);

    if (r == 0)
        r = conversion_emit_main(c, "quotient", &spec, &value);
    return r < 0 ? r : ops_emit_truncated(c, value, &view);
}

int convert_binary(struct conversion *c)
{
    struct tensor *a, *b = NULL;
    int r = conversion_activation(c, 0, &a);

    if (r == 0)
        r = conversion_activation(c, 1, &b);
    if (r == 0)
        r = align_old(c, a, &b);
    if (r == 0 && strcmp(c->node->op, "Div") == 0 && types_is_whole(a))
        return emit_quotient(c, a, b);
    return r < 0 ? r : emit_binary(c, a, b, kind_binary(c->node->op));
}

/* With fmod the sign is a's; without it, for whole numbers only, b's. */
static int read_mod(struct conversion *c, enum binary_kind *ret)
{
    int64_t fmod;
    int r = attr_int(c, "fmod", 0, &fmod);

    *ret = fmod ? BINARY_TRUNC_MOD : BINARY_FLOOR_MOD;
    return r;
}

int convert_mod(struct conversion *c)
{
    enum binary_kind kind = BINARY_FLOOR_MOD;
    struct tensor *a, *b = NULL;
    int r = conversion_activation(c, 0, &a);

    if (r == 0)
        r = conversion_activation(c, 1, &b);
    if (r == 0)
        r = read_mod(c, &kind);
    return r < 0 ? r : emit_binary(c, a, b, kind);
}

int fold_mod(struct conversion *c)
{
    const struct numbers *a, *b = NULL;
    enum binary_kind kind = BINARY_FLOOR_MOD;
    int r = fold_input(c, 0, &a);

    if (r == 0)
        r = fold_input(c, 1, &b);
    if (r == 0)
        r = read_mod(c, &kind);
    return r < 0 ? r : fold_pair(c, a, b, kind);
}

int convert_where(struct conversion *c)
{
    struct tensor *x[3];
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < ARRAY_SIZE(x); i++)
        r = conversion_activation(c, i, &x[i]);
    return r < 0 ? r : emit_select(c, x[0], x[1], x[2]);
}

int convert_variadic(struct conversion *c)
{
    uint32_t n = c->node->n_inputs;
    struct tensor **x = arena_alloc(&c->arena, n * sizeof(struct tensor *) + 1);
    int r = x ? 0 : -ENOMEM;

    for (uint32_t i = 0; r == 0 && i < n; i++)
        r = conversion_activation(c, i, &x[i]);
    if (r < 0)
        return r;
    /* Sums of more than two are one layer, as Caffe's and SNPE's are. */
    if (n > 2 && strcmp(c->node->op, "Sum") == 0)
        return emit_sum(c, x, n);
    return emit_chain(c, x, n, kind_binary(c->node->op));
}
