#pragma once
/*
 * Values of the graph in the layout that an operator wants. Where a tensor lies otherwise, a
 * Permute is put in between, once for all who ask: X.nsc to channel last, X.ncs back to the
 * file's order, as SNPE's converters name them; or a Reshape, where only axes of size 1 move.
 */
#include "convert/conversion.h"

/* TENSOR as a value under VIEW. Numbers become a constant of the graph, already in that order. */
int layout_bring(struct conversion *c, struct tensor *tensor, const struct view *view,
                 uint32_t *ret);

/*
 * TENSOR with as many axes as RANK, ones in front as numpy broadcasts, under VIEW of that rank.
 */
int layout_bring_ranked(struct conversion *c, struct tensor *tensor, uint32_t rank,
                        const struct view *view, uint32_t *ret);

/* Is TENSOR in memory as the foreign file has it, so that a Reshape may follow? */
bool layout_is_plain(const struct tensor *tensor);

/* TENSOR as a value that a Reshape may follow; its sizes there may have ones elsewhere. */
int layout_bring_plain(struct conversion *c, struct tensor *tensor, uint32_t *ret);

/* A Reshape of VALUE to SHAPE as helper BASE.SUFFIX; VALUE itself if it has that shape. */
int layout_reshape(struct conversion *c, const char *base, const char *suffix, uint32_t value,
                   const struct shape *shape, uint32_t *ret);

/* Output I of the current node is VALUE reshaped to SHAPE (the value's sizes), under VIEW. */
int layout_emit_reshape(struct conversion *c, uint32_t i, uint32_t value, const struct shape *shape,
                        const struct view *view);

/* TENSOR in a view whose last axis is the foreign AXIS: its own if that is so already. */
struct view layout_axis_last(const struct tensor *tensor, uint32_t axis);

/* The view that TENSOR has, or gets without a layer if it is numbers. */
struct view layout_own(const struct tensor *tensor);

/*
 * Output I of the current node is X in another shape, Y, with the numbers in the order of the
 * foreign file, under VIEW, which must not change their order. No layer if X lies so already.
 */
int layout_emit_plain(struct conversion *c, uint32_t i, struct tensor *x, const struct shape *y,
                      const struct view *view);

/* X with its numbers in another SHAPE (as a foreign reshape does it), brought to VIEW. */
int layout_bring_shaped(struct conversion *c, struct tensor *x, const struct shape *shape,
                        const struct view *view, uint32_t *ret);

/* X with ones behind, so that its first axis is axis FIRST of RANK. */
int layout_align(struct conversion *c, struct tensor *x, uint32_t first, uint32_t rank,
                 struct tensor **ret);
