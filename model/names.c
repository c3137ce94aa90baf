#include "model/names.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

struct numbered {
    const char *name;
    uint32_t number;
};

static int compare(const void *a, const void *b)
{
    const struct numbered *left = a, *right = b;

    return strcmp(left->name, right->name);
}

uint32_t names_find(const struct names *names, const char *name)
{
    const struct numbered key = {.name = name};
    struct numbered *const *found = tfind(&key, &names->root, compare);

    return found ? (*found)->number : NAMES_NONE;
}

int names_add(struct names *names, const char *name)
{
    struct numbered *entry, **place;

    if (names_find(names, name) != NAMES_NONE)
        return -EEXIST;
    entry = malloc(sizeof(*entry));
    if (!entry)
        return -ENOMEM;
    *entry = (struct numbered){name, names->n};
    place = tsearch(entry, &names->root, compare);
    if (!place) {
        free(entry);
        return -ENOMEM;
    }
    names->n++;
    return 0;
}

void names_drop_last(struct names *names, const char *name)
{
    const struct numbered key = {.name = name};
    struct numbered **found = tfind(&key, &names->root, compare), *entry;

    if (!found)
        return;
    entry = *found;
    tdelete(&key, &names->root, compare);
    free(entry);
    names->n--;
}

/* twalk_r visits an inner node three times, the second time between its children. */
static void append(const void *node, VISIT visit, void *closure)
{
    struct numbered *const *entry = node;
    uint32_t **next = closure;

    if (visit == postorder || visit == leaf)
        *(*next)++ = (*entry)->number;
}

void names_sort(const struct names *names, uint32_t *order)
{
    twalk_r(names->root, append, &order);
}

void names_done(struct names *names)
{
    tdestroy(names->root, free);
    *names = (struct names){0};
}
