#include "convert/input.h"

#include <string.h>

#include "base/error.h"
#include "convert/plan.h"

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

bool input_is_picture(const struct conversion *c, const char *name, const struct shape *shape,
                      const struct head *head)
{
    for (uint32_t i = 0; i < c->options->n_inputs; i++)
        if (strcmp(c->options->inputs[i].name, name) == 0)
            return false;
    return shape->rank == 4 && shape->dim[head_is_channels_last(c, head) ? 3 : 1] == 3;
}

static void fill_attrs(const struct conversion *c, const char *name, const struct shape *shape,
                       const struct head *head, struct input_attrs *attrs)
{
    const struct color_space *space;

    attrs->color_space_in = COLOR_SPACE_BGR;
    attrs->input_type = c->options->input_type;
    if (c->options->encoding && input_is_picture(c, name, shape, head))
        attrs->color_space_in = c->options->encoding->code;
    for (uint32_t i = 0; i < c->options->n_inputs; i++)
        if (strcmp(c->options->inputs[i].name, name) == 0) {
            attrs->input_type = c->options->inputs[i].type;
            attrs->color_space_in = c->options->inputs[i].encoding;
        }
    space = color_space_get(attrs->color_space_in);
    attrs->color_space_out =
        space && space->color != NOT_COLORS ? COLOR_SPACE_BGR : attrs->color_space_in;
}

static bool is_empty(const struct head *head)
{
    return !head->width && !head->crop && !head->mean && !head->by;
}

static int emit_plain(struct conversion *c, struct tensor *tensor, const struct shape *shape,
                      bool channels_last, struct input_attrs *attrs)
{
    bool turn = shape->rank == 4 && tensor->spatial && !channels_last &&
                !conversion_is_reordered(c, tensor->name);
    struct shape sizes;

    tensor->view = turn ? view_channel_last(4) : view_identity();
    tensor->state = TENSOR_VALUE;
    tensor->shape = *shape;
    sizes = view_apply(&tensor->view, shape);
    return head_emit_input(c, tensor->name, &sizes, attrs, &tensor->value);
}

int input_emit_prepared(struct conversion *c, struct tensor *tensor, const struct shape *shape,
                        const struct head *head)
{
    struct input_attrs attrs = {.input_type = 0};

    fill_attrs(c, tensor->name, shape, head, &attrs);
    if (attrs.color_space_in == attrs.color_space_out && is_empty(head))
        return emit_plain(c, tensor, shape, head->channels_last, &attrs);
    return head_emit(c, tensor, shape, &attrs, head);
}

int input_emit(struct conversion *c, struct tensor *tensor, const struct shape *shape)
{
    return input_emit_prepared(c, tensor, shape, &(const struct head){.crop = 0});
}
