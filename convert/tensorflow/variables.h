#pragma once
/* The variables of a .meta graph, out of the checkpoint that lies beside it. */
#include "convert/tensorflow/tf_source.h"

/* The numbers of the variable that NODE is. 0, or E_CONVERT_LAYER with what is in the way. */
int variables_read(struct conversion *c, const struct tf_node *node, struct numbers *ret);

void variables_done(struct tf_source *source);
