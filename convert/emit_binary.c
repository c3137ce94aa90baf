/* Operators of two and more tensors, number by number. */
#include <errno.h>

#include "convert/emit.h"
#include "convert/layout.h"
#include "convert/numbers.h"
#include "model/ops/sum.h"

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

int emit_bring_all(struct conversion *c, struct tensor *const *x, uint32_t n, uint32_t *in,
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

/* x to the power of 2 is x times x, the same number, on every runtime. */
static bool is_square(const struct tensor *exponent)
{
    return exponent->state == TENSOR_NUMBERS && exponent->numbers->n == 1 &&
           numbers_at(exponent->numbers, 0) == 2;
}

int emit_binary(struct conversion *c, struct tensor *a, struct tensor *b, enum binary_kind kind)
{
    struct binary_attrs attrs = {.kind = kind};
    struct tensor *x[2] = {a, b};
    uint32_t in[2];
    struct node_spec spec = {.op = OP_BINARY, .attrs = &attrs, .inputs = in, .n_inputs = 2};
    struct view view;
    int r;

    if (kind == BINARY_POW && is_square(b) && a->shape.rank >= b->shape.rank) {
        attrs.kind = BINARY_MUL;
        x[1] = a;
    }
    r = emit_bring_all(c, x, 2, in, &view);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

int emit_binary_part(struct conversion *c, struct tensor *a, struct tensor *b,
                     enum binary_kind kind, struct tensor *ret)
{
    struct binary_attrs attrs = {.kind = kind};
    struct tensor *x[2] = {a, b};
    uint32_t in[2], value;
    struct node_spec spec = {.op = OP_BINARY, .attrs = &attrs, .inputs = in, .n_inputs = 2};
    struct view view;
    int r = emit_bring_all(c, x, 2, in, &view);

    if (r == 0)
        r = conversion_emit_main(c, "part", &spec, &value);
    return r < 0 ? r : conversion_part(c, value, &view, ret);
}

int emit_select(struct conversion *c, struct tensor *which, struct tensor *a, struct tensor *b)
{
    struct tensor *x[3] = {which, a, b};
    uint32_t in[3];
    struct node_spec spec = {.op = OP_SELECT, .inputs = in, .n_inputs = 3};
    struct view view;
    int r = emit_bring_all(c, x, 3, in, &view);

    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

static int emit_pairs(struct conversion *c, const uint32_t *in, uint32_t n, enum binary_kind kind,
                      const struct view *view)
{
    struct binary_attrs attrs = {.kind = kind};
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

int emit_chain(struct conversion *c, struct tensor *const *x, uint32_t n, enum binary_kind kind)
{
    uint32_t *in = arena_alloc(&c->arena, n * sizeof(*in) + 1);
    struct view view;
    int r = in ? 0 : -ENOMEM;

    if (n == 0)
        return conversion_unsupported(c, "check the model", "it has no inputs");
    if (r == 0 && n == 1)
        return conversion_alias(c, 0, x[0]);
    if (r == 0)
        r = emit_bring_all(c, x, n, in, &view);
    return r < 0 ? r : emit_pairs(c, in, n, kind, &view);
}

static bool are_alike(struct tensor *const *x, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (x[i]->state != TENSOR_VALUE || !shape_equal(&x[i]->shape, &x[0]->shape))
            return false;
    return true;
}

int emit_sum(struct conversion *c, struct tensor *const *x, uint32_t n)
{
    struct node_spec spec = {.op = OP_SUM, .n_inputs = n};
    struct view view;
    uint32_t *in;
    int r;

    if (n < 2 || n > op_get(OP_SUM)->n_inputs.most || !are_alike(x, n))
        return emit_chain(c, x, n, BINARY_ADD);
    in = arena_alloc(&c->arena, n * sizeof(*in) + 1);
    r = in ? emit_bring_all(c, x, n, in, &view) : -ENOMEM;
    spec.inputs = in;
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}
