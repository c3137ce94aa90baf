#include "convert/onnx/attrs.h"

#include <string.h>

const struct onnx_attr *attr_find(const struct conversion *c, const char *name)
{
    for (uint32_t i = 0; i < onnx_node_of(c->node)->n_attrs; i++)
        if (strcmp(onnx_node_of(c->node)->attrs[i].name, name) == 0)
            return &onnx_node_of(c->node)->attrs[i];
    return NULL;
}

static int wrong_type(struct conversion *c, const char *name)
{
    return conversion_unsupported(c, "check the model", "attribute %s is of the wrong type", name);
}

int attr_int(struct conversion *c, const char *name, int64_t preset, int64_t *ret)
{
    const struct onnx_attr *attr = attr_find(c, name);

    if (attr && attr->type != ONNX_ATTR_INT)
        return wrong_type(c, name);
    *ret = attr ? attr->i : preset;
    return 0;
}

int attr_float(struct conversion *c, const char *name, float preset, float *ret)
{
    const struct onnx_attr *attr = attr_find(c, name);

    if (attr && attr->type != ONNX_ATTR_FLOAT)
        return wrong_type(c, name);
    *ret = attr ? attr->f : preset;
    return 0;
}

int attr_text(struct conversion *c, const char *name, const char *preset, const char **ret)
{
    const struct onnx_attr *attr = attr_find(c, name);

    if (attr && (attr->type != ONNX_ATTR_STRING || !attr->s))
        return wrong_type(c, name);
    *ret = attr ? attr->s : preset;
    return 0;
}

int attr_ints(struct conversion *c, const char *name, struct ints *ret)
{
    const struct onnx_attr *attr = attr_find(c, name);

    *ret = (struct ints){0};
    if (!attr)
        return 0;
    if (attr->type != ONNX_ATTR_INTS)
        return wrong_type(c, name);
    *ret = (struct ints){true, attr->ints.n, attr->ints.base};
    return 0;
}

int attr_or_input(struct conversion *c, const char *name, uint32_t i, struct ints *ret)
{
    const struct numbers *numbers;
    int r = attr_ints(c, name, ret);

    if (r < 0 || ret->given)
        return r;
    r = conversion_constant(c, i, name, &numbers);
    if (r < 0 || !numbers)
        return r;
    if (numbers->is_float || numbers->shape.rank > 1)
        return conversion_unsupported(c, "check the model",
                                      "input %u (%s) must be a list of whole numbers", i, name);
    *ret = (struct ints){true, (uint32_t)numbers->n, numbers->whole};
    return 0;
}
