#pragma once
/*
 * The buffers of a container while it is read: first all their names, then, layer by layer, the
 * value that each became. Names are borrowed. Zero-initialise to begin.
 */
#include "base/fault.h"
#include "base/mem.h"
#include "model/names.h"

struct buffers {
    struct names names;
    uint32_t *values; /* of each by its number; NO_VALUE until its layer is built */
};

/* 0, -ENOMEM, or E_GRAPH if another layer makes a buffer of that name already. */
int buffers_add(struct buffers *buffers, const char *name, struct fault *fault);

/* All names are known: values may come. 0 or -ENOMEM. */
int buffers_ready(struct buffers *buffers);

/* NAME, which was added, is VALUE. */
void buffers_set(struct buffers *buffers, const char *name, uint32_t value);

/* The value of a layer's input; E_GRAPH if nothing makes it, or only later. */
int buffers_get(const struct buffers *buffers, const char *name, uint32_t *ret,
                struct fault *fault);

/*
 * What a tensor stored with a layer is called: "LAYER/TENSOR", longer by underscores if a buffer is
 * called so. In ARENA; NULL if memory is out.
 */
const char *buffers_constant(const struct buffers *buffers, const char *layer, const char *tensor,
                             struct arena *arena);

void buffers_done(struct buffers *buffers);
