#pragma once
/* Where a network that cannot be converted whole can be cut, so that what is left can. */
#include "convert/conversion.h"

/*
 * After all nodes have been tried: one line that says how many were converted, and the tensors
 * between them and the others, as options. Nothing if there are none, or too many to be named. 0 or
 * -ENOMEM.
 */
int cut_print(struct conversion *c, struct buf *out);
