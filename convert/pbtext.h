#pragma once
/*
 * Protobuf's text form, in which people write networks for Caffe: parsed into a tree without a
 * schema. Both `a: {}` and `a {}`, `a <>`, lists in brackets, `;` and `,` between fields, comments,
 * strings in pieces. Fields keep the order and the lines of the file.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/mem.h"

#define PBTEXT_DEPTH_MAX  32                 /* messages inside messages */
#define PBTEXT_FIELDS_MAX (1u << 20)         /* in one file */
#define PBTEXT_SIZE_MAX   ((size_t)16 << 20) /* of a file: no network that people wrote is larger */

struct pbtext_field {
    const char *name; /* "" of the file itself, which is a message */
    const char *text; /* a number, a word, or a string without its quotes; NULL: a message */
    bool quoted;      /* TEXT was a string */
    uint32_t line;    /* where the field begins, from 1 on */
    struct pbtext_field *first, *last; /* of a message */
    struct pbtext_field *next;         /* in the same message */
};

/*
 * BYTES as a message, all of it in ARENA; WHAT is what it should be, for sentences ("prototxt"). 0,
 * or E_CONVERT_SYNTAX, E_TOO_LARGE, E_NOT_BUILT (what the format has and networks never use) with
 * FAULT naming the line, or -ENOMEM.
 */
int pbtext_parse(const char *bytes, size_t size, const char *what, struct arena *arena,
                 struct pbtext_field **ret, struct fault *fault);

/* The first field of that name, and the next of the same name; NULL: none. MESSAGE may be NULL. */
struct pbtext_field *pbtext_find(const struct pbtext_field *message, const char *name);
struct pbtext_field *pbtext_next(const struct pbtext_field *field);

uint32_t pbtext_count(const struct pbtext_field *message, const char *name);

/* What a scalar says. 0 and *RET, or -EINVAL if it is not such a thing, -ERANGE beyond 64 bits. */
int pbtext_whole(const struct pbtext_field *field, int64_t *ret); /* decimal, 0x or 0 in front */
int pbtext_real(const struct pbtext_field *field, double *ret);
int pbtext_bool(const struct pbtext_field *field, bool *ret);

/* A new field at the end of MESSAGE, as if the file had it; NULL if memory is out. */
struct pbtext_field *pbtext_add(struct arena *arena, struct pbtext_field *message, const char *name,
                                const char *text, uint32_t line);
