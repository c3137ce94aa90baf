#include "model/build.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "model/names.h"
#include "model/store.h"

/* An array in the arena; what it leaves behind when it grows is less than its final size. */
struct table {
    void *base;
    uint32_t n, capacity;
};

struct builder {
    struct arena arena;
    struct table values, nodes, sections, outputs;
    struct names value_names, node_names;
};

int builder_new(struct builder **ret)
{
    struct builder *builder = calloc(1, sizeof(*builder));

    if (!builder)
        return -ENOMEM;
    *ret = builder;
    return 0;
}

static struct value *value_at(const struct builder *builder, uint32_t i)
{
    return (struct value *)builder->values.base + i;
}

static struct node *node_at(const struct builder *builder, uint32_t i)
{
    return (struct node *)builder->nodes.base + i;
}

void builder_free(struct builder *builder)
{
    if (!builder)
        return;
    for (uint32_t i = 0; i < builder->values.n; i++)
        blob_unref(value_at(builder, i)->blob);
    names_done(&builder->value_names);
    names_done(&builder->node_names);
    arena_done(&builder->arena);
    free(builder);
}

/* Room for MORE members of SIZE bytes. */
static int table_reserve(struct builder *builder, struct table *table, uint32_t more, size_t size)
{
    uint64_t wanted = (uint64_t)table->n + more;
    uint32_t capacity;
    void *base;

    if (wanted <= table->capacity)
        return 0;
    if (wanted >= UINT32_MAX / 2)
        return -ENOMEM;
    capacity = wanted < 16 ? 16 : (uint32_t)wanted * 2;
    base = arena_alloc(&builder->arena, capacity * size);
    if (!base)
        return -ENOMEM;
    if (table->n)
        memcpy(base, table->base, table->n * size);
    table->base = base;
    table->capacity = capacity;
    return 0;
}

/* A shape that may stand in a graph. */
static int check_shape(const struct shape *shape, uint32_t element_size, size_t *ret_bytes,
                       struct fault *fault)
{
    char text[STR_SHAPE_SIZE];

    if (shape->rank > SHAPE_RANK_MAX)
        return fail(fault, E_SHAPE, "it has %u axes; at most %d are possible", shape->rank,
                    SHAPE_RANK_MAX);
    for (uint32_t i = 0; i < shape->rank; i++)
        if (shape->dim[i] == 0)
            return fail(fault, E_SHAPE, "axis %u has the size 0", i);
    if (shape_check(shape, element_size, ret_bytes) < 0)
        return fail(fault, E_SHAPE, "%s is more than the %zu bytes a tensor may have",
                    str_shape(shape, text, sizeof(text)), SHAPE_BYTES_MAX);
    return 0;
}

static int check_encodings(const struct encoding *encodings, uint32_t n, uint32_t axis,
                           const struct shape *shape, struct fault *fault)
{
    if (n > 1 && (axis >= shape->rank || shape->dim[axis] != n))
        return fail(fault, E_ENCODING, "%u encodings do not fit axis %u, which has the size %u", n,
                    axis, axis < shape->rank ? shape->dim[axis] : 0);
    for (uint32_t i = 0; i < n; i++)
        if (encoding_check(&encodings[i]) < 0)
            return fail(fault, E_ENCODING,
                        "encoding %u is none: min %g, max %g, delta %g, offset %d", i,
                        (double)encodings[i].min, (double)encodings[i].max,
                        (double)encodings[i].delta, encodings[i].offset);
    return 0;
}

static int check_constant(const struct constant *constant, struct fault *fault)
{
    size_t bytes;
    int r;

    if ((unsigned)constant->dtype >= _DTYPE_MAX || !constant->blob)
        return fail(fault, E_GRAPH, "it has no data of a known type");
    r = check_shape(&constant->shape, dtype_size(constant->dtype), &bytes, fault);
    if (r < 0)
        return r;
    if (blob_size(constant->blob) != bytes)
        return fail(fault, E_GRAPH, "it has %zu bytes, but its shape takes %zu",
                    blob_size(constant->blob), bytes);
    if (constant->dtype == DTYPE_TF8 && constant->n_encodings == 0)
        return fail(fault, E_ENCODING, "it has 8-bit codes, but no encoding for them");
    return check_encodings(constant->encodings, constant->n_encodings, constant->encoding_axis,
                           &constant->shape, fault);
}

/* Copies the name into the arena and claims it; RET is the copy. */
static int claim_name(struct builder *builder, struct names *names, const char *name,
                      const char **ret, struct fault *fault)
{
    const char *copy;
    int r;

    if (!name || !*name)
        return fail(fault, E_GRAPH, "a layer or buffer has no name");
    copy = arena_text(&builder->arena, name, strlen(name));
    if (!copy)
        return -ENOMEM;
    r = names_add(names, copy);
    if (r == -EEXIST)
        return fail(fault, E_GRAPH, "the name %.100s is in use already", name);
    if (r == 0)
        *ret = copy;
    return r;
}

static const struct encoding *copy_encodings(struct builder *builder,
                                             const struct encoding *encodings, uint32_t n)
{
    return arena_copy(&builder->arena, encodings, n * sizeof(*encodings));
}

int build_constant(struct builder *builder, const struct constant *constant, uint32_t *ret,
                   struct fault *fault)
{
    struct value value = {
        .shape = constant->shape,
        .dtype = constant->dtype,
        .producer = NO_NODE,
        .n_encodings = constant->n_encodings,
        .encoding_axis = constant->n_encodings > 1 ? constant->encoding_axis : 0,
    };
    struct fault inner = {""};
    int r = check_constant(constant, &inner);

    if (r < 0)
        return fail(fault, r, "constant %.80s: %s", constant->name, inner.text);
    r = table_reserve(builder, &builder->values, 1, sizeof(struct value));
    if (r < 0)
        return r;
    if (value.n_encodings) {
        value.encodings = copy_encodings(builder, constant->encodings, value.n_encodings);
        if (!value.encodings)
            return -ENOMEM;
    }
    r = claim_name(builder, &builder->value_names, constant->name, &value.name, fault);
    if (r < 0)
        return r;
    value.blob = blob_ref(constant->blob);
    value.data = blob_base(constant->blob);
    *ret = builder->values.n;
    *value_at(builder, builder->values.n++) = value;
    return 0;
}

int build_const_layer(struct builder *builder, uint32_t value, const char *name)
{
    const char *copy = arena_text(&builder->arena, name, strlen(name));

    if (!copy)
        return -ENOMEM;
    value_at(builder, value)->layer = copy;
    return 0;
}

static int check_arity(const struct op_def *def, const struct node_spec *spec, struct fault *fault)
{
    if (spec->n_inputs < def->n_inputs.least || spec->n_inputs > def->n_inputs.most)
        return fail(fault, E_OP_ARITY, "it has %u inputs, not %u to %u", spec->n_inputs,
                    def->n_inputs.least, def->n_inputs.most);
    if (spec->n_outputs < def->n_outputs.least || spec->n_outputs > def->n_outputs.most)
        return fail(fault, E_OP_ARITY, "it has %u outputs, not %u to %u", spec->n_outputs,
                    def->n_outputs.least, def->n_outputs.most);
    return 0;
}

/* The values that the node reads, into IN; NULL for one that is not there. */
static int find_inputs(const struct builder *builder, const struct op_def *def,
                       const struct node_spec *spec, const struct value **in, struct fault *fault)
{
    for (uint32_t i = 0; i < spec->n_inputs; i++) {
        uint32_t input = spec->inputs[i];

        in[i] = NULL;
        if (input == NO_VALUE && i < def->n_inputs.least)
            return fail(fault, E_OP_ARITY, "input %u is missing", i);
        if (input == NO_VALUE)
            continue;
        if (input >= builder->values.n)
            return fail(fault, E_GRAPH, "input %u is a value that does not exist yet", i);
        in[i] = value_at(builder, input);
        if (in[i]->dtype != DTYPE_F32 && in[i]->dtype != DTYPE_TF8)
            return fail(fault, E_GRAPH, "input %u (%.60s) is a constant of integers", i,
                        in[i]->name);
    }
    return 0;
}

static int check_outputs(const struct shape *out, uint32_t n_outputs, struct fault *fault)
{
    struct fault inner = {""};
    size_t bytes;

    for (uint32_t i = 0; i < n_outputs; i++) {
        int r = check_shape(&out[i], sizeof(float), &bytes, &inner);

        if (r < 0)
            return fail(fault, r, "output %u: %s", i, inner.text);
    }
    return 0;
}

/* All that may be wrong with a node apart from names; works out the shapes of the outputs. */
static int infer_node(const struct builder *builder, const struct op_def *def,
                      const struct node_spec *spec, const void *attrs, struct shape *out,
                      struct fault *fault)
{
    const struct value *in[UINT8_MAX];
    const struct infer infer = {
        .attrs = attrs, .in = in, .n_in = spec->n_inputs, .n_out = spec->n_outputs};
    int r = check_arity(def, spec, fault);

    if (r == 0)
        r = find_inputs(builder, def, spec, in, fault);
    if (r == 0 && def->attrs_size)
        r = attrs_check(def->attrs, attrs, fault);
    if (r == 0)
        r = def->infer(&infer, out, fault);
    if (r == 0)
        r = check_outputs(out, spec->n_outputs, fault);
    return r;
}

/* The node's own copy of its attributes, or of the presets. */
static int copy_attrs(struct builder *builder, const struct op_def *def, const void *attrs,
                      const void **ret)
{
    void *preset = NULL;

    *ret = NULL;
    if (!def->attrs_size)
        return 0;
    if (attrs) {
        *ret = attrs_copy(def->attrs, attrs, def->attrs_size, &builder->arena);
        return *ret ? 0 : -ENOMEM;
    }
    preset = arena_alloc(&builder->arena, def->attrs_size);
    if (!preset)
        return -ENOMEM;
    attrs_preset(def->attrs, preset);
    *ret = preset;
    return 0;
}

/* Claims the names of node and outputs; on failure none of them. */
static int claim_names(struct builder *builder, const struct node_spec *spec, struct node *node,
                       const char **names, struct fault *fault)
{
    uint32_t n = 0;
    int r = claim_name(builder, &builder->node_names, spec->name, &node->name, fault);

    if (r < 0)
        return r;
    while (r == 0 && n < spec->n_outputs) {
        r = claim_name(builder, &builder->value_names, spec->outputs[n], &names[n], fault);
        n += r == 0;
    }
    if (r == 0)
        return 0;
    while (n-- > 0)
        names_drop_last(&builder->value_names, names[n]);
    names_drop_last(&builder->node_names, node->name);
    return r;
}

/* Memory for all that a node brings; what is not used after a failure stays in the arena. */
static int allocate_node(struct builder *builder, const struct node_spec *spec, struct node *node)
{
    uint32_t *outputs;
    int r = table_reserve(builder, &builder->nodes, 1, sizeof(struct node));

    if (r == 0)
        r = table_reserve(builder, &builder->values, spec->n_outputs, sizeof(struct value));
    if (r < 0)
        return r;
    outputs = arena_alloc(&builder->arena, spec->n_outputs * sizeof(*outputs));
    if (!outputs)
        return -ENOMEM;
    if (spec->n_inputs) {
        node->inputs =
            arena_copy(&builder->arena, spec->inputs, spec->n_inputs * sizeof(*spec->inputs));
        if (!node->inputs)
            return -ENOMEM;
    }
    for (uint32_t i = 0; i < spec->n_outputs; i++)
        outputs[i] = builder->values.n + i;
    node->outputs = outputs;
    return 0;
}

static void append_node(struct builder *builder, const struct node *node, const char **names,
                        const struct shape *shapes)
{
    for (uint32_t i = 0; i < node->n_outputs; i++)
        *value_at(builder, builder->values.n++) = (struct value){
            .name = names[i],
            .shape = shapes[i],
            .dtype = DTYPE_F32,
            .producer = builder->nodes.n,
        };
    *node_at(builder, builder->nodes.n++) = *node;
}

int build_node(struct builder *builder, const struct node_spec *spec, uint32_t *ret,
               struct fault *fault)
{
    struct node node = {.op = spec->op, .n_inputs = spec->n_inputs, .n_outputs = spec->n_outputs};
    const char *names[OUTPUTS_MOST];
    struct shape shapes[OUTPUTS_MOST] = {0};
    struct fault inner = {""};
    const struct op_def *def;
    int r;

    if ((unsigned)spec->op >= _OP_MAX)
        return fail(fault, E_GRAPH, "%.80s: there is no operator %d", spec->name, (int)spec->op);
    def = op_get(spec->op);
    r = copy_attrs(builder, def, spec->attrs, &node.attrs);
    if (r == 0)
        r = infer_node(builder, def, spec, node.attrs, shapes, &inner);
    if (r == 0)
        r = allocate_node(builder, spec, &node);
    if (r == 0)
        r = claim_names(builder, spec, &node, names, &inner);
    if (r == -ENOMEM)
        return r;
    if (r < 0)
        return fail(fault, r, "%.80s (%s): %s", spec->name, def->name, inner.text);
    append_node(builder, &node, names, shapes);
    if (ret)
        memcpy(ret, node.outputs, node.n_outputs * sizeof(*ret));
    return 0;
}

int build_encoding(struct builder *builder, uint32_t value, const struct encoding *encodings,
                   uint32_t n_encodings, uint32_t axis, struct fault *fault)
{
    const struct encoding *copy;
    struct fault inner = {""};
    struct value *to;
    int r;

    if (value >= builder->values.n || value_at(builder, value)->blob)
        return fail(fault, E_GRAPH, "an encoding was given for what is no buffer of a layer");
    to = value_at(builder, value);
    r = check_encodings(encodings, n_encodings, axis, &to->shape, &inner);
    if (r < 0)
        return fail(fault, r, "buffer %.80s: %s", to->name, inner.text);
    copy = n_encodings ? copy_encodings(builder, encodings, n_encodings) : NULL;
    if (n_encodings && !copy)
        return -ENOMEM;
    to->encodings = copy;
    to->n_encodings = n_encodings;
    to->encoding_axis = n_encodings > 1 ? axis : 0;
    return 0;
}

int build_output(struct builder *builder, uint32_t value, struct fault *fault)
{
    uint32_t *outputs;
    int r;

    if (value >= builder->values.n || value_at(builder, value)->blob)
        return fail(fault, E_GRAPH, "an output of the network is no buffer of a layer");
    outputs = builder->outputs.base;
    for (uint32_t i = 0; i < builder->outputs.n; i++)
        if (outputs[i] == value)
            return fail(fault, E_GRAPH, "%.100s is an output of the network already",
                        value_at(builder, value)->name);
    r = table_reserve(builder, &builder->outputs, 1, sizeof(*outputs));
    if (r < 0)
        return r;
    outputs = builder->outputs.base;
    outputs[builder->outputs.n++] = value;
    return 0;
}

int build_section(struct builder *builder, const char *name, const void *base, size_t size,
                  struct fault *fault)
{
    struct section *sections = builder->sections.base, section = {.size = size};
    int r;

    for (uint32_t i = 0; i < builder->sections.n; i++)
        if (strcmp(sections[i].name, name) == 0)
            return fail(fault, E_GRAPH, "there are two records of the name %.100s", name);
    r = table_reserve(builder, &builder->sections, 1, sizeof(section));
    if (r < 0)
        return r;
    section.name = arena_text(&builder->arena, name, strlen(name));
    section.base = size ? arena_copy(&builder->arena, base, size) : NULL;
    if (!section.name || (size && !section.base))
        return -ENOMEM;
    sections = builder->sections.base;
    sections[builder->sections.n++] = section;
    return 0;
}

const struct value *builder_value(const struct builder *builder, uint32_t value)
{
    return value_at(builder, value);
}

int build_done(struct builder *builder, struct graph **ret, struct fault *fault)
{
    const struct graph parts = {
        .values = builder->values.base,
        .nodes = builder->nodes.base,
        .sections = builder->sections.base,
        .n_values = builder->values.n,
        .n_nodes = builder->nodes.n,
        .n_sections = builder->sections.n,
        .outputs = builder->outputs.base,
        .n_outputs = builder->outputs.n,
    };
    struct store *store;
    int r;

    if (builder->nodes.n == 0)
        return fail(fault, E_GRAPH, "the network has no layer");
    r = store_new(&parts, &builder->value_names, &builder->node_names, &builder->arena, &store);
    if (r < 0)
        return r;
    builder->values = builder->nodes = builder->sections = builder->outputs = (struct table){0};
    names_done(&builder->value_names);
    names_done(&builder->node_names);
    *ret = &store->graph;
    return 0;
}
