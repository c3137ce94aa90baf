/* What changes sizes, order or name and no number: Reshape to Transpose, Identity, Shape, Size. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "convert/emit.h"
#include "convert/fold.h"
#include "convert/numbers.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "convert/onnx/record.h"

/* Reshape: 0 keeps a size, -1 is what is left. */
static int shape_of_reshape(struct conversion *c, const struct shape *x, struct shape *ret)
{
    struct shape y = {0};
    size_t n, known = 1;
    int64_t keep_zero;
    struct ints sizes;
    int left = -1;
    int r = attr_or_input(c, "shape", 1, &sizes);

    if (r == 0)
        r = attr_int(c, "allowzero", 0, &keep_zero);
    if (r == 0)
        r = numbers_count(c, x, &n);
    if (r < 0)
        return r;
    if (!sizes.given || sizes.n > SHAPE_RANK_MAX)
        return conversion_unsupported(c, WAY_REPLACE, "a shape of %u sizes; %d are supported",
                                      sizes.n, SHAPE_RANK_MAX);
    y.rank = sizes.n;
    for (uint32_t i = 0; i < sizes.n; i++) {
        int64_t size = sizes.v[i];

        if (size == 0 && !keep_zero && i < x->rank)
            size = x->dim[i];
        if (size < -1 || size > UINT32_MAX || (size == -1 && left >= 0))
            return conversion_unsupported(c, "check the model", "a size of %" PRId64, size);
        if (size == -1)
            left = (int)i;
        y.dim[i] = size == -1 ? 1 : (uint32_t)size;
    }
    r = numbers_count(c, &y, &known);
    if (r < 0)
        return r;
    if (left >= 0 && known && n % known == 0 && n / known <= UINT32_MAX)
        y.dim[left] = (uint32_t)(n / known);
    *ret = y;
    return 0;
}

static int shape_of_flatten(struct conversion *c, const struct shape *x, struct shape *ret)
{
    struct shape rows = {0}, columns = {0};
    size_t n_rows, n_columns;
    int64_t axis;
    int r = attr_int(c, "axis", 1, &axis);

    if (r < 0)
        return r;
    axis += axis < 0 ? x->rank : 0;
    if (axis < 0 || axis > x->rank)
        return conversion_unsupported(c, "check the model", "axis is outside a tensor of rank %u",
                                      x->rank);
    for (uint32_t i = 0; i < x->rank; i++)
        if (i < axis)
            rows.dim[rows.rank++] = x->dim[i];
        else
            columns.dim[columns.rank++] = x->dim[i];
    r = numbers_count(c, &rows, &n_rows);
    if (r == 0)
        r = numbers_count(c, &columns, &n_columns);
    if (r == 0)
        *ret = (struct shape){2, {(uint32_t)n_rows, (uint32_t)n_columns}};
    return r;
}

/* The axes that a Squeeze takes out, as bits. */
static int squeezed_axes(struct conversion *c, const struct shape *x, uint32_t *ret)
{
    struct ints axes;
    uint32_t mask = 0;
    int r = attr_or_input(c, "axes", 1, &axes);

    if (r == 0)
        r = axes_mask(c, &axes, x->rank, &mask);
    if (r < 0)
        return r;
    for (uint32_t i = 0; i < x->rank; i++)
        if (!axes.given && x->dim[i] == 1)
            mask |= 1u << i;
        else if (mask & 1u << i && x->dim[i] != 1)
            return conversion_unsupported(c, "check the model and the sizes of its inputs",
                                          "axis %u has the size %u, not 1", i, x->dim[i]);
    *ret = mask;
    return 0;
}

/* The axes of the output that an Unsqueeze puts in, as bits. */
static int unsqueezed_axes(struct conversion *c, const struct shape *x, uint32_t *ret)
{
    struct ints axes;
    int r = attr_or_input(c, "axes", 1, &axes);

    if (r < 0)
        return r;
    if (!axes.given || axes.n > SHAPE_RANK_MAX - x->rank)
        return conversion_unsupported(c, WAY_REPLACE, "%u axes more than %u; %d are supported",
                                      axes.n, x->rank, SHAPE_RANK_MAX);
    return axes_mask(c, &axes, x->rank + axes.n, ret);
}

static int target_shape(struct conversion *c, const struct shape *x, struct shape *ret)
{
    uint32_t mask;
    int r;

    if (strcmp(c->node->op, "Reshape") == 0)
        return shape_of_reshape(c, x, ret);
    if (strcmp(c->node->op, "Flatten") == 0)
        return shape_of_flatten(c, x, ret);
    if (strcmp(c->node->op, "Squeeze") == 0) {
        r = squeezed_axes(c, x, &mask);
        if (r == 0)
            *ret = emit_squeezed_shape(x, mask);
        return r;
    }
    r = unsqueezed_axes(c, x, &mask);
    if (r == 0)
        *ret = emit_unsqueezed_shape(x, mask);
    return r;
}

int fold_reshape(struct conversion *c)
{
    const struct numbers *x;
    struct shape y;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = target_shape(c, &x->shape, &y);
    return r < 0 ? r : fold_shaped(c, x, &y);
}

int convert_reshape(struct conversion *c)
{
    struct tensor *x;
    struct shape y;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = target_shape(c, &x->shape, &y);
    return r < 0 ? r : emit_reshape(c, x, &y);
}

int convert_squeeze(struct conversion *c)
{
    struct tensor *x;
    uint32_t mask;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = squeezed_axes(c, &x->shape, &mask);
    return r < 0 ? r : emit_squeeze(c, x, mask);
}

int convert_unsqueeze(struct conversion *c)
{
    struct tensor *x;
    uint32_t mask;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = unsqueezed_axes(c, &x->shape, &mask);
    return r < 0 ? r : emit_unsqueeze(c, x, mask);
}

/* The permutation of a Transpose; without the attribute the axes are reversed. */
static int read_perm(struct conversion *c, uint32_t rank, uint8_t perm[SHAPE_RANK_MAX])
{
    struct ints ints;
    uint32_t mask = 0;
    int r = attr_ints(c, "perm", &ints);

    if (r == 0 && ints.given && ints.n != rank)
        r = conversion_unsupported(c, "check the model", "perm has %u numbers for rank %u", ints.n,
                                   rank);
    if (r == 0 && ints.given)
        r = axes_mask(c, &ints, rank, &mask);
    if (r < 0)
        return r;
    for (uint32_t i = 0; i < rank; i++)
        perm[i] = (uint8_t)(ints.given ? ints.v[i] + (ints.v[i] < 0 ? rank : 0) : rank - 1 - i);
    return 0;
}

int convert_transpose(struct conversion *c)
{
    uint8_t perm[SHAPE_RANK_MAX];
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = read_perm(c, x->shape.rank, perm);
    return r < 0 ? r : emit_transpose(c, x, perm);
}

int fold_transpose(struct conversion *c)
{
    uint8_t perm[SHAPE_RANK_MAX];
    const struct numbers *x;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = read_perm(c, x->shape.rank, perm);
    return r < 0 ? r : fold_turned(c, x, perm);
}

int convert_identity(struct conversion *c)
{
    struct tensor *x = conversion_input(c, 0);

    if (!x)
        return conversion_unsupported(c, "check the model", "input 0 is missing");
    return conversion_alias(c, 0, x);
}

int convert_dropout(struct conversion *c)
{
    const struct numbers *training = NULL;
    int r = 0;

    if (conversion_output(c, 1) && conversion_output(c, 1)->needed)
        return conversion_unsupported(c, WAY_REPLACE, "its second output (the mask) is used");
    if (onnx_model_of(c)->opset >= 12)
        r = conversion_constant(c, 2, "training_mode", &training);
    if (r == 0 && training && training->n && numbers_at(training, 0) != 0)
        r = conversion_unsupported(c, "export the model for inference", "training mode");
    return r < 0 ? r : convert_identity(c);
}

/* Shape: known as soon as the input's shape is. */
int convert_shape(struct conversion *c)
{
    struct tensor *x = conversion_input(c, 0);
    int64_t start, end, *to;
    struct numbers numbers;
    struct shape shape;
    int r = attr_int(c, "start", 0, &start);

    if (r == 0 && !x)
        r = conversion_unsupported(c, "check the model", "input 0 is missing");
    if (r == 0)
        r = conversion_shape(c, x, &shape);
    if (r == 0)
        r = attr_int(c, "end", shape.rank, &end);
    if (r < 0)
        return r;
    start += start < 0 ? shape.rank : 0;
    end += end < 0 ? shape.rank : 0;
    start = start < 0 ? 0 : start > shape.rank ? shape.rank : start;
    end = end < start ? start : end > shape.rank ? shape.rank : end;
    r = numbers_new_whole(c, &(struct shape){1, {(uint32_t)(end - start)}}, &numbers, &to);
    for (int64_t i = start; r == 0 && i < end; i++)
        *to++ = shape.dim[i];
    return r < 0 ? r : conversion_set_numbers(c, 0, &numbers);
}

/* Size: how many numbers there are. */
int convert_size(struct conversion *c)
{
    struct tensor *x = conversion_input(c, 0);
    struct numbers numbers;
    struct shape shape;
    int64_t *to;
    size_t n = 0;
    int r = x ? conversion_shape(c, x, &shape)
              : conversion_unsupported(c, "check the model", "input 0 is missing");

    if (r == 0)
        r = numbers_count(c, &shape, &n);
    if (r == 0)
        r = numbers_new_whole(c, &(struct shape){0}, &numbers, &to);
    if (r < 0)
        return r;
    *to = (int64_t)n;
    return conversion_set_numbers(c, 0, &numbers);
}
