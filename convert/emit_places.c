/* Which places of a tensor are read, found, or repeated. */
#include <inttypes.h>

#include "convert/emit.h"
#include "convert/layout.h"
#include "convert/slices.h"
#include "model/ops/cumsum.h"
#include "model/ops/gather.h"
#include "model/ops/tile.h"

int emit_arg_max(struct conversion *c, struct tensor *x, enum arg_max_kind kind, uint32_t axis,
                 bool keep_dims, bool select_last)
{
    struct arg_max_attrs attrs = {.kind = kind, .keep_dims = keep_dims, .select_last = select_last};
    uint32_t in;
    struct node_spec spec = {.op = OP_ARG_MAX, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    struct view view = layout_own(x);
    int r = layout_bring(c, x, &view, &in);

    attrs.axis = view.order[axis];
    if (!keep_dims)
        view = view_drop(&view, x->shape.rank, 1u << axis);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

int emit_cumsum(struct conversion *c, struct tensor *x, uint32_t axis, bool exclusive, bool reverse)
{
    struct cumsum_attrs attrs = {.exclusive = exclusive, .reverse = reverse};
    uint32_t in;
    struct node_spec spec = {.op = OP_CUMSUM, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    struct view view = layout_own(x);
    int r = layout_bring(c, x, &view, &in);

    attrs.axis = view.order[axis];
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

static int check_indices(struct conversion *c, const struct numbers *indices, uint32_t size)
{
    if (indices->is_float || indices->n == 0)
        return conversion_unsupported(c, "check the model", "it has no indices");
    for (size_t i = 0; i < indices->n; i++)
        if (indices->whole[i] < -(int64_t)size || indices->whole[i] >= (int64_t)size)
            return conversion_unsupported(c, "check the model",
                                          "index %" PRId64 " is outside an axis of %u",
                                          indices->whole[i], size);
    return 0;
}

/* Indices, all inside an axis of SIZE, as a slice of it: evenly spaced, or false. */
static bool are_slice(const struct numbers *indices, uint32_t size, struct slice *ret)
{
    int64_t first = 0, step = 1;

    if (indices->shape.rank > 1)
        return false;
    for (size_t i = 0; i < indices->n; i++) {
        int64_t index = indices->whole[i] + (indices->whole[i] < 0 ? size : 0);

        if (i == 0)
            first = index;
        else if (i == 1)
            step = index - first;
        if (step == 0 || index != first + (int64_t)i * step)
            return false;
    }
    *ret = (struct slice){(uint32_t)first, (uint32_t)indices->n, (int32_t)step};
    return true;
}

/* The view of what is picked: the axes of the indices stand where the axis at PLACE was. */
static struct view picked_view(const struct view *x, uint32_t rank, uint32_t axis,
                               const struct view *indices, uint32_t n)
{
    struct view y = view_identity();
    uint8_t place = x->order[axis];
    uint32_t at = 0;

    for (uint32_t i = 0; i < rank; i++) {
        if (i == axis)
            for (uint32_t k = 0; k < n; k++)
                y.order[at++] = (uint8_t)(place + indices->order[k]);
        else
            y.order[at++] =
                (uint8_t)(x->order[i] + (x->order[i] > place ? n : 0) - (x->order[i] > place));
    }
    return y;
}

static int pick(struct conversion *c, struct tensor *x, struct tensor *indices, uint32_t axis)
{
    struct view view = layout_own(x), places = layout_own(indices);
    struct gather_attrs attrs = {view.order[axis]};
    uint32_t in[2];
    struct node_spec spec = {.op = OP_GATHER, .attrs = &attrs, .inputs = in, .n_inputs = 2};
    int r;

    if (x->shape.rank - 1 + indices->shape.rank > SHAPE_RANK_MAX)
        return conversion_unsupported(c, WAY_REPLACE, "a result of more than %d dimensions",
                                      SHAPE_RANK_MAX);
    r = layout_bring(c, x, &view, &in[0]);
    if (r == 0)
        r = layout_bring(c, indices, &places, &in[1]);
    view = picked_view(&view, x->shape.rank, axis, &places, indices->shape.rank);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

int emit_gather(struct conversion *c, struct tensor *x, struct tensor *indices, uint32_t axis)
{
    const struct numbers *numbers;
    struct slices slices;
    int r;

    if (indices->state == TENSOR_VALUE)
        return pick(c, x, indices, axis);
    r = conversion_numbers(c, indices, &numbers);
    if (r == 0)
        r = check_indices(c, numbers, x->shape.dim[axis]);
    if (r < 0)
        return r;
    slices_all(&x->shape, &slices);
    slices.drop = numbers->shape.rank == 0 ? 1u << axis : 0;
    if (are_slice(numbers, x->shape.dim[axis], &slices.axis[axis]))
        return slices_emit(c, 0, x, &slices);
    return pick(c, x, indices, axis);
}

/* IN, a value under VIEW, MULTIPLES times along each foreign axis. */
static int repeat(struct conversion *c, uint32_t in, uint32_t rank, const struct view *view,
                  const int64_t *multiples)
{
    int32_t placed[SHAPE_RANK_MAX];
    struct tile_attrs attrs = {{placed, rank}};
    struct node_spec spec = {.op = OP_TILE, .attrs = &attrs, .inputs = &in, .n_inputs = 1};

    for (uint32_t i = 0; i < rank; i++) {
        if (multiples[i] < 1 || multiples[i] > INT32_MAX)
            return conversion_unsupported(c, "check the model and the sizes of its inputs",
                                          "axis %u repeated %" PRId64 " times", i, multiples[i]);
        placed[view->order[i]] = (int32_t)multiples[i];
    }
    return conversion_emit(c, 0, &spec, view);
}

int emit_tile(struct conversion *c, struct tensor *x, const int64_t *multiples)
{
    struct view view = layout_own(x);
    bool any = false;
    uint32_t in;
    int r;

    for (uint32_t i = 0; i < x->shape.rank; i++)
        any |= multiples[i] != 1;
    if (!any)
        return conversion_alias(c, 0, x);
    r = layout_bring(c, x, &view, &in);
    return r < 0 ? r : repeat(c, in, x->shape.rank, &view, multiples);
}

int emit_expand(struct conversion *c, struct tensor *x, const struct shape *to)
{
    struct view view = to->rank == x->shape.rank ? layout_own(x) : view_identity();
    int64_t multiples[SHAPE_RANK_MAX];
    uint32_t in, more = to->rank - x->shape.rank;
    bool any = false;
    int r;

    for (uint32_t i = 0; i < to->rank; i++) {
        multiples[i] = to->dim[i] / (i < more ? 1 : x->shape.dim[i - more]);
        any |= multiples[i] != 1;
    }
    if (!any)
        return to->rank == x->shape.rank ? conversion_alias(c, 0, x) : emit_reshape(c, x, to);
    r = layout_bring_ranked(c, x, to->rank, &view, &in);
    return r < 0 ? r : repeat(c, in, to->rank, &view, multiples);
}
