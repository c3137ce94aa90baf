#include "convert/onnx/model.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "convert/proto/onnx.pb.h"

/* A node is at least two bytes in the file and a hundred here: these bound what a file of empty
 * messages can cost, far above any model. */
#define TENSORS_MAX 200000
#define ATTRS_MAX   256
#define DIMS_MAX    64
#define ENTRIES_MAX 64
#define INFOS_MAX   200000
#define OPSETS_MAX  256

/* The newest operator set whose changes were read when the operators here were written. */
#define OPSET_NEWEST 28
/* From this version of the file format on, opset_import must be there. */
#define IR_WITH_OPSETS 3

/* What the callbacks of one file share: the message, and the parts that are not in the result. */
struct reader {
    struct message message;
    struct rows nodes, initializers, inputs, outputs, opsets;
    bool has_graph, has_sparse;
};

struct opset {
    const char *domain;
    int64_t version;
};

#define PART(to) (&(struct message_part){part->message, (to)})

static size_t at(const struct message *message)
{
    return (size_t)(message->at - message->base);
}

static bool broken(struct message *message, const char *what)
{
    return message_fail(
        message, fail(message->fault, E_CONVERT_SYNTAX, "before byte %zu: %s", at(message), what));
}

static bool take_entry(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct onnx_entry *entry = message_push(part->message, part->to, sizeof(*entry), ENTRIES_MAX);
    onnx_StringStringEntryProto proto = {0};

    (void)field;
    if (!entry)
        return false;
    entry->key = entry->value = "";
    proto.key = message_part(message_take_text, PART(&entry->key));
    proto.value = message_part(message_take_text, PART(&entry->value));
    return pb_decode(stream, onnx_StringStringEntryProto_fields, &proto);
}

static bool check_dims(struct message *message, const struct onnx_tensor *tensor)
{
    const int64_t *dims = tensor->dims.base;

    if (tensor->dims.n > DIMS_MAX)
        return broken(message, "a tensor of more than 64 dimensions");
    for (uint32_t i = 0; i < tensor->dims.n; i++)
        if (dims[i] < 0 || dims[i] > UINT32_MAX)
            return broken(message, "a tensor with an impossible size");
    return true;
}

static bool read_tensor(pb_istream_t *stream, struct message_part *part, struct onnx_tensor *tensor)
{
    onnx_TensorProto proto = {0};

    tensor->name = "";
    proto.dims = message_part(message_take_i64s, PART(&tensor->dims));
    proto.float_data = message_part(message_take_f32s, PART(&tensor->f32s));
    proto.int32_data = message_part(message_take_i64s, PART(&tensor->i32s));
    proto.int64_data = message_part(message_take_i64s, PART(&tensor->i64s));
    proto.uint64_data = message_part(message_take_i64s, PART(&tensor->i64s));
    proto.double_data = message_part(message_take_f64s, PART(&tensor->f64s));
    proto.name = message_part(message_take_text, PART(&tensor->name));
    proto.raw_data = message_part(message_take_bytes, PART(&tensor->raw));
    proto.external_data = message_part(take_entry, PART(&tensor->external));
    if (!pb_decode(stream, onnx_TensorProto_fields, &proto))
        return false;
    tensor->type = proto.data_type;
    tensor->is_external = proto.data_location == 1;
    return check_dims(part->message, tensor);
}

static bool take_tensor(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct onnx_tensor **to = part->to;
    struct onnx_tensor *tensor = arena_alloc(part->message->arena, sizeof(*tensor));

    (void)field;
    if (!tensor)
        return message_fail(part->message, -ENOMEM);
    *to = tensor;
    return read_tensor(stream, part, tensor);
}

static bool take_initializer(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct onnx_tensor *tensor =
        message_push(part->message, part->to, sizeof(*tensor), TENSORS_MAX);

    (void)field;
    if (!tensor || !read_tensor(stream, part, tensor))
        return false;
    return *tensor->name ? true : broken(part->message, "an initializer without a name");
}

/* Files of the first format version say no type: then it is what is there. */
static int32_t guess_type(const onnx_AttributeProto *proto, const struct onnx_attr *attr)
{
    if (proto->has_type)
        return proto->type;
    if (proto->has_f)
        return ONNX_ATTR_FLOAT;
    if (proto->has_i)
        return ONNX_ATTR_INT;
    if (attr->s)
        return ONNX_ATTR_STRING;
    if (attr->t)
        return ONNX_ATTR_TENSOR;
    if (attr->g.base)
        return ONNX_ATTR_GRAPH;
    if (attr->floats.n)
        return ONNX_ATTR_FLOATS;
    if (attr->strings.n)
        return ONNX_ATTR_STRINGS;
    return attr->ints.n ? ONNX_ATTR_INTS : ONNX_ATTR_UNDEFINED;
}

/* A string attribute may hold anything, documents too; only short texts mean something to us. */
static bool set_string(struct message *message, struct bytes bytes, struct onnx_attr *attr)
{
    if (!bytes.base || bytes.size > MESSAGE_TEXT_MAX ||
        (bytes.size && memchr(bytes.base, 0, bytes.size)))
        return true;
    attr->s = arena_text(message->arena, (const char *)bytes.base, bytes.size);
    return attr->s ? true : message_fail(message, -ENOMEM);
}

static bool take_attr(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct onnx_attr *attr = message_push(part->message, part->to, sizeof(*attr), ATTRS_MAX);
    struct bytes string = {0};
    onnx_AttributeProto proto = {0};

    (void)field;
    if (!attr)
        return false;
    attr->name = "";
    proto.name = message_part(message_take_text, PART(&attr->name));
    proto.s = message_part(message_take_bytes, PART(&string));
    proto.t = message_part(take_tensor, PART(&attr->t));
    proto.g = message_part(message_take_bytes, PART(&attr->g));
    proto.floats = message_part(message_take_f32s, PART(&attr->floats));
    proto.ints = message_part(message_take_i64s, PART(&attr->ints));
    proto.strings = message_part(message_take_texts, PART(&attr->strings));
    if (!pb_decode(stream, onnx_AttributeProto_fields, &proto) ||
        !set_string(part->message, string, attr))
        return false;
    attr->f = proto.f;
    attr->i = proto.i;
    attr->type = guess_type(&proto, attr);
    return *attr->name ? true : broken(part->message, "an attribute without a name");
}

static bool take_node(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct onnx_node *node = message_push(part->message, part->to, sizeof(*node), ONNX_NODES_MAX);
    struct rows inputs = {0}, outputs = {0}, attrs = {0};
    onnx_NodeProto proto = {0};

    (void)field;
    if (!node)
        return false;
    node->node.name = node->node.op = node->domain = "";
    proto.input = message_part(message_take_texts, PART(&inputs));
    proto.output = message_part(message_take_texts, PART(&outputs));
    proto.name = message_part(message_take_text, PART(&node->node.name));
    proto.op_type = message_part(message_take_text, PART(&node->node.op));
    proto.domain = message_part(message_take_text, PART(&node->domain));
    proto.attribute = message_part(take_attr, PART(&attrs));
    if (!pb_decode(stream, onnx_NodeProto_fields, &proto))
        return false;
    node->node.inputs = inputs.base;
    node->node.n_inputs = inputs.n;
    node->node.outputs = outputs.base;
    node->node.n_outputs = outputs.n;
    node->attrs = attrs.base;
    node->n_attrs = attrs.n;
    return *node->node.op ? true : broken(part->message, "a node without an operator");
}

static bool take_dim(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct onnx_dim *dim = message_push(part->message, part->to, sizeof(*dim), DIMS_MAX);
    onnx_DimensionProto proto = {0};

    (void)field;
    if (!dim)
        return false;
    proto.dim_param = message_part(message_take_text, PART(&dim->param));
    if (!pb_decode(stream, onnx_DimensionProto_fields, &proto))
        return false;
    if (proto.dim_value > UINT32_MAX)
        return broken(part->message, "a tensor with an impossible size");
    dim->size = proto.dim_value > 0 ? proto.dim_value : 0;
    dim->is_zero = proto.has_dim_value && proto.dim_value == 0;
    return true;
}

static bool take_shape(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct onnx_info *info = part->to;
    onnx_TensorShapeProto proto = {0};

    (void)field;
    info->has_shape = true;
    proto.dim = message_part(take_dim, PART(&info->dims));
    return pb_decode(stream, onnx_TensorShapeProto_fields, &proto);
}

static bool take_tensor_type(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct onnx_info *info = part->to;
    onnx_TensorTypeProto proto = {0};

    (void)field;
    info->is_tensor = true;
    proto.shape = message_part(take_shape, PART(info));
    if (!pb_decode(stream, onnx_TensorTypeProto_fields, &proto))
        return false;
    info->type = proto.elem_type;
    return true;
}

static bool take_type(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    onnx_TypeProto proto = {0};

    (void)field;
    proto.tensor_type = message_part(take_tensor_type, PART(part->to));
    return pb_decode(stream, onnx_TypeProto_fields, &proto);
}

static bool take_info(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct onnx_info *info = message_push(part->message, part->to, sizeof(*info), INFOS_MAX);
    onnx_ValueInfoProto proto = {0};

    (void)field;
    if (!info)
        return false;
    info->name = "";
    proto.name = message_part(message_take_text, PART(&info->name));
    proto.type = message_part(take_type, PART(info));
    if (!pb_decode(stream, onnx_ValueInfoProto_fields, &proto))
        return false;
    return *info->name ? true : broken(part->message, "an input or output without a name");
}

static void want_parts(onnx_GraphProto *proto, struct message_part parts[5], struct reader *reader)
{
    void *const to[] = {&reader->nodes, &reader->initializers, &reader->inputs, &reader->outputs,
                        &reader->has_sparse};

    for (size_t i = 0; i < ARRAY_SIZE(to); i++)
        parts[i] = (struct message_part){&reader->message, to[i]};
    proto->node = message_part(take_node, &parts[0]);
    proto->initializer = message_part(take_initializer, &parts[1]);
    proto->input = message_part(take_info, &parts[2]);
    proto->output = message_part(take_info, &parts[3]);
    proto->sparse_initializer = message_part(message_take_flag, &parts[4]);
}

static bool take_graph(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct reader *reader = ((struct message_part *)*arg)->to;
    struct message_part parts[5];
    onnx_GraphProto proto = {0};

    (void)field;
    reader->has_graph = true;
    want_parts(&proto, parts, reader);
    return pb_decode(stream, onnx_GraphProto_fields, &proto);
}

static bool take_opset(pb_istream_t *stream, const pb_field_t *field, void **arg)
{
    struct message_part *part = *arg;
    struct opset *opset = message_push(part->message, part->to, sizeof(*opset), OPSETS_MAX);
    onnx_OperatorSetIdProto proto = {0};

    (void)field;
    if (!opset)
        return false;
    opset->domain = "";
    proto.domain = message_part(message_take_text, PART(&opset->domain));
    if (!pb_decode(stream, onnx_OperatorSetIdProto_fields, &proto))
        return false;
    opset->version = proto.version;
    return true;
}

static int find_opset(const struct reader *reader, int64_t ir_version, int64_t *ret,
                      struct fault *fault)
{
    const struct opset *opsets = reader->opsets.base;
    int64_t version = ir_version < IR_WITH_OPSETS ? 1 : 0;

    for (uint32_t i = 0; i < reader->opsets.n; i++)
        if (!*opsets[i].domain || strcmp(opsets[i].domain, "ai.onnx") == 0)
            version = opsets[i].version;
    if (version < 1)
        return fail(fault, E_CONVERT_SYNTAX,
                    "the model does not say which version of ONNX's operators it uses "
                    "(opset_import); the file may be cut");
    if (version > OPSET_NEWEST)
        return fail(fault, E_NOT_BUILT,
                    "the model uses operator set %" PRId64
                    ", %d is the newest one known here: export it with an older one",
                    version, OPSET_NEWEST);
    *ret = version;
    return 0;
}

static int read_file(struct reader *reader, size_t size, int64_t *ret_opset, struct fault *fault)
{
    struct message_part whole = {&reader->message, reader};
    struct message_part *part = &whole;
    onnx_ModelProto proto = {0};
    int r;

    proto.graph = message_part(take_graph, PART(reader));
    proto.opset_import = message_part(take_opset, PART(&reader->opsets));
    r = message_decode(&reader->message, size, onnx_ModelProto_fields, &proto);
    if (r < 0)
        return r;
    if (!reader->has_graph)
        return fail(fault, E_CONVERT_SYNTAX, "this is no ONNX model: it has no graph");
    return find_opset(reader, proto.ir_version, ret_opset, fault);
}

static int take_parts(const struct reader *reader, struct onnx_graph *ret, struct fault *fault)
{
    if (reader->has_sparse)
        return fail(fault, E_NOT_BUILT,
                    "the model has sparse weights (sparse_initializer): export it with dense ones");
    *ret = (struct onnx_graph){
        .nodes = reader->nodes.base,
        .initializers = reader->initializers.base,
        .inputs = reader->inputs.base,
        .outputs = reader->outputs.base,
        .n_nodes = reader->nodes.n,
        .n_initializers = reader->initializers.n,
        .n_inputs = reader->inputs.n,
        .n_outputs = reader->outputs.n,
    };
    return 0;
}

int onnx_model_read(const void *bytes, size_t size, struct onnx_model *ret, struct fault *fault)
{
    struct onnx_model model = {.base = bytes};
    struct reader reader = {
        .message = {"ONNX model", &model.arena, bytes, bytes, fault, 0, 0},
    };
    int r = read_file(&reader, size, &model.opset, fault);

    if (r == 0)
        r = take_parts(&reader, &model.graph, fault);
    if (r < 0)
        onnx_model_done(&model);
    else
        *ret = model;
    return r;
}

int onnx_graph_read(struct onnx_model *model, struct bytes bytes, struct onnx_graph *ret,
                    struct fault *fault)
{
    struct reader reader = {
        .message = {"graph of an ONNX model", &model->arena, model->base, bytes.base, fault, 0, 0},
    };
    struct message_part parts[5];
    onnx_GraphProto proto = {0};
    int r;

    want_parts(&proto, parts, &reader);
    r = message_decode(&reader.message, bytes.size, onnx_GraphProto_fields, &proto);
    return r < 0 ? r : take_parts(&reader, ret, fault);
}

void onnx_model_done(struct onnx_model *model)
{
    for (struct onnx_scope *scope = model->scopes; scope; scope = scope->next)
        names_done(&scope->from);
    arena_done(&model->arena);
}
