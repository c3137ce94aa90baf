#include "tools/dlc_params.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/str.h"
#include "tools/dlc_words.h"

void params_done(struct params *params)
{
    free(params->v);
    arena_done(&params->arena);
    *params = (struct params){0};
}

static int grow(struct params *params)
{
    uint32_t capacity = params->capacity ? 2 * params->capacity : 16;
    struct param *more = realloc(params->v, capacity * sizeof(*more));

    if (!more)
        return -ENOMEM;
    params->v = more;
    params->capacity = capacity;
    return 0;
}

static const char *keep(struct params *params, const char *text)
{
    const char *copy = arena_text(&params->arena, text, strlen(text));

    if (copy)
        return copy;
    params->error = -ENOMEM;
    return "";
}

/* NAME lives as long as PARAMS. */
static void add_text(struct params *params, const char *name, const char *value)
{
    if (params->error == 0 && params->n == params->capacity)
        params->error = grow(params);
    if (params->error == 0)
        params->v[params->n++] = (struct param){name, value};
}

static const char *format_args(struct params *params, const char *fmt, va_list args)
    __attribute__((format(printf, 2, 0)));

static const char *format_args(struct params *params, const char *fmt, va_list args)
{
    _cleanup_(freep) char *text = NULL;

    if (vasprintf(&text, fmt, args) < 0) {
        text = NULL; /* it is undefined then */
        params->error = -ENOMEM;
        return "";
    }
    return keep(params, text);
}

void params_add(struct params *params, const char *name, const char *fmt, ...)
{
    const char *value;
    va_list args;

    va_start(args, fmt);
    value = format_args(params, fmt, args);
    va_end(args);
    add_text(params, name, value);
}

const char *params_float(float x, char out[PARAMS_FLOAT_SIZE])
{
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(out, PARAMS_FLOAT_SIZE, "%.*g", digits, (double)x);
        if (strtof(out, NULL) == x)
            break;
    }
    return out;
}

/* Element I of LIST into OUT; 0 or -ENOMEM. */
typedef int (*print_fn)(const void *list, uint32_t i, struct buf *out);

static int print_i32(const void *list, uint32_t i, struct buf *out)
{
    return buf_printf(out, "%d", ((const struct i32s *)list)->v[i]);
}

static int print_f32(const void *list, uint32_t i, struct buf *out)
{
    char text[PARAMS_FLOAT_SIZE];

    return buf_printf(out, "%s", params_float(((const struct f32s *)list)->v[i], text));
}

static int print_string(const void *list, uint32_t i, struct buf *out)
{
    return buf_printf(out, "%s", ((const struct strings *)list)->v[i]);
}

static int print_list(const void *list, uint32_t n, print_fn print, struct buf *out)
{
    int r = buf_printf(out, "[");

    for (uint32_t i = 0; r >= 0 && i < n; i++) {
        if (i)
            r = buf_printf(out, ", ");
        if (r >= 0)
            r = print(list, i, out);
    }
    return r < 0 ? r : buf_printf(out, "]");
}

/* "[1, 2]" */
static const char *list_text(struct params *params, const void *list, uint32_t n, print_fn print)
{
    struct buf text = {0};
    const char *copy = "";

    if (print_list(list, n, print, &text) < 0)
        params->error = -ENOMEM;
    else
        copy = keep(params, (const char *)text.base);
    buf_done(&text);
    return copy;
}

static const char *number_text(struct params *params, const struct attr_spec *spec, const void *at)
{
    char text[PARAMS_FLOAT_SIZE];

    if (spec->type == ATTR_F32)
        return keep(params, params_float(*(const float *)at, text));
    snprintf(text, sizeof(text), "%d", *(const int32_t *)at);
    return keep(params, text);
}

const char *params_text(struct params *params, const struct attr_spec *spec, const void *attrs)
{
    const void *at = (const char *)attrs + spec->at;
    const char *string;

    switch (spec->type) {
    case ATTR_BOOL:
        return *(const bool *)at ? "true" : "false";
    case ATTR_ENUM:
        return spec->words[*(const int32_t *)at];
    case ATTR_I32S:
        return list_text(params, at, ((const struct i32s *)at)->n, print_i32);
    case ATTR_F32S:
        return list_text(params, at, ((const struct f32s *)at)->n, print_f32);
    case ATTR_STRINGS:
        return list_text(params, at, ((const struct strings *)at)->n, print_string);
    case ATTR_STRING:
        string = *(const char *const *)at;
        return keep(params, string ? string : "");
    default:
        return number_text(params, spec, at);
    }
}

static const char *format(struct params *params, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static const char *format(struct params *params, const char *fmt, ...)
{
    const char *copy = "";
    va_list args;

    va_start(args, fmt);
    copy = format_args(params, fmt, args);
    va_end(args);
    return copy;
}

static const char *one_encoding(struct params *params, const struct encoding *encoding)
{
    char min[PARAMS_FLOAT_SIZE], max[PARAMS_FLOAT_SIZE], delta[PARAMS_FLOAT_SIZE];

    return format(params, "min %s, max %s, delta %s, offset %d, 8 bit",
                  params_float(encoding->min, min), params_float(encoding->max, max),
                  params_float(encoding->delta, delta), encoding->offset);
}

const char *params_encodings(struct params *params, const struct value *value)
{
    const char *first;

    if (value->n_encodings == 0)
        return "-";
    first = one_encoding(params, value->encodings);
    if (value->n_encodings == 1)
        return first;
    return format(params, "%u along axis %u, the first: %s", value->n_encodings,
                  value->encoding_axis, first);
}

/* In SNPE's words where it has some, then all other attributes by their names. */
static void list_attrs(const struct dlc_facts *facts, const struct node *node,
                       struct params *params)
{
    dlc_words_add(facts->graph, node, params);
    for (const struct attr_spec *spec = op_get(node->op)->attrs; spec && spec->name; spec++)
        if (!dlc_words_say(node, spec))
            add_text(params, spec->name, params_text(params, spec, node->attrs));
}

const char *params_dtype(enum dtype dtype)
{
    static const char *const names[_DTYPE_MAX] = {
        [DTYPE_F32] = "float32", [DTYPE_U8] = "uint8", [DTYPE_TF8] = "tf8", [DTYPE_I32] = "int32"};

    return names[dtype];
}

static void add_dims(struct params *params, const char *name, const struct value *value)
{
    char dims[STR_SHAPE_SIZE];

    params_add(params, name, "%s %s", str_shape(&value->shape, dims, sizeof(dims)),
               params_dtype(value->dtype));
}

static void list_tensors(const struct dlc_facts *facts, const struct layer *layer,
                         struct params *params)
{
    const struct graph *graph = facts->graph;

    if (!layer->node) {
        add_dims(params, "value", &graph->values[layer->value]);
        return;
    }
    for (uint32_t i = 0; i < layer->node->n_inputs; i++) {
        const char *name = layers_stored(graph, layer->node, i);

        if (name)
            add_dims(params, name, &graph->values[layer->node->inputs[i]]);
    }
}

static void add_count(struct params *params, const char *name, uint64_t n, uint64_t of_all)
{
    if (n)
        params_add(params, name, "%llu (%.3g%%)", (unsigned long long)n,
                   100 * (double)n / (double)of_all);
}

static void list_costs(const struct dlc_facts *facts, uint32_t layer, struct params *params)
{
    const struct layer_facts *of = &facts->of[layer];

    add_count(params, "param count", of->n_params, facts->n_params);
    add_count(params, "MACs per inference", of->macs, facts->macs);
}

static void add_encodings(struct params *params, const char *name, const struct value *value)
{
    if (value->n_encodings)
        add_text(params, name, params_encodings(params, value));
}

static void list_output_encodings(const struct dlc_facts *facts, const struct layer *layer,
                                  struct params *params)
{
    const struct value *values = facts->graph->values;
    const struct node *node = layer->node;

    for (uint32_t i = 0; node && i < node->n_outputs; i++) {
        const char *name =
            node->n_outputs == 1 ? "output encoding" : format(params, "output %u encoding", i);

        add_encodings(params, name, &values[node->outputs[i]]);
    }
}

static void list_tensor_encodings(const struct dlc_facts *facts, const struct layer *layer,
                                  struct params *params)
{
    const struct value *values = facts->graph->values;
    const struct node *node = layer->node;

    if (!node)
        add_encodings(params, "value encoding", &values[layer->value]);
    for (uint32_t i = 0; node && i < node->n_inputs; i++) {
        const char *name = layers_stored(facts->graph, node, i);

        if (name)
            add_encodings(params, format(params, "%s encoding", name), &values[node->inputs[i]]);
    }
}

int params_list(const struct dlc_facts *facts, uint32_t layer, unsigned kinds,
                struct params *params)
{
    const struct layer *of = &facts->layers.v[layer];

    if (of->node && kinds & PARAMS_ATTRS)
        list_attrs(facts, of->node, params);
    if (kinds & PARAMS_TENSORS)
        list_tensors(facts, of, params);
    if (kinds & PARAMS_COSTS)
        list_costs(facts, layer, params);
    if (kinds & PARAMS_OUTPUT_ENCODINGS)
        list_output_encodings(facts, of, params);
    if (kinds & PARAMS_TENSOR_ENCODINGS)
        list_tensor_encodings(facts, of, params);
    return params->error;
}

/* The layers that SNPE calls otherwise than their type in small letters. */
static const char *const type_words[][2] = {
    {"Input", "data"}, {"SoftMax", "softmax"}, {"BatchNorm", "batchnorm"}, {"Const", "constant"}};

/* FullyConnected becomes fully_connected: a letter begins a word if a small one is before it. */
static void small_words(const char *type, char *out)
{
    for (const char *c = type; *c; c++) {
        if (c != type && isupper((unsigned char)*c) && !isupper((unsigned char)c[-1]))
            *out++ = '_';
        *out++ = (char)tolower((unsigned char)*c);
    }
    *out = 0;
}

const char *params_type(const struct layer *layer, struct arena *arena)
{
    const char *type = layer->type ? layer->type : op_get(layer->node->op)->name;
    char *words;

    for (size_t i = 0; i < ARRAY_SIZE(type_words); i++)
        if (strcmp(type, type_words[i][0]) == 0)
            return type_words[i][1];
    words = arena_alloc(arena, 2 * strlen(type) + 1);
    if (words)
        small_words(type, words);
    return words;
}
