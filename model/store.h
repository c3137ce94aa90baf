#pragma once
/*
 * What stands behind a struct graph: the one owner of all it points at. build.c makes it, graph.c
 * counts it, finds names in it and lets it go; nobody else looks inside.
 */
#include <stdatomic.h>

#include "base/mem.h"
#include "model/graph.h"
#include "model/names.h"

struct store {
    struct graph graph; /* everything in it lies in ARENA, but for the blobs, which it counts */
    struct arena arena;
    const uint32_t *values_by_name, *nodes_by_name; /* indices in the order of strcmp */
    size_t weight_bytes;
    atomic_uint refs;
};

/*
 * A store with one reference. PARTS has values, nodes, sections and outputs set, all in ARENA (its
 * outputs may be none: those of the last node then); names are those of its values and its nodes.
 * Takes the arena, and the references of blobs that the values hold; on failure (-ENOMEM) neither.
 */
int store_new(const struct graph *parts, const struct names *values, const struct names *nodes,
              struct arena *take_arena, struct store **ret);
