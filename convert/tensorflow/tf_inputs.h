#pragma once
/* The network's inputs: Placeholders and what -d names. */
#include "convert/tensorflow/tf_source.h"

/* The slots of struct frontend. */
int tf_inputs_define(struct conversion *c);
int tf_inputs_add(struct conversion *c);
