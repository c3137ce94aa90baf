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

int op_set_dim(struct shape *shape, uint32_t axis, uint64_t size, struct fault *fault)
{
    if (size == 0 || size > SHAPE_BYTES_MAX)
        return fail(fault, E_SHAPE, "axis %u would have the size %llu", axis,
                    (unsigned long long)size);
    shape->dim[axis] = (uint32_t)size;
    return 0;
}
