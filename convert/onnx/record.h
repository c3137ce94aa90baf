#pragma once
/* Numbers out of the records of an ONNX file. */
#include "convert/onnx/source.h"

/* The name of a TensorProto.DataType, "type 99" if we know none; lives as long as the conversion.
 */
const char *record_type_name(struct conversion *c, int32_t type);

/* Is it a type whose activations we compute in float32? */
bool record_type_is_float(int32_t type);

/* Is it a type of numbers that we can read, booleans included? */
bool record_type_is_number(int32_t type);

/* Reads a record of the file. 0, or E_CONVERT_LAYER by conversion_unsupported, -ENOMEM. */
int record_read(struct conversion *c, const struct onnx_tensor *record, struct numbers *ret);
