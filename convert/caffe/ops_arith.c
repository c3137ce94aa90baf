/* Eltwise, Axpy, Softmax, Reduction, ArgMax. */
#include <errno.h>
#include <string.h>

#include "convert/caffe/ops.h"
#include "convert/caffe/param.h"
#include "convert/emit.h"
#include "convert/layout.h"
#include "model/ops/arg_max.h"
#include "model/ops/binary.h"
#include "model/ops/power.h"
#include "model/ops/sum.h"

/* All bottoms, which must have the first one's shape. */
static int take_alike(struct conversion *c, struct tensor **x)
{
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < c->node->n_inputs; i++) {
        r = conversion_activation(c, i, &x[i]);
        if (r == 0 && !shape_equal(&x[i]->shape, &x[0]->shape))
            r = conversion_unsupported(c, "check the prototxt", "bottom %u has another shape", i);
    }
    return r;
}

/* A sum with a factor for each bottom. */
static int make_weighted(struct conversion *c, struct tensor **x, float *coeffs, uint32_t n)
{
    struct sum_attrs attrs = {{coeffs, n}};
    uint32_t *in = arena_alloc(&c->arena, n * sizeof(*in));
    struct node_spec spec = {.op = OP_SUM, .attrs = &attrs, .inputs = in, .n_inputs = n};
    struct view view = layout_own(x[0]);
    int r = in ? 0 : -ENOMEM;

    if (n > op_get(OP_SUM)->n_inputs.most)
        return conversion_unsupported(c, "add in steps", "%u bottoms with factors", n);
    for (uint32_t i = 0; r == 0 && i < n; i++)
        r = layout_bring(c, x[i], &view, &in[i]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

static int convert_sum(struct conversion *c, struct tensor **x)
{
    uint32_t n = c->node->n_inputs, n_coeffs;
    float *coeffs = arena_alloc(&c->arena, n * sizeof(*coeffs));
    bool plain = true;
    int r = coeffs ? param_f32s(c, "coeff", n, coeffs, &n_coeffs) : -ENOMEM;

    if (r == 0 && n_coeffs && n_coeffs != n)
        r = conversion_unsupported(c, "check the prototxt", "%u coeff for %u bottoms", n_coeffs, n);
    for (uint32_t i = 0; r == 0 && i < n_coeffs; i++)
        plain &= coeffs[i] == 1;
    if (r < 0)
        return r;
    return plain ? emit_sum(c, x, n) : make_weighted(c, x, coeffs, n);
}

int convert_caffe_eltwise(struct conversion *c)
{
    static const char *const operations[] = {"PROD", "SUM", "MAX", NULL};
    uint32_t n = c->node->n_inputs;
    struct tensor **x = arena_alloc(&c->arena, n * sizeof(struct tensor *) + 1);
    int operation, r = x ? param_word(c, "operation", operations, 1, &operation) : -ENOMEM;

    if (r == 0 && (n < 2 || c->node->n_outputs != 1))
        r = conversion_unsupported(c, "check the prototxt", "%u bottoms and %u tops", n,
                                   c->node->n_outputs);
    if (r == 0)
        r = take_alike(c, x);
    if (r < 0)
        return r;
    if (operation == 1)
        return convert_sum(c, x);
    return emit_chain(c, x, n, operation == 0 ? BINARY_MUL : BINARY_MAX);
}

/* y = a * x + b, a being a number for each channel of each picture. */
int convert_caffe_axpy(struct conversion *c)
{
    const struct binary_attrs multiply = {BINARY_MUL}, add = {BINARY_ADD};
    struct tensor *a, *x, *b;
    struct shape shape = {4, {1, 1, 1, 1}};
    struct view view;
    uint32_t in[2];
    struct node_spec spec = {.op = OP_BINARY, .inputs = in, .n_inputs = 2};
    int r = caffe_ops_check_blobs(c, 3, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &a);
    if (r == 0)
        r = conversion_activation(c, 1, &x);
    if (r == 0)
        r = conversion_activation(c, 2, &b);
    if (r == 0 && (x->shape.rank != 4 || a->shape.rank < 2 || !shape_equal(&x->shape, &b->shape) ||
                   a->shape.dim[0] != x->shape.dim[0] || a->shape.dim[1] != x->shape.dim[1]))
        r = conversion_unsupported(c, "check the prototxt", "its bottoms do not fit together");
    if (r < 0)
        return r;
    view = layout_own(x);
    shape.dim[0] = x->shape.dim[0];
    shape.dim[1] = x->shape.dim[1];
    r = layout_bring(c, x, &view, &in[0]);
    if (r == 0)
        r = layout_bring_shaped(c, a, &shape, &view, &in[1]);
    spec.attrs = &multiply;
    if (r == 0)
        r = conversion_emit_main(c, "scaled", &spec, &in[0]);
    if (r == 0)
        r = layout_bring(c, b, &view, &in[1]);
    spec.attrs = &add;
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

/* Over the channels, wherever they are, unless another axis is named. */
int convert_caffe_softmax(struct conversion *c)
{
    uint32_t axis;
    struct tensor *x;
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r == 0)
        r = param_axis(c, "axis", 1, x->shape.rank, &axis);
    return r < 0 ? r : emit_softmax(c, x, OP_SOFTMAX, axis);
}

/* A reduction as a helper, and what it is multiplied by. */
static int make_scaled(struct conversion *c, struct tensor *x, enum reduce_kind kind, uint32_t axis,
                       float by)
{
    int32_t axes[SHAPE_RANK_MAX];
    struct view view = layout_own(x);
    struct reduce_attrs attrs = {.kind = kind, .axes = {axes, 0}};
    struct power_attrs times = {.scale = by, .power = 1};
    uint32_t in;
    struct node_spec spec = {.op = OP_REDUCE, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    struct node_spec scale = {.op = OP_POWER, .attrs = &times, .inputs = &in, .n_inputs = 1};
    int r = layout_bring(c, x, &view, &in);

    for (uint32_t i = axis; i < x->shape.rank; i++)
        axes[attrs.axes.n++] = view.order[i];
    view = view_drop(&view, x->shape.rank, ~0u << axis);
    if (r == 0)
        r = conversion_emit_main(c, "reduced", &spec, &in);
    return r < 0 ? r : conversion_emit(c, 0, &scale, &view);
}

/* Over all axes from one on, which go. */
int convert_caffe_reduction(struct conversion *c)
{
    static const char *const operations[] = {"", "SUM", "ASUM", "SUMSQ", "MEAN", NULL};
    static const enum reduce_kind kinds[] = {0, REDUCE_SUM, REDUCE_L1, REDUCE_SUM_SQUARE,
                                             REDUCE_MEAN};
    struct tensor *x;
    uint32_t axis;
    float by;
    int operation, r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r == 0)
        r = param_word(c, "operation", operations, 1, &operation);
    if (r == 0)
        r = param_axis(c, "axis", 0, x->shape.rank, &axis);
    if (r == 0)
        r = param_f32(c, "coeff", 1, &by);
    if (r == 0 && operation == 0)
        r = conversion_unsupported(c, "check the prototxt", "its operation is 0");
    if (r < 0)
        return r;
    if (by != 1)
        return make_scaled(c, x, kinds[operation], axis, by);
    return emit_reduce(c, x, kinds[operation], ((1u << x->shape.rank) - 1) & ~0u << axis, false);
}

/* Without an axis: the place in all of a picture, as [N,1,1], with more ones for more axes. */
static int make_arg_max_of_all(struct conversion *c, struct tensor *x)
{
    struct arg_max_attrs attrs = {
        .kind = ARG_MAX, .axis = 1, .keep_dims = true, .select_last = true};
    struct shape rows = {2, {x->shape.dim[0], 1}}, y = {.rank = x->shape.rank};
    uint32_t in;
    struct node_spec spec = {.op = OP_ARG_MAX, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    struct view plain = view_identity();
    int r = layout_bring_plain(c, x, &in);

    for (uint32_t i = 1; i < x->shape.rank; i++)
        rows.dim[1] *= x->shape.dim[i];
    y.rank = y.rank < 3 ? 3 : y.rank;
    for (uint32_t i = 0; i < y.rank; i++)
        y.dim[i] = i == 0 ? x->shape.dim[0] : 1;
    if (r == 0)
        r = layout_reshape(c, x->name, "rows", in, &rows, &in);
    if (r == 0)
        r = conversion_emit_main(c, "place", &spec, &in);
    return r < 0 ? r : layout_emit_reshape(c, 0, in, &y, &plain);
}

int convert_caffe_arg_max(struct conversion *c)
{
    struct tensor *x;
    int32_t top;
    bool value;
    uint32_t axis;
    int r = caffe_ops_check_blobs(c, 1, 1);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r == 0)
        r = param_bool(c, "out_max_val", false, &value);
    if (r == 0)
        r = param_i32(c, "top_k", 1, 1, INT32_MAX, &top);
    if (r == 0 && (value || top != 1))
        r = conversion_unsupported(c, "ask for the place of the greatest, and sort outside",
                                   value ? "out_max_val" : "top_k %d", top);
    if (r == 0 && x->shape.rank < 1)
        r = conversion_unsupported(c, "check the prototxt", "its bottom is one number");
    if (r < 0 || !param_given(c, "axis"))
        return r < 0 ? r : make_arg_max_of_all(c, x);
    r = param_axis(c, "axis", 1, x->shape.rank, &axis);
    /* Of equal ones Caffe has the last. */
    return r < 0 ? r : emit_arg_max(c, x, ARG_MAX, axis, true, true);
}
