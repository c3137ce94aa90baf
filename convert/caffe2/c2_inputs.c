#include "convert/caffe2/c2_inputs.h"

#include <errno.h>
#include <stdio.h>

#include "base/error.h"
#include "convert/caffe2/c2_image.h"
#include "convert/input.h"
#include "convert/plan.h"

/* Blobs of the init net by name, and which operator fills each. */
struct fills {
    struct names names;
    struct rows ops; /* const struct c2_op * */
};

static int list_fills(struct conversion *c, struct fills *fills)
{
    const struct c2_net *init = c2_source_of(c)->init;
    const struct c2_op *ops = init->ops.base;
    const struct c2_op **op;
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < init->ops.n; i++)
        for (uint32_t k = 0; r == 0 && k < ops[i].node.n_outputs; k++) {
            r = names_add(&fills->names, ops[i].node.outputs[k]);
            op = r == 0 ? rows_push(&fills->ops, &c->arena, sizeof(*op)) : NULL;
            if (op)
                *op = &ops[i];
            else if (r == 0)
                r = -ENOMEM;
        }
    return r;
}

/* What -i names is an input, even if the init net fills it to have it there. */
static int define_one(struct conversion *c, const struct fills *fills, const char *name)
{
    uint32_t fill = names_find(&fills->names, name);
    struct tensor *tensor;
    int r = plan_define(c, name, NO_NODE, &tensor);

    if (r < 0)
        return r;
    if (fill != NAMES_NONE && !input_said(c, name)) {
        tensor->state = TENSOR_NUMBERS;
        tensor->record = ((const struct c2_op *const *)fills->ops.base)[fill];
        return 0;
    }
    tensor->spatial = !c2_source_of(c)->channels_last;
    return unique_reserve(&c->buffers, name);
}

int c2_inputs_define(struct conversion *c)
{
    const struct rows *brought = &c2_source_of(c)->net->brought;
    struct fills fills = {0};
    int r = list_fills(c, &fills);

    for (uint32_t i = 0; r == 0 && i < brought->n; i++)
        r = define_one(c, &fills, ((const char *const *)brought->base)[i]);
    names_done(&fills.names);
    return r;
}

static int say_open(struct conversion *c, const char *name)
{
    char way[256];

    snprintf(way, sizeof(way), "if it is an input, give its sizes: -i %.100s %s", name,
             c2_source_of(c)->channels_last ? "1,224,224,3 (batch, height, width, channels)"
                                            : "1,3,224,224 (batch, channels, height, width)");
    c->open = true;
    return report_add(&c->report, REPORT_INPUT, name, "neither the init net nor -i says what it is",
                      way);
}

static int check_reordered(struct conversion *c, const char *name)
{
    const struct tensor *tensor = plan_find(c, name);

    if (tensor && (input_is(tensor) || conversion_is_output(c, tensor)))
        return 0;
    return fail(c->fault, E_CONVERT_OPTION,
                "--reorder_list %.80s: the net has no input and no output of that name", name);
}

static int check_options(struct conversion *c)
{
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < c->options->n_dims; i++)
        r = input_check_name(c, "-i", c->options->dims[i].name);
    for (uint32_t i = 0; r == 0 && i < c->options->n_inputs; i++)
        r = input_check_name(c, "--opaque_input", c->options->inputs[i].name);
    for (uint32_t i = 0; r == 0 && i < c->options->n_reordered; i++)
        r = check_reordered(c, c->options->reordered[i]);
    return r;
}

/* --encoding speaks of pictures, and --enable_preprocessing of what the net says of them. */
static int check_said(struct conversion *c, bool has_picture)
{
    if (c->options->encoding && c->options->encoding->code != COLOR_SPACE_BGR && !has_picture)
        return fail(c->fault, E_CONVERT_OPTION,
                    "--encoding %s: no input has four dimensions and three channels, a picture",
                    c->options->encoding->name);
    if (c->options->prepare && !c2_source_of(c)->net->images.n)
        return fail(c->fault, E_CONVERT_OPTION,
                    "--enable_preprocessing: the predict net has no ImageInput, which alone says "
                    "how pictures are cut and normalised: prepare them before they go in");
    return 0;
}

int c2_inputs_add(struct conversion *c)
{
    const struct rows *brought = &c2_source_of(c)->net->brought;
    bool has_picture = false;
    int r = check_options(c);

    for (uint32_t i = 0; r == 0 && i < brought->n; i++) {
        struct head head = {.crop = 0};
        const char *name = ((const char *const *)brought->base)[i];
        const struct input_dims *said = input_said(c, name);
        struct tensor *tensor = plan_find(c, name);

        if (!tensor || !tensor->needed || !input_is(tensor)) /* NULL: it has no name */
            continue;
        if (!said) {
            r = say_open(c, name);
            continue;
        }
        r = c2_image_read(c, name, &said->shape, &head);
        has_picture |= input_is_picture(c, name, &said->shape, &head);
        if (r == 0)
            r = input_emit_prepared(c, tensor, &said->shape, &head);
    }
    return r < 0 || c->open ? r : check_said(c, has_picture);
}
