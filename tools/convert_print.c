#include "tools/convert_print.h"

#include <stdio.h>

#include "base/str.h"

static void print_values(const struct graph *graph, const char *what, const uint32_t *values,
                         uint32_t n)
{
    char text[STR_SHAPE_SIZE];

    for (uint32_t i = 0; i < n; i++) {
        const struct value *value = &graph->values[values[i]];

        printf("%s %s %s\n", what, value->name, str_shape(&value->shape, text, sizeof(text)));
    }
}

void convert_print_border(const struct graph *graph)
{
    print_values(graph, "input ", graph->inputs, graph->n_inputs);
    print_values(graph, "output", graph->outputs, graph->n_outputs);
    if (graph->n_outputs > 1)
        printf("a container keeps no list of outputs: who asks for none gets the last layer's\n");
}

void convert_print_layers(const struct graph *graph)
{
    char text[STR_SHAPE_SIZE];

    for (uint32_t i = 0; i < graph->n_nodes; i++) {
        const struct node *node = &graph->nodes[i];
        const struct value *out = &graph->values[node->outputs[0]];

        printf("%4u  %-16s %-40s %s\n", i, op_get(node->op)->name, node->name,
               str_shape(&out->shape, text, sizeof(text)));
    }
}
