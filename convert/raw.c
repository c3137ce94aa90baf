#include "convert/raw.h"

#include <math.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "files are little-endian");

size_t raw_size(enum raw raw)
{
    static const uint8_t sizes[] = {
        [RAW_NONE] = 0, [RAW_F32] = 4, [RAW_F64] = 8, [RAW_F16] = 2, [RAW_BF16] = 2,
        [RAW_I8] = 1,   [RAW_U8] = 1,  [RAW_I16] = 2, [RAW_U16] = 2, [RAW_I32] = 4,
        [RAW_U32] = 4,  [RAW_I64] = 8, [RAW_U64] = 8,
    };

    return sizes[raw];
}

bool raw_is_float(enum raw raw)
{
    return raw >= RAW_F32 && raw <= RAW_BF16;
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

static float read_float(enum raw raw, const uint8_t *from)
{
    uint16_t half;
    double wide;

    if (raw == RAW_F64) {
        memcpy(&wide, from, sizeof(wide));
        return (float)wide;
    }
    memcpy(&half, from, sizeof(half));
    return raw == RAW_F16 ? half_to_float(half) : bfloat_to_float(half);
}

void raw_read_floats(enum raw raw, const void *from, size_t n, float *to)
{
    size_t size = raw_size(raw);

    if (raw == RAW_F32 && n)
        memcpy(to, from, n * sizeof(*to));
    else
        for (size_t i = 0; i < n; i++)
            to[i] = read_float(raw, (const uint8_t *)from + i * size);
}

static int64_t read_whole(enum raw raw, const uint8_t *from)
{
    uint64_t bits = 0;

    memcpy(&bits, from, raw_size(raw));
    switch (raw) {
    case RAW_I8:
        return (int8_t)bits;
    case RAW_I16:
        return (int16_t)bits;
    case RAW_I32:
        return (int32_t)bits;
    case RAW_U64:
        return bits > INT64_MAX ? INT64_MAX : (int64_t)bits;
    default:
        return (int64_t)bits;
    }
}

void raw_read_whole(enum raw raw, const void *from, size_t n, int64_t *to)
{
    size_t size = raw_size(raw);

    for (size_t i = 0; i < n; i++)
        to[i] = read_whole(raw, (const uint8_t *)from + i * size);
}
