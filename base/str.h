#pragma once
/*
 * What people write: numbers, sizes, durations, lists of dims. Nothing here depends on the locale,
 * and nothing accepts trailing rubbish.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/shape.h"

/* All: 0 and *RET, or -EINVAL, or -ERANGE when the number is outside LEAST..MOST. */
int str_u64(const char *text, uint64_t least, uint64_t most, uint64_t *ret);
int str_size(const char *text, uint64_t *ret); /* 64, 4K, 16M, 1G (powers of 1024) */
int str_duration_ms(const char *text,
                    uint64_t *ret);        /* 250ms, 2s, 5min, 1h; a bare number is seconds */
int str_bool(const char *text, bool *ret); /* yes no true false on off 1 0 */
int str_dims(const char *text, struct shape *ret); /* 1,224,224,3 or 1x224x224x3; each at least 1 */

/* "1x224x224x3" into OUT; "scalar" for rank 0. Returns OUT. */
const char *str_shape(const struct shape *shape, char *out, size_t size);
#define STR_SHAPE_SIZE 80
