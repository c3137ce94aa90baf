#pragma once
/* Blocks of places, as SpaceToBatchND and BatchToSpaceND move them between places and batch. */
#include "convert/tensorflow/tf_source.h"

#define TF_BLOCK_AXES 2 /* from axis 1 on */

struct tf_block {
    uint32_t n; /* axes */
    uint32_t size[TF_BLOCK_AXES];
    int32_t before[TF_BLOCK_AXES], after[TF_BLOCK_AXES]; /* pads, or crops */
};

/* What the current node says; its pads or crops are input I. */
int tf_block_read(struct conversion *c, uint32_t i, struct tf_block *ret);
