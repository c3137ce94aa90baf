#pragma once
#include "backends/backend.h"
#include "backends/cpu/isa.h"
#include "base/base.h"

/* The compile slot, for a backend with POOL and ISA. */
int cpu_plan_new(struct pool *pool, enum isa isa, const struct compile_request *request,
                 struct plan **ret, struct fault *fault);
void cpu_plan_free(struct plan *plan); /* NULL is fine */
DEFINE_CLEANUP(struct plan *, cpu_plan_free);

/* The supports slot. */
bool cpu_plan_supports(const struct graph *graph, const struct node *node, struct fault *fault);
