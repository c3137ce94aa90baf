/* Idioms that scale and shift channels: the bias behind a product, batch norms out of arithmetic.
 */
#include <errno.h>
#include <string.h>

#include "convert/affine.h"
#include "convert/emit.h"
#include "convert/layout.h"
#include "convert/numbers.h"
#include "convert/tensorflow/idioms.h"
#include "convert/tensorflow/tf_attr.h"
#include "convert/tensorflow/tf_ops.h"

#define ADDS     "Add AddV2 BiasAdd BiasAddV1"
#define PRODUCTS "Conv2D DepthwiseConv2dNative Conv2DBackpropInput MatMul BatchMatMul BatchMatMulV2"

static bool is_channel_first(const struct tf_node *node)
{
    const struct graphdef_attr *format = tf_attr_find(node->def, "data_format");

    return format && format->kind == GRAPHDEF_TEXT && format->s && strcmp(format->s, "NCHW") == 0;
}

static bool says(const struct tf_node *node, const char *name)
{
    const struct graphdef_attr *attr = tf_attr_find(node->def, name);

    return attr && attr->kind == GRAPHDEF_BOOL && attr->i;
}

/* How many channels a product makes; 0 if its weights are not known, or no matrix. */
static uint32_t count_channels(struct match *m, const struct tf_node *product)
{
    const struct numbers *weights =
        product->node.n_inputs > 1 ? match_numbers(m, match_in(product, 1)) : NULL;
    const uint32_t *dim;

    if (!weights)
        return 0;
    dim = weights->shape.dim;
    if (strstr(product->node.op, "MatMul")) {
        bool turned = says(product, "transpose_b") || says(product, "adj_y");

        return weights->shape.rank == 2 ? dim[turned ? 0 : 1] : 0;
    }
    if (weights->shape.rank != 4)
        return 0;
    if (match_is_op(product, "DepthwiseConv2dNative"))
        return dim[2] * dim[3];
    return dim[match_is_op(product, "Conv2D") ? 3 : 2];
}

/* Does BIAS, added by NODE to what PRODUCT makes, put one number to each of N channels? */
static bool fits(struct match *m, const struct tf_node *node, const struct tf_node *product,
                 const char *bias, uint32_t n)
{
    const struct numbers *numbers = match_numbers(m, bias);
    uint32_t rank, behind = is_channel_first(product) ? 2 : 0;

    if (!numbers || numbers->n != n || numbers->shape.rank == 0)
        return false;
    if (match_is_op(node, "BiasAdd BiasAddV1"))
        return is_channel_first(node) == (behind != 0) && numbers->shape.rank == 1;
    rank = numbers->shape.rank;
    return rank > behind && rank <= 4 && numbers->shape.dim[rank - 1 - behind] == n;
}

/* What makes X, if it has a place for a bias among its inputs that is still empty. */
static const struct tf_node *find_product(struct match *m, const char *x, uint32_t *ret_place)
{
    const struct tf_node *node = match_maker(m, x);

    if (!node || !match_is_op(node, PRODUCTS) || says(node, "transpose_a") || says(node, "adj_x"))
        return NULL;
    *ret_place = match_is_op(node, "Conv2DBackpropInput") ? 3 : 2;
    if (node->node.n_inputs > 6 ||
        (node->node.n_inputs > *ret_place && *match_in(node, *ret_place)))
        return NULL;
    return node->node.n_inputs >= *ret_place ? node : NULL;
}

/*
 * A product that only an addition of a constant reads: the layer takes the bias in, and keeps its
 * own name, while the tensor has the addition's.
 */
bool idiom_bias(struct match *m, struct tf_node *node)
{
    struct replacement with = {0};
    const struct tf_node *product;
    const char *x, *bias;
    uint32_t n, place;
    bool first;

    if (node->is_idiom || !match_is_op(node, ADDS) || !match_sides(m, node, &x, &bias, &first) ||
        !match_is_single(m, x))
        return false;
    product = find_product(m, x, &place);
    n = product ? count_channels(m, product) : 0;
    if (!n || !fits(m, node, product, bias, n))
        return false;
    memcpy(with.inputs, product->node.inputs, product->node.n_inputs * sizeof(const char *));
    with.inputs[place] = bias;
    with.n_inputs = product->node.n_inputs > place ? product->node.n_inputs : place + 1;
    with.op = product->op;
    with.def = product->def;
    with.name = product->node.name;
    with.foreign_op = product->node.op;
    return match_replace(m, node, &with);
}

enum step { STEP_ADD, STEP_SUB, STEP_SUB_FROM, STEP_MUL, STEP_DIV };

/* Arithmetic with constants, one step after the other: inputs 1 to N of the node. */
struct arithmetic {
    uint32_t n;
    enum step steps[7];
};

static int apply_step(struct conversion *c, uint32_t i, enum step step, struct affine *to)
{
    const struct numbers *numbers;
    int r = conversion_constant(c, i, "the numbers", &numbers);

    for (uint32_t k = 0; r == 0 && k < to->n; k++) {
        double number = numbers_at(numbers, numbers->n == 1 ? 0 : k);

        if (step == STEP_MUL || step == STEP_DIV) {
            to->scale[k] = step == STEP_MUL ? to->scale[k] * number : to->scale[k] / number;
            to->shift[k] = step == STEP_MUL ? to->shift[k] * number : to->shift[k] / number;
            continue;
        }
        to->shift[k] += step == STEP_ADD ? number : -number;
        if (step == STEP_SUB_FROM) {
            to->scale[k] = -to->scale[k];
            to->shift[k] = -to->shift[k];
        }
    }
    return r;
}

/*
 * The one axis of X along which all constants differ, if there is one and they are as long as it.
 */
static bool find_axis(struct conversion *c, const struct tensor *x, uint32_t n, uint32_t *ret)
{
    bool found = false;

    for (uint32_t i = 1; i <= n; i++) {
        const struct shape *shape = &conversion_input(c, i)->numbers->shape;

        if (shape->rank > x->shape.rank)
            return false;
        for (uint32_t k = 0; k < shape->rank; k++) {
            uint32_t axis = x->shape.rank - shape->rank + k;

            if (shape->dim[k] == 1)
                continue;
            if (shape->dim[k] != x->shape.dim[axis] || (found && axis != *ret))
                return false;
            found = true;
            *ret = axis;
        }
    }
    return found && *ret > 0;
}

static const enum binary_kind kinds[] = {
    [STEP_ADD] = BINARY_ADD, [STEP_SUB] = BINARY_SUB, [STEP_SUB_FROM] = BINARY_SUB,
    [STEP_MUL] = BINARY_MUL, [STEP_DIV] = BINARY_DIV,
};

/* Step by step, where the constants are no channels. */
static int emit_steps(struct conversion *c, struct tensor *x, const struct arithmetic *arithmetic)
{
    struct tensor *parts = arena_alloc(&c->arena, arithmetic->n * sizeof(*parts) + 1);
    int r = parts ? 0 : -ENOMEM;

    for (uint32_t i = 0; r == 0 && i < arithmetic->n; i++) {
        struct tensor *k;
        bool last = i + 1 == arithmetic->n, from = arithmetic->steps[i] == STEP_SUB_FROM;

        r = conversion_activation(c, i + 1, &k);
        if (r == 0 && last)
            r = emit_binary(c, from ? k : x, from ? x : k, kinds[arithmetic->steps[i]]);
        else if (r == 0)
            r = emit_binary_part(c, from ? k : x, from ? x : k, kinds[arithmetic->steps[i]],
                                 &parts[i]);
        x = &parts[i];
    }
    return r;
}

static int convert_affine(struct conversion *c)
{
    const struct arithmetic *arithmetic = tf_node_of(c->node)->idiom;
    struct affine channels;
    struct tensor *x;
    uint32_t axis = 0;
    int r = conversion_activation(c, 0, &x);

    if (r < 0)
        return r;
    if (!find_axis(c, x, arithmetic->n, &axis))
        return emit_steps(c, x, arithmetic);
    r = affine_new(c, x->shape.dim[axis], &channels);
    for (uint32_t i = 0; r == 0 && i < arithmetic->n; i++)
        r = apply_step(c, i + 1, arithmetic->steps[i], &channels);
    return r < 0 ? r : affine_emit(c, x, axis, &channels, "scale", "shift");
}

static const struct tf_op affine_op = {"BatchNorm", convert_affine, NULL, MOST_ANY, NULL};

/* NODE as one step of arithmetic with a constant. */
static bool read_step(struct match *m, const struct tf_node *node, const char **ret_x,
                      const char **ret_k, enum step *ret)
{
    bool first;

    /* A bias in the way of NCHW is no broadcast. */
    if (node->is_idiom || !match_is_op(node, ADDS " Sub Mul RealDiv") || is_channel_first(node) ||
        !match_sides(m, node, ret_x, ret_k, &first))
        return false;
    if (match_is_op(node, "RealDiv"))
        *ret = STEP_DIV;
    else if (match_is_op(node, "Mul"))
        *ret = STEP_MUL;
    else if (match_is_op(node, "Sub"))
        *ret = first ? STEP_SUB_FROM : STEP_SUB;
    else
        *ret = STEP_ADD;
    return !(first && *ret == STEP_DIV);
}

static bool is_factor(enum step step)
{
    return step == STEP_MUL || step == STEP_DIV;
}

/* Does one of the constants hold more than one number? */
static bool has_channels(struct match *m, const char *const *k, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (match_numbers(m, k[i])->n > 1)
            return true;
    return false;
}

/* What stands before the last step: another one, or an idiom that may be made longer. */
static bool read_before(struct match *m, const char *x, struct replacement *with,
                        struct arithmetic *arithmetic)
{
    const struct tf_node *before = match_idiom(m, x, &affine_op);
    const struct tf_node *step = match_maker(m, x);
    const char *k;

    with->inputs[0] = x;
    with->n_inputs = 1;
    arithmetic->n = 0;
    if (!step || !match_is_single(m, x))
        return false;
    if (before) {
        *arithmetic = *(const struct arithmetic *)before->idiom;
        memcpy(with->inputs, before->node.inputs, before->node.n_inputs * sizeof(const char *));
        with->n_inputs = before->node.n_inputs;
        return arithmetic->n < ARRAY_SIZE(arithmetic->steps);
    }
    if (!read_step(m, step, &x, &k, &arithmetic->steps[0]))
        return false;
    arithmetic->n = 1;
    with->inputs[0] = x;
    with->inputs[1] = k;
    with->n_inputs = 2;
    return true;
}

/*
 * A factor and a term in a row, by channels, are a batch norm, whatever they were called: x * k +
 * b, (x - mean) * k, ... A term or a factor more joins them.
 */
bool idiom_affine(struct match *m, struct tf_node *node)
{
    struct replacement with = {.op = &affine_op};
    struct arithmetic arithmetic = {0};
    const char *x, *k;
    enum step step;

    if (!read_step(m, node, &x, &k, &step) || !read_before(m, x, &with, &arithmetic))
        return false;
    if (arithmetic.n == 1 && is_factor(arithmetic.steps[0]) == is_factor(step))
        return false;
    arithmetic.steps[arithmetic.n++] = step;
    with.inputs[with.n_inputs++] = k;
    if (!has_channels(m, with.inputs + 1, arithmetic.n))
        return false;
    with.idiom = arena_copy(&m->c->arena, &arithmetic, sizeof(arithmetic));
    if (!with.idiom)
        m->r = -ENOMEM;
    return with.idiom && match_replace(m, node, &with);
}
