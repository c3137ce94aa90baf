#include "model/dlc/v3_attr.h"

#include <string.h>

#include "base/error.h"

bool v3_attr_find(const struct flat_vector *attrs, const char *name, struct flat_table *ret)
{
    for (uint32_t i = 0; i < attrs->n && !attrs->flat->bad; i++) {
        *ret = flat_vector_table(attrs, i);
        if (strcmp(flat_string(ret, V3_ATTR_NAME), name) == 0)
            return !attrs->flat->bad;
    }
    return false;
}

bool v3_attr_number(const struct flat_table *attr, double *ret)
{
    switch (flat_u8(attr, V3_ATTR_TYPE)) {
    case V3_BOOL:
        *ret = flat_u8(attr, V3_VALUE_FIELD(V3_BOOL)) != 0;
        return true;
    case V3_I32:
        *ret = flat_i32(attr, V3_VALUE_FIELD(V3_I32));
        return true;
    case V3_U32:
        *ret = flat_u32(attr, V3_VALUE_FIELD(V3_U32));
        return true;
    case V3_F32:
        *ret = (double)flat_f32(attr, V3_VALUE_FIELD(V3_F32));
        return true;
    default:
        return false;
    }
}

double v3_attr_get(const struct flat_vector *attrs, const char *name, double preset)
{
    struct flat_table attr;
    double number;

    if (v3_attr_find(attrs, name, &attr) && v3_attr_number(&attr, &number))
        return number;
    return preset;
}

const char *v3_attr_text(const struct flat_vector *attrs, const char *name)
{
    struct flat_table attr;

    if (!v3_attr_find(attrs, name, &attr) || flat_u8(&attr, V3_ATTR_TYPE) != V3_STRING)
        return "";
    return flat_string(&attr, V3_VALUE_FIELD(V3_STRING));
}

bool v3_attr_integers(const struct flat_table *attr, struct flat_vector *ret)
{
    uint8_t type = flat_u8(attr, V3_ATTR_TYPE);

    if (type != V3_I32S && type != V3_U32S)
        return false;
    *ret = flat_vector(attr, V3_VALUE_FIELD(type), 4);
    return true;
}

bool v3_attr_floats(const struct flat_table *attr, struct flat_vector *ret)
{
    if (flat_u8(attr, V3_ATTR_TYPE) != V3_F32S)
        return false;
    *ret = flat_vector(attr, V3_VALUE_FIELD(V3_F32S), 4);
    return true;
}

struct flat_vector v3_attr_children(const struct flat_table *attr)
{
    if (flat_u8(attr, V3_ATTR_TYPE) != V3_ATTRS)
        return (struct flat_vector){.flat = attr->flat, .element_size = 4};
    return flat_vector(attr, V3_VALUE_FIELD(V3_ATTRS), 4);
}

uint32_t v3_attr_index(const struct flat_table *attr, uint32_t n)
{
    const char *name = flat_string(attr, V3_ATTR_NAME);
    uint64_t index = 0;

    if (*name == 0 || (name[0] == '0' && name[1] != 0))
        return UINT32_MAX;
    for (; *name; name++) {
        if (*name < '0' || *name > '9' || index >= n)
            return UINT32_MAX;
        index = index * 10 + (uint64_t)(*name - '0');
    }
    return index < n ? (uint32_t)index : UINT32_MAX;
}

static int read_dims(const struct flat_table *attr, struct shape *ret, struct fault *fault)
{
    struct flat_vector list = {0};

    if (!v3_attr_integers(attr, &list) || list.n > SHAPE_RANK_MAX)
        return fail(fault, E_SHAPE, "OutputDims are no list of at most %d sizes", SHAPE_RANK_MAX);
    ret->rank = list.n;
    for (uint32_t i = 0; i < list.n; i++)
        ret->dim[i] = flat_vector_u32(&list, i);
    return 0;
}

int v3_attr_dims(const struct flat_vector *attrs, uint32_t n, struct shape *ret,
                 struct fault *fault)
{
    struct flat_table dims, attr;
    struct flat_vector children;
    uint64_t seen = 0;
    int r = 0;

    if (!v3_attr_find(attrs, "OutputDims", &dims))
        return fail(fault, E_SHAPE, "it has no OutputDims");
    children = v3_attr_children(&dims);
    for (uint32_t i = 0; r == 0 && i < children.n; i++) {
        uint32_t index;

        attr = flat_vector_table(&children, i);
        index = v3_attr_index(&attr, n);
        if (index == UINT32_MAX)
            continue;
        seen |= UINT64_C(1) << index;
        r = read_dims(&attr, &ret[index], fault);
    }
    if (r == 0 && seen != (UINT64_C(1) << n) - 1)
        return fail(fault, E_SHAPE, "its OutputDims do not say the sizes of all %u outputs", n);
    return r;
}
