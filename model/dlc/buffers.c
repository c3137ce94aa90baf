#include "model/dlc/buffers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "model/graph.h"

int buffers_add(struct buffers *buffers, const char *name, struct fault *fault)
{
    int r = names_add(&buffers->names, name);

    if (r == -EEXIST)
        return fail(fault, E_GRAPH, "its output %.100s is another layer's already", name);
    return r;
}

int buffers_ready(struct buffers *buffers)
{
    buffers->values = malloc((buffers->names.n + 1) * sizeof(*buffers->values));
    if (!buffers->values)
        return -ENOMEM;
    for (uint32_t i = 0; i < buffers->names.n; i++)
        buffers->values[i] = NO_VALUE;
    return 0;
}

void buffers_set(struct buffers *buffers, const char *name, uint32_t value)
{
    buffers->values[names_find(&buffers->names, name)] = value;
}

int buffers_get(const struct buffers *buffers, const char *name, uint32_t *ret, struct fault *fault)
{
    uint32_t number = names_find(&buffers->names, name);

    if (number == NAMES_NONE)
        return fail(fault, E_GRAPH, "its input %.80s is no layer's output", name);
    if (buffers->values[number] == NO_VALUE)
        return fail(fault, E_GRAPH, "its input %.80s is made by a layer that comes later", name);
    *ret = buffers->values[number];
    return 0;
}

const char *buffers_constant(const struct buffers *buffers, const char *layer, const char *tensor,
                             struct arena *arena)
{
    size_t layer_size = strlen(layer), size = layer_size + 1 + strlen(tensor), more = 0;
    char *name;

    do {
        name = arena_alloc(arena, size + more + 1);
        if (!name)
            return NULL;
        memcpy(name, layer, layer_size);
        name[layer_size] = '/';
        memcpy(name + layer_size + 1, tensor, size - layer_size - 1);
        memset(name + size, '_', more);
        more++;
    } while (names_find(&buffers->names, name) != NAMES_NONE);
    return name;
}

void buffers_done(struct buffers *buffers)
{
    names_done(&buffers->names);
    free(buffers->values);
    *buffers = (struct buffers){0};
}
