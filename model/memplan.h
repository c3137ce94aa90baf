#pragma once
/*
 * Where buffers with known lifetimes may lie in one block, so that those alive together never
 * overlap: greedy by size, each at the lowest offset that is free for its whole life.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

struct buffer {
    size_t size;          /* the plan counts it rounded up to MEM_ALIGN; it stays as it is */
    uint32_t first, last; /* the steps from which to which it lives, both included */
    size_t offset;        /* the answer */
};

/* Fills in the offsets and the block's size. 0, or -ENOMEM, or E_SHAPE if the sum does not fit. */
int memplan(struct buffer *buffers, uint32_t n_buffers, size_t *ret_size, struct fault *fault);
