#pragma once
/*
 * A plan while it is being made: what compile knows of each value and each step. Lives in compile
 * alone; what lasts goes into the plan's arena.
 */
#include "backends/backend.h"
#include "backends/cpu/prepare.h"
#include "backends/cpu/step.h"
#include "model/memplan.h"

#define NONE UINT32_MAX

struct draft_value {
    uint32_t root;      /* the value whose bytes these are; itself unless a layer moved nothing */
    uint32_t input;     /* which input of the plan it is, or NONE */
    uint32_t output;    /* of a root: the output of the plan that holds it, or NONE */
    uint32_t n_readers; /* uses by nodes */
    uint32_t reader;    /* position of the last node that reads it */
    uint32_t step;      /* of a root: who writes it, or NONE */
    uint32_t buffer;    /* of a root that lies in scratch, else NONE */
    bool known;         /* a constant, an input, or given by a node so far */
    bool asked_for;     /* is an output of the plan */
};

struct draft_step {
    struct step step;
    const uint32_t *in, *out; /* values; NO_VALUE where there is none */
    uint32_t n_in, n_out;     /* of those; the step may have more operands, which are not there */
    uint32_t from_input, to_output; /* stand for the only operand when not NONE */
    uint64_t work;
    size_t workspace_size;
    uint32_t workspace; /* its buffer, or NONE */
};

struct draft {
    const struct compile_request *request;
    const struct subgraph *subgraph;
    const struct graph *graph;
    struct fault *fault;
    struct plan *plan;
    enum isa isa;
    struct arena arena;
    struct draft_value *values;
    struct draft_step *steps;
    struct buffer *buffers;
    bool *goes_along;    /* for each node: done by the step of the node before it */
    uint32_t *launch_of; /* the plan's */
    uint32_t n_steps, n_buffers;
};

static inline const struct node *draft_node(const struct draft *draft, uint32_t position)
{
    return &draft->graph->nodes[draft->subgraph->nodes[position]];
}

static inline struct draft_value *draft_root(const struct draft *draft, uint32_t value)
{
    return &draft->values[draft->values[value].root];
}

static inline int draft_no_memory(const struct draft *draft)
{
    return fail(draft->fault, -ENOMEM, "cpu: out of memory");
}

/* values.c: who is who, before any step is made. 0, -ENOMEM, E_GRAPH. */
int cpu_draft_values(struct draft *draft);

/* values.c: where everything lies, when all steps are known. 0, -ENOMEM, E_SHAPE. */
int cpu_draft_places(struct draft *draft);

/* values.c: the operands of all steps, written into the plan. 0 or -ENOMEM. */
int cpu_draft_operands(struct draft *draft);
