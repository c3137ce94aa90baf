#pragma once
/* The same graph with other names for some values: what a converter knows only in the end. */
#include "model/graph.h"

struct rename {
    uint32_t value;
    const char *name;
};

/* 0 and *RET, which shares the constants; E_GRAPH if names are not unique then, -ENOMEM. */
int rename_values(const struct graph *graph, const struct rename *renames, uint32_t n,
                  struct graph **ret, struct fault *fault);
