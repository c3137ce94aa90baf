/*
 * User-defined layers, UDO: all that a file says of one is kept, parameter by parameter, and comes
 * back. What the other layers have too (dims, encodings, tensors) is not theirs.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "model/dlc/v3.h"
#include "model/dlc/v3_attr.h"
#include "model/ops/user_defined.h"

/*
 * What a parameter takes in memory while it is read, beside its texts; a record may say one
 * parameter many times over, and is held to what its size allows.
 */
#define PARAM_BYTES  160
#define PARAMS_SPARE 32768

static const uint8_t types[] = {
    [USER_BOOL] = V3_BOOL, [USER_I32] = V3_I32,       [USER_U32] = V3_U32,
    [USER_F32] = V3_F32,   [USER_STRING] = V3_STRING, [USER_I32S] = V3_I32S,
    [USER_U32S] = V3_U32S, [USER_F32S] = V3_F32S,     [USER_LIST] = V3_ATTRS,
};

/* A walk over attributes and those in them, a list before what is in it. */
struct walk {
    struct flat_vector list[USER_DEPTH_MOST + 1];
    uint32_t at[USER_DEPTH_MOST + 1], depth;
};

/* The next attribute that is a parameter; false: there is none. */
static bool walk_next(struct walk *walk, struct flat_table *ret)
{
    for (;;) {
        const struct flat_vector *list = &walk->list[walk->depth];

        if (list->flat->bad)
            return false;
        if (walk->at[walk->depth] < list->n) {
            *ret = flat_vector_table(list, walk->at[walk->depth]++);
            if (walk->depth > 0 || !user_is_reserved(flat_string(ret, V3_ATTR_NAME)))
                return true;
        } else if (walk->depth-- == 0) {
            return false;
        }
    }
}

static int walk_enter(struct walk *walk, const struct flat_table *attr, struct fault *fault)
{
    if (walk->depth == USER_DEPTH_MOST)
        return fail(fault, E_OP_ATTR, "%.60s: lists in more than %d lists cannot be kept",
                    flat_string(attr, V3_ATTR_NAME), USER_DEPTH_MOST);
    walk->list[++walk->depth] = v3_attr_children(attr);
    walk->at[walk->depth] = 0;
    return 0;
}

static int kind_of(const struct flat_table *attr)
{
    uint8_t type = flat_u8(attr, V3_ATTR_TYPE);

    for (size_t i = 0; i < ARRAY_SIZE(types); i++)
        if (types[i] == type)
            return (int)i;
    return -1;
}

static struct flat_vector numbers_of(const struct flat_table *attr)
{
    return flat_vector(attr, V3_VALUE_FIELD(flat_u8(attr, V3_ATTR_TYPE)), 4);
}

#define NUMBER_SIZE 17 /* "-1.17549435e-38 " and its end */

/* Bytes of the value's text and its end, at most. */
static size_t value_size(enum user_kind kind, const struct flat_table *attr)
{
    if (kind == USER_STRING)
        return strlen(flat_string(attr, V3_VALUE_FIELD(V3_STRING))) + 1;
    if (kind >= USER_I32S && kind <= USER_F32S)
        return (size_t)numbers_of(attr).n * NUMBER_SIZE + 1;
    return NUMBER_SIZE;
}

/* Writes a number, of an element of a list or alone, and returns its length. */
static size_t print_number(enum user_kind kind, uint32_t bits, char *to)
{
    float real;
    int n;

    memcpy(&real, &bits, sizeof(real));
    if (kind == USER_F32 || kind == USER_F32S)
        n = snprintf(to, NUMBER_SIZE, "%.9g", (double)real);
    else if (kind == USER_I32 || kind == USER_I32S)
        n = snprintf(to, NUMBER_SIZE, "%d", (int32_t)bits);
    else
        n = snprintf(to, NUMBER_SIZE, "%u", bits);
    return (size_t)n;
}

static void print_list(enum user_kind kind, const struct flat_vector *list, char *to)
{
    for (uint32_t i = 0; i < list->n; i++) {
        if (i > 0)
            *to++ = ' ';
        to += print_number(kind, flat_vector_u32(list, i), to);
    }
}

/* The text of the value; NULL if memory is out. A boolean's, a string's and a name are the
 * record's. */
static const char *value_text(struct v3_layer *layer, enum user_kind kind,
                              const struct flat_table *attr)
{
    struct flat_vector list;
    char *text;

    if (kind == USER_STRING)
        return flat_string(attr, V3_VALUE_FIELD(V3_STRING));
    if (kind == USER_BOOL)
        return flat_u8(attr, V3_VALUE_FIELD(V3_BOOL)) ? "true" : "false";
    text = arena_alloc(&layer->reader->scratch, value_size(kind, attr));
    if (!text)
        return NULL;
    if (kind == USER_LIST) {
        print_number(USER_U32, v3_attr_children(attr).n, text);
    } else if (kind >= USER_I32S) {
        list = numbers_of(attr);
        print_list(kind, &list, text);
    } else {
        print_number(kind, flat_u32(attr, V3_VALUE_FIELD(types[kind])), text);
    }
    return text;
}

/* Counts the parameters and holds them to the record's size. */
static int count_params(struct v3_layer *layer, uint32_t *ret, struct fault *fault)
{
    struct walk walk = {.list = {layer->attrs}};
    struct v3_reader *reader = layer->reader;
    struct flat_table attr;
    int r = 0;

    *ret = 0;
    while (r == 0 && walk_next(&walk, &attr)) {
        const char *name = flat_string(&attr, V3_ATTR_NAME);
        int kind = kind_of(&attr);

        if (kind < 0)
            return fail(fault, E_OP_ATTR, "%.60s: an attribute of type %u cannot be kept", name,
                        flat_u8(&attr, V3_ATTR_TYPE));
        reader->n_kept += PARAM_BYTES + strlen(name) + 2 * value_size((enum user_kind)kind, &attr);
        if (reader->n_kept > 3 * (uint64_t)reader->model.size + PARAMS_SPARE)
            return fail(fault, E_DLC_RECORD, "parameters share their bytes: the record is damaged");
        *ret += 1;
        if (kind == USER_LIST)
            r = walk_enter(&walk, &attr, fault);
    }
    return r;
}

static int take_params(struct v3_layer *layer, uint32_t n, struct strings *ret)
{
    const char **texts = arena_alloc(&layer->reader->scratch, ((size_t)3 * n + 1) * sizeof(*texts));
    struct walk walk = {.list = {layer->attrs}};
    struct flat_table attr;

    if (!texts)
        return -ENOMEM;
    *ret = (struct strings){texts, 3 * n};
    while (n-- > 0 && walk_next(&walk, &attr)) {
        enum user_kind kind = (enum user_kind)kind_of(&attr);

        texts[0] = flat_string(&attr, V3_ATTR_NAME);
        texts[1] = user_kinds[kind];
        texts[2] = value_text(layer, kind, &attr);
        if (!texts[2])
            return -ENOMEM;
        texts += 3;
        if (kind == USER_LIST)
            walk_enter(&walk, &attr, NULL);
    }
    return 0;
}

static int take_shapes(struct v3_layer *layer, struct i32s *ret)
{
    uint32_t n = layer->outputs.n, k = 0;
    int32_t *v =
        arena_alloc(&layer->reader->scratch, (size_t)n * (1 + SHAPE_RANK_MAX) * sizeof(*v));

    if (!v)
        return -ENOMEM;
    for (uint32_t i = 0; i < n; i++) {
        const struct shape *shape = &layer->shapes[i];

        v[k++] = (int32_t)shape->rank;
        for (uint32_t axis = 0; axis < shape->rank; axis++)
            v[k++] = (int32_t)shape->dim[axis];
    }
    *ret = (struct i32s){v, k};
    return 0;
}

static int take_tensors(struct v3_layer *layer, struct strings *ret)
{
    struct flat_vector tensors = v3_params_of(layer);
    const char **names =
        arena_alloc(&layer->reader->scratch, ((size_t)tensors.n + 1) * sizeof(*names));

    if (!names)
        return -ENOMEM;
    for (uint32_t i = 0; i < tensors.n; i++) {
        struct flat_table tensor = flat_vector_table(&tensors, i);

        names[i] = flat_string(&tensor, V3_TENSOR_NAME);
    }
    *ret = (struct strings){names, tensors.n};
    return 0;
}

int v3_read_user_defined(struct v3_layer *layer, void *attrs, struct fault *fault)
{
    struct user_defined_attrs *user = attrs;
    uint32_t n;
    int r = count_params(layer, &n, fault);

    if (r == 0)
        r = take_params(layer, n, &user->params);
    if (r == 0)
        r = take_shapes(layer, &user->shapes);
    if (r == 0)
        r = take_tensors(layer, &user->tensors);
    return r;
}

static void add_value(struct v3_tree *tree, struct v3_branch *in, const char *const *param,
                      enum user_kind kind)
{
    int64_t n = user_numbers(kind, param[2], NULL);
    uint32_t *v = arena_alloc(&tree->arena, ((size_t)n + 1) * sizeof(*v));
    float real;

    if (!v) {
        tree->error = -ENOMEM;
        return;
    }
    user_numbers(kind, param[2], v);
    memcpy(&real, v, sizeof(real));
    switch (kind) {
    case USER_BOOL:
        v3_tree_bool(tree, in, param[0], *v);
        return;
    case USER_I32:
        v3_tree_i32(tree, in, param[0], (int32_t)*v);
        return;
    case USER_U32:
        v3_tree_u32(tree, in, param[0], *v);
        return;
    case USER_F32:
        v3_tree_f32(tree, in, param[0], real);
        return;
    case USER_I32S:
        v3_tree_i32s(tree, in, param[0], (const int32_t *)v, (uint32_t)n);
        return;
    case USER_U32S:
        v3_tree_u32s(tree, in, param[0], v, (uint32_t)n);
        return;
    default:
        v3_tree_f32s(tree, in, param[0], (const float *)(const void *)v, (uint32_t)n);
    }
}

/* What infer let pass: lists are as long and as deep as they say. */
void v3_write_user_defined(struct v3_node *node)
{
    const struct strings *params = &((const struct user_defined_attrs *)node->node->attrs)->params;
    struct v3_branch *in[USER_DEPTH_MOST + 1] = {node->attrs};
    uint32_t left[USER_DEPTH_MOST + 1] = {UINT32_MAX}, depth = 0;

    for (uint32_t i = 0; i < params->n; i += 3) {
        const char *const *param = &params->v[i];
        enum user_kind kind = (enum user_kind)user_kind_of(param[1]);

        left[depth]--;
        if (kind == USER_LIST) {
            in[depth + 1] = v3_tree_list(node->tree, in[depth], param[0]);
            user_numbers(kind, param[2], &left[++depth]);
        } else if (kind == USER_STRING) {
            v3_tree_text(node->tree, in[depth], param[0], param[2]);
        } else {
            add_value(node->tree, in[depth], param, kind);
        }
        while (depth > 0 && left[depth] == 0)
            depth--;
    }
}
