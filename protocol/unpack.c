#include "protocol/unpack.h"

#include <string.h>

#include "base/error.h"

/* Tags of the msgpack specification; the fix forms, which hold a number in the tag, are ranges. */
enum {
    TAG_NIL = 0xc0,
    TAG_NEVER = 0xc1,
    TAG_FALSE = 0xc2,
    TAG_TRUE = 0xc3,
    TAG_BIN8 = 0xc4,
    TAG_EXT8 = 0xc7,
    TAG_F32 = 0xca,
    TAG_F64 = 0xcb,
    TAG_U8 = 0xcc,
    TAG_U64 = 0xcf,
    TAG_I8 = 0xd0,
    TAG_I64 = 0xd3,
    TAG_FIXEXT1 = 0xd4,
    TAG_FIXEXT16 = 0xd8,
    TAG_STR8 = 0xd9,
    TAG_STR32 = 0xdb,
    TAG_ARRAY16 = 0xdc,
    TAG_ARRAY32 = 0xdd,
    TAG_MAP16 = 0xde,
    TAG_MAP32 = 0xdf,
    TAG_FIXNEG = 0xe0,
};

static bool is_fixmap(uint8_t tag)
{
    return (tag & 0xf0) == 0x80;
}

static bool is_fixarray(uint8_t tag)
{
    return (tag & 0xf0) == 0x90;
}

static bool is_fixstr(uint8_t tag)
{
    return (tag & 0xe0) == 0xa0;
}

static size_t left(const struct unpack *unpack)
{
    return (size_t)(unpack->end - unpack->at);
}

/* The tag at the cursor; at the end of the bytes the one tag that msgpack never uses. */
static uint8_t peek_tag(const struct unpack *unpack)
{
    return unpack->at < unpack->end ? *unpack->at : TAG_NEVER;
}

/* Moves over the tag and the big-endian number of WIDTH bytes behind it. */
static int take_number(struct unpack *unpack, size_t width, uint64_t *ret)
{
    uint64_t number = 0;

    if (left(unpack) < 1 + width)
        return E_BAD_PARAMS;
    for (size_t i = 1; i <= width; i++)
        number = number << 8 | unpack->at[i];
    unpack->at += 1 + width;
    *ret = number;
    return 0;
}

/* Moves over a tag of a family that has forms with counts of NARROWEST.. 4 bytes in a row. */
static int take_count(struct unpack *unpack, uint8_t first, size_t narrowest, uint64_t *ret)
{
    uint8_t tag = peek_tag(unpack);

    for (size_t width = narrowest; width <= 4; width *= 2, first++)
        if (tag == first)
            return take_number(unpack, width, ret);
    return E_BAD_PARAMS;
}

static uint64_t sign_extend(uint64_t number, size_t width)
{
    uint64_t sign = (uint64_t)1 << (8 * width - 1);

    return (number ^ sign) - sign;
}

/* Any integer, as 64 bits of two's complement, and whether it is below zero. */
static int take_integer(struct unpack *unpack, uint64_t *ret, bool *ret_negative)
{
    uint8_t tag = peek_tag(unpack);
    size_t width;
    int r;

    if (tag < 0x80 || tag >= TAG_FIXNEG) {
        *ret_negative = tag >= TAG_FIXNEG;
        *ret = *ret_negative ? sign_extend(tag, 1) : tag;
        unpack->at++;
        return 0;
    }
    if (tag < TAG_U8 || tag > TAG_I64)
        return E_BAD_PARAMS;

    width = (size_t)1 << ((tag - TAG_U8) % 4);
    r = take_number(unpack, width, ret);
    if (r == 0 && tag >= TAG_I8)
        *ret = sign_extend(*ret, width);
    *ret_negative = r == 0 && tag >= TAG_I8 && *ret >> 63;
    return r;
}

int unpack_nil(struct unpack *unpack)
{
    if (peek_tag(unpack) != TAG_NIL)
        return E_BAD_PARAMS;
    unpack->at++;
    return 0;
}

int unpack_bool(struct unpack *unpack, bool *ret)
{
    uint8_t tag = peek_tag(unpack);

    if (tag != TAG_FALSE && tag != TAG_TRUE)
        return E_BAD_PARAMS;
    *ret = tag == TAG_TRUE;
    unpack->at++;
    return 0;
}

int unpack_u64(struct unpack *unpack, uint64_t *ret)
{
    struct unpack ahead = *unpack;
    uint64_t number;
    bool negative;

    if (take_integer(&ahead, &number, &negative) < 0 || negative)
        return E_BAD_PARAMS;
    *unpack = ahead;
    *ret = number;
    return 0;
}

int unpack_u32(struct unpack *unpack, uint32_t *ret)
{
    struct unpack ahead = *unpack;
    uint64_t number;

    if (unpack_u64(&ahead, &number) < 0 || number > UINT32_MAX)
        return E_BAD_PARAMS;
    *unpack = ahead;
    *ret = (uint32_t)number;
    return 0;
}

int unpack_i64(struct unpack *unpack, int64_t *ret)
{
    struct unpack ahead = *unpack;
    uint64_t number;
    bool negative;

    if (take_integer(&ahead, &number, &negative) < 0 || (!negative && number > INT64_MAX))
        return E_BAD_PARAMS;
    *unpack = ahead;
    *ret = (int64_t)number;
    return 0;
}

int unpack_i32(struct unpack *unpack, int32_t *ret)
{
    struct unpack ahead = *unpack;
    int64_t number;

    if (unpack_i64(&ahead, &number) < 0 || number < INT32_MIN || number > INT32_MAX)
        return E_BAD_PARAMS;
    *unpack = ahead;
    *ret = (int32_t)number;
    return 0;
}

static int take_float(struct unpack *unpack, double *ret)
{
    uint64_t bits;
    uint32_t low;
    float narrow;

    if (peek_tag(unpack) == TAG_F64) {
        if (take_number(unpack, 8, &bits) < 0)
            return E_BAD_PARAMS;
        memcpy(ret, &bits, sizeof(*ret));
        return 0;
    }
    if (peek_tag(unpack) != TAG_F32 || take_number(unpack, 4, &bits) < 0)
        return E_BAD_PARAMS;
    low = (uint32_t)bits;
    memcpy(&narrow, &low, sizeof(narrow));
    *ret = narrow;
    return 0;
}

int unpack_f64(struct unpack *unpack, double *ret)
{
    struct unpack ahead = *unpack;
    uint64_t number;
    bool negative;

    if (take_float(&ahead, ret) < 0) {
        if (take_integer(&ahead, &number, &negative) < 0)
            return E_BAD_PARAMS;
        *ret = negative ? (double)(int64_t)number : (double)number;
    }
    *unpack = ahead;
    return 0;
}

/* SIZE bytes at the cursor, if they are there. */
static int take_bytes(struct unpack *unpack, uint64_t size, struct slice *ret)
{
    if (size > left(unpack))
        return E_BAD_PARAMS;
    *ret = (struct slice){unpack->at, (size_t)size};
    unpack->at += size;
    return 0;
}

int unpack_str(struct unpack *unpack, struct slice *ret)
{
    struct unpack ahead = *unpack;
    uint8_t tag = peek_tag(&ahead);
    uint64_t size;
    int r = 0;

    if (is_fixstr(tag)) {
        size = tag & 0x1f;
        ahead.at++;
    } else {
        r = take_count(&ahead, TAG_STR8, 1, &size);
    }
    if (r == 0)
        r = take_bytes(&ahead, size, ret);
    if (r == 0)
        *unpack = ahead;
    return r;
}

int unpack_bin(struct unpack *unpack, struct slice *ret)
{
    struct unpack ahead = *unpack;
    uint64_t size;
    int r;

    r = take_count(&ahead, TAG_BIN8, 1, &size);
    if (r == 0)
        r = take_bytes(&ahead, size, ret);
    if (r == 0)
        *unpack = ahead;
    return r;
}

/* A list's count, refused if LEAST bytes an item are not there. */
static int take_list(struct unpack *unpack, bool fix, uint8_t first, size_t least, uint32_t *ret)
{
    struct unpack ahead = *unpack;
    uint64_t count;

    if (fix)
        count = *ahead.at++ & 0x0f;
    else if (take_count(&ahead, first, 2, &count) < 0)
        return E_BAD_PARAMS;
    if (count > left(&ahead) / least)
        return E_BAD_PARAMS;
    *unpack = ahead;
    *ret = (uint32_t)count;
    return 0;
}

int unpack_array(struct unpack *unpack, uint32_t *ret_count)
{
    return take_list(unpack, is_fixarray(peek_tag(unpack)), TAG_ARRAY16, 1, ret_count);
}

int unpack_map(struct unpack *unpack, uint32_t *ret_count)
{
    return take_list(unpack, is_fixmap(peek_tag(unpack)), TAG_MAP16, 2, ret_count);
}

static int take_ext(struct unpack *unpack)
{
    uint8_t tag = peek_tag(unpack);
    struct slice unused;
    uint64_t size;

    if (tag >= TAG_FIXEXT1 && tag <= TAG_FIXEXT16) {
        size = (uint64_t)1 << (tag - TAG_FIXEXT1);
        unpack->at++;
    } else if (take_count(unpack, TAG_EXT8, 1, &size) < 0) {
        return E_BAD_PARAMS;
    }
    return take_bytes(unpack, size + 1, &unused); /* its type is one byte more */
}

/* Is TAG all of a value: a small number, nil, true or false? */
static bool is_whole(uint8_t tag)
{
    return tag < 0x80 || tag >= TAG_FIXNEG || tag == TAG_NIL || tag == TAG_FALSE || tag == TAG_TRUE;
}

/* Moves over one value; of a list only over its head, and then *RET_ITEMS values follow. */
static int skip_one(struct unpack *unpack, uint64_t *ret_items)
{
    uint8_t tag = peek_tag(unpack);
    struct slice unused;
    uint32_t count = 0;
    double number;

    *ret_items = 0;
    if (is_whole(tag) || is_fixstr(tag)) { /* nearly all that there is in a message */
        unpack->at++;
        return is_fixstr(tag) ? take_bytes(unpack, tag & 0x1f, &unused) : 0;
    }
    if (unpack_map(unpack, &count) == 0) {
        *ret_items = 2 * (uint64_t)count;
        return 0;
    }
    if (unpack_array(unpack, &count) == 0) {
        *ret_items = count;
        return 0;
    }
    if (unpack_str(unpack, &unused) == 0 || unpack_f64(unpack, &number) == 0 ||
        unpack_bin(unpack, &unused) == 0)
        return 0;
    return take_ext(unpack);
}

int unpack_skip(struct unpack *unpack)
{
    struct unpack ahead = *unpack;
    uint64_t open[UNPACK_DEPTH_MAX] = {1}; /* how many values each open list still lacks */
    uint32_t depth = 1;
    uint64_t items;

    while (depth > 0) {
        if (open[depth - 1]-- == 0) {
            depth--;
            continue;
        }
        if (skip_one(&ahead, &items) < 0 || (items > 0 && depth == UNPACK_DEPTH_MAX))
            return E_BAD_PARAMS;
        if (items > 0)
            open[depth++] = items;
    }
    *unpack = ahead;
    return 0;
}

const char *unpack_word(const struct unpack *unpack)
{
    struct unpack ahead = *unpack;
    uint8_t tag = peek_tag(unpack);

    if (unpack->at == unpack->end)
        return "nothing";
    if (unpack_skip(&ahead) < 0)
        return "a value that is cut off or nested too deep";
    if (tag < 0x80 || (tag >= TAG_U8 && tag <= TAG_I64) || tag >= TAG_FIXNEG)
        return tag >= TAG_I8 ? "a signed number" : "a number"; /* the fix form below 0 too */
    if (tag == TAG_F32 || tag == TAG_F64)
        return "a float";
    if (is_fixstr(tag) || (tag >= TAG_STR8 && tag <= TAG_STR32))
        return "text";
    if (is_fixmap(tag) || tag == TAG_MAP16 || tag == TAG_MAP32)
        return "a map";
    if (is_fixarray(tag) || tag == TAG_ARRAY16 || tag == TAG_ARRAY32)
        return "a list";
    if (tag == TAG_TRUE || tag == TAG_FALSE)
        return "a truth value";
    return tag == TAG_NIL ? "nil" : "bytes";
}
