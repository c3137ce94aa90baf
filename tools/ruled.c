#include "tools/ruled.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static int grow(struct ruled *ruled, uint32_t line)
{
    uint32_t capacity = ruled->capacity ? ruled->capacity : 64;
    const char **more;

    while (capacity <= line)
        capacity *= 2;
    more = realloc(ruled->cells, (size_t)capacity * ruled->n_columns * sizeof(*more));
    if (!more)
        return -ENOMEM;
    memset(more + (size_t)ruled->capacity * ruled->n_columns, 0,
           (size_t)(capacity - ruled->capacity) * ruled->n_columns * sizeof(*more));
    ruled->cells = more;
    ruled->capacity = capacity;
    return 0;
}

static const char **line_at(const struct ruled *ruled, uint32_t line)
{
    return ruled->cells + (size_t)line * ruled->n_columns;
}

void ruled_set(struct ruled *ruled, uint32_t line, uint32_t column, const char *text)
{
    if (ruled->error == 0 && line >= ruled->capacity)
        ruled->error = grow(ruled, line);
    if (ruled->error)
        return;
    line_at(ruled, line)[column] = text;
    if (line >= ruled->n_lines)
        ruled->n_lines = line + 1;
}

const char *ruled_keep(struct ruled *ruled, const char *text)
{
    const char *copy = text ? arena_text(&ruled->arena, text, strlen(text)) : NULL;

    if (copy)
        return copy;
    ruled->error = -ENOMEM;
    return "";
}

const char *ruled_format(struct ruled *ruled, const char *fmt, ...)
{
    char *text = NULL;
    const char *copy;
    va_list args;

    va_start(args, fmt);
    if (vasprintf(&text, fmt, args) < 0)
        text = NULL;
    va_end(args);
    copy = ruled_keep(ruled, text);
    free(text);
    return copy;
}

/* Columns on a terminal, as far as one can say without its font: characters, not bytes. */
static size_t width_of(const char *text)
{
    size_t n = 0;

    for (; text && *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static size_t column_width(const struct ruled *ruled, uint32_t column)
{
    size_t most = width_of(ruled->headings[column]);

    for (uint32_t i = 0; i < ruled->n_lines; i++) {
        size_t width = width_of(line_at(ruled, i)[column]);

        most = width > most ? width : most;
    }
    return most;
}

static void print_rule(const struct ruled *ruled, const size_t *widths, FILE *out)
{
    size_t width = 1;

    for (uint32_t c = 0; c < ruled->n_columns; c++)
        width += widths[c] + 3;
    while (width-- > 0)
        fputc('-', out);
    fputc('\n', out);
}

static void print_line(const struct ruled *ruled, const char *const *cells, const size_t *widths,
                       FILE *out)
{
    for (uint32_t c = 0; c < ruled->n_columns; c++) {
        const char *cell = cells[c] ? cells[c] : "";

        fprintf(out, "| %s%*s ", cell, (int)(widths[c] - width_of(cell)), "");
    }
    fputs("|\n", out);
}

#define COLUMNS_MOST 16

void ruled_print(const struct ruled *ruled, FILE *out)
{
    size_t widths[COLUMNS_MOST];

    for (uint32_t c = 0; c < ruled->n_columns; c++)
        widths[c] = column_width(ruled, c);
    print_rule(ruled, widths, out);
    print_line(ruled, ruled->headings, widths, out);
    print_rule(ruled, widths, out);
    for (uint32_t i = 0; i < ruled->n_lines; i++)
        print_line(ruled, line_at(ruled, i), widths, out);
    print_rule(ruled, widths, out);
}

/* Quoted where it must be. */
static int csv_field(const char *text, struct buf *out)
{
    int r = 0;

    if (!strpbrk(text, ",\"\r\n"))
        return buf_append(out, text, strlen(text));
    r = buf_append(out, "\"", 1);
    for (; r == 0 && *text; text++)
        r = buf_append(out, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
    return r < 0 ? r : buf_append(out, "\"", 1);
}

static int csv_line(const struct ruled *ruled, const char *const *cells, struct buf *out)
{
    int r = 0;

    for (uint32_t c = 0; r == 0 && c < ruled->n_columns; c++) {
        if (c)
            r = buf_append(out, ",", 1);
        if (r == 0 && cells[c])
            r = csv_field(cells[c], out);
    }
    return r < 0 ? r : buf_append(out, "\n", 1);
}

int ruled_csv(const struct ruled *ruled, struct buf *out)
{
    int r = csv_line(ruled, ruled->headings, out);

    for (uint32_t i = 0; r == 0 && i < ruled->n_lines; i++)
        r = csv_line(ruled, line_at(ruled, i), out);
    return r;
}

void ruled_done(struct ruled *ruled)
{
    free(ruled->cells);
    arena_done(&ruled->arena);
    *ruled = (struct ruled){0};
}
