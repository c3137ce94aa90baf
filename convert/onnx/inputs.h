#pragma once
/* The network's inputs: their sizes, as the file and -d say them, their layout, their layers. */
#include "convert/onnx/conversion.h"

/*
 * Adds an Input layer for every input that is needed. 0, or E_CONVERT_OPTION (an option that fits
 * no input), E_SHAPE, -ENOMEM. Open sizes, and a type that we do not compute with, are problems in
 * the report; what follows such an input stays unknown.
 */
int inputs_add(struct conversion *c);
