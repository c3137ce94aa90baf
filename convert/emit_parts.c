/* Tensors of tensors, edges around them, and what goes along some of their axes. */
#include <errno.h>

#include "convert/emit.h"
#include "convert/layout.h"
#include "convert/slices.h"
#include "model/ops/concat.h"
#include "model/ops/pack.h"
#include "model/ops/softmax.h"

/* The tensors that hold something, and the first that lies in the graph. */
static int concat_parts(struct conversion *c, struct tensor *const *x, uint32_t *n,
                        struct tensor **ret, const struct tensor **ret_leader)
{
    uint32_t kept = 0;

    *ret_leader = NULL;
    for (uint32_t i = 0; i < *n; i++) {
        if (x[i]->state == TENSOR_NUMBERS && x[i]->numbers->n == 0)
            continue;
        if (x[i]->state == TENSOR_VALUE && !*ret_leader)
            *ret_leader = x[i];
        ret[kept++] = x[i];
    }
    *n = kept;
    if (kept == 0)
        return conversion_unsupported(c, "check the model", "it has no inputs");
    if (kept > op_get(OP_CONCAT)->n_inputs.most)
        return conversion_unsupported(c, "concatenate in steps", "%u inputs; %u are supported",
                                      kept, op_get(OP_CONCAT)->n_inputs.most);
    return 0;
}

int emit_concat(struct conversion *c, struct tensor *const *x, uint32_t n, uint32_t axis)
{
    struct concat_attrs attrs;
    struct node_spec spec = {.op = OP_CONCAT, .attrs = &attrs};
    uint32_t *in = arena_alloc(&c->arena, (n + 1) * sizeof(*in));
    struct tensor **parts = arena_alloc(&c->arena, (n + 1) * sizeof(struct tensor *));
    const struct tensor *leader;
    struct view view;
    int r = parts && in ? concat_parts(c, x, &n, parts, &leader) : -ENOMEM;

    if (r == 0 && n == 1)
        return conversion_alias(c, 0, parts[0]);
    if (r < 0)
        return r;
    view = leader ? leader->view : view_identity();
    for (uint32_t i = 0; r == 0 && i < n; i++) {
        if (parts[i]->shape.rank != parts[0]->shape.rank)
            return conversion_unsupported(c, "check the model", "its inputs differ in rank");
        r = layout_bring(c, parts[i], &view, &in[i]);
    }
    attrs.axis = view.order[axis];
    spec.inputs = in;
    spec.n_inputs = n;
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

int emit_pack(struct conversion *c, struct tensor *const *x, uint32_t n, uint32_t axis)
{
    struct pack_attrs attrs = {(int32_t)axis};
    struct node_spec spec = {.op = OP_PACK, .attrs = &attrs, .n_inputs = n};
    uint32_t *in = arena_alloc(&c->arena, n * sizeof(*in) + 1);
    struct view view = view_identity();
    int r = in ? 0 : -ENOMEM;

    if (n > op_get(OP_PACK)->n_inputs.most)
        return conversion_unsupported(c, "stack in steps", "%u inputs; %u are supported", n,
                                      op_get(OP_PACK)->n_inputs.most);
    for (uint32_t i = 0; r == 0 && i < n; i++)
        r = layout_bring(c, x[i], &view, &in[i]);
    spec.inputs = in;
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

static int place_pads(struct conversion *c, uint32_t rank, const struct view *view,
                      const int64_t *pads, int32_t *ret)
{
    for (uint32_t i = 0; i < rank; i++) {
        if (pads[i] > INT32_MAX)
            return conversion_unsupported(c, "check the model", "pads beyond any size");
        ret[view->order[i]] = pads[i] > 0 ? (int32_t)pads[i] : 0;
    }
    return 0;
}

/* What negative pads leave of X. False: there are none. */
static bool find_rest(const struct tensor *x, const int64_t *before, const int64_t *after,
                      struct slices *ret)
{
    bool any = false;

    slices_all(&x->shape, ret);
    for (uint32_t i = 0; i < x->shape.rank; i++) {
        int64_t dim = x->shape.dim[i];
        int64_t front = before[i] < -dim ? dim : before[i] < 0 ? -before[i] : 0;
        int64_t behind = after[i] < -dim ? dim : after[i] < 0 ? -after[i] : 0;

        any |= front || behind;
        ret->axis[i].begin = (uint32_t)front;
        ret->axis[i].count = front + behind < dim ? (uint32_t)(dim - front - behind) : 0;
    }
    return any;
}

/* One of the pads is positive. */
static bool any_grows(uint32_t rank, const int64_t *before, const int64_t *after)
{
    bool any = false;

    for (uint32_t i = 0; i < rank; i++)
        any |= before[i] > 0 || after[i] > 0;
    return any;
}

int emit_pad(struct conversion *c, struct tensor *x, enum pad_mode mode, float value,
             const int64_t *before, const int64_t *after)
{
    int32_t in_front[SHAPE_RANK_MAX], behind[SHAPE_RANK_MAX];
    struct pad_attrs attrs = {mode, {in_front, x->shape.rank}, {behind, x->shape.rank}, value};
    uint32_t in;
    struct node_spec spec = {.op = OP_PAD, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    bool grows = any_grows(x->shape.rank, before, after);
    struct slices slices;
    struct tensor rest;
    struct view view;
    int r = 0;

    if (find_rest(x, before, after, &slices)) {
        if (!grows)
            return slices_emit(c, 0, x, &slices);
        r = slices_emit_helper(c, x, &slices, &rest);
        x = &rest;
    } else if (!grows) {
        return conversion_alias(c, 0, x);
    }
    if (r < 0)
        return r;
    view = layout_own(x);
    r = place_pads(c, x->shape.rank, &view, before, in_front);
    if (r == 0)
        r = place_pads(c, x->shape.rank, &view, after, behind);
    if (r == 0)
        r = layout_bring(c, x, &view, &in);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

int emit_reduce(struct conversion *c, struct tensor *x, enum reduce_kind kind, uint32_t mask,
                bool keep_dims)
{
    int32_t axes[SHAPE_RANK_MAX];
    struct reduce_attrs attrs = {.kind = kind, .keep_dims = keep_dims, .axes = {axes, 0}};
    uint32_t in;
    struct node_spec spec = {.op = OP_REDUCE, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    struct view view = layout_own(x);
    int r;

    if (!mask)
        return conversion_alias(c, 0, x);
    for (uint8_t place = 0; place < x->shape.rank; place++)
        for (uint32_t i = 0; i < x->shape.rank; i++)
            if (mask & 1u << i && view.order[i] == place)
                axes[attrs.axes.n++] = place;
    r = layout_bring(c, x, &view, &in);
    if (!keep_dims)
        view = view_drop(&view, x->shape.rank, mask);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

int emit_softmax(struct conversion *c, struct tensor *x, enum op op, uint32_t axis)
{
    struct softmax_attrs attrs;
    uint32_t in;
    struct node_spec spec = {.op = op, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    struct view view = layout_own(x);
    int r = layout_bring(c, x, &view, &in);

    attrs.axis = view.order[axis];
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

int emit_softmax_from(struct conversion *c, struct tensor *x, enum op op, uint32_t first)
{
    struct softmax_attrs attrs = {.axis = -1};
    struct shape flat = {2, {1, 1}};
    struct view view = view_identity();
    uint32_t in;
    struct node_spec spec = {.op = op, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    int r = layout_bring_plain(c, x, &in);

    for (uint32_t i = 0; i < x->shape.rank; i++)
        flat.dim[i >= first] *= x->shape.dim[i];
    if (r == 0)
        r = layout_reshape(c, x->name, "flat", in, &flat, &in);
    if (r == 0)
        r = conversion_emit_main(c, "flat", &spec, &in);
    return r < 0 ? r : layout_emit_reshape(c, 0, in, &x->shape, &view);
}
