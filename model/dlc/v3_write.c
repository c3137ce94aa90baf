#include <errno.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "model/dlc/layers.h"
#include "model/dlc/v3.h"
#include "model/dlc/v3_encoding.h"
#include "model/dlc/v3_format.h"

/* The record `model` while it is written. */
struct writer {
    const struct graph *graph;
    struct flat_build *build;
    struct v3_tree tree;  /* of the layer */
    struct v3_tree infos; /* of the network */
    struct v3_branch *buffers;
    const struct layers *layers;
    uint32_t *places; /* of the first N_PLACES of them, in BUILD */
    uint32_t n_places;
    int channels; /* some value has an encoding for each channel */
};

/* Integers that files hold without a sign. */
static bool is_unsigned(const char *dlc)
{
    static const char *const names[] = {
        "axis", "axes", "order", "input_color_space", "output_color_space", "input_type", NULL};
    size_t i = 0;

    while (names[i] && strcmp(names[i], dlc) != 0)
        i++;
    return names[i] != NULL;
}

/* Axes count from the front in files. */
static int32_t from_front(const struct v3_node *node, const char *dlc, int32_t v)
{
    const struct node *of = node->node;

    if (v >= 0 || strncmp(dlc, "ax", 2) != 0 || of->n_inputs == 0)
        return v;
    return v + (int32_t)node->graph->values[of->inputs[0]].shape.rank;
}

static void add_i32(struct v3_node *node, const struct attr_spec *spec, int32_t v)
{
    v = from_front(node, spec->dlc, v);
    if (spec->type == ATTR_ENUM)
        v3_tree_u32(node->tree, node->attrs, spec->dlc,
                    types_code(node->type->op, spec->dlc, (uint32_t)v));
    else if (is_unsigned(spec->dlc))
        v3_tree_u32(node->tree, node->attrs, spec->dlc, (uint32_t)v);
    else
        v3_tree_i32(node->tree, node->attrs, spec->dlc, v);
}

static void add_i32s(struct v3_node *node, const struct attr_spec *spec, const struct i32s *list)
{
    int32_t *copy;

    if (!is_unsigned(spec->dlc)) {
        v3_tree_i32s(node->tree, node->attrs, spec->dlc, list->v, list->n);
        return;
    }
    copy = arena_alloc(&node->tree->arena, (list->n + 1) * sizeof(*copy));
    if (!copy) {
        node->tree->error = -ENOMEM;
        return;
    }
    for (uint32_t i = 0; i < list->n; i++)
        copy[i] = from_front(node, spec->dlc, list->v[i]);
    v3_tree_u32s(node->tree, node->attrs, spec->dlc, (const uint32_t *)copy, list->n);
}

static void add_attr(struct v3_node *node, const struct attr_spec *spec)
{
    const void *member = (const char *)node->node->attrs + spec->at;

    switch (spec->type) {
    case ATTR_BOOL:
        v3_tree_bool(node->tree, node->attrs, spec->dlc, *(const bool *)member);
        return;
    case ATTR_F32:
        v3_tree_f32(node->tree, node->attrs, spec->dlc, *(const float *)member);
        return;
    case ATTR_I32S:
        add_i32s(node, spec, member);
        return;
    case ATTR_STRING:
        v3_tree_text(node->tree, node->attrs, spec->dlc, *(const char *const *)member);
        return;
    case ATTR_F32S:
        v3_tree_f32s(node->tree, node->attrs, spec->dlc, ((const struct f32s *)member)->v,
                     ((const struct f32s *)member)->n);
        return;
    default:
        add_i32(node, spec, *(const int32_t *)member);
    }
}

static bool is_omitted(const struct v3_node *node, const char *dlc)
{
    for (const char *const *it = node->omitted; it && *it; it++)
        if (strcmp(*it, dlc) == 0)
            return true;
    return false;
}

/* What the special says first, then the rows that it left. */
static void add_attrs(struct v3_node *node)
{
    const struct attr_spec *spec = op_get(node->node->op)->attrs;

    node->type->write(node);
    for (; spec && spec->name; spec++)
        if (spec->dlc && !v3_tree_has(node->attrs, spec->dlc) && !is_omitted(node, spec->dlc))
            add_attr(node, spec);
}

/* OutputDims, and the encodings if there are any. */
static void add_outputs(struct writer *writer, struct v3_branch *attrs, const uint32_t *values,
                        uint32_t n)
{
    struct v3_branch *dims = v3_tree_list(&writer->tree, attrs, "OutputDims"), *encodings = NULL;

    for (uint32_t i = 0; i < n; i++) {
        const struct value *value = &writer->graph->values[values[i]];

        v3_tree_u32s(&writer->tree, dims, v3_tree_number(&writer->tree, i), value->shape.dim,
                     value->shape.rank);
        if (value->n_encodings == 0)
            continue;
        if (!encodings)
            encodings = v3_encoding_begin(&writer->tree, attrs, writer->channels);
        v3_encoding_add(&writer->tree, encodings, writer->channels, i, value->encodings,
                        value->n_encodings, value->encoding_axis);
    }
}

/* The buffer in the network's attribute BufferInfos; readers of ours pass it over. */
static void add_buffer(struct writer *writer, uint32_t number)
{
    static const int32_t image[] = {3, 0, 1, 2}, feature[] = {3, 5}, other[] = {6};
    const struct value *value = &writer->graph->values[number];
    uint32_t rank = value->shape.rank;
    struct v3_branch *info = v3_tree_list(&writer->infos, writer->buffers, value->name);

    if (rank == 4)
        v3_tree_i32s(&writer->infos, info, "axis_order", image, 4);
    else if (rank == 2)
        v3_tree_i32s(&writer->infos, info, "axis_order", feature, 2);
    else
        v3_tree_i32s(&writer->infos, info, "axis_order", other, 1);
    v3_tree_u32(&writer->infos, info, "data_size", 32);
    v3_tree_u32s(&writer->infos, info, "dims", value->shape.dim, rank);
}

/* A vector of the names of VALUES; those that are NO_VALUE or marked in SKIP are left out. */
static uint32_t build_names(struct writer *writer, const uint32_t *values, uint32_t n,
                            const bool *skip)
{
    uint32_t places[UINT8_MAX], n_places = 0;

    for (uint32_t i = 0; i < n && i < ARRAY_SIZE(places); i++)
        if (values[i] != NO_VALUE && !(skip && skip[i]))
            places[n_places++] =
                flat_build_string(writer->build, writer->graph->values[values[i]].name);
    return flat_build_refs(writer->build, places, n_places);
}

struct written {
    const char *name, *type;
    const uint32_t *inputs, *outputs;
    uint32_t n_inputs, n_outputs;
    const bool *stored; /* inputs that are not named; NULL: all are */
    const struct v3_branch *attrs;
};

static void build_layer(struct writer *writer, const struct written *layer)
{
    struct flat_build *build = writer->build;
    uint32_t id = writer->n_places;
    uint32_t name = flat_build_string(build, layer->name);
    uint32_t type = flat_build_string(build, layer->type);
    uint32_t inputs = build_names(writer, layer->inputs, layer->n_inputs, layer->stored);
    uint32_t outputs = build_names(writer, layer->outputs, layer->n_outputs, NULL);
    uint32_t attrs = v3_tree_build(&writer->tree, layer->attrs, build);

    if (id)
        flat_build_u32(build, V3_LAYER_ID, id);
    flat_build_ref(build, V3_LAYER_NAME, name);
    flat_build_ref(build, V3_LAYER_TYPE, type);
    flat_build_ref(build, V3_LAYER_INPUTS, inputs);
    flat_build_ref(build, V3_LAYER_OUTPUTS, outputs);
    flat_build_ref(build, V3_LAYER_ATTRS, attrs);
    writer->places[writer->n_places++] = flat_build_table(build);
    for (uint32_t i = 0; i < layer->n_outputs; i++)
        add_buffer(writer, layer->outputs[i]);
}

static int write_const(struct writer *writer, const struct layer *from)
{
    struct v3_branch *attrs = v3_tree_root(&writer->tree);
    const struct written layer = {
        .name = from->name,
        .type = from->type,
        .outputs = &from->value,
        .n_outputs = 1,
        .attrs = attrs,
    };

    add_outputs(writer, attrs, &from->value, 1);
    build_layer(writer, &layer);
    v3_tree_done(&writer->tree);
    return writer->tree.error;
}

static int write_node(struct writer *writer, const struct node *node, struct fault *fault)
{
    struct v3_node out = {.graph = writer->graph, .node = node, .tree = &writer->tree};
    bool stored[UINT8_MAX] = {false};
    struct written layer = {
        .name = node->name,
        .inputs = node->op == OP_INPUT ? node->outputs : node->inputs,
        .outputs = node->outputs,
        .n_inputs = node->op == OP_INPUT ? node->n_outputs : node->n_inputs,
        .n_outputs = node->n_outputs,
        .stored = stored,
    };

    out.type = types_of_op(node->op);
    if (!out.type)
        return fail(fault, E_DLC_LAYER, "layer %.100s: a container has no name for the operator %s",
                    node->name, op_get(node->op)->name);
    for (uint32_t i = 0; i < node->n_inputs; i++)
        stored[i] = layers_stored(writer->graph, node, i) != NULL;
    out.type_name = types_name(node);
    out.attrs = v3_tree_root(&writer->tree);
    add_attrs(&out);
    add_outputs(writer, out.attrs, node->outputs, node->n_outputs);
    layer.type = out.type_name;
    layer.attrs = out.attrs;
    build_layer(writer, &layer);
    v3_tree_done(&writer->tree);
    return writer->tree.error;
}

static int write_nodes(struct writer *writer, struct fault *fault)
{
    struct v3_branch *attrs = v3_tree_root(&writer->infos);
    uint32_t layers, unused2, unused3, infos;
    int r = 0;

    writer->buffers = v3_tree_unsorted(&writer->infos, attrs, "BufferInfos");
    for (uint32_t i = 0; r == 0 && i < writer->layers->n; i++) {
        const struct layer *layer = &writer->layers->v[i];

        r = layer->node ? write_node(writer, layer->node, fault) : write_const(writer, layer);
    }
    if (r < 0)
        return r;
    layers = flat_build_refs(writer->build, writer->places, writer->n_places);
    unused2 = flat_build_refs(writer->build, NULL, 0);
    unused3 = flat_build_refs(writer->build, NULL, 0);
    infos = v3_tree_build(&writer->infos, attrs, writer->build);
    flat_build_ref(writer->build, V3_NET_LAYERS, layers);
    flat_build_ref(writer->build, V3_NET_UNUSED2, unused2);
    flat_build_ref(writer->build, V3_NET_UNUSED3, unused3);
    flat_build_ref(writer->build, V3_NET_ATTRS, infos);
    r = flat_build_finish(writer->build, flat_build_table(writer->build), "NETD");
    return writer->infos.error ? writer->infos.error : r;
}

static int has_channels(const struct graph *graph)
{
    for (uint32_t i = 0; i < graph->n_values; i++)
        if (graph->values[i].n_encodings > 1)
            return 1;
    return 0;
}

static int write_model(const struct graph *graph, const struct layers *layers, int channels,
                       struct flat_build *build, struct fault *fault)
{
    struct writer writer = {.graph = graph, .build = build, .layers = layers, .channels = channels};
    int r = -ENOMEM;

    writer.places = calloc((size_t)layers->n + 1, sizeof(*writer.places));
    if (writer.places)
        r = write_nodes(&writer, fault);
    v3_tree_done(&writer.tree);
    v3_tree_done(&writer.infos);
    free(writer.places);
    return r;
}

static int write_both(const struct graph *graph, const struct layers *layers,
                      struct flat_build *model, struct flat_build *params, struct fault *fault)
{
    int channels = has_channels(graph);
    int r = write_model(graph, layers, channels, model, fault);

    if (r == 0)
        r = v3_write_params(graph, layers, channels, params, fault);
    if (r == 0)
        r = flat_build_prefix(model, container_header, CONTAINER_HEADER_SIZE);
    if (r == 0)
        r = flat_build_prefix(params, container_header, CONTAINER_HEADER_SIZE);
    return r;
}

int v3_write(const struct graph *graph, struct flat_build *model, struct flat_build *params,
             struct fault *fault)
{
    struct layers layers = {.n = 0};
    int r = layers_init(graph, &layers);

    if (r == 0)
        r = write_both(graph, &layers, model, params, fault);
    layers_done(&layers);
    return r;
}
