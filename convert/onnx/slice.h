#pragma once
/* What attributes or inputs of a Slice say about an input of SHAPE. */
#include "convert/onnx/source.h"
#include "convert/slices.h"

int slice_read(struct conversion *c, const struct shape *shape, struct slices *ret);
