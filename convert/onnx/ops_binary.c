/* Operators of two and more tensors, number by number: Add to Pow, Max, Min, Sum. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "convert/layout.h"
#include "convert/numbers.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "model/ops/binary.h"
#include "model/ops/sum.h"

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

/* The operand whose layout all take: the first of full rank that lies in the graph. */
static const struct tensor *find_leader(struct tensor *const *x, uint32_t n, uint32_t rank)
{
    const struct tensor *leader = NULL;

    for (uint32_t i = 0; i < n; i++)
        if (x[i]->state == TENSOR_VALUE && x[i]->shape.rank == rank &&
            (!leader || shape_elements(&x[i]->shape) > shape_elements(&leader->shape)))
            leader = x[i];
    return leader;
}

/* All operands as values of one rank and view; a single number stays one. */
static int bring_all(struct conversion *c, struct tensor *const *x, uint32_t n, uint32_t *in,
                     struct view *ret_view)
{
    const struct tensor *leader;
    uint32_t rank = 0;
    int r = 0;

    for (uint32_t i = 0; i < n; i++)
        rank = x[i]->shape.rank > rank ? x[i]->shape.rank : rank;
    leader = find_leader(x, n, rank);
    *ret_view = leader ? leader->view : view_identity();
    for (uint32_t i = 0; r == 0 && i < n; i++) {
        bool single =
            x[i]->state == TENSOR_NUMBERS && x[i]->numbers->n == 1 && x[i]->shape.rank <= rank;

        r = layout_bring_ranked(c, x[i], single && leader ? 0 : rank, ret_view, &in[i]);
    }
    return r;
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

/* x to the power of 2 is x times x, the same number, on every runtime. */
static bool is_square(const struct tensor *exponent)
{
    return exponent->state == TENSOR_NUMBERS && exponent->numbers->n == 1 &&
           numbers_at(exponent->numbers, 0) == 2;
}

int convert_binary(struct conversion *c)
{
    struct binary_attrs attrs = {.kind = find_kind(c->node->op)};
    struct tensor *x[2];
    uint32_t in[2];
    struct node_spec spec = {.op = OP_BINARY, .attrs = &attrs, .inputs = in, .n_inputs = 2};
    struct view view;
    int r = conversion_activation(c, 0, &x[0]);

    if (r == 0)
        r = conversion_activation(c, 1, &x[1]);
    if (r == 0)
        r = align_old(c, x[0], &x[1]);
    if (r == 0 && attrs.kind == BINARY_POW && is_square(x[1]) &&
        x[0]->shape.rank >= x[1]->shape.rank) {
        attrs.kind = BINARY_MUL;
        x[1] = x[0];
    }
    if (r == 0)
        r = bring_all(c, x, 2, in, &view);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

/* Sums of equal shapes are one layer, as Caffe's and SNPE's are. */
static bool is_plain_sum(const struct conversion *c, struct tensor *const *x, uint32_t n)
{
    if (strcmp(c->node->op, "Sum") != 0 || n > op_get(OP_SUM)->n_inputs.most)
        return false;
    for (uint32_t i = 0; i < n; i++)
        if (x[i]->state != TENSOR_VALUE || !shape_equal(&x[i]->shape, &x[0]->shape))
            return false;
    return true;
}

/* ((x0 op x1) op x2) ... */
static int emit_chain(struct conversion *c, const uint32_t *in, uint32_t n, const struct view *view)
{
    struct binary_attrs attrs = {.kind = find_kind(c->node->op)};
    uint32_t pair[2] = {in[0]};
    struct node_spec spec = {.op = OP_BINARY, .attrs = &attrs, .inputs = pair, .n_inputs = 2};

    for (uint32_t i = 1; i + 1 < n; i++) {
        int r;

        pair[1] = in[i];
        r = conversion_emit_main(c, "part", &spec, &pair[0]);
        if (r < 0)
            return r;
    }
    pair[1] = in[n - 1];
    return conversion_emit(c, 0, &spec, view);
}

int convert_variadic(struct conversion *c)
{
    uint32_t n = c->node->n_inputs, *in;
    struct tensor **x;
    struct view view;
    int r = 0;

    if (n == 0)
        return conversion_unsupported(c, "check the model", "it has no inputs");
    x = arena_alloc(&c->arena, n * sizeof(struct tensor *));
    in = arena_alloc(&c->arena, n * sizeof(*in));
    if (!x || !in)
        return -ENOMEM;
    for (uint32_t i = 0; r == 0 && i < n; i++)
        r = conversion_activation(c, i, &x[i]);
    if (r == 0 && n == 1)
        return conversion_alias(c, 0, x[0]);
    if (r == 0)
        r = bring_all(c, x, n, in, &view);
    if (r < 0)
        return r;
    if (n > 2 && is_plain_sum(c, x, n)) {
        struct node_spec spec = {.op = OP_SUM, .inputs = in, .n_inputs = n};

        return conversion_emit(c, 0, &spec, &view);
    }
    return emit_chain(c, in, n, &view);
}
