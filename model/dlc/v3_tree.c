#include "model/dlc/v3_tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "model/dlc/v3_format.h"

struct v3_branch {
    struct v3_branch *next;
    const char *name;
    enum v3_type type;
    uint32_t bits;    /* of a bool, an integer, a float */
    const void *list; /* of 4-byte numbers; or a text */
    uint32_t n;       /* numbers or children */
    struct v3_branch *first, *last;
    bool unsorted;
};

static struct v3_branch *add(struct v3_tree *tree, struct v3_branch *in, const char *name,
                             enum v3_type type)
{
    struct v3_branch *branch = in ? arena_alloc(&tree->arena, sizeof(*branch)) : NULL;

    if (!branch) {
        tree->error = -ENOMEM;
        return NULL;
    }
    branch->name = name;
    branch->type = type;
    if (in->last)
        in->last->next = branch;
    else
        in->first = branch;
    in->last = branch;
    in->n++;
    return branch;
}

struct v3_branch *v3_tree_root(struct v3_tree *tree)
{
    struct v3_branch *root = arena_alloc(&tree->arena, sizeof(*root));

    if (root)
        root->type = V3_ATTRS;
    else
        tree->error = -ENOMEM;
    return root;
}

struct v3_branch *v3_tree_list(struct v3_tree *tree, struct v3_branch *in, const char *name)
{
    return add(tree, in, name, V3_ATTRS);
}

struct v3_branch *v3_tree_unsorted(struct v3_tree *tree, struct v3_branch *in, const char *name)
{
    struct v3_branch *branch = add(tree, in, name, V3_ATTRS);

    if (branch)
        branch->unsorted = true;
    return branch;
}

const char *v3_tree_number(struct v3_tree *tree, uint32_t number)
{
    char text[12];
    int n = snprintf(text, sizeof(text), "%u", number);
    const char *copy = arena_text(&tree->arena, text, (size_t)n);

    if (!copy)
        tree->error = -ENOMEM;
    return copy ? copy : "";
}

struct v3_branch *v3_tree_numbered(struct v3_tree *tree, struct v3_branch *in, uint32_t number)
{
    return v3_tree_list(tree, in, v3_tree_number(tree, number));
}

static void add_bits(struct v3_tree *tree, struct v3_branch *in, const char *name,
                     enum v3_type type, uint32_t bits)
{
    struct v3_branch *branch = add(tree, in, name, type);

    if (branch)
        branch->bits = bits;
}

void v3_tree_bool(struct v3_tree *tree, struct v3_branch *in, const char *name, bool v)
{
    add_bits(tree, in, name, V3_BOOL, v);
}

void v3_tree_i32(struct v3_tree *tree, struct v3_branch *in, const char *name, int32_t v)
{
    add_bits(tree, in, name, V3_I32, (uint32_t)v);
}

void v3_tree_u32(struct v3_tree *tree, struct v3_branch *in, const char *name, uint32_t v)
{
    add_bits(tree, in, name, V3_U32, v);
}

void v3_tree_f32(struct v3_tree *tree, struct v3_branch *in, const char *name, float v)
{
    uint32_t bits;

    memcpy(&bits, &v, sizeof(bits));
    add_bits(tree, in, name, V3_F32, bits);
}

static void add_list(struct v3_tree *tree, struct v3_branch *in, const char *name,
                     enum v3_type type, const void *v, uint32_t n)
{
    struct v3_branch *branch = add(tree, in, name, type);

    if (!branch)
        return;
    branch->list = v;
    branch->n = n;
}

void v3_tree_text(struct v3_tree *tree, struct v3_branch *in, const char *name, const char *v)
{
    add_list(tree, in, name, V3_STRING, v, 0);
}

void v3_tree_i32s(struct v3_tree *tree, struct v3_branch *in, const char *name, const int32_t *v,
                  uint32_t n)
{
    add_list(tree, in, name, V3_I32S, v, n);
}

void v3_tree_u32s(struct v3_tree *tree, struct v3_branch *in, const char *name, const uint32_t *v,
                  uint32_t n)
{
    add_list(tree, in, name, V3_U32S, v, n);
}

void v3_tree_f32s(struct v3_tree *tree, struct v3_branch *in, const char *name, const float *v,
                  uint32_t n)
{
    add_list(tree, in, name, V3_F32S, v, n);
}

bool v3_tree_has(const struct v3_branch *in, const char *name)
{
    for (const struct v3_branch *branch = in ? in->first : NULL; branch; branch = branch->next)
        if (strcmp(branch->name, name) == 0)
            return true;
    return false;
}

/* Writes the value's bytes or children, then its table. Values of 0 are left out. */
static uint32_t build_one(struct v3_tree *tree, const struct v3_branch *branch,
                          struct flat_build *build)
{
    unsigned field = V3_VALUE_FIELD(branch->type);
    uint32_t name = flat_build_string(build, branch->name), value = 0;

    if (branch->type == V3_ATTRS)
        value = v3_tree_build(tree, branch, build);
    else if (branch->type == V3_STRING)
        value = flat_build_string(build, branch->list);
    else if (branch->type >= V3_I32S)
        value = flat_build_vector(build, branch->list, branch->n, 4);
    flat_build_ref(build, V3_ATTR_NAME, name);
    flat_build_u8(build, V3_ATTR_TYPE, (uint8_t)branch->type);
    if (value)
        flat_build_ref(build, field, value);
    else if (branch->type == V3_BOOL && branch->bits)
        flat_build_u8(build, field, 1);
    else if (branch->bits)
        flat_build_u32(build, field, branch->bits);
    return flat_build_table(build);
}

static int by_name(const void *a, const void *b)
{
    const struct v3_branch *const *left = a, *const *right = b;

    return strcmp((*left)->name, (*right)->name);
}

/* Calls itself through build_one, as deep as lists were put into lists: USER_DEPTH_MOST and a few.
 */
uint32_t v3_tree_build(struct v3_tree *tree, const struct v3_branch *list, struct flat_build *build)
{
    uint32_t n = list ? list->n : 0, i = 0, vector;
    const struct v3_branch **order = malloc((n + 1) * sizeof(*order));
    uint32_t *places = malloc((n + 1) * sizeof(*places));

    if (!order || !places || !list) {
        tree->error = -ENOMEM;
        free(order);
        free(places);
        return 0;
    }
    for (const struct v3_branch *branch = list->first; branch; branch = branch->next)
        order[i++] = branch;
    if (!list->unsorted)
        qsort(order, n, sizeof(*order), by_name);
    for (i = 0; i < n; i++)
        places[i] = build_one(tree, order[i], build);
    vector = flat_build_refs(build, places, n);
    free(order);
    free(places);
    return vector;
}

void v3_tree_done(struct v3_tree *tree)
{
    arena_done(&tree->arena);
}
