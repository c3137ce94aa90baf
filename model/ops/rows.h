#pragma once
/*
 * Tables of boxes, rois and the like: a row for each, its numbers behind the first axis however
 * they are shaped ([R,5], [R,5,1,1] and [R,1,1,5] are one table).
 */
#include "model/op.h"

/*
 * 0 and *ROWS and *WIDTH, or E_SHAPE if input I, which FAULT calls WHAT, is no such table or has
 * rows of fewer than LEAST or more than MOST numbers.
 */
int rows_of(const struct infer *node, uint32_t i, const char *what, uint32_t least, uint32_t most,
            uint32_t *rows, uint32_t *width, struct fault *fault);
