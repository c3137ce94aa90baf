#pragma once
/* The network's inputs: their sizes, as the file and -d say them, their layout, their layers. */
#include "convert/onnx/conversion.h"

/*
 * Adds an Input layer for every input that is needed. 0, or E_SHAPE (open sizes: the report names
 * every input that has them), E_CONVERT_OPTION (an option that fits no input), -ENOMEM. An input of
 * a type that we do not compute with is a problem in the report.
 */
int inputs_add(struct conversion *c);
