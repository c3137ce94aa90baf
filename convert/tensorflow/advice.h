#pragma once
/* Where a refused network could begin instead. */
#include "base/buf.h"
#include "convert/tensorflow/tf_source.h"

/*
 * A line with -d for the nodes that stand in the way, if what is behind them would convert. 0 or
 * -ENOMEM.
 */
int advice_print(struct conversion *c, struct buf *out);
