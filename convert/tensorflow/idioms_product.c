/* Idioms that are products: swish, hard-swish, hard sigmoid, gelu. */
#include <errno.h>
#include <math.h>

#include "convert/emit.h"
#include "convert/tensorflow/idioms.h"
#include "convert/tensorflow/tf_ops.h"
#include "model/ops/gelu.h"
#include "model/ops/hard_sigmoid.h"
#include "model/ops/swish.h"

#define FACTORS_MOST 3

/* A product taken apart: one number, and the tensors that are multiplied. */
struct product {
    double number;
    const char *factors[FACTORS_MOST];
    uint32_t n;
};

/* One more factor, unless it is a number; false if there are too many. */
static bool add_factor(struct match *m, struct product *product, const char *tensor, bool below)
{
    double number;

    if (match_number(m, tensor, &number)) {
        product->number = below ? product->number / number : product->number * number;
        return true;
    }
    if (below || product->n == FACTORS_MOST)
        return false;
    product->factors[product->n++] = tensor;
    return true;
}

/* NODE and the products in it that nobody else reads, from the outside in. */
static bool take_apart(struct match *m, const struct tf_node *node, struct product *ret)
{
    const struct tf_node *open[FACTORS_MOST] = {node};
    uint32_t n = 1;

    *ret = (struct product){.number = 1};
    while (n) {
        const struct tf_node *product = open[--n];

        for (uint32_t i = 0; i < 2; i++) {
            const char *in = match_in(product, i);
            bool below = i && match_is_op(product, "RealDiv Div");
            const struct tf_node *inner = match_made_by(m, in, "Mul RealDiv");

            if (inner && !below && inner->node.n_inputs == 2 && match_is_single(m, in) &&
                n < FACTORS_MOST)
                open[n++] = inner;
            else if (!add_factor(m, ret, in, below))
                return false;
        }
    }
    return true;
}

static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-3 * fabs(b);
}

/* OP of X with attributes that the idiom keeps. */
struct function {
    enum op op;
    union {
        struct swish_attrs swish;
        struct hard_sigmoid_attrs hard_sigmoid;
        struct gelu_attrs gelu;
    } attrs;
};

static int convert_function(struct conversion *c)
{
    const struct function *function = tf_node_of(c->node)->idiom;
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r < 0)
        return r;
    return emit_each(c, x, function->op,
                     function->op == OP_HARD_SWISH ? NULL : (const void *)&function->attrs);
}

static const struct tf_op function_op = {"Function", convert_function, NULL, MOST_ANY, NULL};

static bool replace(struct match *m, struct tf_node *node, const char *x,
                    const struct function *function)
{
    struct replacement with = {.op = &function_op, .inputs = {x}, .n_inputs = 1};

    with.idiom = arena_copy(&m->c->arena, function, sizeof(*function));
    if (!with.idiom)
        m->r = -ENOMEM;
    return with.idiom && match_replace(m, node, &with);
}

/* relu6(x + 3); NULL, or x. */
static const char *hard_gate(struct match *m, const char *tensor)
{
    const struct tf_node *relu6 = match_made_by(m, tensor, "Relu6"), *add;
    const char *x, *k;
    bool first;

    add = relu6 ? match_made_by(m, match_in(relu6, 0), "Add AddV2") : NULL;
    if (!add || !match_sides(m, add, &x, &k, &first) || !match_is_number(m, k, 3))
        return NULL;
    return x;
}

/* relu6(x + 3) / 6 alone, and times x. */
static bool find_hard(struct match *m, struct tf_node *node, const struct product *product)
{
    const struct function sigmoid = {OP_HARD_SIGMOID, {.hard_sigmoid = {1.0f / 6, 0.5f}}};
    const struct function swish = {.op = OP_HARD_SWISH};
    const char *x;

    for (uint32_t i = 0; i < product->n; i++) {
        const struct tf_node *gate = match_idiom(m, product->factors[i], &function_op);
        bool whole = gate && ((const struct function *)gate->idiom)->op == OP_HARD_SIGMOID;

        /* The sixth may have been taken by the gate, which came first. */
        x = whole ? match_in(gate, 0) : hard_gate(m, product->factors[i]);
        if (!x || !near(product->number, whole ? 1 : 1.0 / 6))
            continue;
        if (product->n == 1 && !whole)
            return replace(m, node, x, &sigmoid);
        if (product->n == 2 && match_same(product->factors[!i], x))
            return replace(m, node, x, &swish);
    }
    return false;
}

/* x * sigmoid(beta * x) */
static bool find_swish(struct match *m, struct tf_node *node, const struct product *product)
{
    if (product->n != 2 || product->number != 1)
        return false;
    for (uint32_t i = 0; i < 2; i++) {
        const struct tf_node *sigmoid = match_made_by(m, product->factors[i], "Sigmoid"), *scaled;
        const char *x = product->factors[!i], *inner, *k;
        struct function swish = {OP_SWISH, {.swish = {1}}};
        double beta;
        bool first;

        if (!sigmoid)
            continue;
        if (match_same(match_in(sigmoid, 0), x))
            return replace(m, node, x, &swish);
        scaled = match_made_by(m, match_in(sigmoid, 0), "Mul");
        if (!scaled || !match_sides(m, scaled, &inner, &k, &first) || !match_same(inner, x) ||
            !match_number(m, k, &beta))
            continue;
        swish.attrs.swish.beta = (float)beta;
        return replace(m, node, x, &swish);
    }
    return false;
}

/* Is TENSOR x times, or divided by, such a number? */
static bool is_times(struct match *m, const char *tensor, const char *x, double number)
{
    const struct tf_node *node = match_made_by(m, tensor, "Mul RealDiv");
    const char *inner, *k;
    double found;
    bool first;

    if (!node || !match_sides(m, node, &inner, &k, &first) || !match_same(inner, x) ||
        !match_number(m, k, &found))
        return false;
    if (match_is_op(node, "RealDiv"))
        return !first && near(1 / found, number);
    return near(found, number);
}

/* sqrt(2 / pi) * (x + 0.044715 * x^3) */
static bool is_tanh_argument(struct match *m, const char *tensor, const char *x)
{
    const struct tf_node *scaled = match_made_by(m, tensor, "Mul"), *sum, *cube, *power;
    const char *inner, *k, *other;
    bool first;

    if (!scaled || !match_sides(m, scaled, &inner, &k, &first) ||
        !match_is_number(m, k, 0.7978845608))
        return false;
    sum = match_made_by(m, inner, "Add AddV2");
    other = sum ? match_other(sum, x) : NULL;
    cube = other ? match_made_by(m, other, "Mul") : NULL;
    if (!cube || !match_sides(m, cube, &inner, &k, &first) || !match_is_number(m, k, 0.044715))
        return false;
    power = match_made_by(m, inner, "Pow");
    return power && match_same(match_in(power, 0), x) && match_is_number(m, match_in(power, 1), 3);
}

/* 0.5 * x * (1 + erf(x / sqrt(2))), or by tanh. */
static bool find_gelu(struct match *m, struct tf_node *node, const struct product *product)
{
    if (product->n != 2 || !near(product->number, 0.5))
        return false;
    for (uint32_t i = 0; i < 2; i++) {
        const struct tf_node *sum = match_made_by(m, product->factors[i], "Add AddV2"), *inner;
        const char *x = product->factors[!i], *function, *k;
        struct function gelu = {.op = OP_GELU};
        bool first;

        if (!sum || !match_sides(m, sum, &function, &k, &first) || !match_is_number(m, k, 1))
            continue;
        inner = match_made_by(m, function, "Erf Tanh");
        if (!inner)
            continue;
        gelu.attrs.gelu.by_tanh = match_is_op(inner, "Tanh");
        if (gelu.attrs.gelu.by_tanh ? is_tanh_argument(m, match_in(inner, 0), x)
                                    : is_times(m, match_in(inner, 0), x, M_SQRT1_2))
            return replace(m, node, x, &gelu);
    }
    return false;
}

bool idiom_product(struct match *m, struct tf_node *node)
{
    struct product product;

    if (node->is_idiom || !match_is_op(node, "Mul RealDiv") || node->node.n_inputs != 2 ||
        !take_apart(m, node, &product))
        return false;
    return find_hard(m, node, &product) || find_swish(m, node, &product) ||
           find_gelu(m, node, &product);
}
