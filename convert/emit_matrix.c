/* Products of matrices that the network computes, or of stacks of them. */
#include "convert/emit.h"
#include "convert/layout.h"
#include "model/ops/matmul.h"

/*
 * X as a matrix or a stack of them: turned if *TURNED says so afterwards, which it may be without a
 * layer. A list is a row.
 */
static int bring_matrix(struct conversion *c, struct tensor *x, bool *turned, uint32_t *ret)
{
    uint32_t rank = x->shape.rank > 1 ? x->shape.rank : 2;
    struct view view = view_identity(), swapped = view_identity();

    swapped.order[rank - 2] = (uint8_t)(rank - 1);
    swapped.order[rank - 1] = (uint8_t)(rank - 2);
    if (x->state == TENSOR_VALUE && x->shape.rank > 1 && view_equal(&x->view, &swapped, rank)) {
        *turned = !*turned;
        *ret = x->value;
        return 0;
    }
    return layout_bring_ranked(c, x, rank, &view, ret);
}

/* Y without the axes that the rows and columns of lists have. */
static struct shape without_lists(const struct shape *y, bool row, bool column)
{
    struct shape shape = *y;

    if (column)
        shape.rank--;
    if (row) {
        shape.dim[shape.rank - (column ? 1 : 2)] = shape.dim[shape.rank - 1];
        shape.rank--;
    }
    return shape;
}

int emit_matmul(struct conversion *c, struct tensor *a, struct tensor *b, bool transpose_a,
                bool transpose_b)
{
    bool row = a->shape.rank == 1, column = b->shape.rank == 1;
    struct matmul_attrs attrs = {transpose_a, transpose_b != column};
    uint32_t in[2], value;
    struct node_spec spec = {.op = OP_MATMUL, .attrs = &attrs, .inputs = in, .n_inputs = 2};
    struct view view = view_identity();
    struct shape y;
    int r = 0;

    if (a->shape.rank == 0 || b->shape.rank == 0)
        return conversion_unsupported(c, "check the model", "its operands are no matrices");
    r = bring_matrix(c, a, &attrs.transpose_a, &in[0]);
    if (r == 0)
        r = bring_matrix(c, b, &attrs.transpose_b, &in[1]);
    if (r < 0)
        return r;
    if (!row && !column)
        return conversion_emit(c, 0, &spec, &view);
    r = conversion_emit_main(c, "product", &spec, &value);
    if (r < 0)
        return r;
    y = without_lists(&builder_value(c->builder, value)->shape, row, column);
    return layout_emit_reshape(c, 0, value, &y, &view);
}
