#pragma once
/* The inputs and constants that an ONNX file names. */
#include "convert/onnx/source.h"

/* The slots of struct frontend. */
int inputs_define(struct conversion *c);
int inputs_add(struct conversion *c);
