#include "model/dlc/v3_encoding.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "model/dlc/encodings.h"
#include "model/dlc/v3_attr.h"

static int read_element(const struct flat_vector *attrs, struct encoding *ret, struct fault *fault)
{
    const struct encoding_said said = {
        .min = (float)v3_attr_get(attrs, "min", 0),
        .max = (float)v3_attr_get(attrs, "max", 0),
        .delta = (float)v3_attr_get(attrs, "delta", 0),
        .offset = v3_attr_get(attrs, "offset", 0),
        .precision = v3_attr_get(attrs, "precision", PRECISION_TF8),
    };

    return encodings_take(&said, ret, fault);
}

/* The child called INDEX of the list NAME. */
static bool find_indexed(const struct flat_vector *attrs, const char *name, uint32_t index,
                         struct flat_vector *ret)
{
    struct flat_table list, child;
    struct flat_vector children;

    if (!v3_attr_find(attrs, name, &list))
        return false;
    children = v3_attr_children(&list);
    for (uint32_t i = 0; i < children.n; i++) {
        child = flat_vector_table(&children, i);
        if (v3_attr_index(&child, index + 1) == index) {
            *ret = v3_attr_children(&child);
            return true;
        }
    }
    return false;
}

/* Every element has a name of its own, so N of them are as many tables of the record. */
static int read_elements(const struct flat_vector *elements, struct arena *arena,
                         struct v3_encoding *ret, struct fault *fault)
{
    uint32_t n = elements->n;
    unsigned char *seen = arena_alloc(arena, n);
    int r = 0;

    ret->v = arena_alloc(arena, n * sizeof(*ret->v));
    if (!ret->v || !seen)
        return -ENOMEM;
    for (uint32_t i = 0; r == 0 && i < n; i++) {
        struct flat_table element = flat_vector_table(elements, i);
        struct flat_vector children = v3_attr_children(&element);
        uint32_t index = v3_attr_index(&element, n);

        if (index == UINT32_MAX || seen[index])
            return fail(fault, E_ENCODING, "encoding %u of %u is called %.20s", i, n,
                        flat_string(&element, V3_ATTR_NAME));
        seen[index] = 1;
        r = read_element(&children, &ret->v[index], fault);
    }
    ret->n = n;
    return r;
}

static int read_channels(const struct flat_vector *attrs, uint32_t most, struct arena *arena,
                         struct v3_encoding *ret, struct fault *fault)
{
    struct flat_vector elements = {.flat = attrs->flat};
    double axis = v3_attr_get(attrs, "axis", -1);
    struct flat_table list;

    if (v3_attr_find(attrs, "DataEncodingElement", &list))
        elements = v3_attr_children(&list);
    if (elements.n == 0 || (elements.n > 1 && elements.n > most))
        return fail(fault, E_ENCODING, "DataEncoding has %u elements for %u channels", elements.n,
                    most);
    if (!(axis >= -1 && axis < 64))
        return fail(fault, E_ENCODING, "DataEncoding has the axis %.10g", axis);
    ret->axis = elements.n > 1 && axis > 0 ? (uint32_t)axis : 0;
    return read_elements(&elements, arena, ret, fault);
}

static uint32_t largest_axis(const struct shape *shape)
{
    uint32_t most = 1;

    for (uint32_t i = 0; i < shape->rank; i++)
        if (shape->dim[i] > most)
            most = shape->dim[i];
    return most;
}

int v3_encoding_read(const struct flat_vector *attrs, uint32_t index, const struct shape *shape,
                     struct arena *arena, struct v3_encoding *ret, struct fault *fault)
{
    struct v3_encoding encoding = {0};
    struct flat_vector found;
    int r = 0;

    if (find_indexed(attrs, "FxpData", index, &found)) {
        encoding.v = arena_alloc(arena, sizeof(*encoding.v));
        encoding.n = 1;
        r = encoding.v ? read_element(&found, encoding.v, fault) : -ENOMEM;
    } else if (find_indexed(attrs, "DataEncoding", index, &found)) {
        r = read_channels(&found, largest_axis(shape), arena, &encoding, fault);
    }
    if (r == 0)
        *ret = encoding;
    return r;
}

struct v3_branch *v3_encoding_begin(struct v3_tree *tree, struct v3_branch *attrs, int channels)
{
    return v3_tree_list(tree, attrs, channels ? "DataEncoding" : "FxpData");
}

static void add_element(struct v3_tree *tree, struct v3_branch *list, uint32_t index,
                        const struct encoding *encoding)
{
    struct v3_branch *element = v3_tree_numbered(tree, list, index);

    v3_tree_f32(tree, element, "delta", encoding->delta);
    v3_tree_f32(tree, element, "max", encoding->max);
    v3_tree_f32(tree, element, "min", encoding->min);
    v3_tree_f32(tree, element, "offset", (float)encoding->offset);
    v3_tree_u32(tree, element, "precision", PRECISION_TF8);
}

void v3_encoding_add(struct v3_tree *tree, struct v3_branch *list, int channels, uint32_t index,
                     const struct encoding *encodings, uint32_t n, uint32_t axis)
{
    struct v3_branch *output, *elements;

    if (!channels) {
        add_element(tree, list, index, encodings);
        return;
    }
    output = v3_tree_numbered(tree, list, index);
    elements = v3_tree_list(tree, output, "DataEncodingElement");
    for (uint32_t i = 0; i < n; i++)
        add_element(tree, elements, i, &encodings[i]);
    v3_tree_i32(tree, output, "axis", n > 1 ? (int32_t)axis : -1);
}
