#include "model/dlc/flat_build.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Numbers are written, and vectors of them copied, as they lie in memory. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "records are little-endian");

#define FIRST_CAPACITY 1024
#define VTABLE_HEAD    4

/* How many bytes are our own. */
static size_t own(const struct flat_build *build)
{
    return build->size - build->lent;
}

static unsigned char *front(const struct flat_build *build)
{
    return build->base + build->capacity - own(build);
}

/* Are there no more than MORE bytes that offsets can span? */
static bool fits(struct flat_build *build, size_t more)
{
    if (build->error)
        return false;
    if (more > INT32_MAX || build->size + more > INT32_MAX) {
        build->error = -ENOMEM;
        return false;
    }
    return true;
}

/* Room for MORE bytes in front of what there is. */
static bool grow(struct flat_build *build, size_t more)
{
    size_t capacity = build->capacity ? build->capacity : FIRST_CAPACITY;
    unsigned char *base;

    if (!fits(build, more))
        return false;
    if (more <= build->capacity - own(build))
        return true;
    while (capacity < own(build) + more)
        capacity *= 2;
    base = malloc(capacity);
    if (!base) {
        build->error = -ENOMEM;
        return false;
    }
    if (own(build))
        memcpy(base + capacity - own(build), front(build), own(build));
    free(build->base);
    build->base = base;
    build->capacity = capacity;
    return true;
}

static void push(struct flat_build *build, const void *from, size_t size)
{
    if (size == 0 || !grow(build, size))
        return;
    build->size += size;
    memcpy(front(build), from, size);
}

static void push_zeros(struct flat_build *build, size_t size)
{
    if (size == 0 || !grow(build, size))
        return;
    build->size += size;
    memset(front(build), 0, size);
}

/* Pads so that after SIZE more bytes the buffer is a multiple of ALIGNMENT long. */
static void align(struct flat_build *build, size_t size, size_t alignment)
{
    push_zeros(build, -(build->size + size) & (alignment - 1));
}

static void push32(struct flat_build *build, uint32_t v)
{
    align(build, 4, 4);
    push(build, &v, 4);
}

/* An offset from where it is written to PLACE. */
static void push_ref(struct flat_build *build, uint32_t place)
{
    align(build, 4, 4);
    push32(build, (uint32_t)build->size + 4 - place);
}

uint32_t flat_build_string(struct flat_build *build, const char *text)
{
    size_t size = strlen(text);

    align(build, size + 1, 4);
    push_zeros(build, 1);
    push(build, text, size);
    push32(build, (uint32_t)size);
    return (uint32_t)build->size;
}

uint32_t flat_build_vector(struct flat_build *build, const void *from, size_t n,
                           uint32_t element_size)
{
    align(build, n * element_size, 4);
    push(build, from, n * element_size);
    push32(build, (uint32_t)n);
    return (uint32_t)build->size;
}

/* One more element behind N; NULL if memory is out. */
static void *extend(struct flat_build *build, void *list, size_t n, size_t *capacity, size_t size)
{
    size_t more = *capacity ? 2 * *capacity : 16;
    void *grown = list;

    if (n == *capacity) {
        grown = realloc(list, more * size);
        if (grown)
            *capacity = more;
        else
            build->error = -ENOMEM;
    }
    return grown;
}

static void lend(struct flat_build *build, const void *from, size_t size)
{
    struct flat_loan *loans;

    if (!fits(build, size))
        return;
    loans = extend(build, build->loans, build->n_loans, &build->loans_capacity, sizeof(*loans));
    if (!loans)
        return;
    build->loans = loans;
    loans[build->n_loans++] = (struct flat_loan){from, size, own(build)};
    build->size += size;
    build->lent += size;
}

uint32_t flat_build_lent_vector(struct flat_build *build, const void *from, size_t n,
                                uint32_t element_size)
{
    align(build, n * element_size, 4);
    lend(build, from, n * element_size);
    push32(build, (uint32_t)n);
    return (uint32_t)build->size;
}

uint32_t flat_build_refs(struct flat_build *build, const uint32_t *places, size_t n)
{
    align(build, n * 4, 4);
    for (size_t i = n; i-- > 0;)
        push_ref(build, places[i]);
    push32(build, (uint32_t)n);
    return (uint32_t)build->size;
}

static void add_field(struct flat_build *build, unsigned id, uint8_t size, uint32_t bits, bool ref)
{
    assert(id < FLAT_BUILD_FIELDS && build->fields[id].size == 0);
    build->fields[id] =
        (struct flat_field){.id = (uint8_t)id, .size = size, .bits = bits, .ref = ref};
}

void flat_build_u8(struct flat_build *build, unsigned id, uint8_t v)
{
    add_field(build, id, 1, v, false);
}

void flat_build_u32(struct flat_build *build, unsigned id, uint32_t v)
{
    add_field(build, id, 4, v, false);
}

void flat_build_ref(struct flat_build *build, unsigned id, uint32_t place)
{
    if (place)
        add_field(build, id, 4, place, true);
}

static uint16_t load16(const unsigned char *p)
{
    uint16_t v;

    memcpy(&v, p, sizeof(v));
    return v;
}

/* The place of a vtable like the SIZE bytes at WANT, among those already written; 0: none. */
static uint32_t find_vtable(const struct flat_build *build, const unsigned char *want, size_t size)
{
    const unsigned char *end = build->base + build->capacity;

    for (size_t i = 0; i < build->n_vtables; i++) {
        const unsigned char *p = end - build->vtables[i].own;

        if (load16(p) == size && memcmp(p, want, size) == 0)
            return build->vtables[i].place;
    }
    return 0;
}

/* The vtable in front is one that was not there yet. */
static void note_vtable(struct flat_build *build)
{
    struct flat_vtable *vtables =
        extend(build, build->vtables, build->n_vtables, &build->vtables_capacity, sizeof(*vtables));

    if (!vtables)
        return;
    build->vtables = vtables;
    vtables[build->n_vtables++] = (struct flat_vtable){(uint32_t)build->size, (uint32_t)own(build)};
}

/* Writes the open table's fields of SIZE bytes, the last first; notes where each ended up. */
static void push_fields(struct flat_build *build, uint8_t size, uint32_t *places)
{
    for (size_t i = FLAT_BUILD_FIELDS; i-- > 0;) {
        const struct flat_field *field = &build->fields[i];

        if (field->size != size)
            continue;
        if (field->ref)
            push_ref(build, field->bits);
        else if (size == 4)
            push32(build, field->bits);
        else
            push(build, &(uint8_t){(uint8_t)field->bits}, 1);
        places[i] = (uint32_t)build->size;
    }
}

/* The vtable of a table at TABLE whose fields are at PLACES; its size in bytes. */
static size_t fill_vtable(uint16_t *vtable, uint32_t table, uint32_t end, const uint32_t *places)
{
    size_t n = 0;

    for (size_t i = 0; i < FLAT_BUILD_FIELDS; i++) {
        vtable[2 + i] = places[i] ? (uint16_t)(table - places[i]) : 0;
        if (places[i])
            n = i + 1;
    }
    vtable[0] = (uint16_t)(VTABLE_HEAD + 2 * n);
    vtable[1] = (uint16_t)(table - end);
    return vtable[0];
}

uint32_t flat_build_table(struct flat_build *build)
{
    uint16_t vtable[2 + FLAT_BUILD_FIELDS];
    uint32_t places[FLAT_BUILD_FIELDS] = {0}, end = (uint32_t)build->size, table, known;
    int32_t back;
    size_t size;

    push_fields(build, 4, places);
    push_fields(build, 1, places);
    push32(build, 0);
    table = (uint32_t)build->size;
    memset(build->fields, 0, sizeof(build->fields));
    if (build->error)
        return 0;
    size = fill_vtable(vtable, table, end, places);
    known = find_vtable(build, (const unsigned char *)vtable, size);
    if (!known) {
        push(build, vtable, size);
        known = (uint32_t)build->size;
        note_vtable(build);
    }
    if (build->error)
        return 0;
    back = (int32_t)(known - table);
    memcpy(build->base + build->capacity - (table - build->lent), &back, sizeof(back));
    return table;
}

int flat_build_finish(struct flat_build *build, uint32_t root, const char *identifier)
{
    align(build, 8, 4);
    push(build, identifier, 4);
    push_ref(build, root);
    return build->error;
}

int flat_build_prefix(struct flat_build *build, const void *from, size_t size)
{
    push(build, from, size);
    return build->error;
}

const void *flat_build_bytes(const struct flat_build *build)
{
    assert(build->lent == 0);
    return front(build);
}

size_t flat_build_n_pieces(const struct flat_build *build)
{
    return 2 * build->n_loans + 1;
}

void flat_build_pieces(const struct flat_build *build, struct piece *ret)
{
    const unsigned char *end = build->base + build->capacity;
    size_t at = own(build);

    for (size_t i = build->n_loans; i-- > 0;) {
        const struct flat_loan *loan = &build->loans[i];

        *ret++ = (struct piece){end - at, at - loan->behind};
        *ret++ = (struct piece){loan->base, loan->size};
        at = loan->behind;
    }
    *ret = (struct piece){end - at, at};
}

void flat_build_done(struct flat_build *build)
{
    free(build->base);
    free(build->vtables);
    free(build->loans);
    *build = (struct flat_build){0};
}
