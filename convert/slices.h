#pragma once
/* Slices, as layers make them of tensors and of numbers. */
#include "convert/conversion.h"

/* What is taken along one axis: COUNT places from BEGIN on, STRIDE apart. */
struct slice {
    uint32_t begin, count;
    int32_t stride;
};

struct slices {
    struct slice axis[SHAPE_RANK_MAX]; /* of the foreign tensor */
    uint32_t drop;                     /* bits: axes that go, with count 1 */
};

/* Everything of SHAPE. */
void slices_all(const struct shape *shape, struct slices *ret);

/* Output I of the node is what SLICES take of X, a value. */
int slices_emit(struct conversion *c, uint32_t i, struct tensor *x, const struct slices *slices);

/* The same as a helper in front, X.slice: RET is what it makes, a tensor that nobody can name. */
int slices_emit_helper(struct conversion *c, struct tensor *x, const struct slices *slices,
                       struct tensor *ret);
