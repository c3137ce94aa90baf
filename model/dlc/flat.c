#include "model/dlc/flat.h"

#include <string.h>

#include "base/error.h"
#include "model/text.h"

#define IDENTIFIER_AT         4
#define HEAD_SIZE             8
#define STRING_BYTES_PER_STEP 16
#define VTABLE_HEAD           4 /* its own size and the table's, two bytes each */

static void spoil(struct flat *flat, size_t at, const char *what)
{
    if (flat->bad)
        return;
    flat->bad = what;
    flat->bad_at = at;
}

/* May SIZE bytes at AT be touched? Every load goes through here first. */
static bool fits(struct flat *flat, size_t at, size_t size)
{
    if (flat->bad)
        return false;
    if (at <= flat->size && size <= flat->size - at)
        return true;
    spoil(flat, at, "an offset that leads out of the record");
    return false;
}

/* Pays for work of about N loads. */
static bool spend(struct flat *flat, size_t at, uint32_t n)
{
    if (flat->steps < n)
        spoil(flat, at, "parts used so often that reading would not end");
    else
        flat->steps -= n;
    return !flat->bad;
}

static bool step(struct flat *flat, size_t at)
{
    return spend(flat, at, 1);
}

static uint16_t load16(const struct flat *flat, size_t at)
{
    return (uint16_t)(flat->base[at] | flat->base[at + 1] << 8);
}

static uint32_t load32(const struct flat *flat, size_t at)
{
    return load16(flat, at) | (uint32_t)load16(flat, at + 2) << 16;
}

/* Follows the forward offset at AT, which must itself lie in the record. 0 and a fault if not. */
static uint32_t follow(struct flat *flat, uint32_t at)
{
    uint32_t offset;

    if (!step(flat, at) || !fits(flat, at, 4))
        return 0;
    offset = load32(flat, at);
    if (offset == 0 || offset > flat->size - at || flat->size - at - offset < 4) {
        spoil(flat, at, "an offset that leads out of the record");
        return 0;
    }
    return at + offset;
}

/* The table at AT, its vtable checked once and for all. */
static struct flat_table take_table(struct flat *flat, uint32_t at, unsigned depth)
{
    struct flat_table none = {.flat = flat}, table = none;
    int64_t vtable;

    if (depth > FLAT_DEPTH_MAX)
        spoil(flat, at, "tables nested deeper than 64");
    if (!fits(flat, at, 4))
        return none;
    vtable = (int64_t)at - (int32_t)load32(flat, at);
    if (vtable < 0 || (size_t)vtable > flat->size) {
        spoil(flat, at, "a table without a vtable");
        return none;
    }
    table.at = at;
    table.depth = (uint8_t)depth;
    table.vtable = (uint32_t)vtable;
    if (!fits(flat, table.vtable, VTABLE_HEAD))
        return none;
    table.vtable_size = load16(flat, table.vtable);
    table.size = load16(flat, table.vtable + 2);
    if (table.vtable_size < VTABLE_HEAD || table.vtable_size % 2 || table.size < 4) {
        spoil(flat, table.vtable, "a vtable of an impossible size");
        return none;
    }
    if (!fits(flat, table.vtable, table.vtable_size) || !fits(flat, at, table.size))
        return none;
    return table;
}

struct flat_table flat_root(struct flat *flat, const void *base, size_t size,
                            const char *identifier)
{
    *flat = (struct flat){
        .base = base,
        .size = size,
        .steps = (uint64_t)size * FLAT_STEPS_PER_BYTE,
    };
    if (size > INT32_MAX)
        spoil(flat, INT32_MAX, "more than the 2 GiB that its offsets can span");
    else if (size < HEAD_SIZE || memcmp(flat->base + IDENTIFIER_AT, identifier, 4) != 0)
        spoil(flat, IDENTIFIER_AT, "another identifier than belongs there");
    return take_table(flat, follow(flat, 0), 1);
}

int flat_error(const struct flat *flat, const char *record, struct fault *fault)
{
    if (!flat->bad)
        return 0;
    return fail(fault, E_DLC_RECORD,
                "record %s, byte %zu of %zu: %s; the file is damaged or cut short", record,
                flat->bad_at, flat->size, flat->bad);
}

/* Where the field's SIZE bytes lie; 0 if it is absent (or spoilt). */
static uint32_t field_at(const struct flat_table *table, unsigned field, uint32_t size)
{
    uint32_t slot = VTABLE_HEAD + 2 * field;
    uint16_t offset;

    if (table->flat->bad || slot + 2 > table->vtable_size)
        return 0;
    offset = load16(table->flat, table->vtable + slot);
    if (offset == 0)
        return 0;
    if (offset < 4 || offset + size > table->size) {
        spoil(table->flat, table->vtable + slot, "a field that lies outside its table");
        return 0;
    }
    return table->at + offset;
}

bool flat_has(const struct flat_table *table, unsigned field)
{
    return field_at(table, field, 1) != 0;
}

uint8_t flat_u8(const struct flat_table *table, unsigned field)
{
    uint32_t at = field_at(table, field, 1);

    return at ? table->flat->base[at] : 0;
}

uint32_t flat_u32(const struct flat_table *table, unsigned field)
{
    uint32_t at = field_at(table, field, 4);

    return at ? load32(table->flat, at) : 0;
}

int32_t flat_i32(const struct flat_table *table, unsigned field)
{
    return (int32_t)flat_u32(table, field);
}

float flat_f32(const struct flat_table *table, unsigned field)
{
    uint32_t bits = flat_u32(table, field);
    float v;

    memcpy(&v, &bits, sizeof(v));
    return v;
}

/* The vector that the offset at AT leads to, its bytes held against the record's end. */
static struct flat_vector take_vector(struct flat *flat, uint32_t at, uint32_t element_size,
                                      unsigned depth)
{
    struct flat_vector vector = {.flat = flat, .element_size = element_size};
    uint32_t n;

    at = follow(flat, at);
    if (at == 0)
        return vector;
    n = load32(flat, at);
    if (n > (flat->size - at - 4) / element_size) {
        spoil(flat, at, "a vector longer than the record");
        return vector;
    }
    vector.at = at + 4;
    vector.n = n;
    vector.depth = (uint8_t)depth;
    return vector;
}

static const char *take_string(struct flat *flat, uint32_t at)
{
    struct flat_vector vector = take_vector(flat, at, 1, 0);
    const char *text;

    if (flat->bad)
        return "";
    text = (const char *)flat->base + vector.at;
    if (!spend(flat, vector.at, vector.n / STRING_BYTES_PER_STEP))
        return "";
    if (vector.n > FLAT_STRING_MAX || !fits(flat, vector.at, (size_t)vector.n + 1) ||
        text[vector.n] != 0 || text_good(text, vector.n) != vector.n) {
        spoil(flat, vector.at, "a string that is too long, has no end or is no readable text");
        return "";
    }
    return text;
}

const char *flat_string(const struct flat_table *table, unsigned field)
{
    uint32_t at = field_at(table, field, 4);

    return at ? take_string(table->flat, at) : "";
}

struct flat_table flat_child(const struct flat_table *table, unsigned field)
{
    uint32_t at = field_at(table, field, 4);

    if (at == 0)
        return (struct flat_table){.flat = table->flat};
    return take_table(table->flat, follow(table->flat, at), table->depth + 1u);
}

struct flat_vector flat_vector(const struct flat_table *table, unsigned field,
                               uint32_t element_size)
{
    uint32_t at = field_at(table, field, 4);

    if (at == 0)
        return (struct flat_vector){.flat = table->flat, .element_size = element_size};
    return take_vector(table->flat, at, element_size, table->depth);
}

uint32_t flat_vector_u32(const struct flat_vector *vector, uint32_t i)
{
    if (!step(vector->flat, vector->at))
        return 0;
    return load32(vector->flat, vector->at + 4 * i);
}

float flat_vector_f32(const struct flat_vector *vector, uint32_t i)
{
    uint32_t bits = flat_vector_u32(vector, i);
    float v;

    memcpy(&v, &bits, sizeof(v));
    return v;
}

const char *flat_vector_string(const struct flat_vector *vector, uint32_t i)
{
    return take_string(vector->flat, vector->at + 4 * i);
}

struct flat_table flat_vector_table(const struct flat_vector *vector, uint32_t i)
{
    uint32_t at = follow(vector->flat, vector->at + 4 * i);

    return take_table(vector->flat, at, vector->depth + 1u);
}

const void *flat_vector_bytes(const struct flat_vector *vector)
{
    return vector->flat->base + vector->at;
}
