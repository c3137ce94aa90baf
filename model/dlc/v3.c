#include "model/dlc/v3.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
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

/* The layers that no row of the table knows, gathered into one sentence. */
struct unknown {
    char text[160];
    size_t size;
    uint32_t n, n_named;
};

/* The attribute by which the table tells layers of this type apart; NULL: it knows none of them. */
static const char *selector_of(const struct v3_layer *layer)
{
    for (const struct dlc_type *type = types_table; type->name; type++)
        if (type->selector && strcmp(type->name, layer->type_name) == 0)
            return type->selector;
    return NULL;
}

static void add_unknown(struct unknown *unknown, const struct v3_layer *layer)
{
    const char *comma = unknown->n_named ? ", " : "", *selector = selector_of(layer);
    char one[sizeof(unknown->text)];
    int n;

    if (selector)
        n = snprintf(one, sizeof(one), "%s%.60s (%.40s, %s %.10g)", comma, layer->name,
                     layer->type_name, selector, v3_attr_get(&layer->attrs, selector, 0));
    else
        n = snprintf(one, sizeof(one), "%s%.60s (%.40s)", comma, layer->name, layer->type_name);
    unknown->n++;
    if (unknown->size + (size_t)n >= sizeof(unknown->text))
        return;
    memcpy(unknown->text + unknown->size, one, (size_t)n + 1);
    unknown->size += (size_t)n;
    unknown->n_named++;
}

static int refuse_unknown(const struct v3_reader *reader, const struct unknown *unknown)
{
    if (unknown->n == 0)
        return 0;
    return fail(reader->fault, E_DLC_LAYER,
                "%u layer%s of a kind that cannot be read: %s%s; convert the model without %s",
                unknown->n, unknown->n == 1 ? "" : "s", unknown->text,
                unknown->n > unknown->n_named ? " and more" : "", unknown->n == 1 ? "it" : "them");
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
        int r = reader->model.bad ? 0 : names_add(&reader->buffers, name);

        if (r == -EEXIST) {
            fail(&inner, 0, "its output %.100s is another layer's already", name);
            return v3_layer_fail(layer, E_GRAPH, &inner);
        }
        if (r < 0)
            return r;
    }
    return v3_reader_error(reader);
}

/* Ids grow, and with them no two are alike; names must differ, for tensors are found by them. */
static int check_identity(struct v3_reader *reader, uint32_t i, const struct v3_layer *layer,
                          struct names *names, int32_t *last)
{
    struct flat_table table = flat_vector_table(&reader->layers, i);
    int32_t id = flat_i32(&table, V3_LAYER_ID);
    int r = v3_reader_error(reader);

    if (r == 0)
        r = names_add(names, layer->name);
    if (r == -EEXIST)
        return fail(reader->fault, E_DLC_RECORD, "record model: two layers are called %.100s",
                    layer->name);
    if (r == 0 && id <= *last)
        return fail(reader->fault, E_DLC_RECORD,
                    "record model: layer %.100s has the id %d, the one before it %d; ids must grow",
                    layer->name, id, *last);
    *last = id;
    return r;
}

/* One walk over all layers before anything is built. */
static int survey(struct v3_reader *reader, struct names *names)
{
    struct unknown unknown = {.size = 0};
    int32_t last = -1;

    for (uint32_t i = 0; i < reader->layers.n; i++) {
        struct v3_layer layer;
        int r;

        v3_layer_begin(reader, i, &layer);
        r = check_identity(reader, i, &layer, names, &last);
        if (r == 0)
            r = note_outputs(reader, &layer);
        if (r < 0)
            return r;
        if (!layer.type && strcmp(layer.type_name, "Const") != 0)
            add_unknown(&unknown, &layer);
    }
    return refuse_unknown(reader, &unknown);
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
    int r = 0;

    reader->values = malloc(reader->buffers.n * sizeof(*reader->values));
    if (!reader->values)
        return -ENOMEM;
    for (uint32_t i = 0; i < reader->buffers.n; i++)
        reader->values[i] = NO_VALUE;
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
    struct v3_reader reader = {.builder = builder, .fault = fault};
    struct names names = {NULL};
    int r = open_model(&reader, container);

    if (r == 0)
        r = open_params(&reader, container);
    if (r == 0)
        r = survey(&reader, &names);
    names_done(&names);
    if (r == 0)
        r = build_layers(&reader);
    names_done(&reader.buffers);
    names_done(&reader.stored_names);
    free(reader.values);
    return r;
}
