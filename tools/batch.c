#include "tools/batch.h"

#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "tools/nv21.h"
#include "tools/raw_io.h"

static uint32_t batch_of(const struct net_tensor *tensor)
{
    return tensor->shape.rank ? tensor->shape.dim[0] : 1;
}

static const struct net_tensor *find_input(const struct net *net, const char *name)
{
    for (uint32_t i = 0; i < net->n_inputs; i++)
        if (strcmp(net->inputs[i].name, name) == 0)
            return &net->inputs[i];
    return NULL;
}

static int input_of(const struct net *net, const struct input_line *line,
                    const struct input_item *item, const struct net_tensor **ret,
                    struct fault *fault)
{
    if (!item->name && net->n_inputs > 1)
        return fail(fault, E_NO_TENSOR,
                    "line %u: the network has %u inputs (%.80s, ...): write name:=path for each",
                    line->number, net->n_inputs, net->inputs[0].name);
    *ret = item->name ? find_input(net, item->name) : &net->inputs[0];
    if (*ret)
        return 0;
    return fail(fault, E_NO_TENSOR, "line %u: the network has no input %.80s; its first is %.80s",
                line->number, item->name, net->inputs[0].name);
}

/* Of a file that holds all of INPUT. */
static int file_size_of(const struct batch *batch, const struct net_tensor *input, size_t *ret,
                        struct fault *fault)
{
    if (batch->nv21)
        return nv21_size(input, ret, fault);
    *ret = input->size;
    return 0;
}

/* Does the first line's first file hold one element of a batch? Then the batch is how many join. */
static int settle_size(struct batch *batch, const struct net *net, const struct input_list *list,
                       struct fault *fault)
{
    const struct input_line *line = &list->lines[0];
    const struct net_tensor *input;
    uint64_t size;
    size_t whole = 0;
    int r;

    r = input_of(net, line, &line->items[0], &input, fault);
    if (r == 0)
        r = file_size_of(batch, input, &whole, fault);
    if (r == 0)
        r = raw_io_size(line->items[0].path, &size, fault);
    if (r < 0)
        return r;
    batch->size = 1;
    if (batch_of(input) > 1 && size == whole / batch_of(input))
        batch->size = batch_of(input);
    return 0;
}

static int read_item(const struct batch *batch, const struct net_tensor *input,
                     const struct input_item *item, uint32_t element, struct fault *fault)
{
    size_t size = input->size / batch->size;
    char shape[STR_SHAPE_SIZE];
    struct fault inner = {""};
    int r;

    if (batch->nv21)
        r = nv21_read(item->path, input, batch->size, element, &inner);
    else
        r = raw_io_read(item->path, (char *)input->data + element * size, size, &inner);
    if (r == E_TENSOR_SIZE)
        return fail(fault, r, "input %.60s (%s %s): %.150s", input->name,
                    batch->nv21 ? "nv21 for" : "float32",
                    str_shape(&input->shape, shape, sizeof(shape)), inner.text);
    return r < 0 ? fail(fault, r, "%s", inner.text) : 0;
}

static int read_line(const struct batch *batch, const struct net *net,
                     const struct input_line *line, uint32_t element, struct fault *fault)
{
    uint64_t given = 0;

    for (uint32_t i = 0; i < line->n_items; i++) {
        const struct net_tensor *input;
        uint64_t bit;
        int r;

        r = input_of(net, line, &line->items[i], &input, fault);
        if (r == 0 && batch_of(input) % batch->size != 0)
            r = fail(fault, E_TENSOR_SIZE, "input %.100s has another batch than the first",
                     input->name);
        if (r == 0)
            r = read_item(batch, input, &line->items[i], element, fault);
        if (r < 0)
            return r;
        bit = (uint64_t)1 << ((input - net->inputs) % 64);
        if (given & bit)
            return fail(fault, E_BAD_PARAMS, "line %u: input %.100s is given twice", line->number,
                        input->name);
        given |= bit;
    }
    if (line->n_items < net->n_inputs)
        return fail(fault, E_NO_TENSOR, "line %u: %u of %u inputs are given", line->number,
                    line->n_items, net->n_inputs);
    return 0;
}

static void pad(const struct batch *batch, const struct net *net)
{
    for (uint32_t i = 0; i < net->n_inputs; i++) {
        size_t size = net->inputs[i].size / batch->size;

        memset((char *)net->inputs[i].data + batch->n_lines * size, 0,
               (batch->size - batch->n_lines) * size);
    }
}

int batch_next(struct batch *batch, const struct net *net, const struct input_list *list,
               struct fault *fault)
{
    int r = 0;

    if (!batch->size)
        r = settle_size(batch, net, list, fault);
    batch->first += batch->n_lines;
    batch->n_lines = 0;
    while (r == 0 && batch->n_lines < batch->size &&
           batch->first + batch->n_lines < list->n_lines) {
        r = read_line(batch, net, &list->lines[batch->first + batch->n_lines], batch->n_lines,
                      fault);
        batch->n_lines++;
    }
    if (r < 0 || batch->n_lines == 0)
        return r;
    batch->padded = batch->n_lines < batch->size;
    if (batch->padded)
        pad(batch, net);
    return 1;
}

struct batch_piece batch_output(const struct batch *batch, const struct net_tensor *output,
                                uint32_t element)
{
    size_t size = output->size / batch->size;

    if (batch_of(output) % batch->size != 0) /* without the batch: all of it for every line */
        return (struct batch_piece){output->data, output->size};
    return (struct batch_piece){(const char *)output->data + element * size, size};
}
