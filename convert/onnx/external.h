#pragma once
/*
 * Weights that lie in files beside the model. A file is only a name in the model's own folder: no
 * path, no way out through a link, no device. What it holds is bounded by its real size.
 */
#include "convert/onnx/source.h"

/* The SIZE bytes of RECORD, in the conversion's arena. Problems by conversion_unsupported. */
int external_read(struct conversion *c, const struct onnx_tensor *record, size_t size,
                  struct bytes *ret);
