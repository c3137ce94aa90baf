#pragma once
/*
 * Names that must not repeat: of layers, of buffers. Foreign files repeat them, or have none, and
 * converters add layers of their own.
 */
#include "base/mem.h"
#include "base/rows.h"
#include "model/names.h"

struct unique {
    struct arena *arena; /* where copies go; zero-initialise the rest */
    struct names names;
    struct rows next; /* uint32_t: for each name the suffix to try next */
};

/* Keeps NAME, which must live as long, out of the way. 0, -EEXIST, -ENOMEM. */
int unique_reserve(struct unique *unique, const char *name);

/* BASE, or if that is in use BASE_1, BASE_2, ...: copied. NULL if memory is out. */
const char *unique_add(struct unique *unique, const char *base);

void unique_done(struct unique *unique);
