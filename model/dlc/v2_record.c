#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "model/dlc/flat.h"
#include "model/dlc/v2.h"
#include "model/text.h"

/*
 * A layer with names of one letter takes 48 bytes; a record of more and smaller ones is made to
 * fill our memory, not to run. No known network has more than a few hundred.
 */
#define LAYER_BYTES_MIN 48
#define LAYERS_ANYHOW   32
#define LAYERS_MOST     65536
#define NAMES_MOST      UINT8_MAX /* inputs or outputs of a layer */

static bool take_layer(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct v2_reader *reader = part->to;
    struct bytes *layer = message_push(part->message, &reader->layers, sizeof(*layer), LAYERS_MOST);
    struct message_part inner = {part->message, layer};

    return layer && message_take_bytes(stream, field, &(void *){&inner});
}

int v2_record_open(struct v2_reader *reader, const struct container *container)
{
    const size_t size = container->model.size;
    struct message_part part = {&reader->message, reader};
    dlc2_Net net = {.layers = message_part(take_layer, &part)};
    int r;

    reader->message = (struct message){
        .what = "record model of version 2",
        .arena = &reader->names,
        .base = container->model.base,
        .at = container->model.base,
        .fault = reader->fault,
        .syntax = E_DLC_RECORD,
    };
    r = message_decode(&reader->message, size, dlc2_Net_fields, &net);
    if (r < 0)
        return r;
    if (reader->layers.n == 0)
        return fail(reader->fault, E_DLC_RECORD, "record model: the network has no layers");
    if (reader->layers.n > size / LAYER_BYTES_MIN + LAYERS_ANYHOW)
        return fail(reader->fault, E_DLC_RECORD,
                    "record model: %u layers in %zu bytes are more than can be: it is damaged",
                    reader->layers.n, size);
    return 0;
}

/* A name is text, as everywhere in containers. */
static bool take_name(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct message *message = part->message;
    size_t at = (size_t)(message->at - message->base);
    struct bytes bytes = {0};
    struct message_part inner = {message, &bytes};
    const char **name = part->to;

    if (!message_take_bytes(stream, field, &(void *){&inner}))
        return false;
    if (bytes.size > FLAT_STRING_MAX ||
        text_good((const char *)bytes.base, bytes.size) != bytes.size)
        return message_fail(message, fail(message->fault, E_DLC_RECORD,
                                          "record model, byte %zu: a name that is no text or too "
                                          "long",
                                          at));
    *name = arena_text(message->arena, (const char *)bytes.base, bytes.size);
    return *name ? true : message_fail(message, -ENOMEM);
}

static bool take_names(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    const char **name = message_push(part->message, part->to, sizeof(*name), NAMES_MOST);
    struct message_part inner = {part->message, name};

    return name && take_name(stream, field, &(void *){&inner});
}

/* Numbers stay where they are; in several pieces they would not be a list. */
static bool take_numbers(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    const struct bytes *bytes = part->to;

    if (bytes->size)
        PB_RETURN_ERROR(stream, "numbers in several pieces");
    return message_take_bytes(stream, field, arg);
}

static void listen(struct message *message, dlc2_Blob *blob, struct v2_numbers *numbers)
{
    numbers->floats_part = (struct message_part){message, &numbers->floats};
    numbers->codes_part = (struct message_part){message, &numbers->codes};
    blob->floats = message_part(take_numbers, &numbers->floats_part);
    blob->codes.bytes = message_part(take_numbers, &numbers->codes_part);
}

static void listen_all(struct message *message, struct v2_layer *layer)
{
    dlc2_Layer *said = &layer->said;
    dlc2_Blob *const blobs[_V2_HOLDER_MAX][_V2_TENSOR_MAX] = {
        [V2_CONV] = {&said->conv.weights.weights[0], &said->conv.weights.bias},
        [V2_MATRIX] = {&said->fully_connected.weights[0], &said->fully_connected.bias},
        [V2_NORM] = {&said->batch_norm.weights, &said->batch_norm.bias},
    };

    for (uint32_t i = 0; i < _V2_HOLDER_MAX; i++)
        for (uint32_t j = 0; j < _V2_TENSOR_MAX; j++)
            listen(message, blobs[i][j], &layer->numbers[i][j]);
}

int v2_record_layer(struct v2_reader *reader, uint32_t i, struct arena *arena, struct v2_layer *ret)
{
    const struct bytes *bytes = (const struct bytes *)reader->layers.base + i;
    struct message *message = &reader->message;
    struct message_part name = {message, &ret->name}, inputs = {message, &ret->inputs},
                        outputs = {message, &ret->outputs};
    int r;

    *ret = (struct v2_layer){.reader = reader, .arena = arena, .name = ""};
    message->arena = arena;
    message->at = bytes->base;
    ret->said.name = message_part(take_name, &name);
    ret->said.inputs = message_part(take_names, &inputs);
    ret->said.outputs = message_part(take_names, &outputs);
    listen_all(message, ret);
    r = message_decode(message, bytes->size, dlc2_Layer_fields, &ret->said);
    if (r < 0)
        return r;
    ret->type = v2_types_find(&ret->said);
    ret->shape.rank = ret->said.dims_count;
    memcpy(ret->shape.dim, ret->said.dims, sizeof(ret->said.dims));
    return 0;
}
