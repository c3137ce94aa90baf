#pragma once
/* Which layers a network has when it is used, not trained. */
#include <stdbool.h>

#include "convert/pbtext.h"

/*
 * *RET: does LAYER run in phase TEST, level 0, without stages, by its include and exclude rules? 0,
 * or E_CONVERT_SYNTAX if a rule cannot be read.
 */
int phase_includes(const struct pbtext_field *layer, bool *ret, struct fault *fault);
