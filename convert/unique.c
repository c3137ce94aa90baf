#include "convert/unique.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int unique_reserve(struct unique *unique, const char *name)
{
    uint32_t *next;
    int r = names_add(&unique->names, name);

    if (r < 0)
        return r;
    next = rows_push(&unique->next, unique->arena, sizeof(*next));
    if (!next) {
        names_drop_last(&unique->names, name);
        return -ENOMEM;
    }
    *next = 1;
    return 0;
}

const char *unique_add(struct unique *unique, const char *base)
{
    size_t size = strlen(base) + 12;
    char *name = arena_text(unique->arena, base, strlen(base));
    int r = name ? unique_reserve(unique, name) : -ENOMEM;
    uint32_t *next;

    if (r == -EEXIST && !(name = arena_alloc(unique->arena, size)))
        r = -ENOMEM;
    while (r == -EEXIST) {
        next = unique->next.base;
        snprintf(name, size, "%s_%u", base, next[names_find(&unique->names, base)]++);
        r = unique_reserve(unique, name);
    }
    return r < 0 ? NULL : name;
}

void unique_done(struct unique *unique)
{
    names_done(&unique->names);
}
