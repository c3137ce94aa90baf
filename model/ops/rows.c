#include "model/ops/rows.h"

#include "base/error.h"
#include "model/graph.h"

int rows_of(const struct infer *node, uint32_t i, const char *what, uint32_t least, uint32_t most,
            uint32_t *rows, uint32_t *width, struct fault *fault)
{
    const struct shape *shape = &node->in[i]->shape;
    size_t n;

    if (shape->rank < 2)
        return fail(fault, E_SHAPE, "%s (%.60s) have rank %u, and a row each needs 2", what,
                    node->in[i]->name, shape->rank);
    n = shape_elements(shape) / shape->dim[0];
    if (n < least || n > most)
        return fail(fault, E_SHAPE, "%s (%.60s) have %zu numbers each, not %u to %u", what,
                    node->in[i]->name, n, least, most);
    *rows = shape->dim[0];
    *width = (uint32_t)n;
    return 0;
}
