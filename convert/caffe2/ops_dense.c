/* FC, FCTransposed, MatMul, BatchMatMul. */
#include <string.h>

#include "convert/caffe2/c2_ops.h"
#include "convert/caffe2/c2_weights.h"
#include "convert/emit.h"
#include "convert/layout.h"

struct dense {
    uint32_t axis;    /* of X, the first that is flattened */
    uint32_t columns; /* what it and those behind it hold */
    uint32_t rows;    /* outputs */
    bool transposed;  /* the weights are [columns,rows] */
};

static int read_dense(struct conversion *c, const struct tensor *x, const struct numbers *weights,
                      struct dense *ret)
{
    const struct shape *w = &weights->shape;
    int64_t axis, axis_w;
    int r = c2_arg_int(c, "axis", -SHAPE_RANK_MAX, SHAPE_RANK_MAX, 1, &axis);

    if (r == 0)
        r = c2_arg_int(c, "axis_w", 1, 1, 1, &axis_w);
    if (r == 0)
        r = axes_find(c, axis, x->shape.rank, &ret->axis);
    if (r < 0)
        return r;
    ret->transposed = strcmp(c->node->op, "FCTransposed") == 0;
    ret->columns = 1;
    for (uint32_t i = ret->axis; i < x->shape.rank; i++)
        ret->columns *= x->shape.dim[i]; /* all of a tensor fits 32 bits */
    ret->rows = ret->transposed ? w->dim[w->rank - 1] : w->dim[0];
    if (weights->n != (uint64_t)ret->rows * ret->columns)
        return conversion_unsupported(c, C2_WAY_CHECK,
                                      "weights of %zu numbers for %u inputs and %u outputs",
                                      weights->n, ret->columns, ret->rows);
    if (x->shape.rank - ret->axis >= SHAPE_RANK_MAX)
        return conversion_unsupported(c, WAY_REPLACE, "%u axes flattened", x->shape.rank);
    return 0;
}

static int read_weights(struct conversion *c, const struct numbers **ret)
{
    int r = conversion_constant(c, 1, "the weights", ret);

    if (r == 0 && (!*ret || (*ret)->n == 0 || (*ret)->shape.rank < 2))
        r = conversion_unsupported(c, C2_WAY_CHECK, "its weights are no matrix");
    return r;
}

/*
 * [rows, columns], the columns in the order in which X lies in memory under VIEW: they move, so
 * that X need not.
 */
static int place_matrix(struct conversion *c, const struct dense *dense, const struct shape *x,
                        const struct view *view, const struct numbers *weights, uint32_t *ret)
{
    ptrdiff_t column = dense->transposed ? dense->rows : 1;
    const struct shape shape = {2, {dense->rows, dense->columns}};
    struct walk walk = {.shape = {.rank = x->rank - dense->axis + 1}};

    walk.shape.dim[0] = dense->rows;
    walk.stride[0] = dense->transposed ? 1 : dense->columns;
    for (uint32_t i = x->rank; i-- > dense->axis; column *= x->dim[i]) {
        uint32_t place = view->order[i] - dense->axis + 1u;

        walk.shape.dim[place] = x->dim[i];
        walk.stride[place] = column;
    }
    return c2_weights_place(c, 1, weights, &walk, &shape, ret);
}

/* X's own view if the axes in front of AXIS lie in front there too, in their order. */
static struct view view_for(const struct tensor *x, uint32_t axis)
{
    struct view view = layout_own(x);

    for (uint32_t i = 0; i < axis; i++)
        if (view.order[i] != i)
            return view_identity();
    return view;
}

static int bring_rows(struct conversion *c, struct tensor *x, const struct dense *dense,
                      const struct view *view, uint32_t *ret)
{
    struct shape rows = {2, {1, dense->columns}};
    int r = layout_bring(c, x, view, ret);

    if (r < 0 || dense->axis == 1)
        return r;
    for (uint32_t i = 0; i < dense->axis; i++)
        rows.dim[0] *= x->shape.dim[i];
    return layout_reshape(c, x->name, "rows", *ret, &rows, ret);
}

static int emit_dense(struct conversion *c, const struct node_spec *spec, const struct tensor *x,
                      const struct dense *dense)
{
    struct shape y = {.rank = dense->axis + 1};
    struct view plain = view_identity();
    uint32_t value;
    int r;

    if (dense->axis == 1)
        return conversion_emit(c, 0, spec, &plain);
    r = conversion_emit_main(c, "rows", spec, &value);
    for (uint32_t i = 0; i < dense->axis; i++)
        y.dim[i] = x->shape.dim[i];
    y.dim[dense->axis] = dense->rows;
    return r < 0 ? r : layout_emit_reshape(c, 0, value, &y, &plain);
}

int c2_fc(struct conversion *c)
{
    const struct numbers *weights = NULL;
    uint32_t in[3];
    struct node_spec spec = {.op = OP_FULLY_CONNECTED, .inputs = in, .n_inputs = 3};
    struct dense dense = {0};
    struct tensor *x;
    struct view view;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = read_weights(c, &weights);
    if (r == 0)
        r = read_dense(c, x, weights, &dense);
    if (r < 0)
        return r;
    view = view_for(x, dense.axis);
    r = bring_rows(c, x, &dense, &view, &in[0]);
    if (r == 0)
        r = place_matrix(c, &dense, &x->shape, &view, weights, &in[1]);
    if (r == 0)
        r = c2_weights_bias(c, 2, dense.rows, &in[2]);
    return r < 0 ? r : emit_dense(c, &spec, x, &dense);
}

static int read_turns(struct conversion *c, int64_t *ret_a, int64_t *ret_b)
{
    int r = c2_arg_int(c, "trans_a", 0, 1, 0, ret_a);

    return r < 0 ? r : c2_arg_int(c, "trans_b", 0, 1, 0, ret_b);
}

/* Both flattened to matrices at axis_a and axis_b, which matrices alone are here. */
int c2_matmul(struct conversion *c)
{
    int64_t turn_a, turn_b, axis_a, axis_b;
    struct tensor *a, *b;
    int r = conversion_activation(c, 0, &a);

    if (r == 0)
        r = conversion_activation(c, 1, &b);
    if (r == 0)
        r = c2_arg_int(c, "axis_a", 1, 1, 1, &axis_a);
    if (r == 0)
        r = c2_arg_int(c, "axis_b", 1, 1, 1, &axis_b);
    if (r == 0)
        r = read_turns(c, &turn_a, &turn_b);
    if (r < 0)
        return r;
    if (a->shape.rank != 2 || b->shape.rank != 2)
        return conversion_unsupported(c, "put a Reshape in front",
                                      "operands of rank %u and %u; matrices are supported",
                                      a->shape.rank, b->shape.rank);
    return emit_matmul(c, a, b, turn_a, turn_b);
}

/* numpy's matmul; without broadcast the stacks are of one shape, where that is the same. */
int c2_batch_matmul(struct conversion *c)
{
    int64_t turn_a, turn_b;
    struct tensor *a, *b;
    int r = conversion_activation(c, 0, &a);

    if (r == 0)
        r = conversion_activation(c, 1, &b);
    if (r == 0)
        r = read_turns(c, &turn_a, &turn_b);
    return r < 0 ? r : emit_matmul(c, a, b, turn_a, turn_b);
}
