#pragma once
/*
 * Views: how the axes of a foreign tensor lie in the value of the graph that holds it. Most
 * frameworks write pictures as [N,C,H,W], the graph as [N,H,W,C]; a Transpose of the model often
 * changes nothing but the view. Axis i of the foreign tensor is axis order[i] of the value.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/shape.h"

struct view {
    uint8_t order[SHAPE_RANK_MAX];
};

struct view view_identity(void);

/* [N,C,...] as [N,...,C]; the identity below rank 3. */
struct view view_channel_last(uint32_t rank);

bool view_equal(const struct view *a, const struct view *b, uint32_t rank);

/* Sizes in the graph of what is SHAPE in the foreign file, and back. */
struct shape view_apply(const struct view *view, const struct shape *shape);
struct shape view_undo(const struct view *view, const struct shape *value);

/* The view of Transpose(x, perm) when x is under VIEW. */
struct view view_transpose(const struct view *view, const uint8_t *perm, uint32_t rank);

/* The view that is left when the foreign axes in MASK go, whose value loses the same axes. */
struct view view_drop(const struct view *view, uint32_t rank, uint32_t mask);

/* Do the numbers of a tensor of SHAPE lie in the same order under both? Axes of 1 do not count. */
bool view_same_memory(const struct view *a, const struct view *b, const struct shape *shape);

/* PERM[i] is the axis of A's value that is axis i of B's. */
void view_permutation(const struct view *a, const struct view *b, uint32_t rank, int32_t *perm);
