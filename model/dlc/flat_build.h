#pragma once
/*
 * A writer of FlatBuffers, laid out as the common builder does it: from the back to the front,
 * children before parents, equal vtables once, fields by size and then from the last to the first.
 * The caller leaves out what equals a default. Zero-initialise to begin.
 *
 * A place is the distance from the end of the buffer; 0 is no place, and a field given 0 stays
 * absent. Running out of memory sticks and is told by flat_build_finish.
 */
#include <stddef.h>
#include <stdint.h>

#include "model/dlc/piece.h"

#define FLAT_BUILD_FIELDS 16

struct flat_field {
    uint8_t id, size; /* SIZE 0: the slot is free */
    uint32_t bits;    /* the value; a place if REF */
    uint8_t ref;
};

/* Bytes of somebody else's that stand in the buffer: behind them are BEHIND of our own. */
struct flat_loan {
    const void *base;
    size_t size, behind;
};

/* A vtable: its place, and how many of our own bytes there are from it on. */
struct flat_vtable {
    uint32_t place, own;
};

struct flat_build {
    unsigned char *base; /* our own bytes are at base + capacity - (size - lent) */
    size_t capacity;
    size_t size, lent; /* of all bytes, and of those that are somebody else's */
    int error;
    struct flat_field fields[FLAT_BUILD_FIELDS]; /* of the table that is open */
    struct flat_vtable *vtables;                 /* the different ones */
    size_t n_vtables, vtables_capacity;
    struct flat_loan *loans; /* the last is the first in the buffer */
    size_t n_loans, loans_capacity;
};

uint32_t flat_build_string(struct flat_build *build, const char *text);
uint32_t flat_build_vector(struct flat_build *build, const void *from, size_t n,
                           uint32_t element_size); /* of 1 or 4 */
/* The same, not copied: FROM must stay until the buffer has been written. */
uint32_t flat_build_lent_vector(struct flat_build *build, const void *from, size_t n,
                                uint32_t element_size);
uint32_t flat_build_refs(struct flat_build *build, const uint32_t *places, size_t n);

/* Fields of the next table, each once; flat_build_table writes them and begins another. */
void flat_build_u8(struct flat_build *build, unsigned id, uint8_t v);
void flat_build_u32(struct flat_build *build, unsigned id, uint32_t v);
void flat_build_ref(struct flat_build *build, unsigned id, uint32_t place);
uint32_t flat_build_table(struct flat_build *build);

/* Ends the buffer. 0, or -ENOMEM (also for more than 2 GiB, which offsets cannot span). */
int flat_build_finish(struct flat_build *build, uint32_t root, const char *identifier);

/* Puts bytes in front, outside of what offsets see: a record's header. 0 or -ENOMEM. */
int flat_build_prefix(struct flat_build *build, const void *from, size_t size);

/* The bytes of a buffer that nothing was lent to. */
const void *flat_build_bytes(const struct flat_build *build);

/* All bytes in order: flat_build_n_pieces() pieces at RET, our own and those lent by turns. */
size_t flat_build_n_pieces(const struct flat_build *build);
void flat_build_pieces(const struct flat_build *build, struct piece *ret);
void flat_build_done(struct flat_build *build);
