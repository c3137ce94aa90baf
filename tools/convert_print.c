#include "tools/convert_print.h"

#include "base/str.h"

static int print_values(const struct graph *graph, const char *what, const uint32_t *values,
                        uint32_t n, struct buf *out)
{
    char text[STR_SHAPE_SIZE];
    int r = 0;

    for (uint32_t i = 0; r >= 0 && i < n; i++) {
        const struct value *value = &graph->values[values[i]];

        r = buf_printf(out, "%s %s %s\n", what, value->name,
                       str_shape(&value->shape, text, sizeof(text)));
    }
    return r < 0 ? r : 0;
}

int convert_print_border(const struct graph *graph, struct buf *out)
{
    int r = print_values(graph, "input ", graph->inputs, graph->n_inputs, out);

    if (r == 0)
        r = print_values(graph, "output", graph->outputs, graph->n_outputs, out);
    if (r == 0 && graph->n_outputs > 1)
        r = buf_printf(out, "a container keeps no list of outputs: who asks for none gets the last "
                            "layer's\n");
    return r < 0 ? r : 0;
}

int convert_print_layers(const struct graph *graph, struct buf *out)
{
    char text[STR_SHAPE_SIZE];
    int r = 0;

    for (uint32_t i = 0; r >= 0 && i < graph->n_nodes; i++) {
        const struct node *node = &graph->nodes[i];
        const struct value *y = &graph->values[node->outputs[0]];

        r = buf_printf(out, "%4u  %-16s %-40s %s\n", i, op_get(node->op)->name, node->name,
                       str_shape(&y->shape, text, sizeof(text)));
    }
    return r < 0 ? r : 0;
}
