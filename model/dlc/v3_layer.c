#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "model/dlc/v3.h"
#include "model/dlc/v3_attr.h"
#include "model/dlc/v3_encoding.h"
#include "model/ops/user_defined.h"

/* The row of the layer's type; where a selector tells rows apart, the one with its code. */
static const struct dlc_type *find_type(const struct v3_layer *layer)
{
    for (const struct dlc_type *type = types_table; type->name; type++)
        if (strcmp(type->name, layer->type_name) == 0 &&
            (!type->selector || v3_attr_get(&layer->attrs, type->selector, 0) == type->code))
            return type;
    return NULL;
}

void v3_layer_begin(struct v3_reader *reader, uint32_t i, struct v3_layer *ret)
{
    struct flat_table table = flat_vector_table(&reader->layers, i);

    *ret = (struct v3_layer){
        .reader = reader,
        .name = flat_string(&table, V3_LAYER_NAME),
        .type_name = flat_string(&table, V3_LAYER_TYPE),
        .inputs = flat_vector(&table, V3_LAYER_INPUTS, 4),
        .outputs = flat_vector(&table, V3_LAYER_OUTPUTS, 4),
        .attrs = flat_vector(&table, V3_LAYER_ATTRS, 4),
    };
    ret->type = find_type(ret);
}

int v3_layer_fail(const struct v3_layer *layer, int code, const struct fault *inner)
{
    return fail(layer->reader->fault, code, "layer %.80s (%.40s): %s", layer->name,
                layer->type_name, inner->text);
}

/* Numbers of a list, in the layer's scratch; only as many as an operator can want. */
static int take_words(struct v3_layer *layer, const struct attr_spec *spec,
                      const struct flat_vector *list, const void **ret, struct fault *fault)
{
    uint32_t *words;

    if (list->n > V3_INPUTS_MAX)
        return fail(fault, E_OP_ATTR, "%s: a list of %u numbers is too long", spec->dlc, list->n);
    words = arena_alloc(&layer->reader->scratch, list->n * sizeof(*words) + 1);
    if (!words)
        return -ENOMEM;
    for (uint32_t i = 0; i < list->n; i++)
        words[i] = flat_vector_u32(list, i);
    *ret = words;
    return 0;
}

static int take_list(struct v3_layer *layer, const struct attr_spec *spec,
                     const struct flat_table *attr, struct attr_value *ret, struct fault *fault)
{
    const bool floats = spec->type == ATTR_F32S;
    struct flat_vector list;
    const void *words = NULL;
    int r;

    if (!(floats ? v3_attr_floats(attr, &list) : v3_attr_integers(attr, &list)))
        return fail(fault, E_OP_ATTR, "%s: it is no list of %s", spec->dlc,
                    floats ? "floats" : "integers");
    r = take_words(layer, spec, &list, &words, fault);
    if (r == 0 && floats)
        ret->reals = (struct f32s){words, list.n};
    else if (r == 0)
        ret->list = (struct i32s){words, list.n};
    return r;
}

static int take_text(const struct attr_spec *spec, const struct flat_table *attr,
                     struct attr_value *ret, struct fault *fault)
{
    if (flat_u8(attr, V3_ATTR_TYPE) != V3_STRING)
        return fail(fault, E_OP_ATTR, "%s: it is no text", spec->dlc);
    ret->word = flat_string(attr, V3_VALUE_FIELD(V3_STRING));
    return 0;
}

/* Turns the attribute into what SPEC wants; its wire type may be another of the same sort. */
static int take_value(struct v3_layer *layer, const struct attr_spec *spec,
                      const struct flat_table *attr, struct attr_value *ret, struct fault *fault)
{
    double number, kind;

    *ret = (struct attr_value){.type = spec->type};
    if (spec->type == ATTR_I32S || spec->type == ATTR_F32S)
        return take_list(layer, spec, attr, ret, fault);
    if (spec->type == ATTR_STRING)
        return take_text(spec, attr, ret, fault);
    if (!v3_attr_number(attr, &number))
        return fail(fault, E_OP_ATTR, "%s: it is no number", spec->dlc);
    ret->number = number;
    if (spec->type != ATTR_ENUM)
        return 0;
    kind = number >= 0 && number <= UINT32_MAX
               ? (double)types_kind(layer->type->op, spec->dlc, (int64_t)number)
               : -1;
    if (kind < 0)
        return fail(fault, E_OP_ATTR, "%s: the code %.10g is not known", spec->dlc, number);
    ret->number = kind;
    return 0;
}

/* All that the rows of the operator's attr_spec ask for; what the file does not say keeps its
 * preset, what they do not ask for is passed over. */
static int take_attrs(struct v3_layer *layer, const struct op_def *def, void *attrs,
                      struct fault *fault)
{
    int r = 0;

    attrs_preset(def->attrs, attrs);
    for (const struct attr_spec *spec = def->attrs; r == 0 && spec && spec->name; spec++) {
        struct flat_table attr;
        struct attr_value value;

        if (!spec->dlc || !v3_attr_find(&layer->attrs, spec->dlc, &attr))
            continue;
        r = take_value(layer, spec, &attr, &value, fault);
        if (r == 0)
            r = attrs_set(def->attrs, attrs, spec->name, &value, fault);
    }
    return r < 0 ? r : layer->type->read(layer, attrs, fault);
}

static int take_tensor(struct v3_layer *layer, const struct flat_table *tensor, uint32_t *ret)
{
    struct v3_reader *reader = layer->reader;
    const char *name = buffers_constant(&reader->buffers, layer->name,
                                        flat_string(tensor, V3_TENSOR_NAME), &reader->scratch);

    return name ? v3_params_constant(layer, tensor, name, NULL, ret) : -ENOMEM;
}

static bool is_wanted(const struct op_def *def, const char *tensor)
{
    for (uint32_t i = 0; def->params && i < def->n_inputs.most; i++)
        if (def->params[i] && strcmp(def->params[i], tensor) == 0)
            return true;
    return false;
}

/* All of a user-defined layer's tensors are its last inputs. */
static int take_all_tensors(struct v3_layer *layer, const struct flat_vector *tensors)
{
    struct fault inner;
    int r = 0;

    if (tensors->n > USER_TENSORS_MOST || layer->n_in > V3_INPUTS_MAX - tensors->n) {
        fail(&inner, 0, "it stores %u tensors; %d can be kept", tensors->n, USER_TENSORS_MOST);
        return v3_layer_fail(layer, E_OP_ARITY, &inner);
    }
    for (uint32_t i = 0; r == 0 && i < tensors->n; i++) {
        struct flat_table tensor = flat_vector_table(tensors, i);

        r = take_tensor(layer, &tensor, &layer->in[layer->n_in++]);
    }
    return r;
}

/* A tensor that we would not use would make other numbers than the model's. */
static int check_tensors(const struct v3_layer *layer, const struct op_def *def,
                         const struct flat_vector *tensors)
{
    struct fault inner;

    for (uint32_t i = 0; i < tensors->n && layer->type->op != OP_USER_DEFINED; i++) {
        struct flat_table tensor = flat_vector_table(tensors, i);
        const char *name = flat_string(&tensor, V3_TENSOR_NAME);

        if (tensors->flat->bad || is_wanted(def, name))
            continue;
        fail(&inner, 0, "the tensor %.60s that is stored with it has no place there", name);
        return v3_layer_fail(layer, E_DLC_RECORD, &inner);
    }
    return v3_reader_error(layer->reader);
}

/*
 * Fills the operator's inputs from the left: a tensor stored under the input's own name, else the
 * next one of the layer's list.
 */
static int take_inputs(struct v3_layer *layer, const struct op_def *def)
{
    struct flat_vector tensors = v3_params_of(layer);
    uint32_t next = 0, n_inputs = layer->type->op == OP_INPUT ? 0 : layer->inputs.n;
    struct fault inner;
    int r = check_tensors(layer, def, &tensors);

    for (uint32_t i = 0; r == 0 && i < def->n_inputs.most; i++) {
        const char *stored = def->params ? def->params[i] : NULL;
        struct flat_table tensor;

        layer->in[i] = NO_VALUE;
        if (stored && v3_params_find(&tensors, stored, &tensor)) {
            r = take_tensor(layer, &tensor, &layer->in[i]);
        } else if (next < n_inputs) {
            r = buffers_get(&layer->reader->buffers, flat_vector_string(&layer->inputs, next++),
                            &layer->in[i], &inner);
            if (r < 0)
                return v3_layer_fail(layer, r, &inner);
        }
        if (layer->in[i] != NO_VALUE)
            layer->n_in = i + 1;
    }
    if (r < 0)
        return r;
    if (next < n_inputs) {
        fail(&inner, 0, "it has %u inputs, more than the operator takes", n_inputs);
        return v3_layer_fail(layer, E_OP_ARITY, &inner);
    }
    if (layer->type->op == OP_USER_DEFINED)
        r = take_all_tensors(layer, &tensors);
    return r < 0 ? r : v3_reader_error(layer->reader);
}

/* Inputs of all layers together; vectors that layers share would make them endless. */
static int count_links(const struct v3_layer *layer)
{
    struct v3_reader *reader = layer->reader;

    reader->n_links += layer->inputs.n;
    if (reader->n_links <= reader->model.size / 4)
        return 0;
    return fail(reader->fault, E_DLC_RECORD,
                "record model: the layers have more inputs than its %zu bytes can hold",
                reader->model.size);
}

static int check_shapes(const struct v3_layer *layer, const uint32_t *values)
{
    char computed[STR_SHAPE_SIZE], stored[STR_SHAPE_SIZE];
    struct fault inner;

    for (uint32_t i = 0; i < layer->outputs.n; i++) {
        const struct shape *shape = &builder_value(layer->reader->builder, values[i])->shape;

        if (shape_equal(shape, &layer->shapes[i]))
            continue;
        fail(&inner, 0, "output %u computes to %s, but OutputDims say %s", i,
             str_shape(shape, computed, sizeof(computed)),
             str_shape(&layer->shapes[i], stored, sizeof(stored)));
        return v3_layer_fail(layer, E_SHAPE, &inner);
    }
    return 0;
}

static int take_encodings(struct v3_layer *layer, const uint32_t *values)
{
    struct v3_reader *reader = layer->reader;
    struct fault inner;

    for (uint32_t i = 0; i < layer->outputs.n; i++) {
        struct v3_encoding encoding = {0};
        int r = v3_encoding_read(&layer->attrs, i, &layer->shapes[i], &reader->scratch, &encoding,
                                 &inner);

        if (r == -ENOMEM)
            return r;
        if (v3_reader_error(reader) < 0)
            return E_DLC_RECORD;
        if (r < 0)
            return v3_layer_fail(layer, r, &inner);
        if (encoding.n == 0)
            continue;
        r = build_encoding(reader->builder, values[i], encoding.v, encoding.n, encoding.axis,
                           reader->fault);
        if (r < 0)
            return r;
    }
    return 0;
}

/* From here on the buffers of the layer may be read by others. */
static void publish(const struct v3_layer *layer, const uint32_t *values)
{
    for (uint32_t i = 0; i < layer->outputs.n; i++)
        buffers_set(&layer->reader->buffers, flat_vector_string(&layer->outputs, i), values[i]);
}

static int build(struct v3_layer *layer, const struct op_def *def, const void *attrs)
{
    struct v3_reader *reader = layer->reader;
    const char *names[V3_OUTPUTS_MAX];
    uint32_t values[V3_OUTPUTS_MAX];
    const struct node_spec spec = {
        .name = layer->name,
        .op = layer->type->op,
        .attrs = def->attrs_size ? attrs : NULL,
        .inputs = layer->in,
        .outputs = names,
        .n_inputs = layer->n_in,
        .n_outputs = layer->outputs.n,
    };
    int r;

    for (uint32_t i = 0; i < layer->outputs.n; i++)
        names[i] = flat_vector_string(&layer->outputs, i);
    r = v3_reader_error(reader);
    if (r == 0)
        r = build_node(reader->builder, &spec, values, reader->fault);
    if (r == 0)
        r = check_shapes(layer, values);
    if (r == 0)
        r = take_encodings(layer, values);
    if (r == 0)
        publish(layer, values);
    return r;
}

static int read_node(struct v3_layer *layer)
{
    const struct op_def *def = op_get(layer->type->op);
    struct fault inner;
    void *attrs;
    int r = take_inputs(layer, def);

    if (r < 0)
        return r;
    attrs = arena_alloc(&layer->reader->scratch, def->attrs_size + 1);
    if (!attrs)
        return -ENOMEM;
    r = take_attrs(layer, def, attrs, &inner);
    if (r == -ENOMEM)
        return r;
    if (v3_reader_error(layer->reader) < 0)
        return E_DLC_RECORD;
    if (r < 0)
        return v3_layer_fail(layer, r, &inner);
    return build(layer, def, attrs);
}

/* A Const layer is its one tensor, under the name of its one output. */
static int read_const(struct v3_layer *layer)
{
    struct flat_vector tensors = v3_params_of(layer);
    struct v3_encoding encoding = {0};
    struct flat_table tensor;
    struct fault inner;
    uint32_t value;
    int r;

    if (layer->outputs.n != 1 || !v3_params_find(&tensors, "value", &tensor)) {
        fail(&inner, 0, "a constant has one output and one tensor, called value");
        return v3_layer_fail(layer, E_DLC_RECORD, &inner);
    }
    r = v3_encoding_read(&layer->attrs, 0, &layer->shapes[0], &layer->reader->scratch, &encoding,
                         &inner);
    if (r == -ENOMEM)
        return r;
    if (r < 0)
        return v3_layer_fail(layer, r, &inner);
    r = v3_params_constant(layer, &tensor, flat_vector_string(&layer->outputs, 0), &encoding,
                           &value);
    if (r == 0)
        r = check_shapes(layer, &value);
    if (r == 0)
        r = build_const_layer(layer->reader->builder, value, layer->name);
    if (r == 0)
        publish(layer, &value);
    return r;
}

int v3_layer_read(struct v3_layer *layer)
{
    struct fault inner;
    int r = count_links(layer);

    if (r < 0)
        return r;
    r = v3_attr_dims(&layer->attrs, layer->outputs.n, layer->shapes, &inner);
    if (v3_reader_error(layer->reader) < 0)
        return E_DLC_RECORD;
    if (r < 0)
        return v3_layer_fail(layer, r, &inner);
    return layer->type ? read_node(layer) : read_const(layer);
}
