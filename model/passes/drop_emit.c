/* The second half of passes/drop_noop.c: the graph that is left. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/ops/permute.h"
#include "model/ops/reshape.h"
#include "model/passes/drop.h"

#define NAMES_TRIED 1000

/* The new value that holds the numbers of VALUE. */
static uint32_t holder(const struct drop *drop, uint32_t value)
{
    return drop->copy.values[drop_base(drop, value)];
}

/* Constants go where they are first read. */
static int need_constant(struct drop *drop, uint32_t value)
{
    uint32_t base = drop_base(drop, value);

    if (!drop->graph->values[base].blob || drop->copy.values[base] != NO_VALUE)
        return 0;
    return copy_constant(&drop->copy, base, drop->fault);
}

/* Is TEXT no name of a value or a node of the old graph? Those of the new one are among them. */
static bool is_free(const struct drop *drop, const char *text)
{
    return graph_find_value(drop->graph, text) == NO_VALUE &&
           graph_find_node(drop->graph, text) == NO_NODE;
}

/* NAME.shape, or something like it that nothing is called. NULL if memory is out. */
static char *make_name(const struct drop *drop, const char *name)
{
    size_t size = strlen(name) + 16;
    char *text = malloc(size);

    if (!text)
        return NULL;
    snprintf(text, size, "%s.shape", name);
    for (int i = 1; i < NAMES_TRIED && !is_free(drop, text); i++)
        snprintf(text, size, "%s.shape_%d", name, i);
    return text;
}

static int build_reshape(struct drop *drop, uint32_t value, const char *layer, const char *name)
{
    const struct shape *shape = &drop->graph->values[value].shape;
    const uint32_t in = holder(drop, value);
    int32_t dims[SHAPE_RANK_MAX];
    struct reshape_attrs attrs = {.shape = {dims, shape->rank}};
    struct node_spec spec = {.name = layer,
                             .op = OP_RESHAPE,
                             .attrs = &attrs,
                             .inputs = &in,
                             .outputs = &name,
                             .n_inputs = 1,
                             .n_outputs = 1};

    for (uint32_t i = 0; i < shape->rank; i++)
        dims[i] = (int32_t)shape->dim[i];
    return build_node(drop->copy.to, &spec, &drop->facts[value].made, drop->fault);
}

/* VALUE in its own shape: a view has the names of the layer that is gone for it. */
static int need_shaped(struct drop *drop, uint32_t value, uint32_t *ret)
{
    const struct value *of = &drop->graph->values[value];
    struct drop_fact *fact = &drop->facts[value];
    char *made_name = NULL;
    int r = 0;

    if (drop_is_shaped(drop, value)) {
        *ret = holder(drop, value);
        return 0;
    }
    if (fact->made == NO_VALUE && fact->base == value) {
        made_name = make_name(drop, of->name);
        r = made_name ? build_reshape(drop, value, made_name, made_name) : -ENOMEM;
    } else if (fact->made == NO_VALUE) {
        r = build_reshape(drop, value, drop->graph->nodes[of->producer].name, of->name);
    }
    free(made_name);
    *ret = fact->made;
    return r;
}

static int need_inputs(struct drop *drop, uint32_t i, uint32_t *inputs)
{
    const struct node *node = &drop->graph->nodes[i];
    const struct drop_node *to = &drop->nodes[i];
    int r = 0;

    for (uint32_t k = 0; r == 0 && k < node->n_inputs; k++) {
        uint32_t in = node->op == OP_PERMUTE ? to->input : node->inputs[k];

        inputs[k] = NO_VALUE;
        if (in == NO_VALUE)
            continue;
        r = need_constant(drop, in);
        if (r == 0 && (to->sunk || node->op == OP_RESHAPE))
            inputs[k] = holder(drop, in);
        else if (r == 0)
            r = need_shaped(drop, in, &inputs[k]);
    }
    return r;
}

/* An encoding goes along with a name, unless only the value itself has one. */
static int keep_encoding(struct drop *drop, uint32_t value)
{
    const struct value *of = &drop->graph->values[value];
    uint32_t name = drop->facts[value].name;

    drop->copy.values[value] = drop->copy.values[name];
    if (name == value || of->n_encodings == 0 || drop->graph->values[name].n_encodings > 0)
        return 0;
    return build_encoding(drop->copy.to, drop->copy.values[value], of->encodings, of->n_encodings,
                          of->encoding_axis, drop->fault);
}

static int emit_node(struct drop *drop, uint32_t i)
{
    const struct node *node = &drop->graph->nodes[i];
    struct permute_attrs permute = {.order = {drop->nodes[i].order, 0}};
    uint32_t inputs[UINT8_MAX], outputs[OUTPUTS_MOST];
    struct copy_change change = {.inputs = inputs, .n_inputs = node->n_inputs, .outputs = outputs};
    int r = need_inputs(drop, i, inputs);

    if (node->op == OP_PERMUTE) {
        permute.order.n = ((const struct permute_attrs *)node->attrs)->order.n;
        change.attrs = &permute;
    }
    for (uint32_t k = 0; k < node->n_outputs; k++)
        outputs[k] = drop->facts[node->outputs[k]].name;
    if (r == 0)
        r = copy_node(&drop->copy, node, &change, drop->fault);
    for (uint32_t k = 0; r == 0 && k < node->n_outputs; k++)
        r = keep_encoding(drop, node->outputs[k]);
    return r;
}

int drop_emit(struct drop *drop, struct graph **ret)
{
    const struct graph *graph = drop->graph;
    uint32_t *outputs = malloc(((size_t)graph->n_outputs + 1) * sizeof(*outputs));
    int r = outputs ? 0 : -ENOMEM;

    for (uint32_t i = 0; r == 0 && i < graph->n_nodes; i++)
        if (drop->nodes[i].kept)
            r = emit_node(drop, i);
    for (uint32_t i = 0; r == 0 && i < graph->n_outputs; i++)
        outputs[i] = drop_base(drop, graph->outputs[i]);
    if (r == 0)
        r = copy_finish(&drop->copy, outputs, graph->n_outputs, ret, drop->fault);
    free(outputs);
    return r;
}
