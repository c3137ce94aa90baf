#include "model/copy.h"

#include <errno.h>

int copy_init(struct copy *copy, const struct graph *from)
{
    *copy = (struct copy){.from = from, .values = malloc((from->n_values + 1) * sizeof(uint32_t))};
    if (!copy->values || builder_new(&copy->to) < 0) {
        copy_done(copy);
        return -ENOMEM;
    }
    for (uint32_t i = 0; i < from->n_values; i++)
        copy->values[i] = NO_VALUE;
    return 0;
}

void copy_done(struct copy *copy)
{
    builder_free(copy->to);
    free(copy->values);
    *copy = (struct copy){0};
}

int copy_constant(struct copy *copy, uint32_t value, struct fault *fault)
{
    const struct value *from = &copy->from->values[value];
    const struct constant constant = {
        .name = from->name,
        .shape = from->shape,
        .dtype = from->dtype,
        .blob = from->blob,
        .encodings = from->encodings,
        .n_encodings = from->n_encodings,
        .encoding_axis = from->encoding_axis,
    };

    int r = build_constant(copy->to, &constant, &copy->values[value], fault);

    return r < 0 ? r : copy_const_layer(copy, value);
}

int copy_const_layer(struct copy *copy, uint32_t value)
{
    const char *layer = copy->from->values[value].layer;

    return layer ? build_const_layer(copy->to, copy->values[value], layer) : 0;
}

static int copy_encodings(struct copy *copy, uint32_t old, struct fault *fault)
{
    const struct value *from = &copy->from->values[old];

    if (from->n_encodings == 0)
        return 0;
    return build_encoding(copy->to, copy->values[old], from->encodings, from->n_encodings,
                          from->encoding_axis, fault);
}

int copy_node(struct copy *copy, const struct node *node, const struct copy_change *change,
              struct fault *fault)
{
    const uint32_t *outputs = change && change->outputs ? change->outputs : node->outputs;
    uint32_t inputs[UINT8_MAX], fresh[OUTPUTS_MOST];
    const char *names[OUTPUTS_MOST];
    struct node_spec spec = {
        .name = change && change->name ? change->name : node->name,
        .op = node->op,
        .attrs = change && change->attrs ? change->attrs : node->attrs,
        .inputs = inputs,
        .outputs = names,
        .n_inputs = node->n_inputs,
        .n_outputs = node->n_outputs,
    };
    int r;

    for (uint32_t i = 0; i < node->n_inputs; i++)
        inputs[i] = node->inputs[i] == NO_VALUE ? NO_VALUE : copy->values[node->inputs[i]];
    if (change && change->inputs) {
        spec.inputs = change->inputs;
        spec.n_inputs = change->n_inputs;
    }
    for (uint32_t i = 0; i < node->n_outputs; i++)
        names[i] = copy->from->values[outputs[i]].name;
    r = build_node(copy->to, &spec, fresh, fault);
    for (uint32_t i = 0; r == 0 && i < node->n_outputs; i++) {
        copy->values[outputs[i]] = fresh[i];
        r = copy_encodings(copy, outputs[i], fault);
    }
    return r;
}

int copy_finish(struct copy *copy, const uint32_t *outputs, uint32_t n_outputs, struct graph **ret,
                struct fault *fault)
{
    const struct graph *from = copy->from;
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < n_outputs; i++)
        r = build_output(copy->to, copy->values[outputs[i]], fault);
    for (uint32_t i = 0; r == 0 && i < from->n_sections; i++)
        r = build_section(copy->to, from->sections[i].name, from->sections[i].base,
                          from->sections[i].size, fault);
    return r < 0 ? r : build_done(copy->to, ret, fault);
}
