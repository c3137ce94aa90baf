#pragma once
/*
 * What may stand behind the = of a setting: one parser for each type of options.def and
 * model_options.def, and the row that both tables are made of.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/mem.h"
#include "base/runtime.h"
#include "base/shape.h"

enum value_type {
    VALUE_TEXT,
    VALUE_COUNT,
    VALUE_SIZE,
    VALUE_DURATION,
    VALUE_OCTAL,
    VALUE_LEVEL,
    VALUE_BOOL,
    VALUE_PERF,
    VALUE_RUNTIMES,
    VALUE_WORDS,
    VALUE_NAME,
    VALUE_DIMS,
    VALUE_EDGE,
    _VALUE_TYPE_MAX,
};

#define VALUE_RUNTIMES_MAX 8
#define VALUE_WORDS_MAX    32
#define VALUE_TENSORS_MAX  64

struct runtime_order {
    enum runtime runtimes[VALUE_RUNTIMES_MAX];
    uint32_t n;
};

struct words {
    const char *words[VALUE_WORDS_MAX];
    uint32_t n;
};

/* Of repeated settings: each line adds one. */
struct value_names {
    const char *names[VALUE_TENSORS_MAX];
    uint32_t n;
};
struct value_dims {
    const char *names[VALUE_TENSORS_MAX];
    struct shape dims[VALUE_TENSORS_MAX];
    uint32_t n;
};
struct value_edges {
    const char *names[VALUE_TENSORS_MAX];
    const char *types[VALUE_TENSORS_MAX]; /* "float32" or "uint8" */
    uint32_t n;
};

/* The C type that holds each of them. */
#define VALUE_C_TEXT     const char *
#define VALUE_C_COUNT    uint64_t
#define VALUE_C_SIZE     uint64_t
#define VALUE_C_DURATION uint64_t
#define VALUE_C_OCTAL    uint64_t
#define VALUE_C_LEVEL    uint64_t
#define VALUE_C_PERF     uint64_t /* enum perf_profile */
#define VALUE_C_BOOL     uint64_t
#define VALUE_C_RUNTIMES struct runtime_order
#define VALUE_C_WORDS    struct words
#define VALUE_C_NAME     struct value_names
#define VALUE_C_DIMS     struct value_dims
#define VALUE_C_EDGE     struct value_edges

/* A row of a table of settings. */
struct value_row {
    const char *section, *key;
    enum value_type type;
    int repeated;
    const char *preset;
    uint64_t least, most; /* of the number, or of the length of the text */
    const char *help;
    size_t offset; /* of the member that holds it, in the table's struct */
};

/*
 * Reads TEXT as ROW's type into OUT; strings are copied into ARENA. 0, E_SETTING with what is
 * wrong and what would be right (the caller adds file, line and key in front), -ENOMEM.
 */
int value_parse(const struct value_row *row, const char *text, struct arena *arena, void *out,
                struct fault *fault);

const char *value_type_help(enum value_type type); /* "a size: 64, 4K, 16M, 1G" */
