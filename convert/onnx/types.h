#pragma once
/*
 * The graph computes in float; an ONNX file may mean whole numbers or booleans, with which some
 * operators do something else: a division is cut off, a cast changes nothing.
 */
#include "convert/onnx/source.h"

bool types_is_whole(const struct tensor *tensor);

/* Notes it of what the current node, which was converted, has made. */
int types_note(struct conversion *c);
