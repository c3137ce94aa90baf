#include "model/attr.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/error.h"

static void store_number(const struct attr_spec *spec, void *attrs, double number)
{
    void *member = (char *)attrs + spec->at;

    if (spec->type == ATTR_F32)
        memcpy(member, &(float){(float)number}, sizeof(float));
    else if (spec->type == ATTR_BOOL)
        memcpy(member, &(bool){number != 0}, sizeof(bool));
    else
        memcpy(member, &(int32_t){(int32_t)number}, sizeof(int32_t));
}

/* Of an i32, f32 or enum. */
static double load_number(const struct attr_spec *spec, const void *attrs)
{
    const void *member = (const char *)attrs + spec->at;
    int32_t i;
    float f;

    if (spec->type == ATTR_F32) {
        memcpy(&f, member, sizeof(f));
        return f;
    }
    memcpy(&i, member, sizeof(i));
    return i;
}

void attrs_preset(const struct attr_spec *specs, void *attrs)
{
    for (const struct attr_spec *spec = specs; spec && spec->name; spec++)
        if (spec->type == ATTR_I32S)
            memset((char *)attrs + spec->at, 0, sizeof(struct i32s));
        else if (spec->type == ATTR_F32S)
            memset((char *)attrs + spec->at, 0, sizeof(struct f32s));
        else if (spec->type == ATTR_STRINGS)
            memset((char *)attrs + spec->at, 0, sizeof(struct strings));
        else if (spec->type == ATTR_STRING)
            memcpy((char *)attrs + spec->at, &(const char *){""}, sizeof(spec->name));
        else
            store_number(spec, attrs, spec->preset);
}

static int check_number(const struct attr_spec *spec, double number, struct fault *fault)
{
    if (!(number >= spec->least && number <= spec->most))
        return fail(fault, E_OP_ATTR, "%s: %.10g is outside %.10g..%.10g", spec->name, number,
                    spec->least, spec->most);
    if (spec->type == ATTR_I32 && number != trunc(number))
        return fail(fault, E_OP_ATTR, "%s: %.10g is not a whole number", spec->name, number);
    return 0;
}

static int check_index(const struct attr_spec *spec, double index, struct fault *fault)
{
    for (int i = (int)spec->least; spec->words[i]; i++)
        if (index == i)
            return 0;
    return fail(fault, E_OP_ATTR, "%s: there is no kind %.10g", spec->name, index);
}

static int check_i32s(const struct attr_spec *spec, struct i32s list, struct fault *fault)
{
    for (uint32_t i = 0; i < list.n; i++)
        if (list.v[i] < spec->least || list.v[i] > spec->most)
            return fail(fault, E_OP_ATTR, "%s[%u]: %d is outside %.10g..%.10g", spec->name, i,
                        list.v[i], spec->least, spec->most);
    return 0;
}

static int check_f32s(const struct attr_spec *spec, struct f32s list, struct fault *fault)
{
    for (uint32_t i = 0; i < list.n; i++)
        if (!(list.v[i] >= spec->least && list.v[i] <= spec->most))
            return fail(fault, E_OP_ATTR, "%s[%u]: %g is outside %.10g..%.10g", spec->name, i,
                        (double)list.v[i], spec->least, spec->most);
    return 0;
}

static int set_number(const struct attr_spec *spec, void *attrs, double number, struct fault *fault)
{
    int r = check_number(spec, number, fault);

    if (r == 0)
        store_number(spec, attrs, number);
    return r;
}

static int set_enum(const struct attr_spec *spec, void *attrs, const struct attr_value *value,
                    struct fault *fault)
{
    int index = (int)spec->least;

    if (!value->word) {
        int r = check_index(spec, value->number, fault);

        if (r == 0)
            store_number(spec, attrs, value->number);
        return r;
    }
    while (spec->words[index] && strcmp(spec->words[index], value->word) != 0)
        index++;
    if (!spec->words[index])
        return fail(fault, E_OP_ATTR, "%s: no such word as \"%.60s\"", spec->name, value->word);
    store_number(spec, attrs, index);
    return 0;
}

static int set_i32s(const struct attr_spec *spec, void *attrs, struct i32s list,
                    struct fault *fault)
{
    int r = check_i32s(spec, list, fault);

    if (r == 0)
        memcpy((char *)attrs + spec->at, &list, sizeof(list));
    return r;
}

static int set_f32s(const struct attr_spec *spec, void *attrs, struct f32s list,
                    struct fault *fault)
{
    int r = check_f32s(spec, list, fault);

    if (r == 0)
        memcpy((char *)attrs + spec->at, &list, sizeof(list));
    return r;
}

static void store(const struct attr_spec *spec, void *attrs, const void *member, size_t size)
{
    memcpy((char *)attrs + spec->at, member, size);
}

int attrs_set(const struct attr_spec *specs, void *attrs, const char *name,
              const struct attr_value *value, struct fault *fault)
{
    const struct attr_spec *spec = specs;

    while (spec && spec->name && strcmp(spec->name, name) != 0)
        spec++;
    if (!spec || !spec->name)
        return fail(fault, E_OP_ATTR, "there is no attribute %.60s", name);
    if (value->type != spec->type && !(value->type == ATTR_I32 && spec->type == ATTR_F32))
        return fail(fault, E_OP_ATTR, "%s: wrong type", name);

    switch (spec->type) {
    case ATTR_ENUM:
        return set_enum(spec, attrs, value, fault);
    case ATTR_I32S:
        return set_i32s(spec, attrs, value->list, fault);
    case ATTR_F32S:
        return set_f32s(spec, attrs, value->reals, fault);
    case ATTR_BOOL:
        store_number(spec, attrs, value->number);
        return 0;
    case ATTR_STRING:
        store(spec, attrs, &value->word, sizeof(value->word));
        return 0;
    case ATTR_STRINGS:
        store(spec, attrs, &value->words, sizeof(value->words));
        return 0;
    default:
        return set_number(spec, attrs, value->number, fault);
    }
}

static int check_member(const struct attr_spec *spec, const void *attrs, struct fault *fault)
{
    const void *member = (const char *)attrs + spec->at;
    struct i32s integers;
    struct f32s reals;

    switch (spec->type) {
    case ATTR_ENUM:
        return check_index(spec, load_number(spec, attrs), fault);
    case ATTR_I32S:
        memcpy(&integers, member, sizeof(integers));
        return check_i32s(spec, integers, fault);
    case ATTR_F32S:
        memcpy(&reals, member, sizeof(reals));
        return check_f32s(spec, reals, fault);
    case ATTR_BOOL:
    case ATTR_STRING:
    case ATTR_STRINGS:
        return 0;
    default:
        return check_number(spec, load_number(spec, attrs), fault);
    }
}

int attrs_check(const struct attr_spec *specs, const void *attrs, struct fault *fault)
{
    int r = 0;

    for (const struct attr_spec *spec = specs; r == 0 && spec && spec->name; spec++)
        r = check_member(spec, attrs, fault);
    return r;
}

/* Both kinds of list are a pointer and a count of 4-byte numbers; an empty one points nowhere. */
static int copy_list(const struct attr_spec *spec, void *attrs, struct arena *arena)
{
    void *member = (char *)attrs + spec->at;
    struct i32s list;

    _Static_assert(sizeof(struct i32s) == sizeof(struct f32s), "lists have one layout");
    memcpy(&list, member, sizeof(list));
    if (list.n == 0)
        list.v = NULL;
    else if (!(list.v = arena_copy(arena, list.v, list.n * sizeof(*list.v))))
        return -1;
    memcpy(member, &list, sizeof(list));
    return 0;
}

/* A text that was never given is empty. */
static int copy_text(void *member, struct arena *arena)
{
    const char *text;

    memcpy(&text, member, sizeof(text));
    text = text ? arena_text(arena, text, strlen(text)) : "";
    memcpy(member, &text, sizeof(text));
    return text ? 0 : -1;
}

static int copy_texts(void *member, struct arena *arena)
{
    struct strings list;
    const char **texts;
    int r = 0;

    memcpy(&list, member, sizeof(list));
    texts = list.n ? arena_copy(arena, list.v, list.n * sizeof(*texts)) : NULL;
    if (list.n && !texts)
        return -1;
    for (uint32_t i = 0; r == 0 && i < list.n; i++)
        r = copy_text(&texts[i], arena);
    list.v = texts;
    memcpy(member, &list, sizeof(list));
    return r;
}

/* What the member points to goes into ARENA. */
static int copy_member(const struct attr_spec *spec, void *attrs, struct arena *arena)
{
    switch (spec->type) {
    case ATTR_I32S:
    case ATTR_F32S:
        return copy_list(spec, attrs, arena);
    case ATTR_STRING:
        return copy_text((char *)attrs + spec->at, arena);
    case ATTR_STRINGS:
        return copy_texts((char *)attrs + spec->at, arena);
    default:
        return 0;
    }
}

void *attrs_copy(const struct attr_spec *specs, const void *attrs, size_t size, struct arena *arena)
{
    void *copy = arena_copy(arena, attrs, size);

    for (const struct attr_spec *spec = specs; copy && spec && spec->name; spec++)
        if (copy_member(spec, copy, arena) < 0)
            return NULL;
    return copy;
}
