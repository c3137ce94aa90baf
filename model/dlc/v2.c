#include "model/dlc/v2.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "model/dlc/survey.h"

/* Says "layer NAME (TYPE): ..." with the sentence in INNER; returns CODE. */
static int layer_fail(const struct v2_layer *layer, int code, const struct fault *inner)
{
    char kind[V2_KIND_SIZE];

    if (code == -ENOMEM)
        return code;
    return fail(layer->reader->fault, code, "layer %.80s (%.40s): %s", layer->name,
                v2_types_name(layer, kind), inner->text);
}

static const char *output_name(const struct v2_layer *layer)
{
    return *(const char *const *)layer->outputs.base;
}

/* A copy that lives as long as the reader. */
static const char *keep_name(struct v2_reader *reader, const char *name)
{
    return arena_text(&reader->names, name, strlen(name));
}

/* The message has dims for one output only. */
static int note_output(struct v2_reader *reader, const struct v2_layer *layer)
{
    struct fault inner = {""};
    const char *name;
    int r;

    if (layer->outputs.n != 1) {
        fail(&inner, 0, "it has %u outputs; 1 is possible", layer->outputs.n);
        return layer_fail(layer, E_OP_ARITY, &inner);
    }
    name = keep_name(reader, output_name(layer));
    r = name ? buffers_add(&reader->buffers, name, &inner) : -ENOMEM;
    return r < 0 ? layer_fail(layer, r, &inner) : 0;
}

static int note_layer(struct v2_reader *reader, const struct v2_layer *layer, struct survey *survey)
{
    const char *name = keep_name(reader, layer->name);
    char kind[V2_KIND_SIZE];
    int r = name ? survey_layer(survey, layer->said.id, name, reader->fault) : -ENOMEM;

    if (r == 0)
        r = note_output(reader, layer);
    if (r == 0 && !layer->type)
        survey_unknown(survey, layer->name, v2_types_name(layer, kind));
    return r;
}

static int survey_one(struct v2_reader *reader, uint32_t i, struct survey *survey)
{
    struct arena scratch = {NULL};
    struct v2_layer layer;
    int r = v2_record_layer(reader, i, &scratch, &layer);

    if (r == 0)
        r = note_layer(reader, &layer, survey);
    arena_done(&scratch);
    return r;
}

static int survey_all(struct v2_reader *reader)
{
    struct survey survey = {.next_id = 0};
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < reader->layers.n; i++)
        r = survey_one(reader, i, &survey);
    if (r == 0)
        r = survey_end(&survey, reader->fault);
    survey_done(&survey);
    return r;
}

static int take_tensor(struct v2_layer *layer, enum v2_tensor which, const char *tensor,
                       uint32_t *ret, struct fault *fault)
{
    const char *name = buffers_constant(&layer->reader->buffers, layer->name, tensor, layer->arena);
    struct fault inner = {""};
    int r = name ? v2_params_constant(layer, which, name, ret, &inner) : -ENOMEM;

    return r < 0 && r != -ENOMEM ? fail(fault, r, "tensor %.40s: %.150s", tensor, inner.text) : r;
}

/* Fills the operator's inputs from the left: a stored tensor, else the next of the layer's list. */
static int take_inputs(struct v2_layer *layer, const struct op_def *def, struct fault *fault)
{
    const char *const *names = layer->inputs.base;
    uint32_t next = 0, n = layer->type->op == OP_INPUT ? 0 : layer->inputs.n;
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < def->n_inputs.most; i++) {
        enum v2_tensor which = i == 1 ? V2_WEIGHTS : V2_BIAS;
        const char *stored = def->params ? def->params[i] : NULL;

        layer->in[i] = NO_VALUE;
        if (stored && v2_params_find(layer, which))
            r = take_tensor(layer, which, stored, &layer->in[i], fault);
        else if (next < n)
            r = buffers_get(&layer->reader->buffers, names[next++], &layer->in[i], fault);
        if (layer->in[i] != NO_VALUE)
            layer->n_in = i + 1;
    }
    if (r == 0 && next < n)
        return fail(fault, E_OP_ARITY, "it has %u inputs, more than the operator takes", n);
    return r;
}

static int check_shape(const struct v2_layer *layer, uint32_t value, struct fault *fault)
{
    const struct shape *shape = &builder_value(layer->reader->builder, value)->shape;
    char computed[STR_SHAPE_SIZE], stored[STR_SHAPE_SIZE];

    if (shape_equal(shape, &layer->shape))
        return 0;
    return fail(fault, E_SHAPE, "its output computes to %s, but its dims say %s",
                str_shape(shape, computed, sizeof(computed)),
                str_shape(&layer->shape, stored, sizeof(stored)));
}

static int take_encoding(const struct v2_layer *layer, uint32_t value, struct fault *fault)
{
    const dlc2_Output *said = &layer->said.encodings[0];
    struct encoding encoding;
    int r;

    if (layer->said.encodings_count == 0 || !said->has_encoding)
        return 0;
    r = v2_params_encoding(&said->encoding, &encoding, fault);
    return r < 0 ? r : build_encoding(layer->reader->builder, value, &encoding, 1, 0, fault);
}

static int build(struct v2_layer *layer, const struct op_def *def, const void *attrs)
{
    const char *output = output_name(layer);
    const struct node_spec spec = {
        .name = layer->name,
        .op = layer->type->op,
        .attrs = def->attrs_size ? attrs : NULL,
        .inputs = layer->in,
        .outputs = &output,
        .n_inputs = layer->n_in,
        .n_outputs = 1,
    };
    struct fault inner = {""};
    uint32_t value;
    int r = build_node(layer->reader->builder, &spec, &value, layer->reader->fault);

    if (r < 0)
        return r;
    r = check_shape(layer, value, &inner);
    if (r == 0)
        r = take_encoding(layer, value, &inner);
    if (r < 0)
        return layer_fail(layer, r, &inner);
    buffers_set(&layer->reader->buffers, output, value);
    return 0;
}

static int build_layer(struct v2_layer *layer)
{
    const struct op_def *def = op_get(layer->type->op);
    void *attrs = arena_alloc(layer->arena, def->attrs_size + 1);
    struct fault inner = {""};
    int r;

    if (!attrs)
        return -ENOMEM;
    attrs_preset(def->attrs, attrs);
    r = take_inputs(layer, def, &inner);
    if (r == 0)
        r = layer->type->read(layer, attrs, &inner);
    return r < 0 ? layer_fail(layer, r, &inner) : build(layer, def, attrs);
}

static int build_all(struct v2_reader *reader)
{
    int r = buffers_ready(&reader->buffers);

    for (uint32_t i = 0; r == 0 && i < reader->layers.n; i++) {
        struct arena scratch = {NULL};
        struct v2_layer layer;

        r = v2_record_layer(reader, i, &scratch, &layer);
        if (r == 0)
            r = build_layer(&layer);
        arena_done(&scratch);
    }
    return r;
}

int v2_read(const struct container *container, struct builder *builder, struct fault *fault)
{
    struct v2_reader reader = {
        .builder = builder, .fault = fault, .structure = container->structure};
    int r = v2_record_open(&reader, container);

    if (r == 0)
        r = survey_all(&reader);
    if (r == 0)
        r = build_all(&reader);
    buffers_done(&reader.buffers);
    arena_done(&reader.names);
    return r;
}
