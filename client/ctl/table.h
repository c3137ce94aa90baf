#pragma once
/*
 * Columns for people: cells are collected, then printed as wide as the widest needs, and cleaned
 * of what could lead a terminal astray. Locale and widths of characters are those of setlocale.
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
/* A name that somebody chose: "-" if it is empty, cut to MOST columns ("+") if it is long. */
void table_name(struct table *table, const char *name, size_t most);
void table_printf(struct table *table, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Heads in bold if BOLD. 0 or -ENOMEM. */
int table_print(const struct table *table, bool bold, FILE *out);
void table_done(struct table *table);

/*
 * TEXT as it may be printed, "?" for what must not: what moves the cursor, changes colours, turns
 * the line around or is no UTF-8; and, in a locale that is not of UTF-8, all but ASCII. At most
 * SIZE - 1 bytes. Returns OUT.
 */
const char *table_clean(const char *text, char *out, size_t size);
/* Columns of the terminal that the first character of TEXT takes, and its bytes. TEXT is clean and
 * not empty. */
size_t table_width(const char *text, size_t *ret_size);
/* May the first character of TEXT, of N bytes (0: it is no UTF-8), be written to a terminal that
 * knows UTF-8? */
bool table_is_harmless(const char *text, size_t n);
