#include "model/dlc/layers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model/dlc/types.h"
#include "model/names.h"
#include "model/ops/user_defined.h"

/* While the list is made. */
struct lister {
    const struct graph *graph;
    struct layers *layers;
    struct names names;     /* of all layers */
    unsigned char *listed;  /* for each value */
    uint32_t next_constant; /* values before it that are layers by their own word are listed */
};

const char *layers_stored(const struct graph *graph, const struct node *node, uint32_t i)
{
    const struct op_def *def = op_get(node->op);
    const struct user_defined_attrs *user = node->attrs;
    const struct value *value;

    if (node->inputs[i] == NO_VALUE)
        return NULL;
    value = &graph->values[node->inputs[i]];
    if (!value->blob || value->layer)
        return NULL;
    if (node->op == OP_USER_DEFINED)
        return i + user->tensors.n < node->n_inputs
                   ? NULL
                   : user->tensors.v[i + user->tensors.n - node->n_inputs];
    return def->params && i < def->n_inputs.most ? def->params[i] : NULL;
}

static void list_constant(struct lister *lister, uint32_t value)
{
    lister->listed[value] = 1;
    lister->layers->v[lister->layers->n++] =
        (struct layer){lister->graph->values[value].layer, "Const", NULL, value};
}

/* Constants of a container stay where they were: before the first value of theirs that is at END.
 */
static void list_until(struct lister *lister, uint32_t end)
{
    for (; lister->next_constant < end; lister->next_constant++)
        if (lister->graph->values[lister->next_constant].layer &&
            !lister->listed[lister->next_constant])
            list_constant(lister, lister->next_constant);
}

/* Others become layers before the first node that reads them. */
static void list_inputs(struct lister *lister, const struct node *node)
{
    for (uint32_t i = 0; i < node->n_inputs; i++) {
        uint32_t value = node->inputs[i];

        if (value != NO_VALUE && lister->graph->values[value].blob && !lister->listed[value] &&
            !layers_stored(lister->graph, node, i))
            list_constant(lister, value);
    }
}

static void list_node(struct lister *lister, const struct node *node)
{
    list_until(lister, node->outputs[0]);
    list_inputs(lister, node);
    lister->layers->v[lister->layers->n++] =
        (struct layer){node->name, types_name(node), node, NO_VALUE};
}

/* A name that no layer has yet: NAME, with "_const" behind it as often as it takes. */
static int make_name(struct lister *lister, const char *name, const char **ret)
{
    static const char suffix[] = "_const";
    int r = names_add(&lister->names, name);

    while (r == -EEXIST) {
        size_t size = strlen(name);
        char *longer = arena_alloc(&lister->layers->arena, size + sizeof(suffix));

        if (!longer)
            return -ENOMEM;
        memcpy(longer, name, size);
        memcpy(longer + size, suffix, sizeof(suffix));
        name = longer;
        r = names_add(&lister->names, name);
    }
    *ret = name;
    return r;
}

/* Names that are given come first; a constant without one is called like its buffer. */
static int name_all(struct lister *lister)
{
    struct layers *layers = lister->layers;
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < layers->n; i++)
        if (layers->v[i].node)
            r = names_add(&lister->names, layers->v[i].name);
    for (int given = 1; given >= 0; given--)
        for (uint32_t i = 0; r == 0 && i < layers->n; i++) {
            struct layer *layer = &layers->v[i];

            if (!layer->node && !layer->name == !given)
                r = make_name(lister,
                              given ? layer->name : lister->graph->values[layer->value].name,
                              &layer->name);
        }
    return r;
}

static int list_all(struct lister *lister)
{
    const struct graph *graph = lister->graph;

    for (uint32_t i = 0; i < graph->n_nodes; i++)
        list_node(lister, &graph->nodes[i]);
    list_until(lister, graph->n_values);
    return name_all(lister);
}

int layers_init(const struct graph *graph, struct layers *ret)
{
    struct layers layers = {.n = 0};
    struct lister lister = {.graph = graph, .layers = &layers};
    int r = -ENOMEM;

    layers.v = calloc((size_t)graph->n_nodes + graph->n_values + 1, sizeof(*layers.v));
    lister.listed = calloc((size_t)graph->n_values + 1, 1);
    if (layers.v && lister.listed)
        r = list_all(&lister);
    names_done(&lister.names);
    free(lister.listed);
    if (r < 0)
        layers_done(&layers);
    else
        *ret = layers;
    return r;
}

void layers_done(struct layers *layers)
{
    free(layers->v);
    arena_done(&layers->arena);
    *layers = (struct layers){0};
}
