#pragma once
/*
 * Everything that stands in the way of a conversion, collected so that a person can mend it in one
 * go: grouped by operator, each problem once, with the names of the nodes that have it.
 */
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/rows.h"

/* What stands for the operator where a problem is one of the network's own inputs or outputs. */
#define REPORT_INPUT  "input"
#define REPORT_OUTPUT "output"

struct report {
    struct arena *arena;
    struct rows problems; /* struct problem */
    uint32_t n_unsaid;    /* beyond the limit */
};

/*
 * OP: the operator, as the framework calls it. NODE: as a person finds it. WHAT and WAY: what is
 * wrong and what to do about it, sentences without a full stop; copied. A node is named once. 0 or
 * -ENOMEM.
 */
int report_add(struct report *report, const char *op, const char *node, const char *what,
               const char *way);

/* One line a problem, grouped by operator in order of appearance. 0 or -ENOMEM. */
int report_print(const struct report *report, struct buf *out);

/* The first problem, as far as it fits; FAULT stays as it is if there is none. */
void report_fault(const struct report *report, int code, struct fault *fault);
