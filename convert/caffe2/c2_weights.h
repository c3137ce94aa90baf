#pragma once
/* Weights of the current node as constants of the graph. */
#include "convert/caffe2/c2_source.h"
#include "convert/numbers.h"

/* Input I, which must be a constant of RANK; WHAT is its name for a person ("the weights"). */
int c2_weights_read(struct conversion *c, uint32_t i, const char *what, uint32_t rank,
                    const struct numbers **ret);

/* Input I as a constant: NUMBERS at the places of WALK, which begins at 0, in SHAPE. */
int c2_weights_place(struct conversion *c, uint32_t i, const struct numbers *numbers,
                     struct walk *walk, const struct shape *shape, uint32_t *ret);

/* Input I, one number for each of N channels; zeros if it is left out. */
int c2_weights_bias(struct conversion *c, uint32_t i, uint32_t n, uint32_t *ret);
