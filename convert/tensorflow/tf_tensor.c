#include "convert/tensorflow/tf_tensor.h"

#include <stdio.h>
#include <string.h>

#include "convert/numbers.h"

static const struct {
    const char *name; /* NULL: no such type */
    enum raw raw;
} types[_TF_TYPE_MAX] = {
    [TF_INVALID] = {"no type", RAW_NONE},
    [TF_FLOAT] = {"float", RAW_F32},
    [TF_DOUBLE] = {"double", RAW_F64},
    [TF_INT32] = {"int32", RAW_I32},
    [TF_UINT8] = {"uint8", RAW_U8},
    [TF_INT16] = {"int16", RAW_I16},
    [TF_INT8] = {"int8", RAW_I8},
    [TF_STRING] = {"string", RAW_NONE},
    [TF_COMPLEX64] = {"complex64", RAW_NONE},
    [TF_INT64] = {"int64", RAW_I64},
    [TF_BOOL] = {"bool", RAW_U8},
    [TF_QINT8] = {"qint8", RAW_NONE},
    [TF_QUINT8] = {"quint8", RAW_NONE},
    [TF_QINT32] = {"qint32", RAW_NONE},
    [TF_BFLOAT16] = {"bfloat16", RAW_BF16},
    [TF_QINT16] = {"qint16", RAW_NONE},
    [TF_QUINT16] = {"quint16", RAW_NONE},
    [TF_UINT16] = {"uint16", RAW_U16},
    [TF_COMPLEX128] = {"complex128", RAW_NONE},
    [TF_HALF] = {"half", RAW_F16},
    [TF_RESOURCE] = {"resource", RAW_NONE},
    [TF_VARIANT] = {"variant", RAW_NONE},
    [TF_UINT32] = {"uint32", RAW_U32},
    [TF_UINT64] = {"uint64", RAW_U64},
};

/* References to variables are 100 more than what they refer to. */
static enum raw raw_of(int32_t type)
{
    type -= type > 100 ? 100 : 0;
    return type > 0 && type < _TF_TYPE_MAX ? types[type].raw : RAW_NONE;
}

const char *tf_type_name(struct conversion *c, int32_t type)
{
    char text[24];
    const char *name;

    if (type >= 0 && type < _TF_TYPE_MAX)
        return types[type].name;
    snprintf(text, sizeof(text), "type %d", type);
    name = arena_text(&c->arena, text, strlen(text));
    return name ? name : "unknown";
}

bool tf_type_is_whole(int32_t type)
{
    return raw_of(type) >= RAW_I8;
}

bool tf_type_is_float(int32_t type)
{
    return raw_is_float(raw_of(type));
}

bool tf_type_is_number(int32_t type)
{
    return raw_of(type) != RAW_NONE && type != TF_BOOL;
}

static int read_shape(struct conversion *c, const char *name, const struct graphdef_shape *shape,
                      struct shape *ret)
{
    const int64_t *dims = shape->dims.base;

    if (shape->dims.n > SHAPE_RANK_MAX)
        return conversion_unsupported(c, WAY_REPLACE,
                                      "constant %.80s has %u dimensions; %d are supported", name,
                                      shape->dims.n, SHAPE_RANK_MAX);
    *ret = (struct shape){.rank = shape->dims.n};
    for (uint32_t i = 0; i < ret->rank; i++) {
        if (dims[i] < 0 || shape->unknown_rank)
            return conversion_unsupported(c, "check the model", "constant %.80s has an open size",
                                          name);
        ret->dim[i] = (uint32_t)dims[i];
    }
    return 0;
}

/* The list that numbers of TYPE stand in, and how they lie in it. */
static const struct rows *find_list(const struct graphdef_tensor *tensor, enum raw *ret_raw)
{
    enum raw raw = raw_of(tensor->type);

    *ret_raw = raw_is_float(raw) ? raw : RAW_I64;
    if (raw == RAW_F32)
        return &tensor->f32s;
    return raw == RAW_F64 ? &tensor->f64s : &tensor->ints;
}

/* One number of a list; halves are kept as whole numbers, of which the first two bytes count. */
static const void *list_at(const struct rows *list, enum raw raw, size_t i)
{
    return (const char *)list->base + i * (raw == RAW_F32 ? 4 : 8);
}

/* A list may be shorter than the tensor: its last number fills the rest; an empty one is zeros. */
static int read_list(struct conversion *c, const char *name, const struct graphdef_tensor *tensor,
                     const struct shape *shape, struct numbers *ret)
{
    enum raw raw;
    const struct rows *list = find_list(tensor, &raw);
    int64_t *whole = NULL;
    float *f32 = NULL;
    int r = raw_is_float(raw) ? numbers_new_f32(c, shape, ret, &f32)
                              : numbers_new_whole(c, shape, ret, &whole);

    if (r == 0 && list->n > ret->n)
        r = conversion_unsupported(c, "the file is damaged: export it again",
                                   "constant %.80s has %u numbers, its shape takes %zu", name,
                                   list->n, ret->n);
    for (size_t i = 0; r == 0 && list->n && i < ret->n; i++) {
        const void *from = list_at(list, raw, i < list->n ? i : list->n - 1);

        if (f32)
            raw_read_floats(raw, from, 1, &f32[i]);
        else
            raw_read_whole(raw, from, 1, &whole[i]);
    }
    return r;
}

int tf_tensor_read(struct conversion *c, const char *name, const struct graphdef_tensor *tensor,
                   struct numbers *ret)
{
    enum raw raw = raw_of(tensor->type);
    struct numbers numbers;
    struct shape shape;
    size_t n;
    int r = read_shape(c, name, &tensor->shape, &shape);

    if (r == 0)
        r = numbers_count(c, &shape, &n);
    if (r < 0)
        return r;
    if (raw == RAW_NONE)
        return conversion_unsupported(c, WAY_REPLACE, "constant %.80s is of type %s", name,
                                      tf_type_name(c, tensor->type));
    if (!tensor->content.base || (tensor->content.size == 0 && n))
        r = read_list(c, name, tensor, &shape, &numbers);
    else if (tensor->content.size != n * raw_size(raw))
        r = conversion_unsupported(c, "the file is damaged or cut: export it again",
                                   "constant %.80s has %zu bytes, its shape takes %zu", name,
                                   tensor->content.size, n * raw_size(raw));
    else
        r = numbers_read(c, &shape, raw, tensor->content.base, &numbers);
    if (r == 0)
        *ret = numbers;
    return r;
}
