/* Operators of two and more tensors, number by number: Add to Pow, Max, Min, Sum. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "convert/emit.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"

static const struct {
    const char *name;
    enum binary_kind kind;
} kinds[] = {
    {"Add", BINARY_ADD}, {"Div", BINARY_DIV}, {"Max", BINARY_MAX}, {"Min", BINARY_MIN},
    {"Mul", BINARY_MUL}, {"Pow", BINARY_POW}, {"Sub", BINARY_SUB}, {"Sum", BINARY_ADD},
};

static enum binary_kind find_kind(const char *op)
{
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
        if (strcmp(kinds[i].name, op) == 0)
            return kinds[i].kind;
    return BINARY_ADD;
}

/*
 * Before operator set 7 the second operand is aligned at attribute axis, not at the end: ones
 * behind make numpy's rule of it.
 */
static int align_old(struct conversion *c, const struct tensor *a, struct tensor **b)
{
    int64_t broadcast, axis;
    struct tensor *aligned;
    struct numbers *numbers;
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
    if ((*b)->state != TENSOR_NUMBERS)
        return conversion_unsupported(c, "export it with operator set 7 or newer",
                                      "a computed operand broadcast along axis %" PRId64, axis);
    aligned = arena_alloc(&c->arena, sizeof(*aligned));
    numbers = arena_copy(&c->arena, (*b)->numbers, sizeof(*numbers));
    if (!aligned || !numbers)
        return -ENOMEM;
    while (axis + numbers->shape.rank < a->shape.rank)
        numbers->shape.dim[numbers->shape.rank++] = 1;
    *aligned = (struct tensor){
        .name = (*b)->name, .state = TENSOR_NUMBERS, .numbers = numbers, .shape = numbers->shape};
    *b = aligned;
    return 0;
}

int convert_binary(struct conversion *c)
{
    struct tensor *a, *b;
    int r = conversion_activation(c, 0, &a);

    if (r == 0)
        r = conversion_activation(c, 1, &b);
    if (r == 0)
        r = align_old(c, a, &b);
    return r < 0 ? r : emit_binary(c, a, b, find_kind(c->node->op));
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
    return emit_chain(c, x, n, find_kind(c->node->op));
}
