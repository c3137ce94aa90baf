#pragma once
/*
 * Reshapes of tensors whose axes lie in another order in memory. Only axes that become one, or that
 * one becomes, have to lie together: [1,6,H,W] with its channels last becomes [3,2,H*W] as
 * [H*W,3,2] where it lies.
 */
#include "convert/view.h"

/*
 * X, whose value has the view VIEW, becomes Y: its value must have the view *RET_FROM (VIEW itself
 * where nothing has to move), and reshaped to view_apply(RET_TO, Y) it is Y under *RET_TO. False if
 * the shapes do not hold equally many numbers.
 */
bool regroup(const struct shape *x, const struct view *view, const struct shape *y,
             struct view *ret_from, struct view *ret_to);
