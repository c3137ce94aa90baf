#include "convert/onnx/record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "convert/numbers.h"
#include "convert/onnx/external.h"

static const struct {
    const char *name;
    enum raw raw; /* in raw_data */
} types[_ONNX_TYPE_MAX] = {
    [ONNX_UNDEFINED] = {"undefined", RAW_NONE}, [ONNX_FLOAT] = {"float", RAW_F32},
    [ONNX_UINT8] = {"uint8", RAW_U8},           [ONNX_INT8] = {"int8", RAW_I8},
    [ONNX_UINT16] = {"uint16", RAW_U16},        [ONNX_INT16] = {"int16", RAW_I16},
    [ONNX_INT32] = {"int32", RAW_I32},          [ONNX_INT64] = {"int64", RAW_I64},
    [ONNX_STRING] = {"string", RAW_NONE},       [ONNX_BOOL] = {"bool", RAW_U8},
    [ONNX_FLOAT16] = {"float16", RAW_F16},      [ONNX_DOUBLE] = {"double", RAW_F64},
    [ONNX_UINT32] = {"uint32", RAW_U32},        [ONNX_UINT64] = {"uint64", RAW_U64},
    [ONNX_COMPLEX64] = {"complex64", RAW_NONE}, [ONNX_COMPLEX128] = {"complex128", RAW_NONE},
    [ONNX_BFLOAT16] = {"bfloat16", RAW_BF16},
};

const char *record_type_name(struct conversion *c, int32_t type)
{
    char text[24];
    const char *name;

    if (type >= 0 && type < _ONNX_TYPE_MAX)
        return types[type].name;
    snprintf(text, sizeof(text), "type %d", type);
    name = arena_text(&c->arena, text, strlen(text));
    return name ? name : "unknown";
}

bool record_type_is_float(int32_t type)
{
    return type >= 0 && type < _ONNX_TYPE_MAX && raw_is_float(types[type].raw);
}

bool record_type_is_number(int32_t type)
{
    return type >= 0 && type < _ONNX_TYPE_MAX && types[type].raw != RAW_NONE;
}

/* The typed list for numbers of TYPE: each serves several. */
static const struct rows *find_list(const struct onnx_tensor *record)
{
    switch (record->type) {
    case ONNX_FLOAT:
        return &record->f32s;
    case ONNX_DOUBLE:
        return &record->f64s;
    case ONNX_INT64:
    case ONNX_UINT64:
    case ONNX_UINT32:
        return &record->i64s;
    default:
        return &record->i32s;
    }
}

static int from_lists(struct conversion *c, const struct onnx_tensor *record,
                      const struct shape *shape, struct numbers *ret)
{
    const struct rows *list = find_list(record);
    float *f32;
    int r;

    if (list->n != ret->n)
        return conversion_unsupported(c, "the file is damaged or cut: export it again",
                                      "tensor %.80s has %u numbers, its shape takes %zu",
                                      record->name, list->n, ret->n);
    if (!raw_is_float(types[record->type].raw))
        return numbers_read(c, shape, RAW_I64, list->base, ret);
    if (record->type == ONNX_FLOAT || record->type == ONNX_DOUBLE)
        return numbers_read(c, shape, types[record->type].raw, list->base, ret);
    r = numbers_new_f32(c, shape, ret, &f32);
    /* Halves lie as numbers of 64 bits, of which the first two bytes count. */
    for (size_t i = 0; r == 0 && i < ret->n; i++)
        raw_read_floats(types[record->type].raw, (const int64_t *)list->base + i, 1, &f32[i]);
    return r;
}

static int read_shape(struct conversion *c, const struct onnx_tensor *record, struct shape *ret)
{
    const int64_t *dims = record->dims.base;

    if (record->dims.n > SHAPE_RANK_MAX)
        return conversion_unsupported(c, WAY_REPLACE,
                                      "tensor %.80s has %u dimensions; %d are supported",
                                      record->name, record->dims.n, SHAPE_RANK_MAX);
    *ret = (struct shape){.rank = record->dims.n};
    for (uint32_t i = 0; i < ret->rank; i++)
        ret->dim[i] = (uint32_t)dims[i];
    return 0;
}

int record_read(struct conversion *c, const struct onnx_tensor *record, struct numbers *ret)
{
    struct bytes raw = record->raw;
    struct numbers numbers = {0};
    struct shape shape;
    size_t size;
    int r = read_shape(c, record, &shape);

    if (r == 0)
        r = numbers_count(c, &shape, &numbers.n);
    if (r < 0)
        return r;
    if (record->type < 0 || record->type >= _ONNX_TYPE_MAX || !types[record->type].raw)
        return conversion_unsupported(c, WAY_REPLACE, "tensor %.80s is of type %s", record->name,
                                      record_type_name(c, record->type));
    size = numbers.n * raw_size(types[record->type].raw);
    if (record->is_external)
        r = external_read(c, record, size, &raw);
    if (r < 0)
        return r;
    if (!raw.base)
        r = from_lists(c, record, &shape, &numbers);
    else if (raw.size != size)
        r = conversion_unsupported(c, "the file is damaged or cut: export it again",
                                   "tensor %.80s has %zu bytes, its shape takes %zu", record->name,
                                   raw.size, size);
    else
        r = numbers_read(c, &shape, types[record->type].raw, raw.base, &numbers);
    if (r == 0)
        *ret = numbers;
    return r;
}
