/* Constants out of attributes and types: Constant, ConstantOfShape, Cast, Range. */
#include <inttypes.h>
#include <string.h>

#include "convert/fold.h"
#include "convert/numbers.h"
#include "convert/onnx/attrs.h"
#include "convert/onnx/ops.h"
#include "convert/onnx/record.h"

int convert_constant_only(struct conversion *c)
{
    return conversion_unsupported(c, WAY_REPLACE,
                                  "it is supported on constants only, and here it depends on an "
                                  "input of the network");
}

/* One or many numbers that stand in the node itself. */
static int constant_of_list(struct conversion *c, const struct onnx_attr *attr, struct numbers *ret)
{
    struct shape shape = {0};
    int64_t *whole;
    float *f32;
    int r;

    if (attr->type == ONNX_ATTR_FLOATS)
        shape = (struct shape){1, {attr->floats.n}};
    else if (attr->type == ONNX_ATTR_INTS)
        shape = (struct shape){1, {attr->ints.n}};
    if (attr->type == ONNX_ATTR_FLOAT || attr->type == ONNX_ATTR_FLOATS) {
        r = numbers_new_f32(c, &shape, ret, &f32);
        if (r == 0 && ret->n)
            memcpy(f32, attr->type == ONNX_ATTR_FLOAT ? &attr->f : attr->floats.base,
                   ret->n * sizeof(*f32));
        return r;
    }
    r = numbers_new_whole(c, &shape, ret, &whole);
    if (r == 0 && ret->n)
        memcpy(whole, attr->type == ONNX_ATTR_INT ? &attr->i : attr->ints.base,
               ret->n * sizeof(*whole));
    return r;
}

int fold_constant(struct conversion *c)
{
    const struct onnx_attr *attr =
        onnx_node_of(c->node)->n_attrs == 1 ? onnx_node_of(c->node)->attrs : NULL;
    struct tensor *output = conversion_output(c, 0);
    struct numbers numbers;
    int r;

    if (!attr || !output)
        return conversion_unsupported(c, "check the model", "it has not one value");
    switch (attr->type) {
    case ONNX_ATTR_TENSOR:
        if (!attr->t)
            break;
        /* Read when somebody asks for it, as initializers are. */
        output->state = TENSOR_NUMBERS;
        output->record = attr->t;
        return 0;
    case ONNX_ATTR_FLOAT:
    case ONNX_ATTR_FLOATS:
    case ONNX_ATTR_INT:
    case ONNX_ATTR_INTS:
        r = constant_of_list(c, attr, &numbers);
        return r < 0 ? r : conversion_set_numbers(c, 0, &numbers);
    default:
        break;
    }
    return conversion_unsupported(c, WAY_REPLACE,
                                  "a constant by %s; value, value_float(s) and value_int(s) are "
                                  "supported",
                                  attr->name);
}

int fold_constant_of_shape(struct conversion *c)
{
    const struct onnx_attr *attr = attr_find(c, "value");
    struct numbers value = {.n = 1, .is_float = true, .f32 = &(float){0}};
    struct walk walk = {0};
    struct ints sizes;
    int r = attr_or_input(c, "", 0, &sizes);

    if (r == 0 && attr && (attr->type != ONNX_ATTR_TENSOR || !attr->t))
        r = conversion_unsupported(c, "check the model", "attribute value is of the wrong type");
    if (r == 0 && attr)
        r = record_read(c, attr->t, &value);
    if (r < 0)
        return r;
    if (value.n != 1)
        return conversion_unsupported(c, "check the model", "its value is not one number");
    r = fold_sizes(c, sizes.v, sizes.n, &walk.shape);
    return r < 0 ? r : fold_walk(c, &value, &walk);
}

int fold_cast(struct conversion *c)
{
    const struct numbers zero = {.n = 1, .whole = &(int64_t){0}};
    const struct numbers *x;
    int64_t type;
    int r = fold_input(c, 0, &x);

    if (r == 0)
        r = ops_cast_type(c, &type);
    if (r < 0)
        return r;
    if (type <= ONNX_UNDEFINED || type >= _ONNX_TYPE_MAX || type == ONNX_STRING)
        return conversion_unsupported(c, WAY_REPLACE, "a cast to type %" PRId64, type);
    if (record_type_is_float((int32_t)type))
        return fold_as_float(c, x);
    return type == ONNX_BOOL ? fold_pair(c, x, &zero, BINARY_NOT_EQUAL) : fold_as_whole(c, x);
}

int fold_range(struct conversion *c)
{
    const struct numbers *limits[3];
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < 3; i++)
        r = fold_input(c, i, &limits[i]);
    return r < 0 ? r : fold_counted(c, limits);
}
