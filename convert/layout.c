#include "convert/layout.h"

#include <errno.h>

#include "convert/numbers.h"
#include "model/ops/permute.h"
#include "model/ops/reshape.h"

/* A tensor's value under another view; RANK may be larger than the tensor's. */
struct layout {
    uint32_t rank;
    struct view view;
    uint32_t value;
};

static const struct layout *find_layout(const struct tensor *tensor, uint32_t rank,
                                        const struct view *view)
{
    const struct layout *layouts = tensor->layouts.base;

    for (uint32_t i = 0; i < tensor->layouts.n; i++)
        if (layouts[i].rank == rank && view_equal(&layouts[i].view, view, rank))
            return &layouts[i];
    return NULL;
}

static int keep_layout(struct conversion *c, struct tensor *tensor, uint32_t rank,
                       const struct view *view, uint32_t value)
{
    struct layout *layout = rows_push(&tensor->layouts, &c->arena, sizeof(*layout));

    if (!layout)
        return -ENOMEM;
    *layout = (struct layout){rank, *view, value};
    return 0;
}

/* Ones in front until there are RANK axes. */
static struct shape raise_shape(const struct shape *shape, uint32_t rank)
{
    struct shape raised = {.rank = rank};
    uint32_t more = rank - shape->rank;

    for (uint32_t i = 0; i < rank; i++)
        raised.dim[i] = i < more ? 1 : shape->dim[i - more];
    return raised;
}

static struct view raise_view(const struct view *view, uint32_t from, uint32_t rank)
{
    struct view raised = view_identity();
    uint32_t more = rank - from;

    for (uint32_t i = more; i < rank; i++)
        raised.order[i] = (uint8_t)(view->order[i - more] + more);
    return raised;
}

static const char *suffix_for(uint32_t rank, const struct view *to)
{
    struct view plain = view_identity(), channel_last = view_channel_last(rank);

    if (view_equal(to, &plain, rank))
        return "ncs";
    return view_equal(to, &channel_last, rank) ? "nsc" : "permute";
}

/* The attributes of a Reshape to SHAPE; DIMS holds them. */
static struct reshape_attrs reshape_to(const struct shape *shape, int32_t dims[SHAPE_RANK_MAX])
{
    for (uint32_t i = 0; i < shape->rank; i++)
        dims[i] = (int32_t)shape->dim[i];
    return (struct reshape_attrs){.shape = {dims, shape->rank}};
}

int layout_reshape(struct conversion *c, const char *base, const char *suffix, uint32_t value,
                   const struct shape *shape, uint32_t *ret)
{
    int32_t dims[SHAPE_RANK_MAX];
    struct reshape_attrs attrs = reshape_to(shape, dims);
    struct node_spec spec = {.op = OP_RESHAPE, .attrs = &attrs, .inputs = &value, .n_inputs = 1};

    if (shape_equal(&builder_value(c->builder, value)->shape, shape)) {
        *ret = value;
        return 0;
    }
    return conversion_emit_helper(c, base, suffix, &spec, ret);
}

int layout_emit_reshape(struct conversion *c, uint32_t i, uint32_t value, const struct shape *shape,
                        const struct view *view)
{
    int32_t dims[SHAPE_RANK_MAX];
    struct reshape_attrs attrs = reshape_to(shape, dims);
    struct node_spec spec = {.op = OP_RESHAPE, .attrs = &attrs, .inputs = &value, .n_inputs = 1};

    return conversion_emit(c, i, &spec, view);
}

struct view layout_axis_last(const struct tensor *tensor, uint32_t axis)
{
    struct view view = layout_own(tensor);
    uint8_t place = view.order[axis];

    for (uint32_t i = 0; i < tensor->shape.rank; i++)
        view.order[i] = (uint8_t)(view.order[i] - (view.order[i] > place));
    view.order[axis] = (uint8_t)(tensor->shape.rank - 1);
    return view;
}

static int permute(struct conversion *c, const char *base, uint32_t value, uint32_t rank,
                   const struct view *from, const struct view *to, uint32_t *ret)
{
    int32_t order[SHAPE_RANK_MAX];
    struct permute_attrs attrs = {.order = {order, rank}};
    struct node_spec spec = {.op = OP_PERMUTE, .attrs = &attrs, .inputs = &value, .n_inputs = 1};

    view_permutation(from, to, rank, order);
    return conversion_emit_helper(c, base, suffix_for(rank, to), &spec, ret);
}

/* The tensor's value, raised to RANK axes and moved to TO. */
static int move(struct conversion *c, const struct tensor *tensor, uint32_t rank,
                const struct view *to, uint32_t *ret)
{
    struct shape shape = raise_shape(&tensor->shape, rank);
    struct view from = raise_view(&tensor->view, tensor->shape.rank, rank);
    struct shape sizes;
    uint32_t raised;
    int r;

    if (view_same_memory(&from, to, &shape)) {
        sizes = view_apply(to, &shape);
        return layout_reshape(c, tensor->name, suffix_for(rank, to), tensor->value, &sizes, ret);
    }
    sizes = view_apply(&from, &shape);
    r = layout_reshape(c, tensor->name, "raised", tensor->value, &sizes, &raised);
    return r < 0 ? r : permute(c, tensor->name, raised, rank, &from, to, ret);
}

/* Numbers as a constant of the graph, which begin where the view wants them. */
static int place_numbers(struct conversion *c, struct tensor *tensor, uint32_t rank,
                         const struct view *view, uint32_t *ret)
{
    const struct numbers *numbers;
    struct walk walk = {.shape = {.rank = 1, .dim = {1}}};
    ptrdiff_t strides[SHAPE_RANK_MAX];
    struct shape shape;
    struct blob *blob;
    int r = conversion_numbers(c, tensor, &numbers);

    if (r < 0)
        return r;
    if (numbers->n == 0)
        return conversion_unsupported(c, "check the model", "%.80s holds no numbers", tensor->name);
    if (rank) {
        shape = raise_shape(&numbers->shape, rank);
        walk_strides(&shape, strides);
        walk.shape = view_apply(view, &shape);
        for (uint32_t i = 0; i < rank; i++)
            walk.stride[view->order[i]] = strides[i];
    }
    r = numbers_lay_out(c, numbers, &walk, 1, &blob);
    return r < 0 ? r : conversion_add_constant(c, tensor->name, &walk.shape, blob, ret);
}

int layout_bring_ranked(struct conversion *c, struct tensor *tensor, uint32_t rank,
                        const struct view *view, uint32_t *ret)
{
    const struct layout *kept;
    uint32_t value;
    int r;

    if (tensor->state == TENSOR_VALUE && rank == tensor->shape.rank &&
        view_equal(&tensor->view, view, rank)) {
        *ret = tensor->value;
        return 0;
    }
    kept = find_layout(tensor, rank, view);
    if (kept) {
        *ret = kept->value;
        return 0;
    }
    if (tensor->state == TENSOR_VALUE)
        r = move(c, tensor, rank, view, &value);
    else
        r = place_numbers(c, tensor, rank, view, &value);
    if (r == 0)
        r = keep_layout(c, tensor, rank, view, value);
    if (r == 0)
        *ret = value;
    return r;
}

int layout_bring(struct conversion *c, struct tensor *tensor, const struct view *view,
                 uint32_t *ret)
{
    return layout_bring_ranked(c, tensor, tensor->shape.rank, view, ret);
}

bool layout_is_plain(const struct tensor *tensor)
{
    struct view plain = view_identity();

    return tensor->state != TENSOR_VALUE || view_same_memory(&tensor->view, &plain, &tensor->shape);
}

int layout_bring_plain(struct conversion *c, struct tensor *tensor, uint32_t *ret)
{
    struct view plain = view_identity();

    if (tensor->state == TENSOR_VALUE && layout_is_plain(tensor)) {
        *ret = tensor->value;
        return 0;
    }
    return layout_bring(c, tensor, &plain, ret);
}

int layout_emit_plain(struct conversion *c, uint32_t i, struct tensor *x, const struct shape *y,
                      const struct view *view)
{
    struct tensor alias = {.state = TENSOR_VALUE, .shape = *y, .view = *view};
    struct shape sizes = view_apply(view, y);
    int r = layout_bring_plain(c, x, &alias.value);

    if (r < 0)
        return r;
    if (shape_equal(&builder_value(c->builder, alias.value)->shape, &sizes))
        return conversion_alias(c, i, &alias);
    return layout_emit_reshape(c, i, alias.value, &sizes, view);
}

int layout_bring_shaped(struct conversion *c, struct tensor *x, const struct shape *shape,
                        const struct view *view, uint32_t *ret)
{
    struct tensor alias = {.name = x->name, .state = TENSOR_VALUE, .shape = *shape};
    int r;

    if (shape_equal(&x->shape, shape))
        return layout_bring(c, x, view, ret);
    alias.view = view_identity();
    r = layout_bring_plain(c, x, &alias.value);
    return r < 0 ? r : move(c, &alias, shape->rank, view, ret);
}

struct view layout_own(const struct tensor *tensor)
{
    return tensor->state == TENSOR_VALUE ? tensor->view : view_identity();
}

int layout_align(struct conversion *c, struct tensor *x, uint32_t first, uint32_t rank,
                 struct tensor **ret)
{
    struct tensor *aligned = arena_copy(&c->arena, x, sizeof(*x));
    struct numbers *numbers;

    if (!aligned)
        return -ENOMEM;
    while (first + aligned->shape.rank < rank)
        aligned->shape.dim[aligned->shape.rank++] = 1;
    aligned->layouts = (struct rows){0};
    aligned->view = view_identity();
    *ret = aligned;
    if (x->state == TENSOR_VALUE)
        return layout_bring_shaped(c, x, &aligned->shape, &aligned->view, &aligned->value);
    numbers = arena_copy(&c->arena, x->numbers, sizeof(*numbers));
    if (!numbers)
        return -ENOMEM;
    numbers->shape = aligned->shape;
    aligned->numbers = numbers;
    return 0;
}
