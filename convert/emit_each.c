/* Functions of one tensor that keep its shape. */
#include <math.h>

#include "convert/emit.h"
#include "convert/layout.h"
#include "convert/numbers.h"
#include "model/ops/clip.h"
#include "model/ops/relu.h"

int emit_number(struct conversion *c, const char *base, float number, uint32_t *ret)
{
    const struct numbers numbers = {.n = 1, .is_float = true, .f32 = &number};
    struct walk walk = {.shape = {1, {1}}};
    struct blob *blob;
    int r = numbers_lay_out(c, &numbers, &walk, 1, &blob);

    return r < 0 ? r : conversion_add_constant(c, base, &walk.shape, blob, ret);
}

int emit_each(struct conversion *c, struct tensor *x, enum op op, const void *attrs)
{
    uint32_t in;
    struct node_spec spec = {.op = op, .attrs = attrs, .inputs = &in, .n_inputs = 1};
    struct view view = layout_own(x);
    int r = layout_bring(c, x, &view, &in);

    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

int emit_clip(struct conversion *c, struct tensor *x, float least, float most)
{
    struct clip_attrs clip = {least, most};
    struct relu_attrs relu = {most};

    if (least == -INFINITY && most == INFINITY)
        return conversion_alias(c, 0, x);
    if (least != 0 || most < 0)
        return emit_each(c, x, OP_CLIP, &clip);
    return emit_each(c, x, OP_RELU, &relu);
}

int emit_leaky_relu(struct conversion *c, struct tensor *x, float slope)
{
    uint32_t in[2];
    struct node_spec spec = {.op = OP_PRELU, .inputs = in, .n_inputs = 2};
    struct view view = layout_own(x);
    int r = layout_bring(c, x, &view, &in[0]);

    if (r == 0)
        r = emit_number(c, "slope", slope, &in[1]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

/*
 * The axis of X along which the slopes differ; 1 if there is but one slope. False if they differ
 * along several.
 */
static bool find_slope_axis(const struct tensor *x, const struct numbers *slope, uint32_t *ret)
{
    uint32_t rank = x->shape.rank, found = 0;

    *ret = rank > 1 ? 1 : 0;
    for (uint32_t i = 0; i < slope->shape.rank; i++)
        if (slope->shape.dim[i] != 1) {
            *ret = rank - slope->shape.rank + i;
            found++;
        }
    return found <= 1;
}

int emit_prelu_along(struct conversion *c, struct tensor *x, struct tensor *slope, uint32_t axis)
{
    const struct numbers *numbers;
    struct view view = layout_axis_last(x, axis);
    struct walk walk = {.stride = {1}};
    uint32_t in[2];
    struct node_spec spec = {.op = OP_PRELU, .inputs = in, .n_inputs = 2};
    struct blob *blob;
    int r = conversion_numbers(c, slope, &numbers);

    if (r == 0)
        r = layout_bring(c, x, &view, &in[0]);
    if (r < 0)
        return r;
    walk.shape = (struct shape){1, {(uint32_t)numbers->n}};
    r = numbers_lay_out(c, numbers, &walk, 1, &blob);
    if (r == 0)
        r = conversion_add_constant(c, slope->name, &walk.shape, blob, &in[1]);
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

/* A slope for each place: max(x, 0) + slope * min(x, 0). */
static int emit_wide_prelu(struct conversion *c, struct tensor *x, struct tensor *slope)
{
    struct binary_attrs minimum = {BINARY_MIN}, multiply = {BINARY_MUL}, add = {BINARY_ADD};
    struct view view = layout_own(x);
    uint32_t in, below[2], scaled[2], sum[2];
    struct node_spec spec = {.op = OP_BINARY, .n_inputs = 2};
    struct node_spec relu = {.op = OP_RELU, .inputs = &in, .n_inputs = 1};
    int r = layout_bring(c, x, &view, &in);

    if (r == 0)
        r = conversion_emit_main(c, "above", &relu, &sum[0]);
    if (r == 0)
        r = emit_number(c, "zero", 0, &below[1]);
    below[0] = in;
    spec.attrs = &minimum;
    spec.inputs = below;
    if (r == 0)
        r = conversion_emit_main(c, "below", &spec, &scaled[0]);
    if (r == 0)
        r = layout_bring_ranked(c, slope, x->shape.rank, &view, &scaled[1]);
    spec.attrs = &multiply;
    spec.inputs = scaled;
    if (r == 0)
        r = conversion_emit_main(c, "scaled", &spec, &sum[1]);
    spec.attrs = &add;
    spec.inputs = sum;
    return r < 0 ? r : conversion_emit(c, 0, &spec, &view);
}

int emit_prelu(struct conversion *c, struct tensor *x, struct tensor *slope)
{
    const struct numbers *numbers;
    uint32_t axis;
    int r = conversion_numbers(c, slope, &numbers);

    if (r < 0)
        return r;
    if (numbers->n == 0 || x->shape.rank == 0 || numbers->shape.rank > x->shape.rank)
        return conversion_unsupported(c, "check the model", "its slopes do not fit its input");
    slope->shape = numbers->shape;
    if (find_slope_axis(x, numbers, &axis))
        return emit_prelu_along(c, x, slope, axis);
    return emit_wide_prelu(c, x, slope);
}
