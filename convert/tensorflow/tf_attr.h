#pragma once
/*
 * Attributes of the current node, and numbers that come as an input. A wrong type is a problem of
 * the node, never a guess. All return 0 and *RET, or E_CONVERT_LAYER.
 */
#include "convert/axes.h"
#include "convert/tensorflow/tf_source.h"

/* NULL if the node has no such attribute. */
const struct graphdef_attr *tf_attr_find(const struct graphdef_node *def, const char *name);

/* PRESET if the node has none. */
int tf_attr_int(struct conversion *c, const char *name, int64_t preset, int64_t *ret);
int tf_attr_bool(struct conversion *c, const char *name, bool preset, bool *ret);
int tf_attr_float(struct conversion *c, const char *name, float preset, float *ret);
int tf_attr_text(struct conversion *c, const char *name, const char *preset, const char **ret);
int tf_attr_type(struct conversion *c, const char *name, int32_t preset, int32_t *ret);
int tf_attr_ints(struct conversion *c, const char *name, struct ints *ret);

/* Is the attribute that type of whole numbers? False if the node does not say it. */
bool tf_attr_is_whole(const struct conversion *c, const char *name);

/* data_format: does the channel come second? The other choice is last. */
int tf_attr_channel_first(struct conversion *c, bool *ret);

/* Input I, which must be known: WHAT is its name for a person ("the axes"). */
int tf_input_ints(struct conversion *c, uint32_t i, const char *what, struct ints *ret);
int tf_input_int(struct conversion *c, uint32_t i, const char *what, int64_t *ret);
int tf_input_number(struct conversion *c, uint32_t i, const char *what, double *ret);

/* Input I as one axis of a tensor of RANK. */
int tf_input_axis(struct conversion *c, uint32_t i, uint32_t rank, uint32_t *ret);
