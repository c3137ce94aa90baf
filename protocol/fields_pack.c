#include "base/buf.h"
#include "base/error.h"
#include "protocol/fields.h"
#include "protocol/messages.h"
#include "protocol/pack.h"

/*
 * The functions below call each other for structs in structs: as deep as the tables are, which
 * are ours, and never as deep as somebody's bytes.
 */
static int pack_map_of(const struct fields *fields, const void *from, struct buf *out);

static const void *member(const struct field *field, const void *from)
{
    return (const char *)from + field->at;
}

static uint32_t counter(const struct field *field, const void *from)
{
    return *(const uint32_t *)((const char *)from + field->counter_at);
}

static bool is_default(const struct field *field, const void *from)
{
    const void *at = member(field, from);

    switch (field->type) {
    case FIELD_NAME:
    case FIELD_TEXT:
        return ((const struct text *)at)->size == 0;
    case FIELD_BOOL:
        return !*(const bool *)at;
    case FIELD_U32:
        return *(const uint32_t *)at == 0;
    case FIELD_U64:
        return *(const uint64_t *)at == 0;
    case FIELD_I32:
        return *(const int32_t *)at == 0;
    case FIELD_F64:
        return *(const double *)at == 0;
    case FIELD_DIMS:
        return ((const struct shape *)at)->rank == 0;
    case FIELD_NAMES:
    case FIELD_LIST:
        return counter(field, from) == 0;
    case FIELD_PART:
        return false;
    }
    return false;
}

static int pack_text(const struct text *text, size_t most, struct buf *out)
{
    if (text->size > most)
        return E_TOO_LARGE;
    return pack_str(out, text->base, text->size);
}

static int pack_dims(const struct shape *shape, struct buf *out)
{
    int r;

    if (shape->rank > SHAPE_RANK_MAX)
        return E_TOO_LARGE;
    r = pack_array(out, shape->rank);
    for (uint32_t i = 0; i < shape->rank && r == 0; i++)
        r = pack_u64(out, shape->dim[i]);
    return r;
}

static int pack_list(const struct field *field, const void *from, struct buf *out)
{
    const char *items = member(field, from);
    uint32_t n = counter(field, from);
    int r;

    if (n > field->most)
        return E_TOO_LARGE;
    r = pack_array(out, n);
    for (uint32_t i = 0; i < n && r == 0; i++) {
        if (field->type == FIELD_NAMES)
            r = pack_text((const struct text *)(const void *)items + i, MESSAGE_NAME_MAX, out);
        else
            r = pack_map_of(field->of, items + (size_t)i * field->of->size, out);
    }
    return r;
}

static int pack_value(const struct field *field, const void *from, struct buf *out)
{
    const void *at = member(field, from);

    switch (field->type) {
    case FIELD_NAME:
        return pack_text(at, MESSAGE_NAME_MAX, out);
    case FIELD_TEXT:
        return pack_text(at, UINT32_MAX, out);
    case FIELD_BOOL:
        return pack_bool(out, *(const bool *)at);
    case FIELD_U32:
        return pack_u64(out, *(const uint32_t *)at);
    case FIELD_U64:
        return pack_u64(out, *(const uint64_t *)at);
    case FIELD_I32:
        return pack_i64(out, *(const int32_t *)at);
    case FIELD_F64:
        return pack_f64(out, *(const double *)at);
    case FIELD_DIMS:
        return pack_dims(at, out);
    case FIELD_PART:
        return pack_map_of(field->of, at, out);
    case FIELD_NAMES:
    case FIELD_LIST:
        return pack_list(field, from, out);
    }
    return E_BAD_PARAMS;
}

static bool is_sent(const struct field *field, const void *from)
{
    return field->required || !is_default(field, from);
}

static int pack_map_of(const struct fields *fields, const void *from, struct buf *out)
{
    uint32_t n = 0;
    int r;

    for (uint32_t i = 0; i < fields->n_rows; i++)
        n += is_sent(&fields->rows[i], from);
    r = pack_map(out, n);
    for (uint32_t i = 0; i < fields->n_rows && r == 0; i++) {
        const struct field *field = &fields->rows[i];

        if (!is_sent(field, from))
            continue;
        r = pack_str(out, field->key, field->key_size);
        if (r == 0)
            r = pack_value(field, from, out);
    }
    return r;
}

int fields_pack(const struct fields *fields, const void *message, struct buf *out)
{
    size_t before = out->size;
    int r = pack_map_of(fields, message, out);

    if (r < 0)
        out->size = before;
    return r;
}
