#pragma once
/* What the functions that compute constants share. */
#include "convert/onnx/source.h"
#include "convert/walk.h"

/* Input I, which must be there. */
int fold_input(struct conversion *c, uint32_t i, const struct numbers **ret);

/* Output 0: the numbers of X at the places of WALK, whose shape it has. */
int fold_walk(struct conversion *c, const struct numbers *x, struct walk *walk);

/* The shape of what numpy broadcasts A and B to. */
int fold_broadcast(struct conversion *c, const struct shape *a, const struct shape *b,
                   struct shape *ret);

/* For each axis of Y how far to go in X, which is broadcast to it. */
void fold_strides(const struct shape *x, const struct shape *y, ptrdiff_t *stride);
