#include "model/dlc/v3.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "model/dlc/survey.h"
#include "model/dlc/v3_attr.h"

/*
 * A layer that shares nothing with others takes 316 bytes and more with its names, attributes and
 * buffer; a record of many smaller ones is made to fill our memory, not to run.
 */
#define LAYER_BYTES_MIN 256
#define LAYERS_ANYHOW   32

int v3_reader_error(const struct v3_reader *reader)
{
    int r = flat_error(&reader->model, CONTAINER_MODEL, reader->fault);

    return r < 0 ? r : flat_error(&reader->params, CONTAINER_PARAMS, reader->fault);
}

/* The attribute by which the table tells layers of this type apart; NULL: it knows none of them. */
static const char *selector_of(const struct v3_layer *layer)
{
    for (const struct dlc_type *type = types_table; type->name; type++)
        if (type->selector && strcmp(type->name, layer->type_name) == 0)
            return type->selector;
    return NULL;
}

static void add_unknown(struct survey *survey, const struct v3_layer *layer)
{
    const char *selector = selector_of(layer);
    char kind[80];

    if (selector)
        snprintf(kind, sizeof(kind), "%.40s, %s %.10g", layer->type_name, selector,
                 v3_attr_get(&layer->attrs, selector, 0));
    survey_unknown(survey, layer->name, selector ? kind : layer->type_name);
}

/* Names of all outputs, so that a layer that reads one knows whether it was made before. */
static int note_outputs(struct v3_reader *reader, const struct v3_layer *layer)
{
    struct fault inner;

    if (layer->outputs.n == 0 || layer->outputs.n > V3_OUTPUTS_MAX) {
        fail(&inner, 0, "it has %u outputs; 1 to %d are possible", layer->outputs.n,
             V3_OUTPUTS_MAX);
        return v3_layer_fail(layer, E_OP_ARITY, &inner);
    }
    for (uint32_t i = 0; i < layer->outputs.n; i++) {
        const char *name = flat_vector_string(&layer->outputs, i);
        int r = reader->model.bad ? 0 : buffers_add(&reader->buffers, name, &inner);

        if (r < 0)
            return r == -ENOMEM ? r : v3_layer_fail(layer, r, &inner);
    }
    return v3_reader_error(reader);
}

static int survey_one(struct v3_reader *reader, uint32_t i, struct survey *survey)
{
    struct flat_table table = flat_vector_table(&reader->layers, i);
    int32_t id = flat_i32(&table, V3_LAYER_ID);
    struct v3_layer layer;
    int r;

    v3_layer_begin(reader, i, &layer);
    r = v3_reader_error(reader);
    if (r == 0)
        r = survey_layer(survey, id, layer.name, reader->fault);
    if (r == 0)
        r = note_outputs(reader, &layer);
    if (r == 0 && !layer.type && strcmp(layer.type_name, "Const") != 0)
        add_unknown(survey, &layer);
    return r;
}

/* One walk over all layers before anything is built. */
static int survey_all(struct v3_reader *reader)
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

static int open_model(struct v3_reader *reader, const struct container *container)
{
    struct flat_table net =
        flat_root(&reader->model, container->model.base, container->model.size, "NETD");
    int r;

    reader->layers = flat_vector(&net, V3_NET_LAYERS, 4);
    r = flat_error(&reader->model, CONTAINER_MODEL, reader->fault);
    if (r < 0)
        return r;
    if (reader->layers.n == 0)
        return fail(reader->fault, E_DLC_RECORD, "record model: the network has no layers");
    if (reader->layers.n > container->model.size / LAYER_BYTES_MIN + LAYERS_ANYHOW)
        return fail(reader->fault, E_DLC_RECORD,
                    "record model: %u layers in %zu bytes are more than can be: it is damaged",
                    reader->layers.n, container->model.size);
    return 0;
}

static int open_params(struct v3_reader *reader, const struct container *container)
{
    struct flat_table params;

    if (!container->params.base)
        return 0;
    params = flat_root(&reader->params, container->params.base, container->params.size, "NETP");
    reader->stored = flat_vector(&params, V3_PARAMS_LAYERS, 4);
    return v3_params_open(reader);
}

static int build_layers(struct v3_reader *reader)
{
    int r = buffers_ready(&reader->buffers);

    for (uint32_t i = 0; r == 0 && i < reader->layers.n; i++) {
        struct v3_layer layer;

        v3_layer_begin(reader, i, &layer);
        r = v3_layer_read(&layer);
        arena_done(&reader->scratch);
    }
    return r;
}

int v3_read(const struct container *container, struct builder *builder, struct fault *fault)
{
    struct v3_reader reader = {
        .builder = builder, .fault = fault, .structure = container->structure};
    int r = open_model(&reader, container);

    if (r == 0)
        r = open_params(&reader, container);
    if (r == 0)
        r = survey_all(&reader);
    if (r == 0)
        r = build_layers(&reader);
    buffers_done(&reader.buffers);
    names_done(&reader.stored_names);
    return r;
}
