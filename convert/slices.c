#include "convert/slices.h"

#include "convert/layout.h"
#include "model/ops/strided_slice.h"

void slices_all(const struct shape *shape, struct slices *ret)
{
    *ret = (struct slices){0};
    for (uint32_t i = 0; i < shape->rank; i++)
        ret->axis[i] = (struct slice){0, shape->dim[i], 1};
}

/* Is it all of the tensor, so that no layer is needed? */
static bool is_all(const struct slices *slices, const struct shape *shape)
{
    for (uint32_t i = 0; i < shape->rank; i++)
        if (slices->axis[i].count != shape->dim[i] || slices->axis[i].stride != 1)
            return false;
    return slices->drop == 0;
}

/*
 * One axis in TensorFlow's words. Ends that are the tensor's own are said by mask too, so that they
 * follow it when it gets another size.
 */
static void describe_axis(const struct slice *slice, uint32_t size, uint32_t place, bool drop,
                          struct strided_slice_attrs *attrs, int32_t *begin, int32_t *end)
{
    int64_t last = (int64_t)slice->begin + (int64_t)(slice->count - 1) * slice->stride;
    int64_t behind = last + (slice->stride > 0 ? 1 : -1);
    int32_t bit = 1 << place;

    *begin = (int32_t)slice->begin;
    *end = (int32_t)(behind < 0 ? 0 : behind);
    if (drop)
        attrs->shrink_axis_mask |= bit;
    else if (slice->stride > 0 ? behind >= (int64_t)size : behind < 0)
        attrs->end_mask |= bit;
    if (!drop && slice->begin == (slice->stride > 0 ? 0 : size - 1))
        attrs->begin_mask |= bit;
}

/* The lists of a StridedSlice, by axis of the value. */
struct lists {
    int32_t begin[SHAPE_RANK_MAX], end[SHAPE_RANK_MAX], strides[SHAPE_RANK_MAX];
};

static int describe(struct conversion *c, const struct tensor *x, const struct slices *slices,
                    struct lists *lists, struct strided_slice_attrs *attrs)
{
    uint32_t rank = x->shape.rank;
    struct view view = layout_own(x);

    *attrs = (struct strided_slice_attrs){.begin = {lists->begin, rank},
                                          .end = {lists->end, rank},
                                          .strides = {lists->strides, rank}};
    for (uint32_t k = 0; k < rank; k++) {
        const struct slice *slice = &slices->axis[k];
        uint32_t place = view.order[k];

        if (slice->count == 0)
            return conversion_unsupported(c, "check the model and the sizes of its inputs",
                                          "nothing is left of axis %u", k);
        if (x->shape.dim[k] > INT32_MAX)
            return conversion_unsupported(c, WAY_REPLACE, "an axis of %u", x->shape.dim[k]);
        lists->strides[place] = slice->stride;
        describe_axis(slice, x->shape.dim[k], place, slices->drop >> k & 1, attrs,
                      &lists->begin[place], &lists->end[place]);
    }
    return 0;
}

int slices_emit(struct conversion *c, uint32_t i, struct tensor *x, const struct slices *slices)
{
    struct lists lists;
    struct strided_slice_attrs attrs;
    uint32_t in;
    struct node_spec spec = {.op = OP_STRIDED_SLICE, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    struct view view = layout_own(x);
    int r;

    if (is_all(slices, &x->shape))
        return conversion_alias(c, i, x);
    r = describe(c, x, slices, &lists, &attrs);
    if (r == 0)
        r = layout_bring(c, x, &view, &in);
    view = view_drop(&view, x->shape.rank, slices->drop);
    return r < 0 ? r : conversion_emit(c, i, &spec, &view);
}

int slices_emit_helper(struct conversion *c, struct tensor *x, const struct slices *slices,
                       struct tensor *ret)
{
    struct lists lists;
    struct strided_slice_attrs attrs;
    uint32_t in, value;
    struct node_spec spec = {.op = OP_STRIDED_SLICE, .attrs = &attrs, .inputs = &in, .n_inputs = 1};
    struct view view = layout_own(x);
    int r = describe(c, x, slices, &lists, &attrs);

    if (r == 0)
        r = layout_bring(c, x, &view, &in);
    if (r == 0)
        r = conversion_emit_helper(c, x->name, "slice", &spec, &value);
    if (r < 0)
        return r;
    view = view_drop(&view, x->shape.rank, slices->drop);
    return conversion_part(c, value, &view, ret);
}
