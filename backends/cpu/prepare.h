#pragma once
/*
 * How the cpu backend runs an operator: one struct operation per file of kernels/, named
 * cpu_<file>, and the rows of kernels.def that lead to it. A file holds the parameters of its
 * kernel, the kernel, and the function that makes a step of a node.
 */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backends/cpu/isa.h"
#include "backends/kernel.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/mem.h"
#include "model/graph.h"

/* What follows a sum: at least LO, at most HI; a NaN passes. */
struct clamp {
    float lo, hi;
};

/* One node on its way to become a step. Operands are the node's own, in its order. */
struct prepare {
    const struct graph *graph;
    const struct node *node;
    struct clamp clamp; /* of the Relu or Clip behind that goes along; else without limits */
    enum isa isa;
    struct arena *arena; /* the plan's; parameters live in it */
    struct fault *fault;

    /* The answers. */
    kernel_run_fn run;
    const void *params;
    size_t params_size;
    size_t n_items;        /* length of the axis along which the step may be cut */
    uint64_t work;         /* of all items, in cheap operations: decides how many slices */
    size_t workspace_size; /* bytes */
};

struct operation {
    uint32_t n_in, n_out; /* operands that the kernel looks at; those the node lacks are NULL */
    uint32_t constants;   /* bit I: input I has to be a constant */
    bool takes_clamp;     /* a Relu or Clip behind it can go along */

    /* 0, or -ENOMEM, or E_LAYER_UNSUPPORTED with FAULT. */
    int (*prepare)(struct prepare *prepare);

    /* (optional) Is the output the input's bytes in the same order? Then no step is made. */
    bool (*moves_nothing)(const struct graph *graph, const struct node *node);
};

#define OPERATOR(op, file) extern const struct operation cpu_##file;
#define FORM(kernel, file, symbol, isa)
#include "backends/cpu/kernels.def"
#undef OPERATOR
#undef FORM

/* NULL if the backend cannot run OP. */
const struct operation *cpu_operation(enum op op);

/* Kernels that exist in several forms. */
enum kernel {
#define OPERATOR(op, file)
#define ONCE_PORTABLE(kernel) KERNEL_##kernel,
#define ONCE_AVX2(kernel)
#define ONCE_AVX512(kernel)
#define FORM(kernel, file, symbol, isa) ONCE_##isa(kernel)
#include "backends/cpu/kernels.def"
#undef OPERATOR
#undef FORM
#undef ONCE_PORTABLE
#undef ONCE_AVX2
#undef ONCE_AVX512
    _KERNEL_MAX,
};

#define OPERATOR(op, file)
#define FORM(kernel, file, symbol, isa) void symbol(const struct kernel_args *args);
#include "backends/cpu/kernels.def"
#undef OPERATOR
#undef FORM

/* The best form of KERNEL that a processor with ISA can run. */
kernel_run_fn cpu_kernel_form(enum kernel kernel, enum isa isa);

/* kernels/edge.c: from operand 0 to operand 0, element by element, at the edges of a plan. */
void cpu_copy_f32(const struct kernel_args *args);
void cpu_u8_to_f32(const struct kernel_args *args);
void cpu_f32_to_u8(const struct kernel_args *args);

/* kernels/clamp.c: is NODE a Relu or Clip? Then what it limits to. */
bool cpu_clamp_of(const struct node *node, struct clamp *ret);

static inline const struct value *prepare_in(const struct prepare *prepare, uint32_t i)
{
    const struct node *node = prepare->node;

    if (i >= node->n_inputs || node->inputs[i] == NO_VALUE)
        return NULL;
    return &prepare->graph->values[node->inputs[i]];
}

static inline const struct value *prepare_out(const struct prepare *prepare, uint32_t i)
{
    return &prepare->graph->values[prepare->node->outputs[i]];
}

/* Room for the parameters, cleared; NULL if memory is out. */
static inline void *prepare_params(struct prepare *prepare, size_t size)
{
    void *params = arena_alloc(prepare->arena, size);

    prepare->params = params;
    prepare->params_size = size;
    return params;
}

static inline int prepare_no_memory(struct prepare *prepare)
{
    return fail(prepare->fault, -ENOMEM, "layer %.100s: out of memory", prepare->node->name);
}

/* N_ITEMS pieces of WORK_EACH operations; one operation is about a quarter of a nanosecond. */
static inline int prepare_done(struct prepare *prepare, kernel_run_fn run, size_t n_items,
                               uint64_t work_each)
{
    prepare->run = run;
    prepare->n_items = n_items;
    prepare->work = n_items * work_each;
    return 0;
}
