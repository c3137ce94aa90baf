#pragma once
/*
 * A plan of the cpu backend: steps, run one after another. A step is a kernel, its parameters, and
 * where its operands lie; nothing in it changes after compile.
 *
 * Weights are used where they lie in the graph, so that the plans of one model for ten input sizes
 * cost no more than one. A kernel that wants them in blocks will ask a cache, keyed by (blob,
 * layout) and counted, which prepare fills and the backend holds for all of its plans; its operand
 * is then a PLACE_CONSTANT like any other, and neither binding nor run learns of it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backends/kernel.h"
#include "base/mem.h"

enum place {
    PLACE_NONE,     /* an optional operand that is not there */
    PLACE_CONSTANT, /* DATA, the graph's */
    PLACE_INPUT,    /* the span of the plan's input INDEX */
    PLACE_OUTPUT,   /* the span of the plan's output INDEX */
    PLACE_SCRATCH,  /* OFFSET bytes into the job slot's scratch */
};

struct operand {
    enum place place;
    uint32_t index;
    size_t offset;
    const void *data;
};

struct step {
    kernel_run_fn run;
    const void *params;
    const struct operand *in, *out;
    struct operand workspace;
    uint32_t n_in, n_out;
    size_t n_items;    /* length of the axis along which the step may be cut */
    uint32_t n_slices; /* pieces handed to the core pool; 1: the lane alone */
};

struct plan {
    struct pool *pool;
    struct arena arena; /* holds all that follows */
    const struct step *steps;
    const size_t *in_sizes, *out_sizes; /* bytes */
    const uint32_t *launch_of;
    uint32_t n_steps, n_operands, n_inputs, n_outputs;
    size_t scratch_size, bytes;
};
