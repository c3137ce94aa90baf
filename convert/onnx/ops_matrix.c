/* Gemm and MatMul with a constant matrix on the right: FullyConnected. */
#include <string.h>

#include "convert/emit.h"
#include "convert/layout.h"
#include "convert/numbers.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"

/* The matrix as the graph has it, [out, in]: B is [in, out], or [out, in] if TRANSPOSED. */
static int place_matrix(struct conversion *c, const struct numbers *b, const struct shape *sizes,
                        bool transposed, float scale, uint32_t *ret)
{
    uint32_t out = sizes->dim[transposed ? 0 : 1], in = sizes->dim[transposed ? 1 : 0];
    struct walk walk = {
        .shape = {2, {out, in}},
        .stride = {transposed ? (ptrdiff_t)in : 1, transposed ? 1 : (ptrdiff_t)out},
    };
    struct blob *blob;
    int r = numbers_lay_out(c, b, &walk, scale, &blob);

    return r < 0 ? r : conversion_add_constant(c, c->node->inputs[1], &walk.shape, blob, ret);
}

/* What a Gemm says. */
struct gemm {
    float alpha, beta;
    int64_t transpose_a, transpose_b;
    const struct numbers *b;
};

static int read_gemm(struct conversion *c, const struct tensor *a, struct gemm *ret)
{
    int r = attr_float(c, "alpha", 1, &ret->alpha);

    if (r == 0)
        r = attr_float(c, "beta", 1, &ret->beta);
    if (r == 0)
        r = attr_int(c, "transA", 0, &ret->transpose_a);
    if (r == 0)
        r = attr_int(c, "transB", 0, &ret->transpose_b);
    if (r == 0)
        r = conversion_constant(c, 1, "the right matrix", &ret->b);
    if (r < 0)
        return r;
    if (!ret->b || ret->b->shape.rank != 2 || ret->b->n == 0 || a->shape.rank != 2)
        return conversion_unsupported(c, "check the model", "its operands are no matrices");
    return 0;
}

/* Is input 2 one number a column, or none, so that it is the layer's bias? */
static bool is_bias(const struct tensor *bias, uint32_t columns)
{
    if (!bias)
        return true;
    return bias->state == TENSOR_NUMBERS &&
           (bias->numbers->n == 1 || (bias->numbers->n == columns && bias->shape.rank > 0 &&
                                      bias->shape.dim[bias->shape.rank - 1] == columns));
}

/* A C that differs from row to row, or that the network computes: added behind. */
static int add_behind(struct conversion *c, const struct node_spec *product, struct tensor *bias,
                      float beta)
{
    struct binary_attrs add = {.kind = BINARY_ADD}, multiply = {.kind = BINARY_MUL};
    struct view view = view_identity();
    uint32_t in[2], scaled[2];
    struct node_spec spec = {.op = OP_BINARY, .attrs = &add, .inputs = in, .n_inputs = 2};
    struct node_spec scale = {.op = OP_BINARY, .attrs = &multiply, .inputs = scaled, .n_inputs = 2};
    int r = layout_bring_ranked(c, bias, 2, &view, &in[1]);

    if (r == 0 && beta != 1) {
        scaled[0] = in[1];
        r = emit_number(c, "beta", beta, &scaled[1]);
        if (r == 0)
            r = conversion_emit_helper(c, bias->name, "scaled", &scale, &in[1]);
    }
    if (r == 0)
        r = conversion_emit_main(c, "product", product, &in[0]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

int convert_gemm(struct conversion *c)
{
    struct view view = view_identity(), turned = {{1, 0}};
    uint32_t in[3], columns;
    struct node_spec spec = {.op = OP_FULLY_CONNECTED, .inputs = in, .n_inputs = 3};
    struct tensor *a, *bias = conversion_input(c, 2);
    struct gemm gemm;
    int r = conversion_activation(c, 0, &a);

    if (r == 0 && bias)
        r = conversion_activation(c, 2, &bias);
    if (r == 0)
        r = read_gemm(c, a, &gemm);
    if (r == 0)
        r = layout_bring(c, a, gemm.transpose_a ? &turned : &view, &in[0]);
    if (r == 0)
        r = place_matrix(c, gemm.b, &gemm.b->shape, gemm.transpose_b, gemm.alpha, &in[1]);
    if (r < 0)
        return r;
    columns = gemm.b->shape.dim[gemm.transpose_b ? 0 : 1];
    if (bias && !is_bias(bias, columns)) {
        spec.n_inputs = 2;
        return add_behind(c, &spec, bias, gemm.beta);
    }
    r = ops_place_bias(c, 2, columns, gemm.beta, &in[2]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

/* The right side of a MatMul as a matrix [in, out]; a vector is [in, 1]. */
static int read_matrix(struct conversion *c, const struct tensor *a, const struct numbers **ret_b,
                       struct shape *ret_sizes)
{
    const struct numbers *b;
    struct shape sizes = {.rank = 2};
    int r = conversion_constant(c, 1, "the numbers of the right matrix", &b);

    if (r < 0)
        return r;
    if (!b || b->n == 0 || b->shape.rank == 0 || a->shape.rank == 0)
        return conversion_unsupported(c, "check the model", "its operands are no matrices");
    for (uint32_t i = 0; i + 2 < b->shape.rank; i++)
        if (b->shape.dim[i] != 1 || b->shape.rank > a->shape.rank)
            return conversion_unsupported(c, WAY_REPLACE,
                                          "a stack of matrices; one matrix is supported");
    sizes.dim[0] = b->shape.dim[b->shape.rank > 1 ? b->shape.rank - 2 : 0];
    sizes.dim[1] = b->shape.rank > 1 ? b->shape.dim[b->shape.rank - 1] : 1;
    if (a->shape.dim[a->shape.rank - 1] != sizes.dim[0])
        return conversion_unsupported(c, "check the model and the sizes of its inputs",
                                      "rows of %u numbers times columns of %u",
                                      a->shape.dim[a->shape.rank - 1], sizes.dim[0]);
    *ret_b = b;
    *ret_sizes = sizes;
    return 0;
}

/* The product [rows, columns] in the shape that numpy gives it. */
static int emit_product(struct conversion *c, const struct node_spec *spec, const struct tensor *a,
                        const struct numbers *b, uint32_t columns)
{
    struct shape y = a->shape;
    struct view view = view_identity();
    uint32_t value;
    int r;

    if (a->shape.rank == 2 && b->shape.rank > 1)
        return conversion_emit(c, 0, spec, &view);
    y.dim[y.rank - 1] = columns;
    if (b->shape.rank == 1)
        y.rank--;
    r = conversion_emit_main(c, "product", spec, &value);
    return r < 0 ? r : layout_emit_reshape(c, 0, value, &y, &view);
}

/*
 * The Add that alone reads the product and puts a number to each column: the layer's bias. 0, and
 * *RET_BIAS NULL if there is none.
 */
static int find_bias(struct conversion *c, uint32_t columns, const struct foreign_node **ret_add,
                     const char **ret_bias)
{
    const struct tensor *product = conversion_output(c, 0);
    const struct foreign_node *product_node = c->node, *add;
    const struct numbers *numbers;
    struct tensor *bias = NULL;
    int r;

    *ret_bias = NULL;
    if (!product || product->n_uses != 1 || onnx_model_of(c)->opset < 7)
        return 0;
    if (product->user == NO_NODE)
        return 0;
    add = c->nodes[product->user];
    if (strcmp(add->op, "Add") != 0 || ops_find(add) == NULL || add->n_inputs != 2)
        return 0;
    c->node = add;
    bias = conversion_input(c, strcmp(add->inputs[0], product->name) == 0);
    c->node = product_node;
    if (!bias || bias->state != TENSOR_NUMBERS)
        return 0;
    r = conversion_numbers(c, bias, &numbers);
    if (r == 0 && numbers->n == columns && numbers->shape.rank > 0 && numbers->shape.rank <= 2 &&
        numbers->shape.dim[numbers->shape.rank - 1] == columns) {
        *ret_bias = bias->name;
        *ret_add = add;
    }
    return r;
}

/* A * B as rows of a matrix, with input 2 of the node, or nothing, as the bias. */
static int emit_connected(struct conversion *c, struct tensor *a, const struct numbers *b,
                          const struct shape *sizes)
{
    uint32_t in[3];
    struct node_spec spec = {.op = OP_FULLY_CONNECTED, .inputs = in, .n_inputs = 3};
    struct shape rows = {2, {1, sizes->dim[0]}};
    int r = layout_bring_plain(c, a, &in[0]);

    for (uint32_t i = 0; i + 1 < a->shape.rank; i++)
        rows.dim[0] *= a->shape.dim[i];
    if (r == 0)
        r = layout_reshape(c, a->name, "rows", in[0], &rows, &in[0]);
    if (r == 0)
        r = place_matrix(c, b, sizes, false, 1, &in[1]);
    if (r == 0)
        r = ops_place_bias(c, 2, sizes->dim[1], 1, &in[2]);
    return r < 0 ? r : emit_product(c, &spec, a, b, sizes->dim[1]);
}

int convert_matmul(struct conversion *c)
{
    const struct foreign_node *node = c->node, *add = NULL;
    struct onnx_node with_bias = *onnx_node_of(node);
    const char *inputs[3] = {0}, *bias = NULL;
    struct shape sizes = {0};
    const struct numbers *b = NULL;
    struct tensor *a;
    int r = conversion_activation(c, 0, &a);

    if (r == 0)
        r = read_matrix(c, a, &b, &sizes);
    if (r == 0 && b->shape.rank > 1 && a->shape.rank > 1)
        r = find_bias(c, sizes.dim[1], &add, &bias);
    if (r < 0 || !bias)
        return r < 0 ? r : emit_connected(c, a, b, &sizes);
    inputs[0] = node->inputs[0];
    inputs[1] = node->inputs[1];
    inputs[2] = bias;
    with_bias.node.inputs = inputs;
    with_bias.node.n_inputs = 3;
    with_bias.node.outputs = add->outputs;
    with_bias.node.n_outputs = add->n_outputs;
    c->wanted[conversion_output(c, 0)->user] = false;
    c->node = &with_bias.node;
    r = emit_connected(c, a, b, &sizes);
    c->node = node;
    return r;
}
