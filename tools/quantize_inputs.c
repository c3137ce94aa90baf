#include "tools/quantize_inputs.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "tools/raw_io.h"

static const struct value *input_of(const struct graph *graph, uint32_t i)
{
    return &graph->values[graph->inputs[i]];
}

/* Which input of the graph the item is for. */
static int find_input(const struct graph *graph, const struct input_line *line,
                      const struct input_item *item, uint32_t *ret, struct fault *fault)
{
    if (!item->name && graph->n_inputs > 1)
        return fail(fault, E_NO_TENSOR,
                    "line %u: the network has %u inputs (%.80s, ...): write name:=path for each",
                    line->number, graph->n_inputs, input_of(graph, 0)->name);
    for (*ret = 0; item->name && *ret < graph->n_inputs; ++*ret)
        if (strcmp(input_of(graph, *ret)->name, item->name) == 0)
            break;
    if (*ret < graph->n_inputs)
        return 0;
    return fail(fault, E_NO_TENSOR, "line %u: the network has no input %.80s; its first is %.80s",
                line->number, item->name, input_of(graph, 0)->name);
}

static int check_file(const struct value *input, const struct input_line *line, const char *path,
                      struct fault *fault)
{
    const uint64_t expected = shape_elements(&input->shape) * sizeof(float);
    char shape[STR_SHAPE_SIZE];
    struct fault inner = {""};
    uint64_t size;
    int r = raw_io_size(path, &size, &inner);

    if (r < 0)
        return fail(fault, r, "line %u: %.230s", line->number, inner.text);
    if (size == expected)
        return 0;
    return fail(fault, E_TENSOR_SIZE,
                "line %u: input %.50s (float32 %s) has %" PRIu64 " bytes, the file %.90s %" PRIu64,
                line->number, input->name, str_shape(&input->shape, shape, sizeof(shape)), expected,
                path, size);
}

static int take_line(struct quantize_inputs *inputs, uint32_t i, struct fault *fault)
{
    const struct graph *graph = inputs->graph;
    const struct input_line *line = &inputs->list.lines[i];
    const char **paths = inputs->paths + (size_t)i * graph->n_inputs;

    for (uint32_t k = 0; k < line->n_items; k++) {
        uint32_t input = 0;
        int r = find_input(graph, line, &line->items[k], &input, fault);

        if (r == 0 && paths[input])
            r = fail(fault, E_BAD_PARAMS, "line %u: input %.100s is given twice", line->number,
                     input_of(graph, input)->name);
        if (r == 0)
            r = check_file(input_of(graph, input), line, line->items[k].path, fault);
        if (r < 0)
            return r;
        paths[input] = line->items[k].path;
    }
    if (line->n_items < graph->n_inputs)
        return fail(fault, E_NO_TENSOR, "line %u: %u of %u inputs are given", line->number,
                    line->n_items, graph->n_inputs);
    return 0;
}

int quantize_inputs_read(const char *path, const struct graph *graph, struct quantize_inputs *ret,
                         struct fault *fault)
{
    _cleanup_(quantize_inputs_done) struct quantize_inputs inputs = {.graph = graph};
    struct fault inner = {""};
    int r = input_list_read(path, &inputs.list, fault);

    if (r < 0)
        return r;
    inputs.paths = calloc((size_t)inputs.list.n_lines * graph->n_inputs + 1, sizeof(char *));
    if (!inputs.paths)
        return fail(fault, -ENOMEM, "input list: out of memory");
    for (uint32_t i = 0; r == 0 && i < inputs.list.n_lines; i++)
        r = take_line(&inputs, i, &inner);
    if (r < 0)
        return fail(fault, r, "%.60s, %.190s", path, inner.text);
    *ret = inputs;
    inputs = (struct quantize_inputs){.graph = NULL};
    return 0;
}

void quantize_inputs_done(struct quantize_inputs *inputs)
{
    input_list_done(&inputs->list);
    free(inputs->paths);
    *inputs = (struct quantize_inputs){.graph = NULL};
}

int quantize_inputs_fill(void *context, uint32_t run, uint32_t input, void *data, size_t size,
                         struct fault *fault)
{
    return raw_io_read(quantize_inputs_name(context, run, input), data, size, fault);
}

const char *quantize_inputs_name(void *context, uint32_t run, uint32_t input)
{
    const struct quantize_inputs *inputs = context;

    return inputs->paths[(size_t)run * inputs->graph->n_inputs + input];
}
