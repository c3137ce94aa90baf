#pragma once
/*
 * Constants out of constants. A framework's function finds the numbers and reads what its file says
 * about them; these compute output 0 of the current node. 0, or E_CONVERT_LAYER by
 * conversion_unsupported, E_TOO_LARGE, -ENOMEM.
 */
#include "convert/conversion.h"
#include "convert/slices.h"
#include "convert/walk.h"
#include "model/ops/binary.h"
#include "model/ops/reduce.h"
#include "model/ops/unary.h"

/* Input I, which must be there. */
int fold_input(struct conversion *c, uint32_t i, const struct numbers **ret);

/* A list of sizes as a shape; more than SHAPE_RANK_MAX, or negative ones, are refused. */
int fold_sizes(struct conversion *c, const int64_t *sizes, uint32_t n, struct shape *ret);

/* The numbers of X at the places of WALK, whose shape it has. */
int fold_walk(struct conversion *c, const struct numbers *x, struct walk *walk);

/* The shape of what numpy broadcasts A and B to. */
int fold_broadcast(struct conversion *c, const struct shape *a, const struct shape *b,
                   struct shape *ret);

/* For each axis of Y how far to go in X, which is broadcast to it. */
void fold_strides(const struct shape *x, const struct shape *y, ptrdiff_t *stride);

/* a OP b, broadcast as numpy does; a comparison gives whole numbers 0 and 1. */
int fold_pair(struct conversion *c, const struct numbers *a, const struct numbers *b,
              enum binary_kind kind);

/* Of whole numbers what stays whole: Abs, Neg, Sign, Square, Not; other functions leave them. */
int fold_function(struct conversion *c, const struct numbers *x, enum unary_kind kind);

/* WHICH ? a : b, number by number, broadcast as numpy does. */
int fold_choice(struct conversion *c, const struct numbers *which, const struct numbers *a,
                const struct numbers *b);

/* X repeated to the SHAPE that numpy broadcasts it and TO to. */
int fold_spread(struct conversion *c, const struct numbers *x, const struct shape *to);

/* The same numbers in SHAPE, which must hold as many. */
int fold_shaped(struct conversion *c, const struct numbers *x, const struct shape *shape);

/* Axis i of the result is axis PERM[i] of X. */
int fold_turned(struct conversion *c, const struct numbers *x, const uint8_t *perm);

/* Output I is a part of X; the other functions make output 0. */
int fold_part(struct conversion *c, uint32_t i, const struct numbers *x,
              const struct slices *slices);

/* What the INDICES pick along AXIS; negative ones count from the end. */
int fold_picked(struct conversion *c, const struct numbers *x, const struct numbers *indices,
                uint32_t axis);

/* N constants one behind the other along AXIS. */
int fold_joined(struct conversion *c, const struct numbers *const *x, uint32_t n, uint32_t axis);

/* X repeated MULTIPLES[i] times along axis i. */
int fold_repeated(struct conversion *c, const struct numbers *x, const int64_t *multiples);

/* From START on in steps, up to and without END: three single numbers. */
int fold_counted(struct conversion *c, const struct numbers *const limits[3]);

/* As floats, or as whole numbers cut off towards zero. */
int fold_as_float(struct conversion *c, const struct numbers *x);
int fold_as_whole(struct conversion *c, const struct numbers *x);

/* Over the axes of MASK; MEAN, SUM, PROD, MIN or MAX. Whole numbers stay whole. */
int fold_reduced(struct conversion *c, const struct numbers *x, enum reduce_kind kind,
                 uint32_t mask, bool keep_dims);
