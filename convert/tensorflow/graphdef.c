#include "convert/tensorflow/graphdef.h"

#include <errno.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "convert/proto/tensorflow.pb.h"

/* A node is at least six bytes in the file and a hundred here, an attribute seven: these bound what
 * a file of empty messages can cost, far above any model. */
#define NODES_MAX  200000
#define ATTRS_MAX  256
#define ATTRS_MOST 3000000 /* of all nodes together */
#define DIMS_MAX   254     /* TensorFlow's own limit of a rank */

struct reader {
    struct message message;
    struct rows nodes;
    uint32_t n_attrs; /* of all nodes */
};

#define PART(to) (&(struct message_part){part->message, (to)})

static struct reader *reader_of(struct message *message)
{
    return container_of(message, struct reader, message);
}

static bool broken(struct message *message, const char *what)
{
    return message_fail(message, fail(message->fault, E_CONVERT_SYNTAX, "before byte %zu: %s",
                                      (size_t)(message->at - message->base), what));
}

static bool take_dim(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    int64_t *dim = message_push(part->message, part->to, sizeof(*dim), DIMS_MAX);
    tensorflow_DimProto proto = {0};

    (void)field;
    if (!dim || !pb_decode(stream, tensorflow_DimProto_fields, &proto))
        return false;
    if (proto.size > UINT32_MAX)
        return broken(part->message, "a tensor with an impossible size");
    *dim = proto.size;
    return true;
}

bool graphdef_take_shape(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct graphdef_shape *shape = part->to;
    tensorflow_TensorShapeProto proto = {0};

    (void)field;
    proto.dim = message_part(take_dim, PART(&shape->dims));
    if (!pb_decode(stream, tensorflow_TensorShapeProto_fields, &proto))
        return false;
    shape->unknown_rank = proto.unknown_rank;
    return true;
}

/* A struct of an attribute, kept at *TO. */
static void *take_sub(struct message_part *part, size_t size)
{
    const void **to = part->to;
    void *sub = arena_alloc(part->message->arena, size);

    if (!sub)
        message_fail(part->message, -ENOMEM);
    *to = sub;
    return sub;
}

static bool take_sub_shape(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct graphdef_shape *shape = take_sub(part, sizeof(*shape));
    struct message_part inner = {part->message, shape};

    return shape && graphdef_take_shape(stream, field, &(void *){&inner});
}

static bool take_tensor(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct graphdef_tensor *tensor = take_sub(part, sizeof(*tensor));
    tensorflow_TensorProto proto = {0};

    (void)field;
    if (!tensor)
        return false;
    proto.tensor_shape = message_part(graphdef_take_shape, PART(&tensor->shape));
    proto.tensor_content = message_part(message_take_bytes, PART(&tensor->content));
    proto.float_val = message_part(message_take_f32s, PART(&tensor->f32s));
    proto.double_val = message_part(message_take_f64s, PART(&tensor->f64s));
    proto.int_val = message_part(message_take_i64s, PART(&tensor->ints));
    proto.int64_val = message_part(message_take_i64s, PART(&tensor->ints));
    proto.bool_val = message_part(message_take_i64s, PART(&tensor->ints));
    proto.half_val = message_part(message_take_i64s, PART(&tensor->ints));
    proto.uint32_val = message_part(message_take_i64s, PART(&tensor->ints));
    proto.uint64_val = message_part(message_take_i64s, PART(&tensor->ints));
    if (!pb_decode(stream, tensorflow_TensorProto_fields, &proto))
        return false;
    tensor->type = proto.dtype;
    return true;
}

static bool take_list(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct graphdef_list *list = take_sub(part, sizeof(*list));
    tensorflow_ListValueProto proto = {0};

    (void)field;
    if (!list)
        return false;
    proto.i = message_part(message_take_i64s, PART(&list->ints));
    proto.f = message_part(message_take_f32s, PART(&list->floats));
    return pb_decode(stream, tensorflow_ListValueProto_fields, &proto);
}

/* A text attribute may hold anything, programs too; only short texts mean something to us. */
static bool set_text(struct message *message, struct bytes bytes, struct graphdef_attr *attr)
{
    attr->kind = GRAPHDEF_TEXT;
    if (bytes.size > MESSAGE_TEXT_MAX || (bytes.size && memchr(bytes.base, 0, bytes.size)))
        return true;
    attr->s = arena_text(message->arena, (const char *)bytes.base, bytes.size);
    return attr->s ? true : message_fail(message, -ENOMEM);
}

/* What the callbacks of a value may have found. */
struct found {
    struct bytes text;
    const void *shape, *tensor, *list;
};

static bool set_value(struct message *message, const tensorflow_AttrValueProto *proto,
                      const struct found *found, struct graphdef_attr *attr)
{
    if (found->text.base)
        return set_text(message, found->text, attr);
    attr->f = proto->f;
    attr->i = proto->has_i ? proto->i : proto->has_b ? proto->b : proto->type;
    attr->sub = found->tensor ? found->tensor : found->shape ? found->shape : found->list;
    if (found->tensor)
        attr->kind = GRAPHDEF_TENSOR;
    else if (found->shape)
        attr->kind = GRAPHDEF_SHAPE;
    else if (found->list)
        attr->kind = GRAPHDEF_LIST;
    else if (proto->has_i)
        attr->kind = GRAPHDEF_INT;
    else if (proto->has_b)
        attr->kind = GRAPHDEF_BOOL;
    else if (proto->has_type)
        attr->kind = GRAPHDEF_TYPE;
    else if (proto->has_f)
        attr->kind = GRAPHDEF_FLOAT;
    return true;
}

static bool take_value(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct graphdef_attr *attr = part->to;
    struct found found = {0};
    tensorflow_AttrValueProto proto = {0};

    (void)field;
    proto.list = message_part(take_list, PART(&found.list));
    proto.s = message_part(message_take_bytes, PART(&found.text));
    proto.shape = message_part(take_sub_shape, PART(&found.shape));
    proto.tensor = message_part(take_tensor, PART(&found.tensor));
    if (!pb_decode(stream, tensorflow_AttrValueProto_fields, &proto))
        return false;
    return set_value(part->message, &proto, &found, attr);
}

static bool take_attr(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct reader *reader = reader_of(part->message);
    struct graphdef_attr attr = {.name = ""}, *to;
    tensorflow_AttrEntryProto proto = {0};

    (void)field;
    if (++reader->n_attrs > ATTRS_MOST)
        return message_fail(part->message,
                            fail(part->message->fault, E_TOO_LARGE,
                                 "the graph has more than %d attributes", ATTRS_MOST));
    proto.key = message_part(message_take_text, PART(&attr.name));
    proto.value = message_part(take_value, PART(&attr));
    if (!pb_decode(stream, tensorflow_AttrEntryProto_fields, &proto))
        return false;
    if (*attr.name == '_')
        return true;
    if (!*attr.name)
        return broken(part->message, "an attribute without a name");
    to = message_push(part->message, part->to, sizeof(*to), ATTRS_MAX);
    if (to)
        *to = attr;
    return to != NULL;
}

static bool take_node(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct graphdef_node *node = message_push(part->message, part->to, sizeof(*node), NODES_MAX);
    struct rows inputs = {0}, attrs = {0};
    tensorflow_NodeDefProto proto = {0};

    (void)field;
    if (!node)
        return false;
    node->name = node->op = "";
    proto.name = message_part(message_take_text, PART(&node->name));
    proto.op = message_part(message_take_text, PART(&node->op));
    proto.input = message_part(message_take_texts, PART(&inputs));
    proto.attr = message_part(take_attr, PART(&attrs));
    if (!pb_decode(stream, tensorflow_NodeDefProto_fields, &proto))
        return false;
    node->inputs = inputs.base;
    node->n_inputs = inputs.n;
    node->attrs = attrs.base;
    node->n_attrs = attrs.n;
    if (!*node->op)
        return broken(part->message, "a node without an operator");
    return *node->name ? true : broken(part->message, "a node without a name");
}

static bool take_graph(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    tensorflow_GraphDefProto proto = {0};

    (void)field;
    proto.node = message_part(take_node, PART(part->to));
    return pb_decode(stream, tensorflow_GraphDefProto_fields, &proto);
}

/* Files that people take for a GraphDef, by what they begin with. */
static const struct {
    size_t at;
    const char *text;
    const char *what;
} others[] = {
    {0, "node {", "a GraphDef in text form: write it in binary (as_text=False)"},
    {0, "\x08\x01\x12", "a SavedModel: freeze it to a GraphDef"},
    {4, "TFL3", "a TFLite model: convert the TensorFlow graph that it was made of"},
    {0, "\x89HDF", "a Keras file (HDF5): save its graph, frozen, as a GraphDef"},
    {0, "PK\x03\x04", "a ZIP archive or a DLC"},
    {0, "\x89PNG", "a picture (PNG)"},
    {0, "\xff\xd8\xff", "a picture (JPEG)"},
};

static int refuse_others(const uint8_t *bytes, size_t size, struct fault *fault)
{
    for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
        size_t length = strlen(others[i].text);

        if (size >= others[i].at + length &&
            memcmp(bytes + others[i].at, others[i].text, length) == 0)
            return fail(fault, E_CONVERT_SYNTAX, "this is no TensorFlow graph but %s",
                        others[i].what);
    }
    return 0;
}

/*
 * A .meta file is a MetaGraphDef, whose field 3 is a message (how its variables were saved), while
 * a GraphDef's is a number.
 */
static bool is_meta(const uint8_t *bytes, size_t size)
{
    pb_istream_t stream = pb_istream_from_buffer(bytes, size);
    pb_wire_type_t type;
    uint32_t tag;
    bool eof;

    while (pb_decode_tag(&stream, &type, &tag, &eof)) {
        if (tag == 3)
            return type == PB_WT_STRING;
        if (!pb_skip_field(&stream, type))
            return false;
    }
    return false;
}

static int read_file(struct reader *reader, size_t size, bool meta, struct fault *fault)
{
    struct message_part whole = {&reader->message, &reader->nodes};
    tensorflow_MetaGraphDefProto meta_proto = {.graph_def = message_part(take_graph, &whole)};
    tensorflow_GraphDefProto proto = {.node = message_part(take_node, &whole)};
    int r = meta ? message_decode(&reader->message, size, tensorflow_MetaGraphDefProto_fields,
                                  &meta_proto)
                 : message_decode(&reader->message, size, tensorflow_GraphDefProto_fields, &proto);

    if (r == 0 && reader->nodes.n == 0)
        r = fail(fault, E_CONVERT_SYNTAX, "this is no TensorFlow graph: it has no nodes");
    return r;
}

int graphdef_read(const void *bytes, size_t size, struct graphdef *ret, struct fault *fault)
{
    struct graphdef graphdef = {.is_meta = is_meta(bytes, size)};
    struct reader reader = {
        .message = {"TensorFlow graph", &graphdef.arena, bytes, bytes, fault, 0, 0},
    };
    int r = refuse_others(bytes, size, fault);

    if (r == 0)
        r = read_file(&reader, size, graphdef.is_meta, fault);
    if (r < 0) {
        graphdef_done(&graphdef);
        return r;
    }
    graphdef.nodes = reader.nodes.base;
    graphdef.n_nodes = reader.nodes.n;
    *ret = graphdef;
    return 0;
}

void graphdef_done(struct graphdef *graphdef)
{
    arena_done(&graphdef->arena);
}
