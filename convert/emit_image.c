/* Operators that mean certain axes: the size of pictures, statistics of channels. */
#include "convert/emit.h"
#include "convert/layout.h"
#include "model/ops/instance_norm.h"
#include "model/ops/layer_norm.h"

/* The axes H and W at places 1 and 2, the other two in front and behind. */
static struct view picture_view(uint32_t h, uint32_t w)
{
    struct view view = view_identity();
    uint8_t next = 0;

    for (uint32_t i = 0; i < 4; i++)
        if (i == h || i == w)
            view.order[i] = i == h ? 1 : 2;
        else {
            view.order[i] = next;
            next = 3;
        }
    return view;
}

int emit_resize(struct conversion *c, struct tensor *x, uint32_t h, uint32_t w,
                const struct resize_attrs *attrs)
{
    uint32_t in;
    struct node_spec spec = {.op = OP_RESIZE, .attrs = attrs, .inputs = &in, .n_inputs = 1};
    struct view view = picture_view(h, w);
    int r = layout_bring(c, x, &view, &in);

    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

int emit_channels(struct conversion *c, struct tensor *x, uint32_t axis, enum op op,
                  const void *attrs)
{
    uint32_t in;
    struct node_spec spec = {.op = op, .attrs = attrs, .inputs = &in, .n_inputs = 1};
    struct view view = layout_axis_last(x, axis);
    int r = layout_bring(c, x, &view, &in);

    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

/* WEIGHTS and BIAS as constants behind IN[0]; BIAS may be NULL. */
static int bring_params(struct conversion *c, struct tensor *weights, struct tensor *bias,
                        uint32_t *in)
{
    struct view plain = view_identity();
    int r = layout_bring(c, weights, &plain, &in[1]);

    return r < 0 || !bias ? r : layout_bring(c, bias, &plain, &in[2]);
}

int emit_instance_norm(struct conversion *c, struct tensor *x, struct tensor *weights,
                       struct tensor *bias, float epsilon)
{
    return emit_instance_norm_along(c, x, 1, weights, bias, epsilon);
}

/* The batch first and AXIS last, whatever lies between: X's own if it is so. */
static struct view statistics_view(const struct tensor *x, uint32_t axis)
{
    struct view view = layout_axis_last(x, axis), plain = view_identity();
    uint8_t next = 0;

    if (view.order[0] == 0)
        return view;
    for (uint32_t i = 0; i < x->shape.rank; i++)
        if (i != axis)
            plain.order[i] = next++;
    plain.order[axis] = next;
    return plain;
}

int emit_instance_norm_along(struct conversion *c, struct tensor *x, uint32_t axis,
                             struct tensor *weights, struct tensor *bias, float epsilon)
{
    struct instance_norm_attrs attrs = {epsilon};
    uint32_t in[3], rank = x->shape.rank;
    struct node_spec spec = {.op = OP_INSTANCE_NORM, .attrs = &attrs, .inputs = in, .n_inputs = 3};
    struct view view;
    int r;

    if (rank < 2 || axis == 0 || axis >= rank)
        return conversion_unsupported(c, "check the model", "an input of rank %u", rank);
    view = statistics_view(x, axis);
    r = layout_bring(c, x, &view, &in[0]);
    if (r == 0)
        r = bring_params(c, weights, bias, in);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

int emit_layer_norm(struct conversion *c, struct tensor *x, struct tensor *weights,
                    struct tensor *bias, uint32_t axis, float epsilon)
{
    struct layer_norm_attrs attrs = {(int32_t)axis, epsilon};
    uint32_t in[3];
    struct node_spec spec = {
        .op = OP_LAYER_NORM, .attrs = &attrs, .inputs = in, .n_inputs = bias ? 3 : 2};
    struct view view = layout_own(x);
    int r;

    for (uint32_t i = axis; i < x->shape.rank; i++)
        if (view.order[i] != i)
            view = view_identity();
    r = layout_bring(c, x, &view, &in[0]);
    if (r == 0)
        r = bring_params(c, weights, bias, in);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}
