#pragma once
/*
 * What has to be converted: every name gets its tensor, the outputs are chosen, and only what they
 * need is marked. On the way back from the outputs it is also settled which inputs shall have their
 * channels last: those that reach a spatial operator without anything that means ONNX's order.
 */
#include "convert/onnx/conversion.h"

/*
 * 0, or E_CONVERT_SYNTAX (a name that is made twice, or never, or too late), E_NO_TENSOR (an output
 * that is not there), -ENOMEM.
 */
int plan_make(struct conversion *c);
