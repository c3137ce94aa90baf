#pragma once
/*
 * The part of a graph that is converted: from the outputs back to what -d names, to Placeholders
 * and to constants. Nodes are put in an order in which each stands behind what it reads, those that
 * depend on constants alone first. Tensors are named "node:0", as TensorFlow does.
 */
#include "convert/tensorflow/tf_source.h"

/*
 * Fills nodes, inputs and outputs of SOURCE from its graph and the caller's OPTIONS. 0, or
 * E_CONVERT_SYNTAX (two nodes of one name, an input that is not there, a circle), E_NO_TENSOR,
 * E_CONVERT_OPTION (an option names what is not there; outputs must be named), E_TOO_LARGE,
 * -ENOMEM.
 */
int cut_make(struct tf_source *source, const struct convert_options *options);
