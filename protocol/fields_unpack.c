#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "protocol/fields.h"
#include "protocol/messages.h"

/*
 * Where we are in the message, for sentences: a chain on the stack, as deep as the tables are
 * (which are ours), and never as deep as somebody's bytes.
 */
struct place {
    const struct place *up; /* NULL: the message itself */
    const struct fields *fields;
    const struct field *field; /* the key that is being read; NULL: none yet */
    uint32_t item;             /* of its list */
    bool in_item;
};

struct reader {
    struct unpack unpack;
    struct fault *fault;
};

static int read_map(struct reader *reader, const struct fields *fields, const struct place *up,
                    void *ret);

/* "run_params: inputs[2].offset" */
static void print_place(const struct place *place, char *out, size_t size)
{
    const struct place *chain[8];
    size_t n = 0, at;

    for (; place && n < 8; place = place->up)
        chain[n++] = place;
    at = (size_t)snprintf(out, size, "%s", chain[n - 1]->fields->name);
    for (bool first = true; n-- > 0 && chain[n]->field && at < size; first = false) {
        at +=
            (size_t)snprintf(out + at, size - at, "%s%s", first ? ": " : ".", chain[n]->field->key);
        if (chain[n]->in_item && at < size)
            at += (size_t)snprintf(out + at, size - at, "[%u]", chain[n]->item);
    }
}

static int refuse(const struct reader *reader, const struct place *place, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static int refuse(const struct reader *reader, const struct place *place, const char *fmt, ...)
{
    char where[128], what[128];
    va_list args;

    print_place(place, where, sizeof(where));
    va_start(args, fmt);
    vsnprintf(what, sizeof(what), fmt, args);
    va_end(args);
    return fail(reader->fault, E_BAD_PARAMS, "%s: %s", where, what);
}

static const char *const expected[] = {
    [FIELD_NAME] = "text",
    [FIELD_TEXT] = "text",
    [FIELD_BOOL] = "a truth value",
    [FIELD_U32] = "a number from 0 to 4294967295",
    [FIELD_U64] = "a number from 0 to 18446744073709551615",
    [FIELD_I32] = "a number from -2147483648 to 2147483647",
    [FIELD_F64] = "a float",
    [FIELD_DIMS] = "a list of dims",
    [FIELD_NAMES] = "a list of texts",
    [FIELD_PART] = "a map",
    [FIELD_LIST] = "a list of maps",
};

static int refuse_type(const struct reader *reader, const struct place *place)
{
    return refuse(reader, place, "expected %s, found %s", expected[place->field->type],
                  unpack_word(&reader->unpack));
}

static void *member(const struct field *field, void *ret)
{
    return (char *)ret + field->at;
}

static uint32_t *counter(const struct field *field, void *ret)
{
    return (uint32_t *)(void *)((char *)ret + field->counter_at);
}

static void set_default(const struct field *field, void *ret)
{
    void *at = member(field, ret);

    switch (field->type) {
    case FIELD_NAME:
    case FIELD_TEXT:
        *(struct text *)at = (struct text){"", 0};
        break;
    case FIELD_BOOL:
        *(bool *)at = false;
        break;
    case FIELD_U32:
        *(uint32_t *)at = 0;
        break;
    case FIELD_U64:
        *(uint64_t *)at = 0;
        break;
    case FIELD_I32:
        *(int32_t *)at = 0;
        break;
    case FIELD_F64:
        *(double *)at = 0;
        break;
    case FIELD_DIMS:
        *(struct shape *)at = (struct shape){0};
        break;
    case FIELD_NAMES:
    case FIELD_LIST:
        *counter(field, ret) = 0;
        break;
    case FIELD_PART: /* a part is always required, so it was read */
        break;
    }
}

static int read_name(struct reader *reader, const struct place *place, struct text *ret)
{
    struct slice text;

    if (unpack_str(&reader->unpack, &text) < 0)
        return refuse_type(reader, place);
    if (text.size > MESSAGE_NAME_MAX)
        return refuse(reader, place, "%zu bytes, a name has at most %d", text.size,
                      MESSAGE_NAME_MAX);
    if (memchr(text.base, 0, text.size))
        return refuse(reader, place, "a name holds no zero byte");
    *ret = (struct text){text.base, text.size};
    return 0;
}

static int read_text(struct reader *reader, const struct place *place, struct text *ret)
{
    struct slice text;

    if (unpack_str(&reader->unpack, &text) < 0)
        return refuse_type(reader, place);
    *ret = (struct text){text.base, text.size};
    return 0;
}

static int read_dims(struct reader *reader, const struct place *place, struct shape *ret)
{
    uint32_t rank;

    if (unpack_array(&reader->unpack, &rank) < 0)
        return refuse_type(reader, place);
    if (rank > SHAPE_RANK_MAX)
        return refuse(reader, place, "%u dims, at most %d are taken", rank, SHAPE_RANK_MAX);
    for (uint32_t i = 0; i < rank; i++) {
        uint64_t dim = 0;

        if (unpack_u64(&reader->unpack, &dim) < 0 || dim < 1 || dim > MESSAGE_DIM_MAX)
            return refuse(reader, place, "dim %u is not a number from 1 to %u", i, MESSAGE_DIM_MAX);
        ret->dim[i] = (uint32_t)dim;
    }
    ret->rank = rank;
    return 0;
}

static int read_list(struct reader *reader, struct place *place, void *ret)
{
    const struct field *field = place->field;
    char *items = member(field, ret);
    uint32_t n;
    int r = 0;

    if (unpack_array(&reader->unpack, &n) < 0)
        return refuse_type(reader, place);
    if (n > field->most)
        return refuse(reader, place, "%u items, at most %u are taken", n, field->most);
    place->in_item = true;
    for (place->item = 0; place->item < n && r == 0; place->item++) {
        if (field->type == FIELD_NAMES)
            r = read_name(reader, place, (struct text *)(void *)items + place->item);
        else
            r = read_map(reader, field->of, place, items + (size_t)place->item * field->of->size);
    }
    place->in_item = false;
    if (r == 0)
        *counter(field, ret) = n;
    return r;
}

static int read_value(struct reader *reader, struct place *place, void *ret)
{
    struct unpack *unpack = &reader->unpack;
    void *at = member(place->field, ret);
    int r = E_BAD_PARAMS;

    switch (place->field->type) {
    case FIELD_NAME:
        return read_name(reader, place, at);
    case FIELD_TEXT:
        return read_text(reader, place, at);
    case FIELD_DIMS:
        return read_dims(reader, place, at);
    case FIELD_PART:
        return read_map(reader, place->field->of, place, at);
    case FIELD_NAMES:
    case FIELD_LIST:
        return read_list(reader, place, ret);
    case FIELD_BOOL:
        r = unpack_bool(unpack, at);
        break;
    case FIELD_U32:
        r = unpack_u32(unpack, at);
        break;
    case FIELD_U64:
        r = unpack_u64(unpack, at);
        break;
    case FIELD_I32:
        r = unpack_i32(unpack, at);
        break;
    case FIELD_F64:
        r = unpack_f64(unpack, at);
        break;
    }
    return r < 0 ? refuse_type(reader, place) : 0;
}

/* The row of KEY, looked for from row FIRST on, because keys mostly come in the table's order. */
static const struct field *find_field(const struct fields *fields, const struct slice *key,
                                      uint32_t first)
{
    for (uint32_t i = 0; i < fields->n_rows; i++) {
        const struct field *field = &fields->rows[(first + i) % fields->n_rows];

        if (field->key_size == key->size && memcmp(field->key, key->base, key->size) == 0)
            return field;
    }
    return NULL;
}

static int read_pair(struct reader *reader, struct place *place, uint32_t *came, uint32_t *next,
                     void *ret)
{
    struct slice key;
    uint32_t row;

    place->field = NULL;
    if (unpack_str(&reader->unpack, &key) < 0)
        return refuse(reader, place, "expected a key, found %s", unpack_word(&reader->unpack));
    place->field = find_field(place->fields, &key, *next);
    if (!place->field) {
        if (unpack_skip(&reader->unpack) < 0)
            return refuse(reader, place, "found %s", unpack_word(&reader->unpack));
        return 0;
    }
    row = (uint32_t)(place->field - place->fields->rows);
    if (*came & 1u << row)
        return refuse(reader, place, "comes twice");
    *came |= 1u << row;
    *next = row + 1;
    return read_value(reader, place, ret);
}

static int read_map(struct reader *reader, const struct fields *fields, const struct place *up,
                    void *ret)
{
    struct place place = {.up = up, .fields = fields};
    uint32_t n, came = 0, next = 0;
    int r = 0;

    if (unpack_map(&reader->unpack, &n) < 0)
        return refuse(reader, up ? up : &place, "expected a map, found %s",
                      unpack_word(&reader->unpack));
    for (uint32_t i = 0; i < n && r == 0; i++)
        r = read_pair(reader, &place, &came, &next, ret);
    for (uint32_t i = 0; i < fields->n_rows && r == 0; i++) {
        place.field = &fields->rows[i];
        if (came & 1u << i)
            continue;
        if (place.field->required)
            return refuse(reader, &place, "is missing");
        set_default(place.field, ret);
    }
    return r;
}

int fields_unpack(const struct fields *fields, const void *map, size_t size, void *ret,
                  struct fault *fault)
{
    struct reader reader = {{map, (const uint8_t *)map + size}, fault};
    const struct place place = {.fields = fields};
    int r = read_map(&reader, fields, NULL, ret);

    if (r == 0 && reader.unpack.at != reader.unpack.end)
        return refuse(&reader, &place, "%zu bytes follow the map",
                      (size_t)(reader.unpack.end - reader.unpack.at));
    return r;
}
