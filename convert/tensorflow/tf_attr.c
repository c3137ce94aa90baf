#include "convert/tensorflow/tf_attr.h"

#include <string.h>

#include "convert/numbers.h"
#include "convert/tensorflow/tf_tensor.h"

const struct graphdef_attr *tf_attr_find(const struct graphdef_node *def, const char *name)
{
    for (uint32_t i = 0; i < def->n_attrs; i++)
        if (strcmp(def->attrs[i].name, name) == 0)
            return &def->attrs[i];
    return NULL;
}

static const struct graphdef_attr *find(const struct conversion *c, const char *name)
{
    return tf_attr_find(tf_node_of(c->node)->def, name);
}

static int wrong_type(struct conversion *c, const char *name)
{
    return conversion_unsupported(c, "check the model", "attribute %s is of the wrong type", name);
}

int tf_attr_int(struct conversion *c, const char *name, int64_t preset, int64_t *ret)
{
    const struct graphdef_attr *attr = find(c, name);

    if (attr && attr->kind != GRAPHDEF_INT)
        return wrong_type(c, name);
    *ret = attr ? attr->i : preset;
    return 0;
}

int tf_attr_bool(struct conversion *c, const char *name, bool preset, bool *ret)
{
    const struct graphdef_attr *attr = find(c, name);

    if (attr && attr->kind != GRAPHDEF_BOOL)
        return wrong_type(c, name);
    *ret = attr ? attr->i != 0 : preset;
    return 0;
}

int tf_attr_float(struct conversion *c, const char *name, float preset, float *ret)
{
    const struct graphdef_attr *attr = find(c, name);

    if (attr && attr->kind != GRAPHDEF_FLOAT)
        return wrong_type(c, name);
    *ret = attr ? attr->f : preset;
    return 0;
}

int tf_attr_text(struct conversion *c, const char *name, const char *preset, const char **ret)
{
    const struct graphdef_attr *attr = find(c, name);

    if (attr && (attr->kind != GRAPHDEF_TEXT || !attr->s))
        return wrong_type(c, name);
    *ret = attr ? attr->s : preset;
    return 0;
}

int tf_attr_type(struct conversion *c, const char *name, int32_t preset, int32_t *ret)
{
    const struct graphdef_attr *attr = find(c, name);

    if (attr && (attr->kind != GRAPHDEF_TYPE || attr->i < 0 || attr->i > INT32_MAX))
        return wrong_type(c, name);
    *ret = attr ? (int32_t)attr->i : preset;
    return 0;
}

int tf_attr_ints(struct conversion *c, const char *name, struct ints *ret)
{
    const struct graphdef_attr *attr = find(c, name);
    const struct graphdef_list *list;

    *ret = (struct ints){0};
    if (!attr)
        return 0;
    /* An empty list is written as nothing, or as a list of nothing. */
    if (attr->kind != GRAPHDEF_LIST && attr->kind != GRAPHDEF_NOTHING)
        return wrong_type(c, name);
    list = attr->sub;
    if (list && list->floats.n)
        return wrong_type(c, name);
    *ret = (struct ints){true, list ? list->ints.n : 0, list ? list->ints.base : NULL};
    return 0;
}

bool tf_attr_is_whole(const struct conversion *c, const char *name)
{
    const struct graphdef_attr *attr = find(c, name);

    return attr && attr->kind == GRAPHDEF_TYPE && tf_type_is_whole((int32_t)attr->i);
}

int tf_attr_channel_first(struct conversion *c, bool *ret)
{
    const char *format = "";
    int r = tf_attr_text(c, "data_format", "NHWC", &format);

    if (r < 0)
        return r;
    *ret = strcmp(format, "NCHW") == 0;
    if (!*ret && strcmp(format, "NHWC") != 0)
        return conversion_unsupported(c, WAY_REPLACE,
                                      "data_format \"%.40s\"; NHWC and NCHW are supported", format);
    return 0;
}

int tf_input_ints(struct conversion *c, uint32_t i, const char *what, struct ints *ret)
{
    const struct numbers *numbers;
    int r = conversion_constant(c, i, what, &numbers);

    if (r < 0)
        return r;
    if (!numbers || numbers->is_float || numbers->shape.rank > 1)
        return conversion_unsupported(c, "check the model",
                                      "input %u (%s) must be a list of whole numbers", i, what);
    *ret = (struct ints){true, (uint32_t)numbers->n, numbers->whole};
    return 0;
}

int tf_input_int(struct conversion *c, uint32_t i, const char *what, int64_t *ret)
{
    struct ints ints;
    int r = tf_input_ints(c, i, what, &ints);

    if (r == 0 && ints.n != 1)
        r = conversion_unsupported(c, "check the model", "input %u (%s) must be one number", i,
                                   what);
    if (r == 0)
        *ret = ints.v[0];
    return r;
}

int tf_input_number(struct conversion *c, uint32_t i, const char *what, double *ret)
{
    const struct numbers *numbers;
    int r = conversion_constant(c, i, what, &numbers);

    if (r == 0 && (!numbers || numbers->n != 1))
        r = conversion_unsupported(c, "check the model", "input %u (%s) must be one number", i,
                                   what);
    if (r == 0)
        *ret = numbers_at(numbers, 0);
    return r;
}

int tf_input_axis(struct conversion *c, uint32_t i, uint32_t rank, uint32_t *ret)
{
    int64_t axis = 0;
    int r = tf_input_int(c, i, "the axis", &axis);

    return r < 0 ? r : axes_find(c, axis, rank, ret);
}
