#pragma once
/*
 * What SNPE's table says about some layers in words of its own, which do not follow from our
 * attributes one by one: pads and strides as x and y, the kernel as WxH, a neuron's function.
 */
#include <stdbool.h>

#include "tools/dlc_params.h"

/* Appends such lines about NODE, if there are any. */
void dlc_words_add(const struct graph *graph, const struct node *node, struct params *params);

/* Do they say this attribute of NODE, so that it need not be said again? */
bool dlc_words_say(const struct node *node, const struct attr_spec *spec);
