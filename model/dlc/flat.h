#pragma once
/*
 * A reader of FlatBuffers that nobody vouches for. Tables, vectors and strings are views; each is
 * checked when it is taken: offsets, vtables, counts, the 0 behind a string and that it is text,
 * the depth. Loads are bytewise, for records lie at any address.
 *
 * Faults stick: the first is kept with its byte in the struct flat, and from then on every getter
 * answers 0, "" or an empty vector, so a walk ends by itself; its caller asks flat_error before it
 * believes what it got. Steps are counted, for tables and vectors may be shared and make a small
 * record a long walk: more than FLAT_STEPS_PER_BYTE is a fault too.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define FLAT_DEPTH_MAX      64
#define FLAT_STRING_MAX     65535
#define FLAT_STEPS_PER_BYTE 2 /* real files take 0.2 */

struct flat {
    const unsigned char *base;
    size_t size;
    uint64_t steps; /* that are left */
    size_t bad_at;
    const char *bad; /* what was found there; NULL: nothing so far */
};

struct flat_table {
    struct flat *flat;
    uint32_t at, vtable;
    uint16_t vtable_size, size;
    uint8_t depth;
};

struct flat_vector {
    struct flat *flat;
    uint32_t at, n, element_size; /* AT is the first element's place */
    uint8_t depth;
};

/* The root table, if IDENTIFIER (four letters) stands where it must. */
struct flat_table flat_root(struct flat *flat, const void *base, size_t size,
                            const char *identifier);

/* 0, or E_DLC_RECORD with "record NAME, byte ...". */
int flat_error(const struct flat *flat, const char *record, struct fault *fault);

/* Fields of a table; absent ones are 0, "", empty. */
bool flat_has(const struct flat_table *table, unsigned field);
uint8_t flat_u8(const struct flat_table *table, unsigned field);
uint32_t flat_u32(const struct flat_table *table, unsigned field);
int32_t flat_i32(const struct flat_table *table, unsigned field);
float flat_f32(const struct flat_table *table, unsigned field);
const char *flat_string(const struct flat_table *table, unsigned field);
struct flat_table flat_child(const struct flat_table *table, unsigned field);
struct flat_vector flat_vector(const struct flat_table *table, unsigned field,
                               uint32_t element_size);

/* Elements; I is below N. */
uint32_t flat_vector_u32(const struct flat_vector *vector, uint32_t i);
float flat_vector_f32(const struct flat_vector *vector, uint32_t i);
const char *flat_vector_string(const struct flat_vector *vector, uint32_t i);
struct flat_table flat_vector_table(const struct flat_vector *vector, uint32_t i);
const void *flat_vector_bytes(const struct flat_vector *vector); /* n * element_size of them */
