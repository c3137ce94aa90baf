#include "convert/caffe/weights.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/shape.h"
#include "convert/proto/caffe.pb.h"

#define LAYERS_MAX 65536 /* of a network */
#define BLOBS_MAX  64    /* of a layer: the most that any has is 6 */
#define DIMS_MAX   32    /* Caffe's own limit */

/* A message_part for one field; lives as long as the block around it, which holds the decode. */
#define PART(to) (&(struct message_part){part->message, (to)})

static bool broken(struct message *message, const char *why)
{
    return message_fail(message, fail(message->fault, E_CONVERT_SYNTAX,
                                      "this is no %s, or a damaged one: byte %zu: %s",
                                      message->what, (size_t)(message->at - message->base), why));
}

static bool take_shape(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    caffe_BlobShape proto = {0};

    (void)field;
    proto.dim = message_part(message_take_i64s, PART(part->to));
    return pb_decode(stream, caffe_BlobShape_fields, &proto);
}

/* How many numbers of SIZE bytes the pieces hold. */
static bool count_numbers(struct message *message, const struct rows *pieces, size_t size,
                          size_t *ret)
{
    const struct bytes *bytes = pieces->base;

    for (uint32_t i = 0; i < pieces->n; i++) {
        if (bytes[i].size % size)
            return broken(message, "numbers of a blob are cut");
        *ret += bytes[i].size / size;
    }
    return true;
}

/* Before there were shapes of any rank, a blob had four sizes. */
static bool add_old_dims(struct message *message, const caffe_BlobProto *proto, struct rows *dims)
{
    const int64_t sizes[] = {proto->num, proto->channels, proto->height, proto->width};

    if (!proto->has_num && !proto->has_channels && !proto->has_height && !proto->has_width)
        return true;
    for (size_t i = 0; i < 4; i++) {
        int64_t *dim = message_push(message, dims, sizeof(*dim), DIMS_MAX);

        if (!dim)
            return false;
        *dim = sizes[i];
    }
    return true;
}

static bool check_dims(struct message *message, const struct rows *dims)
{
    const int64_t *sizes = dims->base;

    if (dims->n > DIMS_MAX)
        return broken(message, "a blob of more than 32 dimensions");
    for (uint32_t i = 0; i < dims->n; i++)
        if (sizes[i] < 0 || sizes[i] > UINT32_MAX)
            return broken(message, "a blob with an impossible size");
    return true;
}

/* Where a blob's fields go; lives as long as the decode. */
struct blob_parts {
    struct message_part shape, f32s, f64s;
};

static caffe_BlobProto blob_fields(struct message *message, struct caffe_blob *blob,
                                   struct blob_parts *parts)
{
    *parts =
        (struct blob_parts){{message, &blob->dims}, {message, &blob->f32s}, {message, &blob->f64s}};
    return (caffe_BlobProto){
        .shape = message_part(take_shape, &parts->shape),
        .data = message_part(message_take_pieces, &parts->f32s),
        .double_data = message_part(message_take_pieces, &parts->f64s),
    };
}

/* What is there to say once PROTO has been read. */
static bool finish_blob(struct message *message, const caffe_BlobProto *proto,
                        struct caffe_blob *blob)
{
    if (!count_numbers(message, &blob->f32s, sizeof(float), &blob->n_f32s) ||
        !count_numbers(message, &blob->f64s, sizeof(double), &blob->n_f64s))
        return false;
    if (blob->dims.n == 0 && !add_old_dims(message, proto, &blob->dims))
        return false;
    return check_dims(message, &blob->dims);
}

static bool take_blob(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct caffe_blob *blob = message_push(part->message, part->to, sizeof(*blob), BLOBS_MAX);
    struct blob_parts parts;
    caffe_BlobProto proto;

    (void)field;
    if (!blob)
        return false;
    proto = blob_fields(part->message, blob, &parts);
    return pb_decode(stream, caffe_BlobProto_fields, &proto) &&
           finish_blob(part->message, &proto, blob);
}

static bool take_v0_layer(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct caffe_weights_layer *layer = part->to;
    caffe_V0LayerParameter proto = {0};

    (void)field;
    proto.name = message_part(message_take_text, PART(&layer->name));
    proto.blobs = message_part(take_blob, PART(&layer->blobs));
    return pb_decode(stream, caffe_V0LayerParameter_fields, &proto);
}

static struct caffe_weights_layer *push_layer(struct message_part *part)
{
    struct caffe_weights_layer *layer =
        message_push(part->message, part->to, sizeof(*layer), LAYERS_MAX);

    if (layer)
        layer->name = "";
    return layer;
}

static bool take_v1_layer(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct caffe_weights_layer *layer = push_layer(part);
    caffe_V1LayerParameter proto = {0};

    (void)field;
    if (!layer)
        return false;
    proto.name = message_part(message_take_text, PART(&layer->name));
    proto.blobs = message_part(take_blob, PART(&layer->blobs));
    proto.layer = message_part(take_v0_layer, PART(layer));
    return pb_decode(stream, caffe_V1LayerParameter_fields, &proto);
}

static bool take_layer(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct caffe_weights_layer *layer = push_layer(part);
    caffe_LayerParameter proto = {0};

    (void)field;
    if (!layer)
        return false;
    proto.name = message_part(message_take_text, PART(&layer->name));
    proto.blobs = message_part(take_blob, PART(&layer->blobs));
    return pb_decode(stream, caffe_LayerParameter_fields, &proto);
}

static int read_file(struct message *message, size_t size, struct rows *layers)
{
    struct message_part whole = {message, layers}, *part = &whole;
    const char *name = "";
    caffe_NetParameter proto = {0};

    proto.name = message_part(message_take_text, PART(&name));
    proto.layers = message_part(take_v1_layer, PART(layers));
    proto.layer = message_part(take_layer, PART(layers));
    return message_decode(message, size, caffe_NetParameter_fields, &proto);
}

/* Only layers with blobs, each under its name. */
static int index_layers(struct caffe_weights *weights, const struct rows *all, struct fault *fault)
{
    const struct caffe_weights_layer *layers = all->base;

    for (uint32_t i = 0; i < all->n; i++) {
        struct caffe_weights_layer *layer;
        int r;

        if (layers[i].blobs.n == 0 || !*layers[i].name)
            continue;
        r = names_add(&weights->names, layers[i].name);
        if (r == -EEXIST)
            return fail(fault, E_CONVERT_SYNTAX,
                        "the caffemodel holds weights of layer \"%.120s\" twice", layers[i].name);
        if (r < 0)
            return r;
        layer = rows_push(&weights->layers, &weights->arena, sizeof(*layer));
        if (!layer)
            return -ENOMEM;
        *layer = layers[i];
    }
    return 0;
}

int caffe_weights_read(const void *bytes, size_t size, struct caffe_weights *ret,
                       struct fault *fault)
{
    struct caffe_weights weights = {0};
    struct rows layers = {0};
    struct message message = {
        .what = "caffemodel", .arena = &weights.arena, .base = bytes, .at = bytes, .fault = fault};
    int r = read_file(&message, size, &layers);

    if (r == 0 && layers.n == 0)
        r = fail(fault, E_CONVERT_SYNTAX, "this is no caffemodel: it holds no layers");
    if (r == 0)
        r = index_layers(&weights, &layers, fault);
    if (r < 0)
        caffe_weights_done(&weights);
    else
        *ret = weights;
    return r;
}

int caffe_blob_read(const void *bytes, size_t size, struct arena *arena, struct caffe_blob *ret,
                    struct fault *fault)
{
    struct message message = {
        .what = "binaryproto", .arena = arena, .base = bytes, .at = bytes, .fault = fault};
    struct caffe_blob blob = {.n_f32s = 0};
    struct blob_parts parts;
    caffe_BlobProto proto = blob_fields(&message, &blob, &parts);
    int r = message_decode(&message, size, caffe_BlobProto_fields, &proto);

    if (r == 0 && !finish_blob(&message, &proto, &blob))
        r = message.r;
    if (r == 0)
        *ret = blob;
    return r;
}

void caffe_weights_done(struct caffe_weights *weights)
{
    names_done(&weights->names);
    arena_done(&weights->arena);
}

const struct caffe_weights_layer *caffe_weights_find(const struct caffe_weights *weights,
                                                     const char *name)
{
    uint32_t at = names_find(&weights->names, name);

    return at == NAMES_NONE ? NULL : (struct caffe_weights_layer *)weights->layers.base + at;
}
