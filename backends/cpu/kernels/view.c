/*
 * Operators that only move numbers: y is a view of x, copied row by row. Items are elements of y.
 *
 * Reshape moves nothing, and never comes here; nor does a Permute that only moves axes of one
 * element.
 */
#include <string.h>

#include "backends/cpu/kernels/nd.h"
#include "backends/cpu/prepare.h"
#include "model/ops/channel_shuffle.h"
#include "model/ops/depth_to_space.h"
#include "model/ops/permute.h"
#include "model/ops/space_to_depth.h"
#include "model/ops/strided_slice.h"
#include "model/ops/tile.h"

struct params {
    struct nd nd; /* stream 0 is x */
    ptrdiff_t first;
};

static void copy_row(const float *x, ptrdiff_t step, float *y, size_t n)
{
    if (step == 1)
        memcpy(y, x, n * sizeof(*y));
    else
        for (size_t i = 0; i < n; i++)
            y[i] = x[(ptrdiff_t)i * step];
}

static void run(const struct kernel_args *args)
{
    const struct params *p = args->params;
    const float *x = (const float *)args->in[0] + p->first;
    float *y = args->out[0];
    ptrdiff_t step = p->nd.stride[0][p->nd.rank - 1];
    size_t row = nd_row(&p->nd), n;
    struct nd_cursor cursor;

    nd_seek(&p->nd, args->from / row, &cursor);
    for (size_t i = args->from; i < args->to; i += n) {
        ptrdiff_t at = (ptrdiff_t)(i % row);

        n = row - (size_t)at < args->to - i ? row - (size_t)at : args->to - i;
        copy_row(x + cursor.offset[0] + at * step, step, y + i, n);
        nd_next(&p->nd, &cursor);
    }
}

static void strides_of(const struct shape *shape, ptrdiff_t *ret)
{
    ptrdiff_t stride = 1;

    for (uint32_t i = shape->rank; i-- > 0; stride *= shape->dim[i])
        ret[i] = stride;
}

static void view_permute(const struct node *node, const struct shape *x, struct params *ret)
{
    const struct permute_attrs *permute = node->attrs;
    ptrdiff_t stride[SHAPE_RANK_MAX];

    strides_of(x, stride);
    for (uint32_t i = 0; i < x->rank; i++) {
        int32_t from = permute->order.v[i];

        nd_append(&ret->nd, x->dim[from], stride[from], 0);
    }
}

static void view_slice(const struct node *node, const struct shape *x, struct params *ret)
{
    const struct strided_slice_attrs *slice = node->attrs;
    ptrdiff_t stride[SHAPE_RANK_MAX];

    strides_of(x, stride);
    for (uint32_t i = 0; i < x->rank; i++) {
        struct slice_axis axis = {0};

        strided_slice_axis(slice, x, i, &axis, NULL); /* infer had no complaint */
        ret->first += (ptrdiff_t)axis.begin * stride[i];
        nd_append(&ret->nd, axis.count, axis.stride * stride[i], 0);
    }
}

/* y(h, w, (i * r + j) * C + c) = x(h * r + i, w * r + j, c) */
static void view_space_to_depth(const struct node *node, const struct shape *x, struct params *ret)
{
    size_t r = (size_t)((const struct space_to_depth_attrs *)node->attrs)->factor;
    ptrdiff_t stride[SHAPE_RANK_MAX];

    strides_of(x, stride);
    nd_append(&ret->nd, x->dim[0], stride[0], 0);
    nd_append(&ret->nd, x->dim[1] / r, stride[1] * (ptrdiff_t)r, 0);
    nd_append(&ret->nd, x->dim[2] / r, stride[2] * (ptrdiff_t)r, 0);
    nd_append(&ret->nd, r, stride[1], 0);
    nd_append(&ret->nd, r, stride[2], 0);
    nd_append(&ret->nd, x->dim[3], stride[3], 0);
}

/* y(h * r + i, w * r + j, c) = x(h, w, (i * r + j) * C + c), or CRD's x(h, w, (c * r + i) * r + j)
 */
static void view_depth_to_space(const struct node *node, const struct shape *x, struct params *ret)
{
    const struct depth_to_space_attrs *attrs = node->attrs;
    size_t r = (size_t)attrs->factor, depth = x->dim[3] / (r * r);
    bool crd = attrs->mode == DEPTH_TO_SPACE_CRD;
    ptrdiff_t stride[SHAPE_RANK_MAX];

    strides_of(x, stride);
    nd_append(&ret->nd, x->dim[0], stride[0], 0);
    nd_append(&ret->nd, x->dim[1], stride[1], 0);
    nd_append(&ret->nd, r, (ptrdiff_t)(crd ? r : r * depth), 0);
    nd_append(&ret->nd, x->dim[2], stride[2], 0);
    nd_append(&ret->nd, r, (ptrdiff_t)(crd ? 1 : depth), 0);
    nd_append(&ret->nd, depth, (ptrdiff_t)(crd ? r * r : 1), 0);
}

/* y(.., k * groups + g) = x(.., g * (C / groups) + k) */
static void view_channel_shuffle(const struct node *node, const struct shape *x, struct params *ret)
{
    size_t groups = (size_t)((const struct channel_shuffle_attrs *)node->attrs)->groups;
    size_t channels = x->dim[x->rank - 1];

    nd_append(&ret->nd, shape_elements(x) / channels, (ptrdiff_t)channels, 0);
    nd_append(&ret->nd, channels / groups, 1, 0);
    nd_append(&ret->nd, groups, (ptrdiff_t)(channels / groups), 0);
}

static void view_tile(const struct node *node, const struct shape *x, struct params *ret)
{
    const struct tile_attrs *tile = node->attrs;
    ptrdiff_t stride[SHAPE_RANK_MAX];

    strides_of(x, stride);
    for (uint32_t i = 0; i < x->rank; i++) {
        nd_append(&ret->nd, (size_t)tile->multiples.v[i], 0, 0);
        nd_append(&ret->nd, x->dim[i], stride[i], 0);
    }
}

static void (*const views[_OP_MAX])(const struct node *, const struct shape *, struct params *) = {
    [OP_PERMUTE] = view_permute,
    [OP_STRIDED_SLICE] = view_slice,
    [OP_SPACE_TO_DEPTH] = view_space_to_depth,
    [OP_DEPTH_TO_SPACE] = view_depth_to_space,
    [OP_CHANNEL_SHUFFLE] = view_channel_shuffle,
    [OP_TILE] = view_tile,
};

static int prepare(struct prepare *p)
{
    const struct shape *x = &prepare_in(p, 0)->shape, *y = &prepare_out(p, 0)->shape;
    struct params *params = prepare_params(p, sizeof(*params));

    if (!params)
        return prepare_no_memory(p);
    views[p->node->op](p->node, x, params);
    nd_done(&params->nd);
    if (nd_elements(&params->nd) != shape_elements(y))
        return fail(p->fault, E_SHAPE, "layer %.100s: its attributes and its output's size differ",
                    p->node->name);
    return prepare_done(p, run, shape_elements(y),
                        params->nd.stride[0][params->nd.rank - 1] == 1 ? 1 : 4);
}

/* The axes that have more than one element stay in order. */
static bool permutes_nothing(const struct shape *x, const struct i32s *order)
{
    int32_t last = -1;

    for (uint32_t i = 0; i < order->n; i++) {
        if (x->dim[order->v[i]] == 1)
            continue;
        if (order->v[i] < last)
            return false;
        last = order->v[i];
    }
    return true;
}

static bool moves_nothing(const struct graph *graph, const struct node *node)
{
    if (node->op == OP_RESHAPE)
        return true;
    return node->op == OP_PERMUTE &&
           permutes_nothing(&graph->values[node->inputs[0]].shape,
                            &((const struct permute_attrs *)node->attrs)->order);
}

const struct operation cpu_view = {.prepare = prepare, .moves_nothing = moves_nothing};
