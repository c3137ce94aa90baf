#include "convert/rename.h"

#include <errno.h>
#include <stdlib.h>

#include "model/build.h"

struct copy {
    const struct graph *from;
    struct builder *to;
    uint32_t *values;   /* of the old graph: the index in the new one, NO_VALUE: not yet */
    const char **names; /* of the old graph's values in the new one */
    struct fault *fault;
};

/* Constants go where they are first read, so that layers keep their order. */
static int copy_constants(struct copy *copy, const struct node *node)
{
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < node->n_inputs; i++) {
        uint32_t at = node->inputs[i];
        const struct value *value;
        struct constant constant;

        if (at == NO_VALUE || copy->values[at] != NO_VALUE)
            continue;
        value = &copy->from->values[at];
        constant = (struct constant){
            .name = copy->names[at],
            .shape = value->shape,
            .dtype = value->dtype,
            .blob = value->blob,
            .encodings = value->encodings,
            .n_encodings = value->n_encodings,
            .encoding_axis = value->encoding_axis,
        };
        r = build_constant(copy->to, &constant, &copy->values[at], copy->fault);
    }
    return r;
}

static int copy_encodings(struct copy *copy, uint32_t value)
{
    const struct value *from = &copy->from->values[value];

    if (from->n_encodings == 0)
        return 0;
    return build_encoding(copy->to, copy->values[value], from->encodings, from->n_encodings,
                          from->encoding_axis, copy->fault);
}

static int copy_node(struct copy *copy, const struct node *node)
{
    uint32_t n = node->n_inputs + node->n_outputs;
    _cleanup_(freep) uint32_t *inputs = calloc(n + 1, sizeof(*inputs));
    _cleanup_(freep) const char **outputs = calloc(n + 1, sizeof(char *));
    struct node_spec spec = {
        .name = node->name,
        .op = node->op,
        .attrs = node->attrs,
        .inputs = inputs,
        .outputs = outputs,
        .n_inputs = node->n_inputs,
        .n_outputs = node->n_outputs,
    };
    int r = inputs && outputs ? copy_constants(copy, node) : -ENOMEM;

    if (r < 0)
        return r;
    for (uint32_t i = 0; i < node->n_inputs; i++)
        inputs[i] = node->inputs[i] == NO_VALUE ? NO_VALUE : copy->values[node->inputs[i]];
    for (uint32_t i = 0; i < node->n_outputs; i++)
        outputs[i] = copy->names[node->outputs[i]];
    r = build_node(copy->to, &spec, inputs + node->n_inputs, copy->fault);
    for (uint32_t i = 0; r == 0 && i < node->n_outputs; i++) {
        copy->values[node->outputs[i]] = inputs[node->n_inputs + i];
        r = copy_encodings(copy, node->outputs[i]);
    }
    return r;
}

static int copy_graph(struct copy *copy, struct graph **ret)
{
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < copy->from->n_nodes; i++)
        r = copy_node(copy, &copy->from->nodes[i]);
    for (uint32_t i = 0; r == 0 && i < copy->from->n_outputs; i++)
        r = build_output(copy->to, copy->values[copy->from->outputs[i]], copy->fault);
    return r < 0 ? r : build_done(copy->to, ret, copy->fault);
}

int rename_values(const struct graph *graph, const struct rename *renames, uint32_t n,
                  struct graph **ret, struct fault *fault)
{
    _cleanup_(builder_freep) struct builder *builder = NULL;
    _cleanup_(freep) uint32_t *values = calloc(graph->n_values + 1, sizeof(*values));
    _cleanup_(freep) const char **names = calloc(graph->n_values + 1, sizeof(char *));
    int r = values && names ? builder_new(&builder) : -ENOMEM;
    struct copy copy = {graph, builder, values, names, fault};

    if (r < 0)
        return r;
    for (uint32_t i = 0; i < graph->n_values; i++) {
        values[i] = NO_VALUE;
        names[i] = graph->values[i].name;
    }
    for (uint32_t i = 0; i < n; i++)
        names[renames[i].value] = renames[i].name;
    return copy_graph(&copy, ret);
}
