#include "convert/caffe/input.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "convert/caffe/ops.h"
#include "convert/caffe/transform.h"
#include "convert/input.h"
#include "convert/plan.h"

int caffe_input_define(struct conversion *c)
{
    const struct caffe_net *net = caffe_source_of(c)->net;
    const struct caffe_input *inputs = net->inputs.base;
    struct tensor *tensor;
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < net->inputs.n; i++) {
        r = plan_define(c, inputs[i].name, NO_NODE, &tensor);
        if (r == 0)
            r = unique_reserve(&c->buffers, inputs[i].name);
        if (r == 0)
            tensor->spatial = true; /* pictures have their channels last, whoever reads them */
    }
    return r;
}

static bool is_open(const struct caffe_input *input)
{
    const int64_t *dims = input->dims.base;

    for (uint32_t i = 0; i < input->dims.n; i++)
        if (dims[i] < 1)
            return true;
    return input->dims.n == 0;
}

static int say_open(struct conversion *c, const struct caffe_input *input)
{
    char way[MESSAGE_TEXT_MAX + 64];

    snprintf(way, sizeof(way), "give it: -d %.200s 1,3,224,224 (batch, channels, height, width)",
             input->name);
    c->open = true;
    return report_add(&c->report, REPORT_INPUT, input->name, "the prototxt does not say its size",
                      way);
}

/* -d, or the file's sizes. E_SHAPE: nobody says them. */
static int find_shape(struct conversion *c, const struct caffe_input *input, struct shape *ret)
{
    const struct input_dims *said = input_said(c, input->name);
    const int64_t *dims = input->dims.base;

    if (said && input->dims.n && said->shape.rank != input->dims.n)
        return fail(c->fault, E_CONVERT_OPTION,
                    "-d %.80s: %u sizes, but the prototxt says %u (line %u)", input->name,
                    said->shape.rank, input->dims.n, input->line);
    if (said) {
        *ret = said->shape;
        return 0;
    }
    if (is_open(input))
        return E_SHAPE;
    if (input->dims.n > SHAPE_RANK_MAX)
        return fail(c->fault, E_CONVERT_LAYER,
                    "input \"%.80s\" has %u dimensions; %d are supported", input->name,
                    input->dims.n, SHAPE_RANK_MAX);
    *ret = (struct shape){.rank = input->dims.n};
    for (uint32_t i = 0; i < ret->rank; i++)
        ret->dim[i] = (uint32_t)dims[i];
    return 0;
}

/* -d may also say what a layer makes that only its author knows. */
static bool is_strangers(const struct conversion *c, const char *name)
{
    const struct tensor *tensor = plan_find(c, name);

    return tensor && tensor->node != NO_NODE && !caffe_ops_find(c->nodes[tensor->node]->op);
}

static int check_options(struct conversion *c)
{
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < c->options->n_dims; i++)
        if (!is_strangers(c, c->options->dims[i].name))
            r = input_check_name(c, "-d", c->options->dims[i].name);
    for (uint32_t i = 0; r == 0 && i < c->options->n_inputs; i++)
        r = input_check_name(c, "-t or -e", c->options->inputs[i].name);
    return r;
}

/* INPUT with what the options and the file say of its pictures. */
static int emit(struct conversion *c, const struct caffe_input *input, struct tensor *tensor,
                const struct shape *shape)
{
    struct head head = {.crop = 0};
    int r = c->options->prepare ? caffe_transform_read(c, input, shape, &head) : 0;

    if (r == 0 && (head.width || head.crop || head.mean || head.by))
        ((struct caffe_source *)c)->prepares = true;
    return r < 0 ? r : input_emit_prepared(c, tensor, shape, &head);
}

int caffe_input_add(struct conversion *c)
{
    const struct caffe_net *net = caffe_source_of(c)->net;
    const struct caffe_input *inputs = net->inputs.base;
    struct shape shape;
    int r = check_options(c);

    for (uint32_t i = 0; r == 0 && i < net->inputs.n; i++) {
        struct tensor *tensor = plan_find(c, inputs[i].name);

        if (!tensor->needed)
            continue;
        r = find_shape(c, &inputs[i], &shape);
        if (r == E_SHAPE)
            r = say_open(c, &inputs[i]);
        else if (r == 0)
            r = emit(c, &inputs[i], tensor, &shape);
    }
    if (r == 0 && c->options->picture_width && !caffe_source_of(c)->prepares)
        r = fail(c->fault, E_CONVERT_OPTION,
                 "--input_size: the network has no input of four dimensions, a picture");
    return r;
}
