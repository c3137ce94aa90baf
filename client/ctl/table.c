#include "client/ctl/table.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/utf8.h"

#define BOLD  "\033[1m"
#define PLAIN "\033[0m"
#define GAP   2

const char *table_clean(const char *text, char *out, size_t size)
{
    size_t at = 0;

    while (*text && at + 5 <= size) { /* room for any character and the 0 */
        size_t n = utf8_size(text);

        if (n == 0 || (unsigned char)*text < ' ' || *text == 0x7f ||
            (n == 2 && (unsigned char)text[0] == 0xc2 && (unsigned char)text[1] < 0xa0)) {
            out[at++] = '?'; /* also C1, which some terminals obey */
            text += n ? n : 1;
            continue;
        }
        memcpy(out + at, text, n);
        at += n;
        text += n;
    }
    out[at] = '\0';
    return out;
}

void table_init(struct table *table, const char *const *heads, size_t n_columns)
{
    *table = (struct table){.heads = heads, .n_columns = n_columns};
}

void table_text(struct table *table, const char *text)
{
    char clean[600];

    table_clean(text, clean, sizeof(clean));
    if (table->error == 0)
        table->error = buf_append(&table->cells, clean, strlen(clean) + 1);
    table->n_cells += table->error == 0;
}

void table_printf(struct table *table, const char *fmt, ...)
{
    char text[600];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    table_text(table, text);
}

/* Columns of the terminal that TEXT takes: characters, as all are taken to be of width one. */
static size_t width_of(const char *text)
{
    size_t width = 0;

    for (; *text; width++)
        text += utf8_size(text) ? utf8_size(text) : 1;
    return width;
}

static bool on_right(const char *head)
{
    return head[0] == '>';
}

static const char *word_of(const char *head)
{
    return head + on_right(head);
}

static void measure(const struct table *table, size_t *widths)
{
    const char *cell = (const char *)table->cells.base;

    for (size_t i = 0; i < table->n_columns; i++)
        widths[i] = width_of(word_of(table->heads[i]));
    for (size_t i = 0; i < table->n_cells; i++, cell += strlen(cell) + 1) {
        size_t *width = &widths[i % table->n_columns];

        *width = width_of(cell) > *width ? width_of(cell) : *width;
    }
}

static void print_cell(const char *text, const struct table *table, size_t column,
                       const size_t *widths, FILE *out)
{
    bool last = column + 1 == table->n_columns;
    int pad = (int)(widths[column] - width_of(text));

    if (on_right(table->heads[column]))
        fprintf(out, "%*s%s%*s", pad, "", text, last ? 0 : GAP, "");
    else
        fprintf(out, "%s%*s", text, last ? 0 : pad + GAP, "");
    if (last)
        fputc('\n', out);
}

int table_print(const struct table *table, bool bold, FILE *out)
{
    const char *cell = (const char *)table->cells.base;
    size_t widths[TABLE_COLUMNS];

    if (table->error < 0)
        return table->error;
    measure(table, widths);
    if (bold)
        fputs(BOLD, out);
    for (size_t i = 0; i < table->n_columns; i++)
        print_cell(word_of(table->heads[i]), table, i, widths, out);
    if (bold)
        fputs(PLAIN, out);
    for (size_t i = 0; i < table->n_cells; i++, cell += strlen(cell) + 1)
        print_cell(cell, table, i % table->n_columns, widths, out);
    return 0;
}

void table_done(struct table *table)
{
    buf_done(&table->cells);
}
