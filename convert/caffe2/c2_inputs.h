#pragma once
/* What needs no operator: the network's inputs, and what the init net fills. Slots of frontend. */
#include "convert/caffe2/c2_source.h"

int c2_inputs_define(struct conversion *c);
int c2_inputs_add(struct conversion *c);
