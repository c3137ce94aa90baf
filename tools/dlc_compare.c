#include "tools/dlc_compare.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/str.h"
#include "model/names.h"
#include "tools/dlc_params.h"
#include "tools/dlc_tensor.h"

#define RECORDS_OF_AIP "aip." /* what their names begin with */

/* The two sides of one comparison, and where differences go. */
struct pair {
    const struct dlc_facts *a, *b;
    unsigned what;
    struct ruled *table;
};

/* A pair of layers. */
struct both {
    const struct pair *pair;
    const struct layer *a, *b;
    const char *name; /* for the table */
};

enum { COLUMN_CATEGORY, COLUMN_LAYER, COLUMN_WHAT, COLUMN_FIRST, COLUMN_SECOND, _COLUMN_MAX };
static const char *const headings[_COLUMN_MAX] = {"Category", "Layer", "Difference", "First",
                                                  "Second"};

/* All but LAYER and the category are copied. */
static void add(struct ruled *table, const char *category, const char *layer, const char *what,
                const char *first, const char *second)
{
    uint32_t line = table->n_lines;

    ruled_set(table, line, COLUMN_CATEGORY, category);
    ruled_set(table, line, COLUMN_LAYER, layer);
    ruled_set(table, line, COLUMN_WHAT, ruled_keep(table, what));
    ruled_set(table, line, COLUMN_FIRST, ruled_keep(table, first));
    ruled_set(table, line, COLUMN_SECOND, ruled_keep(table, second));
}

static void add_if_other(struct ruled *table, const char *category, const char *layer,
                         const char *what, const char *first, const char *second)
{
    if (strcmp(first, second) != 0)
        add(table, category, layer, what, first, second);
}

static bool wants(const struct pair *pair, enum compare_what what)
{
    return pair->what & what;
}

/* Type names of both layers. */
static void compare_types(const struct both *both)
{
    struct ruled *table = both->pair->table;
    const char *a = params_type(both->a, &table->arena), *b = params_type(both->b, &table->arena);

    if (!a || !b) {
        table->error = -ENOMEM;
        return;
    }
    add_if_other(table, "layers", both->name, "type", a, b);
    add_if_other(table, "layers", both->name, "name", both->a->name, both->b->name);
}

static const char *find_value(const struct params *params, const char *name)
{
    for (uint32_t i = 0; i < params->n; i++)
        if (strcmp(params->v[i].name, name) == 0)
            return params->v[i].value;
    return "-";
}

static bool has_value(const struct params *params, const char *name)
{
    for (uint32_t i = 0; i < params->n; i++)
        if (strcmp(params->v[i].name, name) == 0)
            return true;
    return false;
}

/* Lines of A against those of B, then those that only B has. */
static void compare_lists(const struct both *both, const char *category, const struct params *a,
                          const struct params *b)
{
    struct ruled *table = both->pair->table;

    for (uint32_t i = 0; i < a->n; i++)
        add_if_other(table, category, both->name, a->v[i].name, a->v[i].value,
                     find_value(b, a->v[i].name));
    for (uint32_t i = 0; i < b->n; i++)
        if (!has_value(a, b->v[i].name))
            add(table, category, both->name, b->v[i].name, "-", b->v[i].value);
}

/* The inputs that are no stored tensors, as one text; in the arena of PARAMS. */
static void list_inputs(const struct graph *graph, const struct layer *layer, struct params *params)
{
    struct buf text = {0};
    int r = buf_printf(&text, "%s", "");

    for (uint32_t i = 0; r >= 0 && layer->node && i < layer->node->n_inputs; i++)
        if (layer->node->inputs[i] != NO_VALUE && !layers_stored(graph, layer->node, i))
            r = buf_printf(&text, "%s%s", text.size ? ", " : "",
                           graph->values[layer->node->inputs[i]].name);
    if (r < 0)
        params->error = -ENOMEM;
    else
        params_add(params, "inputs", "%s", (const char *)text.base);
    buf_done(&text);
}

static int list_params(const struct dlc_facts *facts, const struct layer *layer,
                       struct params *params)
{
    list_inputs(facts->graph, layer, params);
    return params_list(facts, (uint32_t)(layer - facts->layers.v),
                       PARAMS_ATTRS | PARAMS_OUTPUT_ENCODINGS, params);
}

static void compare_params(const struct both *both)
{
    struct params a = {.n = 0}, b = {.n = 0};

    if (list_params(both->pair->a, both->a, &a) < 0 || list_params(both->pair->b, both->b, &b) < 0)
        both->pair->table->error = -ENOMEM;
    else
        compare_lists(both, "parameters", &a, &b);
    params_done(&a);
    params_done(&b);
}

static uint32_t n_outputs(const struct layer *layer)
{
    return layer->node ? layer->node->n_outputs : 1;
}

/* Output I, NULL if there are fewer. */
static const struct value *output_of(const struct dlc_facts *facts, const struct layer *layer,
                                     uint32_t i)
{
    if (i >= n_outputs(layer))
        return NULL;
    return &facts->graph->values[layer->node ? layer->node->outputs[i] : layer->value];
}

static void compare_outputs(const struct both *both)
{
    struct ruled *table = both->pair->table;
    uint32_t n = n_outputs(both->a) > n_outputs(both->b) ? n_outputs(both->a) : n_outputs(both->b);

    for (uint32_t i = 0; i < n; i++) {
        const struct value *a = output_of(both->pair->a, both->a, i);
        const struct value *b = output_of(both->pair->b, both->b, i);
        char first[STR_SHAPE_SIZE] = "-", second[STR_SHAPE_SIZE] = "-";
        const char *what = ruled_format(table, "output %u", i);

        if (a)
            str_shape(&a->shape, first, sizeof(first));
        if (b)
            str_shape(&b->shape, second, sizeof(second));
        if (wants(both->pair, COMPARE_DIMENSIONS))
            add_if_other(table, "dimensions", both->name, what, first, second);
        if (wants(both->pair, COMPARE_OUTPUTS))
            add_if_other(table, "outputs", both->name, what, a ? a->name : "-", b ? b->name : "-");
    }
}

/* The tensor stored as NAME; NULL: there is none. A constant has one, its value. */
static const struct value *find_tensor(const struct dlc_facts *facts, const struct layer *layer,
                                       const char *name)
{
    const struct value *values = facts->graph->values;

    if (!layer->node)
        return strcmp(name, "value") == 0 ? &values[layer->value] : NULL;
    for (uint32_t i = 0; i < layer->node->n_inputs; i++) {
        const char *stored = layers_stored(facts->graph, layer->node, i);

        if (stored && strcmp(stored, name) == 0)
            return &values[layer->node->inputs[i]];
    }
    return NULL;
}

static const char *tensor_text(struct ruled *table, const struct value *value)
{
    char dims[STR_SHAPE_SIZE];

    return ruled_format(table, "%s %s", str_shape(&value->shape, dims, sizeof(dims)),
                        params_dtype(value->dtype));
}

static const char *number_text(struct ruled *table, float x)
{
    char text[PARAMS_FLOAT_SIZE];

    return ruled_keep(table, params_float(x, text));
}

/* Where in SHAPE element I lies: "[0, 2, 1]". */
static const char *place_text(struct ruled *table, const struct shape *shape, size_t i)
{
    size_t place[SHAPE_RANK_MAX] = {0};
    const char *text = "";

    for (uint32_t k = shape->rank; k-- > 0;) {
        place[k] = i % shape->dim[k];
        i /= shape->dim[k];
    }
    for (uint32_t k = 0; k < shape->rank; k++)
        text = ruled_format(table, "%s%s%zu", text, k ? ", " : "", place[k]);
    return ruled_format(table, "[%s]", text);
}

static void compare_numbers(const struct both *both, const char *tensor, const struct value *a,
                            const struct value *b)
{
    struct ruled *table = both->pair->table;
    struct tensor_gap gap;
    const char *what;

    dlc_tensor_compare(a, b, &gap);
    if (gap.n == 0)
        return;
    what = ruled_format(table, "%s: %zu of %zu numbers, max abs difference %s at %s", tensor, gap.n,
                        shape_elements(&a->shape), number_text(table, (float)gap.most),
                        place_text(table, &a->shape, gap.at));
    add(table, "weights", both->name, what, number_text(table, gap.a), number_text(table, gap.b));
}

static void compare_encodings(const struct both *both, const char *tensor, const struct value *a,
                              const struct value *b)
{
    struct params params = {.n = 0};
    const char *first = params_encodings(&params, a), *second = params_encodings(&params, b);

    if (params.error)
        both->pair->table->error = params.error;
    else
        add_if_other(both->pair->table, "weights", both->name,
                     ruled_format(both->pair->table, "%s encoding", tensor), first, second);
    params_done(&params);
}

static void compare_tensors(const struct both *both, const char *tensor, const struct value *a,
                            const struct value *b)
{
    struct ruled *table = both->pair->table;
    const char *first = a ? tensor_text(table, a) : "-", *second = b ? tensor_text(table, b) : "-";

    add_if_other(table, "weights", both->name, tensor, first, second);
    if (!a || !b || !shape_equal(&a->shape, &b->shape))
        return;
    compare_encodings(both, tensor, a, b);
    compare_numbers(both, tensor, a, b);
}

static uint32_t n_tensors(const struct layer *layer)
{
    return layer->node ? layer->node->n_inputs : 1;
}

/* The name of tensor I; NULL: the input is none. */
static const char *tensor_name(const struct dlc_facts *facts, const struct layer *layer, uint32_t i)
{
    return layer->node ? layers_stored(facts->graph, layer->node, i) : "value";
}

static void compare_weights(const struct both *both)
{
    const struct dlc_facts *a = both->pair->a, *b = both->pair->b;

    for (uint32_t i = 0; i < n_tensors(both->a); i++) {
        const char *name = tensor_name(a, both->a, i);

        if (name)
            compare_tensors(both, name, find_tensor(a, both->a, name),
                            find_tensor(b, both->b, name));
    }
    for (uint32_t i = 0; i < n_tensors(both->b); i++) {
        const char *name = tensor_name(b, both->b, i);

        if (name && !find_tensor(a, both->a, name))
            compare_tensors(both, name, NULL, find_tensor(b, both->b, name));
    }
}

static void compare_layers(const struct pair *pair, const struct layer *a, const struct layer *b)
{
    const struct both both = {pair, a, b, a->name};

    if (wants(pair, COMPARE_LAYERS))
        compare_types(&both);
    if (wants(pair, COMPARE_PARAMETERS))
        compare_params(&both);
    compare_outputs(&both);
    if (wants(pair, COMPARE_WEIGHTS))
        compare_weights(&both);
}

static void add_single(const struct pair *pair, const struct layer *layer, bool is_first)
{
    const char *type;

    if (!wants(pair, COMPARE_LAYERS))
        return;
    type = ruled_keep(pair->table, params_type(layer, &pair->table->arena));
    add(pair->table, "layers", layer->name, is_first ? "only in the first" : "only in the second",
        is_first ? type : "-", is_first ? "-" : type);
}

static void compare_by_id(const struct pair *pair)
{
    const struct layers *a = &pair->a->layers, *b = &pair->b->layers;

    for (uint32_t i = 0; i < a->n || i < b->n; i++)
        if (i < a->n && i < b->n)
            compare_layers(pair, &a->v[i], &b->v[i]);
        else
            add_single(pair, i < a->n ? &a->v[i] : &b->v[i], i < a->n);
}

static int add_names(const struct layers *layers, struct names *names)
{
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < layers->n; i++)
        r = names_add(names, layers->v[i].name);
    return r;
}

static void compare_by_name(const struct pair *pair)
{
    const struct layers *a = &pair->a->layers, *b = &pair->b->layers;
    struct names in_a = {0}, in_b = {0};

    if (add_names(a, &in_a) < 0 || add_names(b, &in_b) < 0)
        pair->table->error = -ENOMEM;
    for (uint32_t i = 0; pair->table->error == 0 && i < a->n; i++) {
        uint32_t twin = names_find(&in_b, a->v[i].name);

        if (twin == NAMES_NONE)
            add_single(pair, &a->v[i], true);
        else
            compare_layers(pair, &a->v[i], &b->v[twin]);
    }
    for (uint32_t i = 0; pair->table->error == 0 && i < b->n; i++)
        if (names_find(&in_a, b->v[i].name) == NAMES_NONE)
            add_single(pair, &b->v[i], false);
    names_done(&in_a);
    names_done(&in_b);
}

static const struct section *find_section(const struct graph *graph, const char *name)
{
    for (uint32_t i = 0; i < graph->n_sections; i++)
        if (strcmp(graph->sections[i].name, name) == 0)
            return &graph->sections[i];
    return NULL;
}

static const char *section_text(struct ruled *table, const struct section *section)
{
    return section ? ruled_format(table, "%zu bytes", section->size) : "-";
}

static bool is_aip(const struct section *section)
{
    return strncmp(section->name, RECORDS_OF_AIP, strlen(RECORDS_OF_AIP)) == 0;
}

static void compare_records(const struct pair *pair)
{
    const struct graph *a = pair->a->graph, *b = pair->b->graph;

    for (uint32_t i = 0; i < a->n_sections; i++) {
        const struct section *here = &a->sections[i], *there = find_section(b, here->name);

        if (is_aip(here) && (!there || there->size != here->size ||
                             (here->size && memcmp(here->base, there->base, here->size) != 0)))
            add(pair->table, "hta", "", ruled_format(pair->table, "record %s", here->name),
                section_text(pair->table, here), section_text(pair->table, there));
    }
    for (uint32_t i = 0; i < b->n_sections; i++)
        if (is_aip(&b->sections[i]) && !find_section(a, b->sections[i].name))
            add(pair->table, "hta", "", ruled_format(pair->table, "record %s", b->sections[i].name),
                "-", section_text(pair->table, &b->sections[i]));
}

int dlc_compare(const struct dlc_facts *a, const struct dlc_facts *b, unsigned what, bool by_id,
                struct ruled *ret)
{
    struct ruled table = {.headings = headings, .n_columns = _COLUMN_MAX};
    const struct pair pair = {a, b, what, &table};
    int r;

    if (what & COMPARE_COPYRIGHTS)
        add_if_other(&table, "copyrights", "", "model copyright", a->metadata->model_copyright,
                     b->metadata->model_copyright);
    if (by_id)
        compare_by_id(&pair);
    else
        compare_by_name(&pair);
    if (what & COMPARE_HTA)
        compare_records(&pair);
    r = table.error;
    if (r < 0)
        ruled_done(&table);
    else
        *ret = table;
    return r;
}
