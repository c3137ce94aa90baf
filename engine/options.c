/* A network's options, kept so that it can be made again. */
#include <errno.h>
#include <string.h>

#include "engine/inside.h"

static const char *copy_text(struct arena *arena, const char *text)
{
    return arena_text(arena, text, strlen(text));
}

static const struct input_dims *copy_dims(const struct derive *derive, struct arena *arena)
{
    struct input_dims *dims = arena_alloc(arena, derive->n_dims * sizeof(*dims));

    for (uint32_t i = 0; dims && i < derive->n_dims; i++) {
        dims[i] = derive->dims[i];
        dims[i].name = copy_text(arena, derive->dims[i].name);
        if (!dims[i].name)
            return NULL;
    }
    return dims;
}

static const char *const *copy_outputs(const struct derive *derive, struct arena *arena)
{
    const char **outputs = arena_alloc(arena, derive->n_outputs * sizeof(*outputs));

    for (uint32_t i = 0; outputs && i < derive->n_outputs; i++) {
        outputs[i] = copy_text(arena, derive->outputs[i]);
        if (!outputs[i])
            return NULL;
    }
    return outputs;
}

static const struct derive *copy_derive(const struct derive *derive, struct arena *arena)
{
    struct derive *copy = arena_alloc(arena, sizeof(*copy));

    if (!copy)
        return NULL;
    *copy = (struct derive){copy_dims(derive, arena), copy_outputs(derive, arena), derive->n_dims,
                            derive->n_outputs};
    return copy->dims && copy->outputs ? copy : NULL;
}

static const struct edge_type *copy_edges(const struct network_options *options,
                                          struct arena *arena)
{
    struct edge_type *edges = arena_alloc(arena, options->n_edges * sizeof(*edges));

    for (uint32_t i = 0; edges && i < options->n_edges; i++) {
        edges[i] = options->edges[i];
        edges[i].name = copy_text(arena, options->edges[i].name);
        if (!edges[i].name)
            return NULL;
    }
    return edges;
}

int options_copy(const struct network_options *options, struct arena *arena,
                 struct network_options *ret)
{
    struct network_options copy = *options;

    copy.order = arena_copy(arena, options->order, options->n_order * sizeof(*options->order));
    copy.edges = copy_edges(options, arena);
    if (options->derive)
        copy.derive = copy_derive(options->derive, arena);
    if (!copy.order || !copy.edges || (options->derive && !copy.derive))
        return -ENOMEM;
    *ret = copy;
    return 0;
}
