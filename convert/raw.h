#pragma once
/* Numbers as they lie in foreign files: little-endian, of many widths, at any byte. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum raw {
    RAW_NONE, /* we cannot read it */
    RAW_F32,
    RAW_F64,
    RAW_F16,
    RAW_BF16,
    RAW_I8,
    RAW_U8, /* booleans too */
    RAW_I16,
    RAW_U16,
    RAW_I32,
    RAW_U32,
    RAW_I64,
    RAW_U64, /* what does not fit an int64_t becomes its largest */
};

size_t raw_size(enum raw raw); /* of one number; 0 for RAW_NONE */
bool raw_is_float(enum raw raw);

/* N numbers, which are floats. */
void raw_read_floats(enum raw raw, const void *from, size_t n, float *to);

/* N numbers, which are whole. */
void raw_read_whole(enum raw raw, const void *from, size_t n, int64_t *to);
