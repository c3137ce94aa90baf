#pragma once
/* Numbers out of the tensors of a TensorFlow file. */
#include "convert/tensorflow/tf_source.h"

/*
 * Reads a constant, which sentences call NAME. 0, or E_CONVERT_LAYER by conversion_unsupported,
 * E_TOO_LARGE, -ENOMEM.
 */
int tf_tensor_read(struct conversion *c, const char *name, const struct graphdef_tensor *tensor,
                   struct numbers *ret);

/* The name of a type, "type 99" if we know none; lives as long as the conversion. */
const char *tf_type_name(struct conversion *c, int32_t type);

/* Whole numbers, of any width; booleans too. */
bool tf_type_is_whole(int32_t type);

/* A type whose activations we compute in float32, exactly as far as float32 reaches. */
bool tf_type_is_number(int32_t type);

bool tf_type_is_float(int32_t type);
