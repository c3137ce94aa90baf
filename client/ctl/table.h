#pragma once
/*
 * Columns for people: cells are collected, then printed as wide as the widest needs. What could
 * move a terminal's cursor or its colours is printed as "?".
 */
#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"

#define TABLE_COLUMNS 16

struct table {
    const char *const *heads; /* "NAME", or ">RUNS" for numbers, which stand on the right */
    size_t n_columns;
    struct buf cells; /* texts one behind the other, each with its 0 */
    size_t n_cells;
    int error; /* -ENOMEM, kept for table_print */
};

void table_init(struct table *table, const char *const *heads, size_t n_columns);
void table_text(struct table *table, const char *text);
void table_printf(struct table *table, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Heads in bold if BOLD. 0 or -ENOMEM. */
int table_print(const struct table *table, bool bold, FILE *out);
void table_done(struct table *table);

/* TEXT as it may be printed, "?" for what must not; at most SIZE - 1 bytes. Returns OUT. */
const char *table_clean(const char *text, char *out, size_t size);
