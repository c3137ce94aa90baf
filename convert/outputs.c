#include "convert/outputs.h"

#include <errno.h>
#include <string.h>

#include "convert/layout.h"
#include "convert/rename.h"
#include "model/ops/reshape.h"

static struct tensor *output_at(const struct conversion *c, uint32_t i)
{
    const uint32_t *outputs = c->outputs.base;

    return (struct tensor *)c->tensors.base + outputs[i];
}

static int rename_value(struct conversion *c, uint32_t value, const char *name)
{
    struct rename *rename = rows_push(&c->renames, &c->arena, sizeof(*rename));

    if (!rename)
        return -ENOMEM;
    *rename = (struct rename){value, name};
    return 0;
}

/* Is VALUE an output already, under whatever name? */
static bool is_taken(const uint32_t *values, uint32_t n, uint32_t value)
{
    for (uint32_t i = 0; i < n; i++)
        if (values[i] == value)
            return true;
    return false;
}

/* Does VALUE bear the name of another output, whose it must remain? */
static bool is_anothers(const struct conversion *c, const struct tensor *tensor, uint32_t value)
{
    uint32_t at = names_find(&c->names, builder_value(c->builder, value)->name);
    const struct tensor *owner;

    if (at == NAMES_NONE)
        return false;
    owner = (const struct tensor *)c->tensors.base + at;
    for (uint32_t i = 0; i < c->outputs.n; i++)
        if (output_at(c, i) == owner && owner != tensor)
            return true;
    return false;
}

/* Is VALUE the output of an Input layer, whose name is not ours to change? */
static bool is_input(const struct conversion *c, uint32_t value)
{
    uint32_t at = names_find(&c->names, builder_value(c->builder, value)->name);

    return at != NAMES_NONE && ((const struct tensor *)c->tensors.base)[at].node == NO_NODE;
}

/* A layer of its own for an output that is an input too, or another output. */
static int copy_value(struct conversion *c, const struct tensor *tensor, uint32_t value,
                      uint32_t *ret)
{
    int32_t dims[SHAPE_RANK_MAX];
    const struct shape shape = builder_value(c->builder, value)->shape;
    struct reshape_attrs attrs = {.shape = {dims, shape.rank}};
    struct node_spec spec = {.op = OP_RESHAPE, .attrs = &attrs, .inputs = &value, .n_inputs = 1};

    for (uint32_t i = 0; i < shape.rank; i++)
        dims[i] = (int32_t)shape.dim[i];
    return conversion_emit_helper(c, tensor->name, "copy", &spec, ret);
}

/* The tensor's value in a layout fit for an output. */
static int settle_layout(struct conversion *c, struct tensor *tensor, uint32_t *ret)
{
    struct view plain = view_identity(), last = view_channel_last(tensor->shape.rank);
    const struct frontend *frontend = c->frontend;
    bool may = !frontend->plain_outputs && (tensor->shape.rank == 4 || !frontend->only_pictures);

    if (may && !conversion_is_reordered(c, tensor->name) &&
        view_equal(&tensor->view, &last, tensor->shape.rank)) {
        *ret = tensor->value;
        return 0;
    }
    return layout_bring(c, tensor, &plain, ret);
}

/* Settles output I; VALUES are those before it. */
static int settle(struct conversion *c, uint32_t i, uint32_t *values)
{
    struct tensor *tensor = output_at(c, i);
    uint32_t value;
    int r = settle_layout(c, tensor, &value);

    if (r < 0)
        return r;
    if (strcmp(builder_value(c->builder, value)->name, tensor->name) == 0 &&
        !is_taken(values, i, value)) {
        values[i] = value;
        return 0;
    }
    if (is_input(c, value) || is_taken(values, i, value) || is_anothers(c, tensor, value)) {
        r = copy_value(c, tensor, value, &value);
        if (r < 0)
            return r;
    }
    values[i] = value;
    return rename_value(c, value, tensor->name);
}

/* Who bears an output's name without being it gives it up: a value before its Permute. */
static int free_name(struct conversion *c, uint32_t i, uint32_t value)
{
    const struct tensor *tensor = output_at(c, i);
    const char *name;

    if (tensor->value == value ||
        strcmp(builder_value(c->builder, tensor->value)->name, tensor->name) != 0)
        return 0;
    name = unique_add(&c->buffers, tensor->name);
    return name ? rename_value(c, tensor->value, name) : -ENOMEM;
}

static int check_state(struct conversion *c, uint32_t i)
{
    const struct tensor *tensor = output_at(c, i);

    if (tensor->state == TENSOR_NUMBERS)
        return report_add(&c->report, REPORT_OUTPUT, tensor->name,
                          "it depends on no input of the network", "leave it out with --out_node");
    if (tensor->state == TENSOR_UNKNOWN && !c->report.problems.n) /* else that may be why */
        return report_add(&c->report, REPORT_OUTPUT, tensor->name,
                          "the layer that names it has no such output",
                          "leave it out with --out_node");
    return 0;
}

int outputs_finish(struct conversion *c, struct graph **ret)
{
    _cleanup_(graph_unrefp) struct graph *graph = NULL;
    uint32_t n = c->outputs.n, *values = arena_alloc(&c->arena, n * sizeof(*values) + 1);
    int r = values ? 0 : -ENOMEM;

    for (uint32_t i = 0; r == 0 && i < n; i++)
        r = check_state(c, i);
    if (r < 0 || c->report.problems.n)
        return r;
    for (uint32_t i = 0; r == 0 && i < n; i++)
        r = settle(c, i, values);
    for (uint32_t i = 0; r == 0 && i < n; i++)
        r = free_name(c, i, values[i]);
    for (uint32_t i = 0; r == 0 && i < n; i++)
        r = build_output(c->builder, values[i], c->fault);
    if (r == 0)
        r = build_done(c->builder, &graph, c->fault);
    if (r == 0 && c->renames.n)
        return rename_values(graph, c->renames.base, c->renames.n, ret, c->fault);
    if (r == 0)
        *ret = take_ptr(graph);
    return r;
}
