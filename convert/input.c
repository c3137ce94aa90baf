#include "convert/input.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "convert/plan.h"
#include "model/ops/input.h"

#define COLOR_BGR 4 /* the container's code, and SNPE's preset */

const struct input_dims *input_said(const struct conversion *c, const char *name)
{
    for (uint32_t i = 0; i < c->options->n_dims; i++)
        if (strcmp(c->options->dims[i].name, name) == 0)
            return &c->options->dims[i];
    return NULL;
}

bool input_is(const struct tensor *tensor)
{
    return tensor->node == NO_NODE && tensor->state != TENSOR_NUMBERS;
}

int input_check_name(struct conversion *c, const char *option, const char *name)
{
    const struct tensor *tensors = c->tensors.base, *tensor = plan_find(c, name);
    const char *first = "none";

    if (tensor && input_is(tensor))
        return 0;
    for (uint32_t i = c->tensors.n; i-- > 0;)
        if (input_is(&tensors[i]))
            first = tensors[i].name;
    return fail(c->fault, E_CONVERT_OPTION,
                "%s %.80s: the model has no input of that name; its first is %.80s", option, name,
                first);
}

int input_check_options(struct conversion *c)
{
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < c->options->n_dims; i++)
        r = input_check_name(c, "-d", c->options->dims[i].name);
    for (uint32_t i = 0; r == 0 && i < c->options->n_inputs; i++)
        r = input_check_name(c, "-t or -e", c->options->inputs[i].name);
    return r;
}

static void fill_attrs(const struct conversion *c, const char *name, struct input_attrs *attrs)
{
    attrs->color_space_in = attrs->color_space_out = COLOR_BGR;
    attrs->input_type = c->options->input_type;
    for (uint32_t i = 0; i < c->options->n_inputs; i++)
        if (strcmp(c->options->inputs[i].name, name) == 0) {
            attrs->input_type = c->options->inputs[i].type;
            attrs->color_space_in = attrs->color_space_out = c->options->inputs[i].encoding;
        }
}

int input_emit(struct conversion *c, struct tensor *tensor, const struct shape *shape)
{
    int32_t dims[SHAPE_RANK_MAX];
    struct input_attrs attrs = {.shape = {dims, shape->rank}};
    struct node_spec spec = {
        .op = OP_INPUT, .attrs = &attrs, .outputs = &tensor->name, .n_outputs = 1};
    struct shape sizes;

    tensor->view = shape->rank == 4 && tensor->spatial ? view_channel_last(4) : view_identity();
    sizes = view_apply(&tensor->view, shape);
    for (uint32_t i = 0; i < sizes.rank; i++) {
        if (sizes.dim[i] > INT32_MAX)
            return fail(c->fault, E_SHAPE, "input \"%.80s\" has a size of %u", tensor->name,
                        sizes.dim[i]);
        dims[i] = (int32_t)sizes.dim[i];
    }
    fill_attrs(c, tensor->name, &attrs);
    spec.name = unique_add(&c->layers, tensor->name);
    if (!spec.name)
        return -ENOMEM;
    tensor->state = TENSOR_VALUE;
    tensor->shape = *shape;
    return build_node(c->builder, &spec, &tensor->value, c->fault);
}
