#pragma once
/*
 * What the operators of every framework become. A framework's function finds the operands and reads
 * what its file says about them; these bring the operands into a common layout and make output 0 of
 * the current node. Axes and sizes are those of the foreign file. 0, or E_CONVERT_LAYER by
 * conversion_unsupported, -ENOMEM.
 */
#include "convert/conversion.h"
#include "model/ops/binary.h"

/* OP treats each number alone, in whatever layout X lies. ATTRS: of OP, NULL if it has none. */
int emit_each(struct conversion *c, struct tensor *x, enum op op, const void *attrs);

/* min(max(x, LEAST), MOST); infinities: no limit. */
int emit_clip(struct conversion *c, struct tensor *x, float least, float most);

/* x > 0 ? x : slope * x, with one SLOPE for all. */
int emit_leaky_relu(struct conversion *c, struct tensor *x, float slope);

/* The same with SLOPE, numbers of no higher rank than X, broadcast as numpy does. */
int emit_prelu(struct conversion *c, struct tensor *x, struct tensor *slope);

/* The same with SLOPE a list with a number for each place of AXIS, or for all. */
int emit_prelu_along(struct conversion *c, struct tensor *x, struct tensor *slope, uint32_t axis);

/* A constant of the graph called BASE that holds one number. */
int emit_number(struct conversion *c, const char *base, float number, uint32_t *ret);

/* Two operands, broadcast as numpy does. */
int emit_binary(struct conversion *c, struct tensor *a, struct tensor *b, enum binary_kind kind);

/* ((x0 op x1) op x2)... */
int emit_chain(struct conversion *c, struct tensor *const *x, uint32_t n, enum binary_kind kind);

/* The sum of all: one layer if they are of one shape, else a chain. */
int emit_sum(struct conversion *c, struct tensor *const *x, uint32_t n);
