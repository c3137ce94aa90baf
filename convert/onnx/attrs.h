#pragma once
/*
 * Attributes of the current node, and lists that came as an attribute in older operator sets and as
 * an input in newer ones. A wrong type is a problem of the node, never a guess.
 */
#include "convert/axes.h"
#include "convert/onnx/source.h"

/* NULL if the node has no such attribute. */
const struct onnx_attr *attr_find(const struct conversion *c, const char *name);

/* PRESET if the node has none. 0 and *RET, or E_CONVERT_LAYER. */
int attr_int(struct conversion *c, const char *name, int64_t preset, int64_t *ret);
int attr_float(struct conversion *c, const char *name, float preset, float *ret);
int attr_text(struct conversion *c, const char *name, const char *preset, const char **ret);
int attr_ints(struct conversion *c, const char *name, struct ints *ret);

/* The attribute NAME; if there is none, input I, which must be known. */
int attr_or_input(struct conversion *c, const char *name, uint32_t i, struct ints *ret);
