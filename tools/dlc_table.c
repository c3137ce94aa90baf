#include "tools/dlc_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static const char *const headings[_TABLE_MAX] = {
    [TABLE_ID] = "Id",
    [TABLE_NAME] = "Name",
    [TABLE_TYPE] = "Type",
    [TABLE_INPUTS] = "Inputs",
    [TABLE_OUTPUTS] = "Outputs",
    [TABLE_DIMS] = "Out Dims",
    [TABLE_RUNTIMES] = "Runtimes",
    [TABLE_PARAMETERS] = "Parameters",
};

struct table_line {
    const char *cell[_TABLE_MAX]; /* NULL: empty */
};

/* The row of one layer: where it begins, and how many lines each column has so far. */
struct row {
    struct dlc_table *table;
    uint32_t first, n[_TABLE_MAX];
};

static int grow(struct dlc_table *table)
{
    uint32_t capacity = table->capacity ? 2 * table->capacity : 64;
    struct table_line *more = realloc(table->lines, capacity * sizeof(*more));

    if (!more)
        return -ENOMEM;
    memset(more + table->capacity, 0, (capacity - table->capacity) * sizeof(*more));
    table->lines = more;
    table->capacity = capacity;
    return 0;
}

/* The next line of COLUMN. */
static void add(struct row *row, enum table_column column, const char *text)
{
    struct dlc_table *table = row->table;
    uint32_t line = row->first + row->n[column]++;

    while (table->error == 0 && line >= table->capacity)
        table->error = grow(table);
    if (table->error)
        return;
    table->lines[line].cell[column] = text;
    if (line >= table->n)
        table->n = line + 1;
}

static const char *keep(struct dlc_table *table, const char *text)
{
    const char *copy = text ? arena_text(&table->texts.arena, text, strlen(text)) : NULL;

    if (!copy)
        table->error = -ENOMEM;
    return copy;
}

void dlc_table_letters(uint32_t bits, char out[sizeof(TABLE_LETTERS)])
{
    size_t n = 0;

    for (const char *letter = TABLE_LETTERS; *letter; letter++)
        for (uint32_t i = 0; i < _RUNTIME_MAX; i++)
            if (bits & 1u << i && runtime_get(i)->snpe_name[0] == *letter) {
                out[n++] = *letter;
                break;
            }
    out[n] = 0;
}

static void add_output(struct row *row, const struct value *value)
{
    char dims[STR_SHAPE_SIZE];

    add(row, TABLE_OUTPUTS, value->name);
    add(row, TABLE_DIMS, keep(row->table, str_shape(&value->shape, dims, sizeof(dims))));
}

/* As the container lists them: an Input reads its own buffer, stored tensors are not named. */
static void add_buffers(struct row *row, const struct graph *graph, const struct node *node)
{
    for (uint32_t i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] != NO_VALUE && !layers_stored(graph, node, i))
            add(row, TABLE_INPUTS, graph->values[node->inputs[i]].name);
    for (uint32_t i = 0; i < node->n_outputs; i++) {
        if (node->op == OP_INPUT)
            add(row, TABLE_INPUTS, graph->values[node->outputs[i]].name);
        add_output(row, &graph->values[node->outputs[i]]);
    }
}

static void add_params(struct row *row, const struct dlc_facts *facts, uint32_t i)
{
    struct params *texts = &row->table->texts;
    char *line;

    texts->n = 0;
    if (params_list(facts, i, PARAMS_ALL, texts) < 0)
        row->table->error = -ENOMEM;
    for (uint32_t k = 0; row->table->error == 0 && k < texts->n; k++) {
        if (asprintf(&line, "%s: %s", texts->v[k].name, texts->v[k].value) < 0)
            line = NULL;
        add(row, TABLE_PARAMETERS, keep(row->table, line));
        free(line);
    }
}

static void add_layer(struct dlc_table *table, const struct dlc_facts *facts, uint32_t i)
{
    const struct layer *layer = &facts->layers.v[i];
    struct row row = {.table = table, .first = table->n};
    char letters[sizeof(TABLE_LETTERS)], id[16];

    snprintf(id, sizeof(id), "%u", i);
    add(&row, TABLE_ID, keep(table, id));
    add(&row, TABLE_NAME, layer->name);
    add(&row, TABLE_TYPE, keep(table, params_type(layer, &table->texts.arena)));
    if (layer->node)
        add_buffers(&row, facts->graph, layer->node);
    else
        add_output(&row, &facts->graph->values[layer->value]);
    dlc_table_letters(facts->of[i].runtimes, letters);
    add(&row, TABLE_RUNTIMES, keep(table, letters));
    add_params(&row, facts, i);
}

int dlc_table_init(const struct dlc_facts *facts, struct dlc_table *ret)
{
    struct dlc_table table = {.n = 0};
    int r;

    for (uint32_t i = 0; table.error == 0 && i < facts->layers.n; i++)
        add_layer(&table, facts, i);
    r = table.error;
    if (r < 0)
        dlc_table_done(&table);
    else
        *ret = table;
    return r;
}

void dlc_table_done(struct dlc_table *table)
{
    free(table->lines);
    params_done(&table->texts);
    *table = (struct dlc_table){0};
}

/* Columns on a terminal, as far as one can say without its font: characters, not bytes. */
static size_t width_of(const char *text)
{
    size_t n = 0;

    for (; text && *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static void find_widths(const struct dlc_table *table, size_t widths[_TABLE_MAX])
{
    for (int c = 0; c < _TABLE_MAX; c++) {
        widths[c] = width_of(headings[c]);
        for (uint32_t i = 0; i < table->n; i++) {
            size_t width = width_of(table->lines[i].cell[c]);

            widths[c] = width > widths[c] ? width : widths[c];
        }
    }
}

static void print_rule(const size_t widths[_TABLE_MAX], FILE *out)
{
    size_t width = 1;

    for (int c = 0; c < _TABLE_MAX; c++)
        width += widths[c] + 3;
    while (width-- > 0)
        fputc('-', out);
    fputc('\n', out);
}

static void print_line(const char *const cells[_TABLE_MAX], const size_t widths[_TABLE_MAX],
                       FILE *out)
{
    for (int c = 0; c < _TABLE_MAX; c++) {
        const char *cell = cells[c] ? cells[c] : "";

        fprintf(out, "| %s%*s ", cell, (int)(widths[c] - width_of(cell)), "");
    }
    fputs("|\n", out);
}

void dlc_table_print(const struct dlc_table *table, FILE *out)
{
    size_t widths[_TABLE_MAX];

    find_widths(table, widths);
    print_rule(widths, out);
    print_line(headings, widths, out);
    print_rule(widths, out);
    for (uint32_t i = 0; i < table->n; i++)
        print_line(table->lines[i].cell, widths, out);
    print_rule(widths, out);
}

int dlc_table_field(const char *text, struct buf *out)
{
    int r = 0;

    if (!strpbrk(text, ",\"\r\n"))
        return buf_printf(out, "%s", text);
    r = buf_append(out, "\"", 1);
    for (; r >= 0 && *text; text++)
        r = buf_append(out, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
    return r < 0 ? r : buf_append(out, "\"", 1);
}

static int csv_line(const char *const cells[_TABLE_MAX], struct buf *out)
{
    int r = 0;

    for (int c = 0; r >= 0 && c < _TABLE_MAX; c++) {
        if (c)
            r = buf_append(out, ",", 1);
        if (r >= 0 && cells[c])
            r = dlc_table_field(cells[c], out);
    }
    return r < 0 ? r : buf_append(out, "\n", 1);
}

int dlc_table_csv(const struct dlc_table *table, struct buf *out)
{
    int r = csv_line(headings, out);

    for (uint32_t i = 0; r >= 0 && i < table->n; i++)
        r = csv_line(table->lines[i].cell, out);
    return r;
}
