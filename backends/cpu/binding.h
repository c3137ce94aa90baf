#pragma once
#include "backends/backend.h"

/* The slots of the same names; see backends/backend.h. */
int cpu_binding_new(const struct plan *plan, const struct binding_spans *spans,
                    struct binding **ret);
void cpu_binding_free(struct binding *binding);
int cpu_binding_run(struct binding *binding, struct run_stats *stats);
