#pragma once
/*
 * The network's outputs: in a layout that a user expects (channels last, or the file's own order),
 * and under exactly the names that the model gives them.
 */
#include "convert/conversion.h"

/* Settles every output and finishes the graph. 0 and *RET, or a code of the builder. */
int outputs_finish(struct conversion *c, struct graph **ret);
