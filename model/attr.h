#pragma once
/*
 * Attributes. Each operator has one C struct of them; a table of attr_spec says for each member
 * where it lies, what it may be and what the container calls it. Readers of files, dumps and the
 * docs walk the table; kernels use the struct.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/mem.h"

enum attr_type {
    ATTR_I32,
    ATTR_F32,
    ATTR_BOOL,
    ATTR_ENUM,
    ATTR_I32S,
    ATTR_F32S,
    ATTR_STRING,
    ATTR_STRINGS
};

/* Numbers and texts that belong to the graph. */
struct i32s {
    const int32_t *v;
    uint32_t n;
};

struct f32s {
    const float *v;
    uint32_t n;
};

struct strings {
    const char *const *v;
    uint32_t n;
};

struct attr_spec {
    const char *name;    /* NULL ends the table */
    const char *dlc;     /* the name in a container of version 3; NULL: not stored there */
    enum attr_type type; /* of the member: int32_t, float, bool, an enum, struct i32s, f32s,
                            const char * (NULL is ""), struct strings */
    size_t at;           /* offsetof the member */
    double preset;       /* the default: a number, 0 or 1, an index of WORDS; else empty */
    double least, most;  /* of the number, of each in the list; LEAST also of an index of WORDS */
    const char *const *words; /* ATTR_ENUM: a word for each value, then NULL */
    const char *help;
};

/* What somebody said about an attribute; the member that TYPE names counts. */
struct attr_value {
    enum attr_type type;
    double number;    /* also for a bool, and for an enum if WORD is NULL */
    const char *word; /* ATTR_ENUM, ATTR_STRING */
    struct i32s list;
    struct f32s reals;
    struct strings words;
};

/* Fills the struct at ATTRS, so that a reader never asks whether an attribute was given. */
void attrs_preset(const struct attr_spec *specs, void *attrs);

/*
 * 0, or E_OP_ATTR with FAULT naming attribute and limits, and ATTRS untouched. An i32 is welcome
 * where an f32 is wanted, for prototxt writes 1 and means 1.0; nothing else is converted.
 */
int attrs_set(const struct attr_spec *specs, void *attrs, const char *name,
              const struct attr_value *value, struct fault *fault);

/* Are all of ATTRS within their limits? 0, or E_OP_ATTR with FAULT naming attribute and limits. */
int attrs_check(const struct attr_spec *specs, const void *attrs, struct fault *fault);

/* A copy of the struct of SIZE bytes and of its lists and texts, all in ARENA; NULL if memory is
 * out. */
void *attrs_copy(const struct attr_spec *specs, const void *attrs, size_t size,
                 struct arena *arena);
