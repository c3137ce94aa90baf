#include "model/op.h"

#include "base/error.h"
#include "model/graph.h"

static const struct op_def *const defs[_OP_MAX] = {
#define OP(id, name) [OP_##id] = &op_##name,
#include "model/ops.def"
#undef OP
};

const struct op_def *op_get(enum op op)
{
    return defs[op];
}

int op_infer_same(const struct infer *node, struct shape *out, struct fault *fault)
{
    (void)fault;
    out[0] = node->in[0]->shape;
    return 0;
}

int op_check_rank(const struct infer *node, uint32_t i, uint32_t rank, struct fault *fault)
{
    const struct value *in = node->in[i];

    if (in->shape.rank == rank)
        return 0;
    return fail(fault, E_SHAPE, "input %u (%.60s) has rank %u, not %u", i, in->name, in->shape.rank,
                rank);
}

int op_check_count(const struct infer *node, uint32_t i, const char *what, uint64_t n,
                   struct fault *fault)
{
    size_t found;

    if (i >= node->n_in || !node->in[i])
        return 0;
    found = shape_elements(&node->in[i]->shape);
    if (found == n)
        return 0;
    return fail(fault, E_SHAPE, "%s (%.60s) holds %zu numbers, not %llu", what, node->in[i]->name,
                found, (unsigned long long)n);
}

int op_check_alike(const struct infer *node, struct fault *fault)
{
    for (uint32_t i = 1; i < node->n_in; i++) {
        if (!node->in[i])
            return fail(fault, E_OP_ARITY, "input %u is missing", i);
        if (!shape_equal(&node->in[i]->shape, &node->in[0]->shape))
            return fail(fault, E_SHAPE, "input %u (%.60s) has another shape than input 0 (%.60s)",
                        i, node->in[i]->name, node->in[0]->name);
    }
    return 0;
}

int op_axes(const struct shape *x, struct i32s axes, uint32_t *ret, struct fault *fault)
{
    uint32_t bits = axes.n ? 0 : (1u << x->rank) - 1;

    for (uint32_t i = 0; i < axes.n; i++) {
        int axis = shape_axis(x, axes.v[i]);

        if (axis < 0)
            return fail(fault, E_OP_ATTR, "axis %d is outside rank %u", axes.v[i], x->rank);
        bits |= 1u << axis;
    }
    *ret = bits;
    return 0;
}

void op_without_axes(const struct shape *x, uint32_t axes, bool keep_dims, struct shape *ret)
{
    struct shape y = {0};

    for (uint32_t i = 0; i < x->rank; i++)
        if (!(axes & 1u << i))
            y.dim[y.rank++] = x->dim[i];
        else if (keep_dims)
            y.dim[y.rank++] = 1;
    *ret = y;
}

/* The size of the axis that is FROM_END axes before the last; 1 if the shape has none there. */
static uint32_t size_from_end(const struct shape *shape, uint32_t from_end)
{
    return from_end < shape->rank ? shape->dim[shape->rank - 1 - from_end] : 1;
}

/* The axis of the output on which A and B differ and neither repeats; -1: none. */
static int find_clash(const struct shape *a, const struct shape *b, uint32_t rank)
{
    for (uint32_t i = 0; i < rank; i++) {
        uint32_t size_a = size_from_end(a, i), size_b = size_from_end(b, i);

        if (size_a != size_b && size_a != 1 && size_b != 1)
            return (int)(rank - 1 - i);
    }
    return -1;
}

int op_broadcast(const struct shape *a, const struct shape *b, struct shape *ret)
{
    struct shape y = {.rank = a->rank > b->rank ? a->rank : b->rank};

    if (find_clash(a, b, y.rank) >= 0)
        return -1;
    for (uint32_t i = 0; i < y.rank; i++) {
        uint32_t size_a = size_from_end(a, i);

        y.dim[y.rank - 1 - i] = size_a == 1 ? size_from_end(b, i) : size_a;
    }
    *ret = y;
    return 0;
}

/* The input below N whose size on the axis FROM_END is not 1. */
static uint32_t find_large(const struct infer *node, uint32_t n, uint32_t from_end)
{
    for (uint32_t i = 0; i < n; i++)
        if (size_from_end(&node->in[i]->shape, from_end) != 1)
            return i;
    return 0;
}

int op_infer_broadcast(const struct infer *node, struct shape *out, struct fault *fault)
{
    struct shape y = node->in[0]->shape;

    for (uint32_t i = 1; i < node->n_in; i++) {
        const struct shape *x = &node->in[i]->shape;
        uint32_t rank = y.rank > x->rank ? y.rank : x->rank, other, from_end;
        int axis = find_clash(&y, x, rank);

        if (axis < 0) {
            op_broadcast(&y, x, &y);
            continue;
        }
        from_end = rank - 1 - (uint32_t)axis;
        other = find_large(node, i, from_end);
        return fail(fault, E_SHAPE,
                    "axis %d of the output would have the size %u of input %u (%.60s) or %u of "
                    "input %u (%.60s)",
                    axis, size_from_end(&y, from_end), other, node->in[other]->name,
                    size_from_end(x, from_end), i, node->in[i]->name);
    }
    out[0] = y;
    return 0;
}

int op_set_dim(struct shape *shape, uint32_t axis, uint64_t size, struct fault *fault)
{
    if (size == 0 || size > SHAPE_BYTES_MAX)
        return fail(fault, E_SHAPE, "axis %u would have the size %llu", axis,
                    (unsigned long long)size);
    shape->dim[axis] = (uint32_t)size;
    return 0;
}
