/*
 * Layers that only their author knows: kept as they are, with the parameters and weights that the
 * files give them. Nobody but their author knows their tops' sizes either: -d says them.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "convert/caffe/layer.h"
#include "convert/caffe/ops.h"
#include "convert/input.h"
#include "convert/layout.h"
#include "model/ops/user_defined.h"

/* What all layers have, and what says how to train them. */
static const char *const common[] = {
    "blob_share_mode", "blobs", "blobs_lr",    "bottom", "exclude",
    "include",         "layer", "loss_weight", "name",   "param",
    "propagate_down",  "phase", "top",         "type",   "weight_decay",
};

static bool is_common(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(common); i++)
        if (strcmp(common[i], name) == 0)
            return true;
    return false;
}

/* Parameters as they are collected: rows of const char *. */
struct params {
    struct conversion *c;
    struct rows texts;
};

static int push_text(struct params *params, const char *text)
{
    const char **slot = rows_push(&params->texts, &params->c->arena, sizeof(*slot));

    if (slot)
        *slot = text;
    return slot ? 0 : -ENOMEM;
}

static int push_param(struct params *params, const char *name, enum user_kind kind,
                      const char *value)
{
    int r = push_text(params, name);

    if (r == 0)
        r = push_text(params, user_kinds[kind]);
    return r < 0 ? r : push_text(params, value);
}

/* Of what kind a scalar is, by how it is written. */
static enum user_kind kind_of(const struct pbtext_field *field)
{
    int64_t whole;
    double real;

    if (field->quoted)
        return USER_STRING;
    if (strcmp(field->text, "true") == 0 || strcmp(field->text, "false") == 0)
        return USER_BOOL;
    if (pbtext_whole(field, &whole) == 0 && whole >= INT32_MIN && whole <= INT32_MAX)
        return USER_I32;
    return pbtext_real(field, &real) == 0 ? USER_F32 : USER_STRING;
}

static uint32_t count_fields(const struct pbtext_field *message)
{
    uint32_t n = 0;

    for (const struct pbtext_field *f = message->first; f; f = f->next)
        n++;
    return n;
}

static int push_list(struct params *params, const struct pbtext_field *message)
{
    char count[16];
    const char *text;

    snprintf(count, sizeof(count), "%u", count_fields(message));
    text = arena_text(&params->c->arena, count, strlen(count));
    return text ? push_param(params, message->name, USER_LIST, text) : -ENOMEM;
}

/* Walks down and up again; messages nest no deeper than the parser lets them. */
static int collect(struct params *params, const struct pbtext_field *layer)
{
    const struct pbtext_field *open[PBTEXT_DEPTH_MAX + 1], *field = layer->first;
    uint32_t depth = 0;
    int r = 0;

    while (r == 0 && (field || depth)) {
        if (!field) {
            field = open[--depth]->next;
            continue;
        }
        if (depth == 0 && is_common(field->name)) {
            field = field->next;
        } else if (field->text) {
            r = push_param(params, field->name, kind_of(field), field->text);
            field = field->next;
        } else {
            r = push_list(params, field);
            open[depth++] = field;
            field = field->first;
        }
    }
    return r;
}

/* "module.Layer" of a Python layer, else the type. */
static const char *type_of(struct conversion *c)
{
    const struct pbtext_field *param = pbtext_find(caffe_layer_of(c->node)->text, "python_param");
    const struct pbtext_field *module = pbtext_find(param, "module");
    const struct pbtext_field *layer = pbtext_find(param, "layer");
    size_t size;
    char *text;

    if (strcmp(c->node->op, "Python") != 0 || !module || !module->text || !layer || !layer->text)
        return c->node->op;
    size = strlen(module->text) + strlen(layer->text) + 2;
    text = arena_alloc(&c->arena, size);
    if (text)
        snprintf(text, size, "%s.%s", module->text, layer->text);
    return text;
}

/* Pictures with channels last, everything else as the file has it. */
static struct view user_view(uint32_t rank)
{
    return rank == 4 ? view_channel_last(4) : view_identity();
}

static int push_shape(struct conversion *c, const struct shape *shape, int32_t *to)
{
    struct view view = user_view(shape->rank);
    struct shape sizes = view_apply(&view, shape);

    *to++ = (int32_t)sizes.rank;
    for (uint32_t i = 0; i < sizes.rank; i++) {
        if (sizes.dim[i] > INT32_MAX)
            return fail(c->fault, E_CONVERT_OPTION, "-d: a size of %u", sizes.dim[i]);
        *to++ = (int32_t)sizes.dim[i];
    }
    return 0;
}

/* The layer's blobs behind its bottoms, under names of their own. */
static int bring_blobs(struct conversion *c, uint32_t *in, const char **names)
{
    uint32_t n = layer_n_blobs(c);
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < n; i++) {
        const struct caffe_blob *blob =
            &((const struct caffe_blob *)caffe_layer_of(c->node)->blobs->base)[i];
        struct walk walk = {.shape = {1, {(uint32_t)layer_blob_count(blob)}}, .stride = {1}};
        char name[24];

        if (walk.shape.dim[0] == 0)
            return conversion_unsupported(c, "get the caffemodel again", "blob %u is empty", i);
        snprintf(name, sizeof(name), "blob_%u", i);
        names[i] = arena_text(&c->arena, name, strlen(name));
        r = names[i] ? layer_blob(c, i, name, walk.shape.dim[0], &blob) : -ENOMEM;
        if (r == 0)
            r = layer_lay_out(c, blob, &walk, &walk.shape, name, &in[i]);
    }
    return r;
}

static int bring_bottoms(struct conversion *c, uint32_t *in)
{
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < c->node->n_inputs; i++) {
        struct tensor *x;
        struct view view;

        r = conversion_activation(c, i, &x);
        if (r < 0)
            return r;
        view = user_view(x->shape.rank);
        r = layout_bring(c, x, &view, &in[i]);
    }
    return r;
}

bool caffe_ops_is_sized(struct conversion *c)
{
    for (uint32_t i = 0; i < c->node->n_outputs; i++)
        if (!input_said(c, c->node->outputs[i]))
            return false;
    return c->node->n_outputs > 0;
}

/* The tops, as the layer makes them. */
static int make_tops(struct conversion *c, struct node_spec *spec)
{
    uint32_t n = c->node->n_outputs, out[OUTPUTS_MOST];
    struct view view = user_view(input_said(c, c->node->outputs[0])->shape.rank);
    int r;

    if (n == 1)
        return conversion_emit(c, 0, spec, &view);
    spec->n_outputs = n;
    r = conversion_emit_many(c, c->node->outputs, spec, out);
    for (uint32_t i = 0; r == 0 && i < n; i++) {
        struct tensor made = {.state = TENSOR_VALUE, .value = out[i]};

        made.shape = input_said(c, c->node->outputs[i])->shape;
        made.view = user_view(made.shape.rank);
        r = conversion_alias(c, i, &made);
    }
    return r;
}

static int make_layer(struct conversion *c, const struct params *params, uint32_t *in,
                      const char **names)
{
    int32_t shapes[OUTPUTS_MOST * (SHAPE_RANK_MAX + 1)], *to = shapes;
    uint32_t n_blobs = layer_n_blobs(c);
    struct user_defined_attrs attrs = {
        .type = type_of(c),
        .package = "",
        .params = {params->texts.base, params->texts.n},
        .tensors = {names, n_blobs},
    };
    struct node_spec spec = {.op = OP_USER_DEFINED,
                             .attrs = &attrs,
                             .inputs = in,
                             .n_inputs = c->node->n_inputs + n_blobs};
    int r = attrs.type ? bring_bottoms(c, in) : -ENOMEM;

    if (r == 0)
        r = bring_blobs(c, in + c->node->n_inputs, names);
    for (uint32_t i = 0; r == 0 && i < c->node->n_outputs; i++) {
        const struct shape *shape = &input_said(c, c->node->outputs[i])->shape;

        r = push_shape(c, shape, to);
        to += shape->rank + 1;
    }
    attrs.shapes = (struct i32s){shapes, (uint32_t)(to - shapes)};
    return r < 0 ? r : make_tops(c, &spec);
}

int convert_caffe_user(struct conversion *c)
{
    uint32_t n = c->node->n_inputs + layer_n_blobs(c);
    uint32_t *in = arena_alloc(&c->arena, (n + 1) * sizeof(*in));
    const char **names = arena_alloc(&c->arena, (n + 1) * sizeof(*names));
    struct params params = {.c = c};
    int r = in && names ? 0 : -ENOMEM;

    if (r == 0 && (c->node->n_outputs > OUTPUTS_MOST || n > UINT8_MAX))
        r = conversion_unsupported(c, WAY_REPLACE, "%u bottoms and blobs, %u tops", n,
                                   c->node->n_outputs);
    if (r == 0)
        r = collect(&params, caffe_layer_of(c->node)->text);
    return r < 0 ? r : make_layer(c, &params, in, names);
}
