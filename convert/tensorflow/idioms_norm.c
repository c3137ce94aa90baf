/* Idioms that divide by the deviation of their input: layer and instance norms. */
#include <errno.h>
#include <string.h>

#include "convert/axes.h"
#include "convert/emit.h"
#include "convert/layout.h"
#include "convert/numbers.h"
#include "convert/tensorflow/idioms.h"
#include "convert/tensorflow/quotient.h"
#include "convert/tensorflow/tf_ops.h"
#include "model/ops/unary.h"

/* A layer or instance norm being made: x, and what scales and shifts it, or NULL. */
struct norm {
    const struct statistics *statistics;
    struct tensor *x, *scale, *shift;
    uint32_t mask; /* the axes */
};

/* Numbers of SHAPE out of TENSOR, which may be NULL: then all are PRESET. NULL: they do not fit. */
static int shaped_numbers(struct conversion *c, const struct tensor *tensor,
                          const struct shape *shape, float preset, struct tensor **ret)
{
    const size_t n = shape_elements(shape);
    struct numbers *numbers = arena_alloc(&c->arena, sizeof(*numbers));
    struct tensor *copy = arena_alloc(&c->arena, sizeof(*copy));
    float *f32;
    int r = numbers && copy ? 0 : -ENOMEM;

    *ret = NULL;
    if (r < 0 || (tensor && tensor->numbers->n != n && tensor->numbers->n != 1))
        return r;
    r = numbers_new_f32(c, shape, numbers, &f32);
    for (size_t i = 0; r == 0 && i < n; i++)
        f32[i] =
            tensor ? (float)numbers_at(tensor->numbers, tensor->numbers->n == 1 ? 0 : i) : preset;
    *copy = (struct tensor){
        .name = tensor        ? tensor->name
                : preset != 0 ? "ones"
                              : "zeros",
        .state = TENSOR_NUMBERS,
        .node = NO_NODE,
        .numbers = numbers,
        .shape = *shape,
    };
    *ret = copy;
    return r;
}

/* Does TENSOR, broadcast against X as numpy does, differ along AXIS alone? */
static bool is_along(const struct tensor *tensor, const struct shape *x, uint32_t axis)
{
    if (!tensor || tensor->numbers->n == 1)
        return true;
    if (tensor->shape.rank > x->rank || axis < x->rank - tensor->shape.rank)
        return false;
    return tensor->shape.dim[axis - (x->rank - tensor->shape.rank)] == tensor->numbers->n &&
           tensor->numbers->n == x->dim[axis];
}

/* Over all but the batch and one axis: those are pictures, and the axis is their channels. */
static bool is_instance(const struct norm *norm, uint32_t *ret_axis)
{
    uint32_t rank = norm->x->shape.rank, left = ((1u << rank) - 1) & ~norm->mask & ~1u;

    if (rank < 3 || norm->mask & 1 || !left || left & (left - 1))
        return false;
    *ret_axis = (uint32_t)__builtin_ctz(left);
    return is_along(norm->scale, &norm->x->shape, *ret_axis) &&
           is_along(norm->shift, &norm->x->shape, *ret_axis);
}

/* Is TENSOR numbers for each of the last axes, from AXIS on? */
static bool is_from(const struct tensor *tensor, const struct shape *x, uint32_t axis)
{
    uint32_t rank = x->rank - axis;

    if (!tensor || tensor->numbers->n == 1)
        return true;
    for (uint32_t i = 0; i < tensor->shape.rank; i++) {
        uint32_t back = tensor->shape.rank - 1 - i;
        uint32_t want = back < rank ? x->dim[x->rank - 1 - back] : 1;

        if (tensor->shape.dim[i] != want)
            return false;
    }
    return tensor->shape.rank >= rank;
}

/* Over an axis and all behind it. */
static bool is_layer(const struct norm *norm, uint32_t *ret_axis)
{
    uint32_t rank = norm->x->shape.rank, axis = rank;

    while (axis > 0 && norm->mask & 1u << (axis - 1))
        axis--;
    *ret_axis = axis;
    return axis > 0 && axis < rank && norm->mask >> axis == (1u << (rank - axis)) - 1 &&
           !(norm->mask & ((1u << axis) - 1)) && is_from(norm->scale, &norm->x->shape, axis) &&
           is_from(norm->shift, &norm->x->shape, axis);
}

static int emit_norm(struct conversion *c, const struct norm *norm, bool instance, uint32_t axis)
{
    const struct shape *x = &norm->x->shape;
    float epsilon = (float)norm->statistics->epsilon;
    struct shape shape = {1, {x->dim[axis]}};
    struct tensor *scale, *shift = NULL;
    int r;

    for (uint32_t i = axis + 1; !instance && i < x->rank; i++)
        shape.dim[shape.rank++] = x->dim[i];
    r = shaped_numbers(c, norm->scale, &shape, 1, &scale);
    if (r == 0)
        r = shaped_numbers(c, norm->shift, &shape, 0, &shift);
    if (r < 0)
        return r;
    if (instance)
        return emit_instance_norm_along(c, norm->x, axis, scale, shift, epsilon);
    return emit_layer_norm(c, norm->x, scale, shift, axis, epsilon);
}

/* Layers that SPEC describes of X, whose axes stay, as a tensor on the way. */
static int part(struct conversion *c, struct tensor *x, enum op op, const void *attrs,
                struct tensor *ret)
{
    uint32_t in, value;
    struct node_spec spec = {.op = op, .attrs = attrs, .inputs = &in, .n_inputs = 1};
    struct view view = layout_own(x);
    int r = layout_bring(c, x, &view, &in);

    if (r == 0)
        r = conversion_emit_main(c, "part", &spec, &value);
    return r < 0 ? r : conversion_part(c, value, &view, ret);
}

static int mean(struct conversion *c, const struct norm *norm, struct tensor *x, struct tensor *ret)
{
    int32_t axes[SHAPE_RANK_MAX];
    struct reduce_attrs attrs = {.kind = REDUCE_MEAN, .keep_dims = true, .axes = {axes, 0}};
    struct view view = layout_own(x);

    for (uint32_t i = 0; i < x->shape.rank; i++)
        if (norm->mask & 1u << i)
            axes[attrs.axes.n++] = view.order[i];
    return part(c, x, OP_REDUCE, &attrs, ret);
}

/* Step by step, as the graph had it. */
static int emit_steps(struct conversion *c, const struct norm *norm)
{
    const struct unary_attrs square = {UNARY_SQUARE}, rsqrt = {UNARY_RSQRT};
    float epsilon = (float)norm->statistics->epsilon;
    const struct numbers one = {.n = 1, .is_float = true, .f32 = &epsilon};
    struct tensor number = {.name = "epsilon", .state = TENSOR_NUMBERS, .numbers = &one};
    struct tensor middle, apart, squares, variance, guarded, factor, scaled, shifted;
    struct tensor *y = &scaled;
    int r = mean(c, norm, norm->x, &middle);

    if (r == 0)
        r = emit_binary_part(c, norm->x, &middle, BINARY_SUB, &apart);
    if (r == 0)
        r = part(c, &apart, OP_UNARY, &square, &squares);
    if (r == 0)
        r = mean(c, norm, &squares, &variance);
    if (r == 0)
        r = emit_binary_part(c, &variance, &number, BINARY_ADD, &guarded);
    if (r == 0)
        r = part(c, &guarded, OP_UNARY, &rsqrt, &factor);
    if (r == 0 && !norm->scale && !norm->shift)
        return emit_binary(c, &apart, &factor, BINARY_MUL);
    if (r == 0)
        r = emit_binary_part(c, &apart, &factor, BINARY_MUL, &scaled);
    if (r == 0 && norm->scale && norm->shift) {
        r = emit_binary_part(c, &scaled, norm->scale, BINARY_MUL, &shifted);
        y = &shifted;
    }
    if (r < 0)
        return r;
    return norm->shift ? emit_binary(c, y, norm->shift, BINARY_ADD)
                       : emit_binary(c, y, norm->scale, BINARY_MUL);
}

static int convert_moments(struct conversion *c)
{
    struct norm norm = {.statistics = tf_node_of(c->node)->idiom};
    uint32_t axis;
    int r = conversion_activation(c, 0, &norm.x);

    if (r == 0 && conversion_input(c, 1))
        r = conversion_activation(c, 1, &norm.scale);
    if (r == 0 && conversion_input(c, 2))
        r = conversion_activation(c, 2, &norm.shift);
    if (r == 0)
        r = axes_mask(c, &norm.statistics->axes, norm.x->shape.rank, &norm.mask);
    if (r < 0)
        return r;
    if (is_instance(&norm, &axis))
        return emit_norm(c, &norm, true, axis);
    if (is_layer(&norm, &axis))
        return emit_norm(c, &norm, false, axis);
    return emit_steps(c, &norm);
}

static const struct tf_op moments_op = {"Moments", convert_moments, NULL, MOST_ANY, NULL};

/* The mean of X over axes that stay. */
static const struct numbers *mean_axes(struct match *m, const char *tensor, const char *x)
{
    const struct tf_node *node = match_made_by(m, tensor, "Mean");

    return node && match_same(match_in(node, 0), x) ? quotient_kept_axes(m, node) : NULL;
}

static bool are_same_axes(const struct numbers *a, const struct numbers *b)
{
    return a && b && a->n == b->n && a->n &&
           memcmp(a->whole, b->whole, a->n * sizeof(int64_t)) == 0;
}

/* X less its mean, squared: by one operator or by two. */
static const char *deviation_mean(struct match *m, const char *tensor, const char *x)
{
    const struct tf_node *node = match_made_by(m, tensor, "SquaredDifference");
    const struct tf_node *apart;

    if (node)
        return match_other(node, x);
    node = match_made_by(m, tensor, "Square Mul Pow");
    apart = node ? match_made_by(m, match_in(node, 0), "Sub") : NULL;
    if (!apart || !match_same(match_in(apart, 0), x) ||
        !quotient_is_square(m, tensor, match_in(node, 0)))
        return NULL;
    return match_in(apart, 1);
}

/* SUM as the variance of X plus a number. */
static bool read_variance(struct match *m, const char *sum, const char *x, struct statistics *ret)
{
    const struct tf_node *guard = match_made_by(m, sum, "Add AddV2"), *variance;
    const struct numbers *axes;
    const char *v, *k, *middle;
    bool first;

    if (!guard || !match_sides(m, guard, &v, &k, &first) || !match_number(m, k, &ret->epsilon))
        return false;
    variance = match_made_by(m, v, "Mean");
    axes = variance ? quotient_kept_axes(m, variance) : NULL;
    middle = axes ? deviation_mean(m, match_in(variance, 0), x) : NULL;
    if (!middle || !are_same_axes(mean_axes(m, middle, x), axes))
        return false;
    quotient_set_axes(ret, axes);
    return true;
}

/* (x - mean) / sqrt(variance + epsilon) */
static bool find_quotient(struct match *m, struct tf_node *node)
{
    struct replacement with = {.op = &moments_op, .n_inputs = 3};
    struct statistics statistics = {0};
    const struct tf_node *apart;
    const char *x, *sum;

    if (!quotient_read(m, node, &x, &sum))
        return false;
    apart = match_made_by(m, x, "Sub");
    x = apart ? match_in(apart, 0) : NULL;
    if (!x || !read_variance(m, sum, x, &statistics) ||
        !are_same_axes(mean_axes(m, match_in(apart, 1), x),
                       &(struct numbers){.n = statistics.axes.n, .whole = statistics.axes.v}))
        return false;
    with.inputs[0] = x;
    return quotient_replace(m, node, &with, &statistics);
}

/* FACTOR as 1 / sqrt(variance of X + epsilon), perhaps times a constant. */
static bool read_factor(struct match *m, const char *factor, const char *x, struct statistics *ret,
                        const char **ret_scale)
{
    const struct tf_node *scaled = match_made_by(m, factor, "Mul");
    const char *inner, *sum;
    bool first;

    *ret_scale = NULL;
    if (scaled && match_sides(m, scaled, &inner, ret_scale, &first))
        factor = inner;
    sum = quotient_under_rsqrt(m, factor);
    return sum && read_variance(m, sum, x, ret);
}

/* What a term puts to x * FACTOR: shift - mean * factor, or -mean * factor. */
static bool read_term(struct match *m, const char *term, const char *factor, const char **ret_mean,
                      const char **ret_shift)
{
    const struct tf_node *node = match_made_by(m, term, "Sub Mul Neg"), *product;
    const char *x;

    *ret_shift = NULL;
    if (!node)
        return false;
    if (match_is_op(node, "Mul")) {
        x = match_other(node, factor);
        product = x ? match_made_by(m, x, "Neg") : NULL;
        *ret_mean = product ? match_in(product, 0) : NULL;
        return product != NULL;
    }
    if (match_is_op(node, "Sub")) {
        *ret_shift = match_in(node, 0);
        if (!match_numbers(m, *ret_shift))
            return false;
    }
    product = match_made_by(m, match_in(node, match_is_op(node, "Sub")), "Mul");
    *ret_mean = product ? match_other(product, factor) : NULL;
    return *ret_mean != NULL;
}

/* x * factor + (shift - mean * factor), which is what tf.nn.batch_normalization writes. */
static bool find_sum(struct match *m, struct tf_node *node)
{
    for (uint32_t i = 0; i < 2; i++) {
        struct replacement with = {.op = &moments_op, .n_inputs = 3};
        const struct tf_node *product = match_made_by(m, match_in(node, i), "Mul");
        struct statistics statistics = {0};
        const char *middle;

        for (uint32_t k = 0; product && k < 2; k++) {
            const char *x = match_in(product, k), *factor = match_in(product, !k);

            if (!read_factor(m, factor, x, &statistics, &with.inputs[1]) ||
                !read_term(m, match_in(node, !i), factor, &middle, &with.inputs[2]) ||
                !mean_axes(m, middle, x))
                continue;
            with.inputs[0] = x;
            return quotient_replace(m, node, &with, &statistics);
        }
    }
    return false;
}

/* A scale, then a shift, behind a norm that has none yet. */
static bool extend(struct match *m, struct tf_node *node)
{
    struct replacement with = {.op = &moments_op, .n_inputs = 3};
    bool is_scale = match_is_op(node, "Mul");
    const struct tf_node *norm;
    const char *x, *k;
    bool first;

    if (!match_sides(m, node, &x, &k, &first) || !match_is_single(m, x))
        return false;
    norm = match_idiom(m, x, &moments_op);
    if (!norm || *match_in(norm, 2) || (is_scale && *match_in(norm, 1)))
        return false;
    memcpy(with.inputs, norm->node.inputs, 3 * sizeof(const char *));
    with.inputs[is_scale ? 1 : 2] = k;
    return quotient_replace(m, node, &with, norm->idiom);
}

bool idiom_moments(struct match *m, struct tf_node *node)
{
    if (node->is_idiom || node->node.n_inputs != 2)
        return false;
    if (match_is_op(node, "Mul RealDiv") && find_quotient(m, node))
        return true;
    if (match_is_op(node, "Add AddV2") && find_sum(m, node))
        return true;
    return match_is_op(node, "Mul Add AddV2") && extend(m, node);
}
