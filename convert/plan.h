#pragma once
/*
 * What has to be converted: every name gets its tensor, the outputs are chosen, and only what they
 * need is marked. On the way back from the outputs it is also settled which inputs shall have their
 * channels last: those that reach a spatial operator without anything that means the file's order.
 */
#include "convert/conversion.h"

/*
 * 0, or E_CONVERT_SYNTAX (a name that is made twice, or never, or too late), E_NO_TENSOR (an output
 * that is not there), -ENOMEM.
 */
int plan_make(struct conversion *c);

/* The tensor of that name; NULL if there is none, or NAME is "". Holds until the next plan_define.
 */
struct tensor *plan_find(const struct conversion *c, const char *name);

/* A new tensor; NAME must live as long as the conversion. 0, E_CONVERT_SYNTAX (twice), -ENOMEM. */
int plan_define(struct conversion *c, const char *name, uint32_t node, struct tensor **ret);
