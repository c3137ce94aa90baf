#pragma once
/*
 * Version 3 on the wire: ids of fields and codes of types, as docs/dlc_v3.fbs has them. Found by
 * looking at real files; the names are ours.
 */

enum v3_net { V3_NET_LAYERS = 1, V3_NET_UNUSED2, V3_NET_UNUSED3, V3_NET_ATTRS };

enum v3_layer_field {
    V3_LAYER_ID,
    V3_LAYER_NAME,
    V3_LAYER_TYPE,
    V3_LAYER_INPUTS,
    V3_LAYER_OUTPUTS,
    V3_LAYER_ATTRS
};

enum v3_attr_field { V3_ATTR_NAME, V3_ATTR_TYPE };

/* The type of an attribute; its value is the field of number TYPE + 1. */
enum v3_type {
    V3_BOOL = 1,
    V3_I32 = 2,
    V3_U32 = 3,
    V3_F32 = 4,
    V3_STRING = 5,
    V3_I32S = 7,
    V3_U32S = 8,
    V3_F32S = 9,
    V3_ATTRS = 11,
};
#define V3_VALUE_FIELD(type) ((type) + 1u)

enum v3_params_field { V3_PARAMS_LAYERS };
enum v3_stored_field { V3_STORED_NAME, V3_STORED_TENSORS };
enum v3_tensor_field { V3_TENSOR_NAME, V3_TENSOR_DIMS, V3_TENSOR_DATA, V3_TENSOR_ATTRS };
enum v3_data_field { V3_DATA_DTYPE, V3_DATA_BYTES, V3_DATA_FLOATS };

#define V3_DTYPE_U8  6
#define V3_DTYPE_F32 9
