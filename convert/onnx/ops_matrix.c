/* Gemm and MatMul: FullyConnected where the right matrix is known, else MatMul. */
#include <string.h>

#include "convert/emit.h"
#include "convert/layout.h"
#include "convert/numbers.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "convert/plan.h"
#include "model/ops/matmul.h"

/*
 * What rows a layer with weights reads: a matrix as it is, or a tensor [N,...] of another layout
 * that the file flattens, whose numbers need not move if the columns of the weights do.
 */
struct rows_of {
    uint32_t value;
    struct shape shape; /* without N; rank 1 where nothing was flattened */
    struct view view;   /* of that */
};

/* The matrix as the graph has it, [out, in]: B is [in, out], or [out, in] if TRANSPOSED. */
static int place_matrix(struct conversion *c, const struct numbers *b, const struct shape *sizes,
                        bool transposed, float scale, const struct rows_of *rows, uint32_t *ret)
{
    uint32_t out = sizes->dim[transposed ? 0 : 1], in = sizes->dim[transposed ? 1 : 0];
    const struct shape shape = {2, {out, in}};
    struct walk walk = {.shape = {.rank = rows->shape.rank + 1, .dim = {out}},
                        .stride = {transposed ? (ptrdiff_t)in : 1}};
    ptrdiff_t step = transposed ? 1 : (ptrdiff_t)out;

    for (uint32_t i = rows->shape.rank; i-- > 0; step *= rows->shape.dim[i]) {
        walk.shape.dim[rows->view.order[i] + 1] = rows->shape.dim[i];
        walk.stride[rows->view.order[i] + 1] = step;
    }
    return numbers_place(c, c->node->inputs[1], b, &walk, &shape, scale, ret);
}

/* The tensor that A is the numbers of in their order; NULL: A is made by something else. */
static struct tensor *find_source(const struct conversion *c, const struct tensor *a)
{
    static const char *const keepers[] = {"Flatten", "Reshape", "Dropout", "Identity", "Squeeze"};
    const struct foreign_node *node = a->node == NO_NODE ? NULL : c->nodes[a->node];

    for (size_t i = 0; node && ops_is_own(node) && i < ARRAY_SIZE(keepers); i++)
        if (strcmp(keepers[i], node->op) == 0 && node->n_inputs > 0)
            return plan_find(c, node->inputs[0]);
    return NULL;
}

/* Do the rows of A lie in X, [N,...], one behind the other, but with other columns? */
static bool has_rows(const struct tensor *x, const struct tensor *a)
{
    return x->state == TENSOR_VALUE && !x->quant && !layout_is_plain(x) && x->shape.rank > 2 &&
           x->shape.dim[0] == a->shape.dim[0] && x->view.order[0] == 0;
}

#define FLATTENED_MAX 8 /* nodes in a row that only flatten */

/* The rows of A, a matrix [N,in]: those of what it was before it was flattened, or its own. */
static int bring_rows(struct conversion *c, struct tensor *a, struct rows_of *ret)
{
    struct tensor *x = a;
    struct view plain = view_identity();

    for (int i = 0; x && i < FLATTENED_MAX && !has_rows(x, a); i++)
        x = find_source(c, x);
    if (!x || !has_rows(x, a)) {
        *ret = (struct rows_of){.shape = {1, {a->shape.dim[1]}}, .view = plain};
        return layout_bring(c, a, &plain, &ret->value);
    }
    /* What was turned for A in vain goes with the layers that nobody needs. */
    *ret = (struct rows_of){.value = x->value, .shape = {.rank = x->shape.rank - 1}};
    for (uint32_t i = 1; i < x->shape.rank; i++) {
        ret->shape.dim[i - 1] = x->shape.dim[i];
        ret->view.order[i - 1] = (uint8_t)(x->view.order[i] - 1);
    }
    return 0;
}

/* What a Gemm says. */
struct gemm {
    float alpha, beta;
    int64_t transpose_a, transpose_b;
};

static int read_gemm(struct conversion *c, struct gemm *ret)
{
    int r = attr_float(c, "alpha", 1, &ret->alpha);

    if (r == 0)
        r = attr_float(c, "beta", 1, &ret->beta);
    if (r == 0)
        r = attr_int(c, "transA", 0, &ret->transpose_a);
    if (r == 0)
        r = attr_int(c, "transB", 0, &ret->transpose_b);
    return r;
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

/* VALUE times NUMBER, as helper BASE.scaled; VALUE itself if that is 1. */
static int scale_value(struct conversion *c, const char *base, uint32_t value, float number,
                       uint32_t *ret)
{
    struct binary_attrs attrs = {.kind = BINARY_MUL};
    uint32_t in[2] = {value};
    struct node_spec spec = {.op = OP_BINARY, .attrs = &attrs, .inputs = in, .n_inputs = 2};
    int r;

    *ret = value;
    if (number == 1)
        return 0;
    r = emit_number(c, "factor", number, &in[1]);
    return r < 0 ? r : conversion_emit_helper(c, base, "scaled", &spec, ret);
}

/* PRODUCT, times ALPHA, and BIAS times BETA added behind if it is there. */
static int add_behind(struct conversion *c, const struct node_spec *product, float alpha,
                      struct tensor *bias, float beta)
{
    struct binary_attrs add = {.kind = BINARY_ADD}, multiply = {.kind = BINARY_MUL};
    struct view view = view_identity();
    uint32_t in[2];
    struct node_spec spec = {.op = OP_BINARY, .attrs = &add, .inputs = in, .n_inputs = 2};
    int r = conversion_emit_main(c, "product", product, &in[0]);

    if (r < 0)
        return r;
    if (!bias) {
        spec.attrs = &multiply;
        r = emit_number(c, "factor", alpha, &in[1]);
        return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
    }
    r = scale_value(c, conversion_label(c->node), in[0], alpha, &in[0]);
    if (r == 0)
        r = layout_bring_ranked(c, bias, 2, &view, &in[1]);
    if (r == 0)
        r = scale_value(c, bias->name, in[1], beta, &in[1]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

/* Both matrices come out of the network. */
static int emit_gemm(struct conversion *c, struct tensor *a, struct tensor *b, struct tensor *bias,
                     const struct gemm *gemm)
{
    struct matmul_attrs attrs = {gemm->transpose_a != 0, gemm->transpose_b != 0};
    struct view view = view_identity();
    uint32_t in[2];
    struct node_spec spec = {.op = OP_MATMUL, .attrs = &attrs, .inputs = in, .n_inputs = 2};
    int r;

    if (!bias && gemm->alpha == 1)
        return emit_matmul(c, a, b, attrs.transpose_a, attrs.transpose_b);
    r = layout_bring(c, a, &view, &in[0]);
    if (r == 0)
        r = layout_bring(c, b, &view, &in[1]);
    return r < 0 ? r : add_behind(c, &spec, gemm->alpha, bias, gemm->beta);
}

/* The right matrix is known: a layer with weights. */
static int emit_weights(struct conversion *c, struct tensor *a, const struct numbers *b,
                        struct tensor *bias, const struct gemm *gemm)
{
    struct view view = view_identity(), turned = {{1, 0}};
    uint32_t in[3], columns = b->shape.dim[gemm->transpose_b ? 0 : 1];
    struct node_spec spec = {.op = OP_FULLY_CONNECTED, .inputs = in, .n_inputs = 3};
    struct rows_of rows = {.shape = {1, {b->shape.dim[gemm->transpose_b ? 1 : 0]}}, .view = view};
    int r = gemm->transpose_a ? layout_bring(c, a, &turned, &rows.value) : bring_rows(c, a, &rows);

    in[0] = rows.value;
    if (r == 0)
        r = place_matrix(c, b, &b->shape, gemm->transpose_b, gemm->alpha, &rows, &in[1]);
    if (r < 0)
        return r;
    if (bias && !is_bias(bias, columns)) {
        spec.n_inputs = 2;
        return add_behind(c, &spec, 1, bias, gemm->beta);
    }
    r = ops_place_bias(c, 2, columns, gemm->beta, &in[2]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

static int check_operands(struct conversion *c, const struct tensor *a, const struct numbers *b,
                          const struct gemm *gemm)
{
    uint32_t columns = a->shape.dim[gemm->transpose_a ? 0 : 1];
    uint32_t rows = b->shape.dim[gemm->transpose_b ? 1 : 0];

    if (b->n == 0)
        return conversion_unsupported(c, "check the model", "its matrix is empty");
    if (columns == rows)
        return 0;
    return conversion_unsupported(c, "check the model and the sizes of its inputs",
                                  "rows of %u numbers times columns of %u", columns, rows);
}

int convert_gemm(struct conversion *c)
{
    struct tensor *a, *b = NULL, *bias = conversion_input(c, 2);
    const struct numbers *numbers;
    struct gemm gemm;
    int r = conversion_activation(c, 0, &a);

    if (r == 0)
        r = conversion_activation(c, 1, &b);
    if (r == 0 && bias)
        r = conversion_activation(c, 2, &bias);
    if (r == 0)
        r = read_gemm(c, &gemm);
    if (r < 0)
        return r;
    if (a->shape.rank != 2 || b->shape.rank != 2)
        return conversion_unsupported(c, "check the model", "its operands are no matrices");
    if (b->state != TENSOR_NUMBERS)
        return emit_gemm(c, a, b, bias, &gemm);
    r = conversion_numbers(c, b, &numbers);
    if (r == 0)
        r = check_operands(c, a, numbers, &gemm);
    return r < 0 ? r : emit_weights(c, a, numbers, bias, &gemm);
}

/* Is B one matrix that is known, or a list, which A is multiplied with row by row? */
static bool is_matrix(const struct tensor *a, const struct tensor *b)
{
    if (b->state != TENSOR_NUMBERS || b->shape.rank == 0 || a->shape.rank == 0 ||
        (b->shape.rank > 2 && b->shape.rank > a->shape.rank))
        return false;
    for (uint32_t i = 0; i + 2 < b->shape.rank; i++)
        if (b->shape.dim[i] != 1)
            return false;
    return true;
}

/* B as a matrix [in, out]; a list is [in, 1]. */
static int read_matrix(struct conversion *c, const struct tensor *a, struct tensor *b,
                       const struct numbers **ret_b, struct shape *ret_sizes)
{
    struct shape sizes = {.rank = 2};
    const struct numbers *numbers;
    int r = conversion_numbers(c, b, &numbers);

    if (r < 0)
        return r;
    sizes.dim[0] = b->shape.dim[b->shape.rank > 1 ? b->shape.rank - 2 : 0];
    sizes.dim[1] = b->shape.rank > 1 ? b->shape.dim[b->shape.rank - 1] : 1;
    if (numbers->n == 0)
        return conversion_unsupported(c, "check the model", "its matrix is empty");
    if (a->shape.dim[a->shape.rank - 1] != sizes.dim[0])
        return conversion_unsupported(c, "check the model and the sizes of its inputs",
                                      "rows of %u numbers times columns of %u",
                                      a->shape.dim[a->shape.rank - 1], sizes.dim[0]);
    *ret_b = numbers;
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
    struct rows_of rows = {.shape = {1, {sizes->dim[0]}}, .view = view_identity()};
    struct shape matrix = {2, {1, sizes->dim[0]}};
    int r = a->shape.rank == 2 ? bring_rows(c, a, &rows) : layout_bring_plain(c, a, &rows.value);

    for (uint32_t i = 0; i + 1 < a->shape.rank; i++)
        matrix.dim[0] *= a->shape.dim[i];
    if (r == 0 && a->shape.rank != 2)
        r = layout_reshape(c, a->name, "rows", rows.value, &matrix, &rows.value);
    in[0] = rows.value;
    if (r == 0)
        r = place_matrix(c, b, sizes, false, 1, &rows, &in[1]);
    if (r == 0)
        r = ops_place_bias(c, 2, sizes->dim[1], 1, &in[2]);
    return r < 0 ? r : emit_product(c, &spec, a, b, sizes->dim[1]);
}

/* A times a known matrix B, with the Add behind as the layer's bias where that is so. */
static int multiply_known(struct conversion *c, struct tensor *a, struct tensor *b)
{
    const struct foreign_node *node = c->node, *add = NULL;
    struct onnx_node with_bias = *onnx_node_of(node);
    const char *inputs[3] = {0}, *bias = NULL;
    const struct numbers *numbers = NULL;
    struct shape sizes = {0};
    int r = read_matrix(c, a, b, &numbers, &sizes);

    if (r == 0 && b->shape.rank > 1 && a->shape.rank > 1)
        r = find_bias(c, sizes.dim[1], &add, &bias);
    if (r < 0 || !bias)
        return r < 0 ? r : emit_connected(c, a, numbers, &sizes);
    inputs[0] = node->inputs[0];
    inputs[1] = node->inputs[1];
    inputs[2] = bias;
    with_bias.node.inputs = inputs;
    with_bias.node.n_inputs = 3;
    with_bias.node.outputs = add->outputs;
    with_bias.node.n_outputs = add->n_outputs;
    c->wanted[conversion_output(c, 0)->user] = false;
    c->node = &with_bias.node;
    r = emit_connected(c, a, numbers, &sizes);
    c->node = node;
    return r;
}

int convert_matmul(struct conversion *c)
{
    struct tensor *a, *b = NULL;
    int r = conversion_activation(c, 0, &a);

    if (r == 0)
        r = conversion_activation(c, 1, &b);
    if (r < 0)
        return r;
    return is_matrix(a, b) ? multiply_known(c, a, b) : emit_matmul(c, a, b, false, false);
}
