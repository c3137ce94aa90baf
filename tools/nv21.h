#pragma once
/*
 * NV21 pictures of a camera as input files (--encoding_type nv21): bytes, a picture's rows of Y,
 * then half as many of V, U, V, U, ... An input whose encoding is nv21 takes them as they are, as
 * floats from 0 to 255, [N,H*3/2,W,1]; for one of BGR or RGB, [N,H,W,3], they are converted as the
 * layer ColorConvert does (model/ops/color_convert.h).
 */
#include "tools/net.h"

/*
 * The bytes of all pictures that INPUT holds. 0 and *RET, or E_BAD_PARAMS if it holds none: the
 * sentence names the input.
 */
int nv21_size(const struct net_tensor *input, size_t *ret, struct fault *fault);

/*
 * The file at PATH, N_PARTS-th part of all pictures, as part ELEMENT of INPUT's data. 0,
 * E_TENSOR_SIZE, E_BAD_PARAMS, -errno, -ENOMEM.
 */
int nv21_read(const char *path, const struct net_tensor *input, uint32_t n_parts, uint32_t element,
              struct fault *fault);
