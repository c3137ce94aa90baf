#include "client/ctl/table.h"

#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

#include "base/base.h"
#include "base/utf8.h"

#define BOLD  "\033[1m"
#define PLAIN "\033[0m"
#define GAP   2

/* What a terminal would obey, turn around or show as nothing. */
static const struct {
    uint32_t first, last;
} banned[] = {
    {0x00, 0x1f},       {0x7f, 0x9f},       /* C0, delete, C1 */
    {0xad, 0xad},       {0x180e, 0x180e},   /* seen sometimes, or never */
    {0x0590, 0x08ff},   {0xfb1d, 0xfdff},   /* written from right to left: the whole line may */
    {0xfe70, 0xfeff},   {0x10800, 0x10fff}, /* change places with them */
    {0x1e800, 0x1efff}, {0x200b, 0x200f},   /* widths of nothing, marks of direction */
    {0x2028, 0x202e},   {0x2060, 0x206f},   /* ends of lines, overrides of direction */
    {0xfff0, 0xfffb},   {0xe0000, 0xe0fff}, /* annotations, tags */
};

static uint32_t code_of(const char *text, size_t n)
{
    static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t code = (unsigned char)text[0] & masks[n];

    for (size_t i = 1; i < n; i++)
        code = code << 6 | ((unsigned char)text[i] & 0x3f);
    return code;
}

bool table_is_harmless(const char *text, size_t n)
{
    uint32_t code;

    if (n == 0)
        return false;
    code = code_of(text, n);
    for (size_t i = 0; i < ARRAY_SIZE(banned); i++)
        if (code >= banned[i].first && code <= banned[i].last)
            return false;
    return true;
}

/* Also in this locale? */
static bool may_print(const char *text, size_t n)
{
    return table_is_harmless(text, n) && (n == 1 || strcmp(nl_langinfo(CODESET), "UTF-8") == 0);
}

const char *table_clean(const char *text, char *out, size_t size)
{
    size_t at = 0;

    while (*text && at + 5 <= size) { /* room for any character and the 0 */
        size_t n = utf8_size(text);

        if (!may_print(text, n)) {
            out[at++] = '?';
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

size_t table_width(const char *text, size_t *ret_size)
{
    wchar_t wide = 0;
    size_t n = utf8_size(text);
    int width = -1;

    if (n > 1 && mbrtowc(&wide, text, n, &(mbstate_t){0}) == n)
        width = wcwidth(wide);
    *ret_size = n ? n : 1;
    return width < 0 ? 1 : (size_t)width;
}

static size_t width_of(const char *text)
{
    size_t width = 0, n;

    for (; *text; text += n)
        width += table_width(text, &n);
    return width;
}

void table_name(struct table *table, const char *name, size_t most)
{
    char clean[600], cut[sizeof(clean)];
    size_t at = 0, width = 0, n;

    table_clean(*name ? name : "-", clean, sizeof(clean));
    while (clean[at] && width + table_width(clean + at, &n) <= most) {
        width += table_width(clean + at, &n);
        at += n;
    }
    if (!clean[at]) {
        table_text(table, clean);
        return;
    }
    for (at = width = 0; width + table_width(clean + at, &n) < most; at += n)
        width += table_width(clean + at, &n);
    memcpy(cut, clean, at);
    memcpy(cut + at, "+", 2);
    table_text(table, cut);
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
