/* What changes sizes, order or name and no number: Reshape to Transpose, Identity, Cast, Shape. */
#include <inttypes.h>
#include <string.h>

#include "convert/emit.h"
#include "convert/fold.h"
#include "convert/numbers.h"
#include "convert/tensorflow/tf_attr.h"
#include "convert/tensorflow/tf_ops.h"
#include "convert/tensorflow/tf_tensor.h"

/* Reshape: -1 is what is left. */
static int reshaped(struct conversion *c, const struct shape *x, struct shape *ret)
{
    struct shape y = {0};
    size_t n, known = 1;
    struct ints sizes;
    int left = -1;
    int r = tf_input_ints(c, 1, "the shape", &sizes);

    if (r == 0)
        r = numbers_count(c, x, &n);
    if (r < 0)
        return r;
    if (sizes.n > SHAPE_RANK_MAX)
        return conversion_unsupported(c, WAY_REPLACE, "a shape of %u sizes; %d are supported",
                                      sizes.n, SHAPE_RANK_MAX);
    y.rank = sizes.n;
    for (uint32_t i = 0; i < sizes.n; i++) {
        int64_t size = sizes.v[i];

        if (size < -1 || size > UINT32_MAX || (size == -1 && left >= 0))
            return conversion_unsupported(c, "check the model", "a size of %" PRId64, size);
        if (size == -1)
            left = (int)i;
        y.dim[i] = size == -1 ? 1 : (uint32_t)size;
    }
    r = numbers_count(c, &y, &known);
    if (r < 0)
        return r;
    if (left >= 0 && known && n % known == 0 && n / known <= UINT32_MAX) {
        y.dim[left] = (uint32_t)(n / known);
        known = n;
    }
    if (known != n)
        return conversion_unsupported(c, "check the model and the sizes of its inputs",
                                      "%zu numbers do not fit into its shape", n);
    *ret = y;
    return 0;
}

int tf_reshape(struct conversion *c)
{
    struct tensor *x;
    struct shape y;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = reshaped(c, &x->shape, &y);
    return r < 0 ? r : emit_reshape(c, x, &y);
}

int tf_fold_reshape(struct conversion *c)
{
    const struct numbers *x;
    struct shape y;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = reshaped(c, &x->shape, &y);
    return r < 0 ? r : fold_shaped(c, x, &y);
}

/* The axes that a Squeeze takes out, as bits: those it names, or all of size 1. */
static int squeezed(struct conversion *c, const struct shape *x, uint32_t *ret)
{
    struct ints axes;
    uint32_t mask = 0;
    int r = tf_attr_ints(c, "squeeze_dims", &axes);

    if (r == 0)
        r = axes_mask(c, &axes, x->rank, &mask);
    if (r < 0)
        return r;
    for (uint32_t i = 0; i < x->rank; i++)
        if (axes.n == 0 && x->dim[i] == 1)
            mask |= 1u << i;
        else if (mask & 1u << i && x->dim[i] != 1)
            return conversion_unsupported(c, "check the model and the sizes of its inputs",
                                          "axis %u has the size %u, not 1", i, x->dim[i]);
    *ret = mask;
    return 0;
}

int tf_squeeze(struct conversion *c)
{
    struct tensor *x;
    uint32_t mask;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = squeezed(c, &x->shape, &mask);
    return r < 0 ? r : emit_squeeze(c, x, mask);
}

int tf_fold_squeeze(struct conversion *c)
{
    const struct numbers *x;
    struct shape y;
    uint32_t mask;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = squeezed(c, &x->shape, &mask);
    if (r < 0)
        return r;
    y = emit_squeezed_shape(&x->shape, mask);
    return fold_shaped(c, x, &y);
}

/* The axis that ExpandDims puts in, as a bit. */
static int expanded(struct conversion *c, const struct shape *x, uint32_t *ret)
{
    uint32_t axis;
    int r = tf_input_axis(c, 1, x->rank + 1, &axis);

    if (r == 0 && x->rank >= SHAPE_RANK_MAX)
        r = conversion_unsupported(c, WAY_REPLACE, "a result of more than %d dimensions",
                                   SHAPE_RANK_MAX);
    if (r == 0)
        *ret = 1u << axis;
    return r;
}

int tf_expand_dims(struct conversion *c)
{
    struct tensor *x;
    uint32_t mask;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = expanded(c, &x->shape, &mask);
    return r < 0 ? r : emit_unsqueeze(c, x, mask);
}

int tf_fold_expand_dims(struct conversion *c)
{
    const struct numbers *x;
    struct shape y;
    uint32_t mask;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = expanded(c, &x->shape, &mask);
    if (r < 0)
        return r;
    y = emit_unsqueezed_shape(&x->shape, mask);
    return fold_shaped(c, x, &y);
}

static int read_perm(struct conversion *c, uint32_t rank, uint8_t perm[SHAPE_RANK_MAX])
{
    struct ints ints;
    uint32_t mask;
    int r = tf_input_ints(c, 1, "the order", &ints);

    if (r == 0 && ints.n != rank)
        r = conversion_unsupported(c, "check the model", "%u axes in the order of rank %u", ints.n,
                                   rank);
    if (r == 0)
        r = axes_mask(c, &ints, rank, &mask);
    for (uint32_t i = 0; r == 0 && i < rank; i++)
        perm[i] = (uint8_t)(ints.v[i] + (ints.v[i] < 0 ? rank : 0));
    return r;
}

int tf_transpose(struct conversion *c)
{
    uint8_t perm[SHAPE_RANK_MAX];
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = read_perm(c, x->shape.rank, perm);
    return r < 0 ? r : emit_transpose(c, x, perm);
}

int tf_fold_transpose(struct conversion *c)
{
    uint8_t perm[SHAPE_RANK_MAX];
    const struct numbers *x;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = read_perm(c, x->shape.rank, perm);
    return r < 0 ? r : fold_turned(c, x, perm);
}

/* Const, and variables: read when somebody asks for them. */
int tf_const(struct conversion *c)
{
    struct tensor *output = conversion_output(c, 0);

    if (!output)
        return conversion_unsupported(c, "check the model", "output 0 is not there");
    output->state = TENSOR_NUMBERS;
    output->record = tf_node_of(c->node);
    return 0;
}

/* Identity of one tensor or of several; outputs that nobody reads have no name. */
int tf_identity(struct conversion *c)
{
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < c->node->n_outputs; i++) {
        struct tensor *x = conversion_input(c, i);

        if (!conversion_output(c, i))
            continue;
        r = x ? conversion_alias(c, i, x)
              : conversion_unsupported(c, "check the model", "input %u is missing", i);
    }
    return r;
}

/* What says nothing about a type makes float. */
static int cast_types(struct conversion *c, int32_t *ret_from, int32_t *ret_to)
{
    int r = tf_attr_type(c, "SrcT", TF_FLOAT, ret_from);

    if (r == 0)
        r = tf_attr_type(c, "DstT", TF_FLOAT, ret_to);
    if (r == 0 && !tf_type_is_number(*ret_to) && *ret_to != TF_BOOL)
        r = conversion_unsupported(c, WAY_REPLACE, "a cast to %s", tf_type_name(c, *ret_to));
    return r;
}

/* The network computes in float, which holds whole numbers too: only a fraction can be lost. */
int tf_cast(struct conversion *c)
{
    int32_t from, to;
    struct tensor *x;
    int r = cast_types(c, &from, &to);

    if (r == 0)
        r = conversion_activation(c, 0, &x);
    if (r < 0)
        return r;
    if (tf_type_is_float(from) && !tf_type_is_float(to))
        return conversion_unsupported(c,
                                      "cast the output after a run, or cut before it with "
                                      "--out_node",
                                      "the network computes in float: a cast from %s to %s would "
                                      "lose fractions",
                                      tf_type_name(c, from), tf_type_name(c, to));
    return conversion_alias(c, 0, x);
}

int tf_fold_cast(struct conversion *c)
{
    const struct numbers zero = {.n = 1, .whole = &(int64_t){0}};
    const struct numbers *x;
    int32_t from, to;
    int r = cast_types(c, &from, &to);

    if (r == 0)
        r = fold_input(c, 0, &x);
    if (r < 0)
        return r;
    if (tf_type_is_float(to))
        return fold_as_float(c, x);
    return to == TF_BOOL ? fold_pair(c, x, &zero, BINARY_NOT_EQUAL) : fold_as_whole(c, x);
}

/* Output I is the list of sizes of SHAPE. */
static int set_sizes(struct conversion *c, uint32_t i, const struct shape *shape)
{
    struct numbers numbers;
    int64_t *to;
    int r = numbers_new_whole(c, &(struct shape){1, {shape->rank}}, &numbers, &to);

    for (uint32_t k = 0; r == 0 && k < shape->rank; k++)
        to[k] = shape->dim[k];
    return r < 0 ? r : conversion_set_numbers(c, i, &numbers);
}

/* Output 0 is one whole number. */
static int set_number(struct conversion *c, int64_t number)
{
    struct numbers numbers;
    int64_t *to;
    int r = numbers_new_whole(c, &(struct shape){0}, &numbers, &to);

    if (r == 0)
        *to = number;
    return r < 0 ? r : conversion_set_numbers(c, 0, &numbers);
}

/* Shape and ShapeN: known as soon as the input's shape is. */
int tf_shape(struct conversion *c)
{
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < c->node->n_outputs; i++) {
        struct tensor *x = conversion_input(c, i);
        struct shape shape;

        if (!conversion_output(c, i))
            continue;
        r = x ? conversion_shape(c, x, &shape)
              : conversion_unsupported(c, "check the model", "input %u is missing", i);
        if (r == 0)
            r = set_sizes(c, i, &shape);
    }
    return r;
}

int tf_size(struct conversion *c)
{
    struct tensor *x;
    size_t n;
    int r = conversion_activation(c, 0, &x);

    if (r == 0)
        r = numbers_count(c, &x->shape, &n);
    return r < 0 ? r : set_number(c, (int64_t)n);
}

int tf_rank(struct conversion *c)
{
    struct tensor *x;
    int r = conversion_activation(c, 0, &x);

    return r < 0 ? r : set_number(c, x->shape.rank);
}
