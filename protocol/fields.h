#pragma once
/*
 * Packs and unpacks any struct that has a table of its fields. The tables are made from
 * messages.def, in messages.c; nothing else needs this header.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

struct buf;

#define FIELDS_MAX 32 /* rows of one struct: unpacking notes in 32 bits which keys came */

/* NAMES and LIST are arrays inside the struct, with a counter; PART is a struct inside it. */
enum field_type {
    FIELD_NAME,
    FIELD_TEXT,
    FIELD_BOOL,
    FIELD_U32,
    FIELD_U64,
    FIELD_I32,
    FIELD_F64,
    FIELD_DIMS,
    FIELD_NAMES,
    FIELD_PART,
    FIELD_LIST,
};

struct field {
    const char *key;
    uint8_t key_size;
    enum field_type type;
    bool required;
    uint32_t at;             /* of the member in its struct */
    uint32_t counter_at;     /* NAMES, LIST: of the uint32_t that counts the items */
    uint32_t most;           /* items that the array holds */
    const struct fields *of; /* PART, LIST */
};

struct fields {
    const char *name;
    const struct field *rows;
    uint32_t n_rows;
    uint32_t size; /* of the struct */
};

/* As pack_X and unpack_X of messages.h. */
int fields_pack(const struct fields *fields, const void *message, struct buf *out);
int fields_unpack(const struct fields *fields, const void *map, size_t size, void *ret,
                  struct fault *fault);
