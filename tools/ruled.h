#pragma once
/*
 * A table of texts, printed ruled with | and -, or as comma-separated values (RFC 4180). Cells that
 * are not set are empty. Running out of memory sticks in ERROR.
 */
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/mem.h"

struct ruled {
    const char *const *headings; /* N_COLUMNS of them; set these two, zero the rest */
    uint32_t n_columns;
    const char **cells;
    uint32_t n_lines, capacity;
    struct arena arena;
    int error;
};

/* TEXT is borrowed. LINE may be behind the last. */
void ruled_set(struct ruled *ruled, uint32_t line, uint32_t column, const char *text);

/* A copy that lives as long as the table; "" after an error. TEXT may be NULL: memory is out. */
const char *ruled_keep(struct ruled *ruled, const char *text);
const char *ruled_format(struct ruled *ruled, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

void ruled_print(const struct ruled *ruled, FILE *out);
int ruled_csv(const struct ruled *ruled, struct buf *out); /* 0 or -ENOMEM */
void ruled_done(struct ruled *ruled);
