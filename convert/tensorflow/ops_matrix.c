/* MatMul and BatchMatMul: FullyConnected where the right side is a constant matrix. */
#include <string.h>

#include "convert/emit.h"
#include "convert/layout.h"
#include "convert/numbers.h"
#include "convert/tensorflow/tf_attr.h"
#include "convert/tensorflow/tf_ops.h"

/* The right matrix as the graph has it, [out, in]: in the file [in, out], or turned. */
static int place_matrix(struct conversion *c, const struct numbers *b, bool turned, uint32_t *ret)
{
    uint32_t out = b->shape.dim[turned ? 0 : 1], in = b->shape.dim[turned ? 1 : 0];
    struct walk walk = {
        .shape = {2, {out, in}},
        .stride = {turned ? (ptrdiff_t)in : 1, turned ? 1 : (ptrdiff_t)out},
    };
    struct blob *blob;
    int r = numbers_lay_out(c, b, &walk, 1, &blob);

    return r < 0 ? r : conversion_add_constant(c, c->node->inputs[1], &walk.shape, blob, ret);
}

/* What an idiom found behind the product: input 2, one number a column; else zeros. */
static int place_bias(struct conversion *c, uint32_t n, uint32_t *ret)
{
    const struct numbers *bias;
    struct numbers zeros = {.n = n, .is_float = true, .f32 = &(float){0}};
    struct walk walk = {.shape = {1, {n}}};
    struct blob *blob;
    int r = conversion_constant(c, 2, "the bias", &bias);

    if (r < 0)
        return r;
    walk.stride[0] = bias != NULL;
    r = numbers_lay_out(c, bias ? bias : &zeros, &walk, 1, &blob);
    return r < 0 ? r
                 : conversion_add_constant(c, bias ? c->node->inputs[2] : "zeros", &walk.shape,
                                           blob, ret);
}

/* The rows of A, of any rank, times a constant matrix. */
static int emit_rows(struct conversion *c, struct tensor *a, const struct numbers *b, bool turned)
{
    uint32_t in[3], rank = a->shape.rank, out = b->shape.dim[turned ? 0 : 1];
    struct node_spec spec = {.op = OP_FULLY_CONNECTED, .inputs = in, .n_inputs = 3};
    struct view view = view_identity();
    struct shape rows = {2, {1, a->shape.dim[rank - 1]}}, y = a->shape;
    uint32_t value;
    int r = layout_bring_plain(c, a, &in[0]);

    for (uint32_t i = 0; i + 1 < rank; i++)
        rows.dim[0] *= a->shape.dim[i];
    if (r == 0)
        r = layout_reshape(c, a->name, "rows", in[0], &rows, &in[0]);
    if (r == 0)
        r = place_matrix(c, b, turned, &in[1]);
    if (r == 0)
        r = place_bias(c, out, &in[2]);
    if (r < 0 || rank == 2)
        return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
    y.dim[rank - 1] = out;
    r = conversion_emit_main(c, "product", &spec, &value);
    return r < 0 ? r : layout_emit_reshape(c, 0, value, &y, &view);
}

static int multiply(struct conversion *c, bool turn_a, bool turn_b)
{
    struct tensor *a, *b;
    int r = conversion_activation(c, 0, &a);

    if (r == 0)
        r = conversion_activation(c, 1, &b);
    if (r < 0)
        return r;
    if (a->shape.rank < 2 || b->shape.rank < 2)
        return conversion_unsupported(c, "check the model", "its operands are no matrices");
    if (b->state == TENSOR_NUMBERS && b->shape.rank == 2 && b->numbers->n && !turn_a &&
        a->shape.dim[a->shape.rank - 1] == b->shape.dim[turn_b ? 1 : 0])
        return emit_rows(c, a, b->numbers, turn_b);
    return emit_matmul(c, a, b, turn_a, turn_b);
}

int tf_matmul(struct conversion *c)
{
    bool turn_a, turn_b;
    int r = tf_attr_bool(c, "transpose_a", false, &turn_a);

    if (r == 0)
        r = tf_attr_bool(c, "transpose_b", false, &turn_b);
    return r < 0 ? r : multiply(c, turn_a, turn_b);
}

int tf_batch_matmul(struct conversion *c)
{
    bool turn_a, turn_b;
    int r = tf_attr_bool(c, "adj_x", false, &turn_a);

    if (r == 0)
        r = tf_attr_bool(c, "adj_y", false, &turn_b);
    return r < 0 ? r : multiply(c, turn_a, turn_b);
}
