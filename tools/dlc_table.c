#include "tools/dlc_table.h"

#include <errno.h>
#include <stdio.h>

#include "base/str.h"
#include "tools/dlc_params.h"

enum column {
    COLUMN_ID,
    COLUMN_NAME,
    COLUMN_TYPE,
    COLUMN_INPUTS,
    COLUMN_OUTPUTS,
    COLUMN_DIMS,
    COLUMN_RUNTIMES,
    COLUMN_PARAMETERS,
    _COLUMN_MAX,
};

static const char *const headings[_COLUMN_MAX] = {"Id",      "Name",     "Type",     "Inputs",
                                                  "Outputs", "Out Dims", "Runtimes", "Parameters"};

/* The row of one layer: where it begins, and how many lines each column has so far. */
struct row {
    struct ruled *table;
    uint32_t first, n[_COLUMN_MAX];
};

/* The next line of COLUMN. */
static void add(struct row *row, enum column column, const char *text)
{
    ruled_set(row->table, row->first + row->n[column]++, column, text);
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

    add(row, COLUMN_OUTPUTS, value->name);
    add(row, COLUMN_DIMS, ruled_keep(row->table, str_shape(&value->shape, dims, sizeof(dims))));
}

/* As the container lists them: an Input reads its own buffer, stored tensors are not named. */
static void add_buffers(struct row *row, const struct graph *graph, const struct node *node)
{
    for (uint32_t i = 0; i < node->n_inputs; i++)
        if (node->inputs[i] != NO_VALUE && !layers_stored(graph, node, i))
            add(row, COLUMN_INPUTS, graph->values[node->inputs[i]].name);
    for (uint32_t i = 0; i < node->n_outputs; i++) {
        if (node->op == OP_INPUT)
            add(row, COLUMN_INPUTS, graph->values[node->outputs[i]].name);
        add_output(row, &graph->values[node->outputs[i]]);
    }
}

static void add_params(struct row *row, const struct dlc_facts *facts, uint32_t i)
{
    struct params params = {.n = 0};

    if (params_list(facts, i, PARAMS_ALL, &params) < 0)
        row->table->error = -ENOMEM;
    for (uint32_t k = 0; row->table->error == 0 && k < params.n; k++)
        add(row, COLUMN_PARAMETERS,
            ruled_format(row->table, "%s: %s", params.v[k].name, params.v[k].value));
    params_done(&params);
}

static void add_layer(struct ruled *table, const struct dlc_facts *facts, uint32_t i)
{
    const struct layer *layer = &facts->layers.v[i];
    struct row row = {.table = table, .first = table->n_lines};
    char letters[sizeof(TABLE_LETTERS)];

    add(&row, COLUMN_ID, ruled_format(table, "%u", i));
    add(&row, COLUMN_NAME, layer->name);
    add(&row, COLUMN_TYPE, ruled_keep(table, params_type(layer, &table->arena)));
    if (layer->node)
        add_buffers(&row, facts->graph, layer->node);
    else
        add_output(&row, &facts->graph->values[layer->value]);
    dlc_table_letters(facts->of[i].runtimes, letters);
    add(&row, COLUMN_RUNTIMES, ruled_keep(table, letters));
    add_params(&row, facts, i);
}

int dlc_table_make(const struct dlc_facts *facts, struct ruled *ret)
{
    struct ruled table = {.headings = headings, .n_columns = _COLUMN_MAX};
    int r;

    for (uint32_t i = 0; table.error == 0 && i < facts->layers.n; i++)
        add_layer(&table, facts, i);
    r = table.error;
    if (r < 0)
        ruled_done(&table);
    else
        *ret = table;
    return r;
}
