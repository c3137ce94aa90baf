/*
 * UserDefined: a layer that only its author knows; ops/user_defined.h says what is kept of it.
 *
 * Shapes   any -> those of the attribute shapes.
 * Types    f32 -> f32.
 * Sources  DLC UDO (seen); Python layers of Caffe and any layer that no converter knows.
 */
#include "model/ops/user_defined.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "model/graph.h"

const char *const user_kinds[] = {"bool", "i32",  "u32",  "f32",  "string",
                                  "i32s", "u32s", "f32s", "list", NULL};

#define AT(member) offsetof(struct user_defined_attrs, member)

static const struct attr_spec user_defined_specs[] = {
    {"type", "udo_type", ATTR_STRING, AT(type), .help = "what the layer is"},
    {"package", "package_name", ATTR_STRING, AT(package), .help = "where it comes from"},
    {"params", NULL, ATTR_STRINGS, AT(params), .help = "name, kind and value of each parameter"},
    {"shapes", NULL, ATTR_I32S, AT(shapes), .least = 0, .most = INT32_MAX,
     .help = "rank and sizes of each output"},
    {"tensors", NULL, ATTR_STRINGS, AT(tensors), .help = "names of the constants stored with it"},
    {0},
};

int user_kind_of(const char *word)
{
    for (int i = 0; user_kinds[i]; i++)
        if (strcmp(user_kinds[i], word) == 0)
            return i;
    return -1;
}

bool user_is_reserved(const char *name)
{
    static const char *const names[] = {"udo_type", "package_name", "OutputDims",
                                        "FxpData",  "DataEncoding", NULL};
    size_t i = 0;

    while (names[i] && strcmp(names[i], name) != 0)
        i++;
    return names[i] != NULL;
}

/* The bits of the number that TEXT begins with; where it ends, TEXT if there is none. */
static const char *take_number(enum user_kind kind, const char *text, uint32_t *ret)
{
    char *end = NULL;
    long long whole;
    float real;

    if (*text == ' ')
        return text;
    if (kind == USER_F32 || kind == USER_F32S) {
        real = strtof(text, &end);
        memcpy(ret, &real, sizeof(*ret));
        return end;
    }
    errno = 0;
    whole = strtoll(text, &end, 10);
    if (errno != 0 ||
        (kind == USER_I32 || kind == USER_I32S ? whole < INT32_MIN || whole > INT32_MAX
                                               : whole < 0 || whole > UINT32_MAX))
        return text;
    *ret = (uint32_t)whole;
    return end;
}

static bool is_list(enum user_kind kind)
{
    return kind == USER_I32S || kind == USER_U32S || kind == USER_F32S;
}

int64_t user_numbers(enum user_kind kind, const char *value, uint32_t *ret)
{
    int64_t n = 0;
    uint32_t bits;

    if (kind == USER_BOOL) {
        if (ret)
            *ret = strcmp(value, "true") == 0;
        return strcmp(value, "true") == 0 || strcmp(value, "false") == 0 ? 1 : -1;
    }
    if (*value == 0)
        return is_list(kind) ? 0 : -1;
    for (const char *end;; value = end + 1) {
        end = take_number(kind, value, &bits);
        if (end == value || (*end != 0 && *end != ' '))
            return -1;
        if (ret)
            ret[n] = bits;
        n++;
        if (*end == 0)
            return n == 1 || is_list(kind) ? n : -1;
    }
}

/* Name, kind and value of one parameter. */
static int check_param(const char *const *param, struct fault *fault)
{
    int kind = user_kind_of(param[1]);

    if (kind < 0)
        return fail(fault, E_OP_ATTR, "params: %.60s is of no kind called \"%.60s\"", param[0],
                    param[1]);
    if (kind != USER_STRING && user_numbers((enum user_kind)kind, param[2], NULL) < 0)
        return fail(fault, E_OP_ATTR, "params: %.60s, a %s, is \"%.60s\"", param[0], param[1],
                    param[2]);
    return 0;
}

/* Lists hold as many as they say, and are no deeper than they may be. */
static int check_lists(const struct strings *params, struct fault *fault)
{
    uint32_t left[USER_DEPTH_MOST + 1] = {params->n / 3}, depth = 0;

    for (uint32_t i = 0; i < params->n; i += 3) {
        if (depth == 0 && user_is_reserved(params->v[i]))
            return fail(fault, E_OP_ATTR, "params: a container has another use for the name %.60s",
                        params->v[i]);
        left[depth]--;
        if (user_kind_of(params->v[i + 1]) == USER_LIST) {
            if (depth == USER_DEPTH_MOST)
                return fail(fault, E_OP_ATTR, "params: %.60s is a list in %u others", params->v[i],
                            depth);
            user_numbers(USER_LIST, params->v[i + 2], &left[++depth]);
        }
        while (depth > 0 && left[depth] == 0)
            depth--;
    }
    return depth == 0 ? 0 : fail(fault, E_OP_ATTR, "params: a list is longer than what is left");
}

static int check_params(const struct user_defined_attrs *attrs, struct fault *fault)
{
    int r = 0;

    if (attrs->type[0] == 0)
        return fail(fault, E_OP_ATTR, "type: a user-defined layer needs one");
    if (attrs->params.n % 3 != 0)
        return fail(fault, E_OP_ATTR, "params: %u strings are no names, kinds and values",
                    attrs->params.n);
    for (uint32_t i = 0; r == 0 && i < attrs->params.n; i += 3)
        r = check_param(&attrs->params.v[i], fault);
    return r < 0 ? r : check_lists(&attrs->params, fault);
}

/* The next shape of the list at *AT. */
static int take_shape(const struct i32s *list, uint32_t *at, struct shape *ret, struct fault *fault)
{
    uint32_t rank = *at < list->n ? (uint32_t)list->v[*at] : UINT32_MAX;

    if (rank > SHAPE_RANK_MAX || rank > list->n - *at - 1)
        return fail(fault, E_OP_ATTR, "shapes: number %u is no rank with its sizes", *at);
    ret->rank = rank;
    for (uint32_t i = 0; i < rank; i++)
        ret->dim[i] = (uint32_t)list->v[*at + 1 + i];
    *at += rank + 1;
    return 0;
}

static int check_tensors(const struct infer *node, const struct user_defined_attrs *attrs,
                         struct fault *fault)
{
    uint32_t n = attrs->tensors.n;

    if (n > USER_TENSORS_MOST)
        return fail(fault, E_OP_ATTR, "tensors: %u are more than the %d that there may be", n,
                    USER_TENSORS_MOST);
    if (n > node->n_in)
        return fail(fault, E_OP_ARITY, "it stores %u tensors, but has %u inputs", n, node->n_in);
    for (uint32_t i = node->n_in - n; i < node->n_in; i++)
        if (!node->in[i] || !node->in[i]->blob)
            return fail(fault, E_OP_ARITY, "input %u is stored with it, but is no constant", i);
    return 0;
}

static int user_defined_infer(const struct infer *node, struct shape *out, struct fault *fault)
{
    const struct user_defined_attrs *attrs = node->attrs;
    uint32_t at = 0;
    int r = check_params(attrs, fault);

    if (r == 0)
        r = check_tensors(node, attrs, fault);
    for (uint32_t i = 0; r == 0 && i < node->n_out; i++)
        r = take_shape(&attrs->shapes, &at, &out[i], fault);
    if (r == 0 && at != attrs->shapes.n)
        return fail(fault, E_OP_ATTR, "shapes: %u numbers for %u outputs are too many",
                    attrs->shapes.n, node->n_out);
    return r;
}

int user_defined_refuse(const struct node *node, struct fault *fault)
{
    const struct user_defined_attrs *attrs = node->attrs;

    if (node->op != OP_USER_DEFINED)
        return 0;
    return fail(
        fault, E_UDL_MISSING,
        "layer %.80s: %.60s is a user-defined layer (UDO): it needs a handler that a client "
        "registers, which this version cannot run yet",
        node->name, attrs->type);
}

const struct op_def op_user_defined = {
    .name = "UserDefined",
    .n_inputs = {0, UINT8_MAX},
    .n_outputs = {1, OUTPUTS_MOST},
    .attrs_size = sizeof(struct user_defined_attrs),
    .attrs = user_defined_specs,
    .infer = user_defined_infer,
};
