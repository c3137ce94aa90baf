#include "convert/onnx/record.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "convert/numbers.h"
#include "convert/onnx/external.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "raw_data is little-endian");

static const struct {
    const char *name;
    uint8_t size; /* in raw_data; 0: we cannot read it */
    bool is_float;
} types[_ONNX_TYPE_MAX] = {
    [ONNX_UNDEFINED] = {"undefined", 0, false}, [ONNX_FLOAT] = {"float", 4, true},
    [ONNX_UINT8] = {"uint8", 1, false},         [ONNX_INT8] = {"int8", 1, false},
    [ONNX_UINT16] = {"uint16", 2, false},       [ONNX_INT16] = {"int16", 2, false},
    [ONNX_INT32] = {"int32", 4, false},         [ONNX_INT64] = {"int64", 8, false},
    [ONNX_STRING] = {"string", 0, false},       [ONNX_BOOL] = {"bool", 1, false},
    [ONNX_FLOAT16] = {"float16", 2, true},      [ONNX_DOUBLE] = {"double", 8, true},
    [ONNX_UINT32] = {"uint32", 4, false},       [ONNX_UINT64] = {"uint64", 8, false},
    [ONNX_COMPLEX64] = {"complex64", 0, true},  [ONNX_COMPLEX128] = {"complex128", 0, true},
    [ONNX_BFLOAT16] = {"bfloat16", 2, true},
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
    return type >= 0 && type < _ONNX_TYPE_MAX && types[type].is_float && types[type].size;
}

static float half_to_float(uint16_t half)
{
    int exponent = half >> 10 & 31;
    float fraction = (float)(half & 1023);
    float value;

    if (exponent == 31)
        value = fraction != 0 ? NAN : INFINITY;
    else if (exponent == 0)
        value = ldexpf(fraction, -24);
    else
        value = ldexpf(fraction + 1024, exponent - 25);
    return half >> 15 ? -value : value;
}

static float bfloat_to_float(uint16_t bits)
{
    uint32_t wide = (uint32_t)bits << 16;
    float value;

    memcpy(&value, &wide, sizeof(value));
    return value;
}

/* N floating numbers of TYPE out of raw bytes, which need not be aligned. */
static void widen_float(int32_t type, const uint8_t *raw, size_t n, float *to)
{
    if (type == ONNX_FLOAT) {
        memcpy(to, raw, n * sizeof(*to));
        return;
    }
    for (size_t i = 0; i < n; i++) {
        uint16_t half;
        double wide;

        if (type == ONNX_DOUBLE) {
            memcpy(&wide, raw + i * sizeof(wide), sizeof(wide));
            to[i] = (float)wide;
            continue;
        }
        memcpy(&half, raw + i * sizeof(half), sizeof(half));
        to[i] = type == ONNX_FLOAT16 ? half_to_float(half) : bfloat_to_float(half);
    }
}

static int64_t widen_one(int32_t type, const uint8_t *raw)
{
    uint64_t bits = 0;

    memcpy(&bits, raw, types[type].size);
    switch (type) {
    case ONNX_INT8:
        return (int8_t)bits;
    case ONNX_INT16:
        return (int16_t)bits;
    case ONNX_INT32:
        return (int32_t)bits;
    case ONNX_UINT64:
        return bits > INT64_MAX ? INT64_MAX : (int64_t)bits;
    default:
        return (int64_t)bits;
    }
}

static int from_raw(struct conversion *c, int32_t type, const uint8_t *raw, struct numbers *ret)
{
    struct shape shape = ret->shape;
    int64_t *whole;
    float *f32;
    int r;

    if (types[type].is_float) {
        r = numbers_new_f32(c, &shape, ret, &f32);
        if (r == 0 && ret->n)
            widen_float(type, raw, ret->n, f32);
        return r;
    }
    r = numbers_new_whole(c, &shape, ret, &whole);
    for (size_t i = 0; r == 0 && i < ret->n; i++)
        whole[i] = widen_one(type, raw + i * types[type].size);
    return r;
}

/* Out of one of the typed lists, each of which serves several types. */
static int from_lists(struct conversion *c, const struct onnx_tensor *record, struct numbers *ret)
{
    const struct rows *list = &record->i32s;
    struct shape shape = ret->shape;
    int64_t *whole;
    float *f32;
    int r;

    if (record->type == ONNX_FLOAT)
        list = &record->f32s;
    else if (record->type == ONNX_DOUBLE)
        list = &record->f64s;
    else if (record->type == ONNX_INT64 || record->type == ONNX_UINT64 ||
             record->type == ONNX_UINT32)
        list = &record->i64s;
    if (list->n != ret->n)
        return conversion_unsupported(c, "the file is damaged or cut: export it again",
                                      "tensor %.80s has %u numbers, its shape takes %zu",
                                      record->name, list->n, ret->n);
    if (!types[record->type].is_float) {
        r = numbers_new_whole(c, &shape, ret, &whole);
        if (r == 0 && ret->n)
            memcpy(whole, list->base, ret->n * sizeof(*whole));
        return r;
    }
    r = numbers_new_f32(c, &shape, ret, &f32);
    if (r < 0 || ret->n == 0)
        return r;
    if (record->type == ONNX_FLOAT || record->type == ONNX_DOUBLE)
        widen_float(record->type, list->base, ret->n, f32);
    else
        for (size_t i = 0; i < ret->n; i++) {
            uint16_t half = (uint16_t)((const int64_t *)list->base)[i];

            f32[i] = record->type == ONNX_FLOAT16 ? half_to_float(half) : bfloat_to_float(half);
        }
    return 0;
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
    size_t size;
    int r = read_shape(c, record, &numbers.shape);

    if (r == 0)
        r = numbers_count(c, &numbers.shape, &numbers.n);
    if (r < 0)
        return r;
    if (record->type < 0 || record->type >= _ONNX_TYPE_MAX || !types[record->type].size)
        return conversion_unsupported(c, WAY_REPLACE, "tensor %.80s is of type %s", record->name,
                                      record_type_name(c, record->type));
    size = numbers.n * types[record->type].size;
    if (record->is_external)
        r = external_read(c, record, size, &raw);
    if (r < 0)
        return r;
    if (!raw.base)
        r = from_lists(c, record, &numbers);
    else if (raw.size != size)
        r = conversion_unsupported(c, "the file is damaged or cut: export it again",
                                   "tensor %.80s has %zu bytes, its shape takes %zu", record->name,
                                   raw.size, size);
    else
        r = from_raw(c, record->type, raw.base, &numbers);
    if (r == 0)
        *ret = numbers;
    return r;
}
