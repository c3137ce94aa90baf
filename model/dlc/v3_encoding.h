#pragma once
/*
 * The 8-bit encodings of version 3: FxpData until converter 1.41, DataEncoding from 1.61 on. Only
 * the second knows several elements, one for each channel of an axis.
 */
#include "base/encoding.h"
#include "base/mem.h"
#include "base/shape.h"
#include "model/dlc/flat.h"
#include "model/dlc/v3_tree.h"

struct v3_encoding {
    struct encoding *v; /* in the arena */
    uint32_t n, axis;   /* N is 0: none was given */
};

/*
 * What the attributes say about output (or tensor) INDEX, which has this SHAPE: no axis of it has
 * more channels. 0, or E_ENCODING with a sentence that need not name the layer, or -ENOMEM.
 */
int v3_encoding_read(const struct flat_vector *attrs, uint32_t index, const struct shape *shape,
                     struct arena *arena, struct v3_encoding *ret, struct fault *fault);

/* Adds the encodings of outputs as one attribute: FxpData, or DataEncoding if CHANNELS. */
struct v3_branch *v3_encoding_begin(struct v3_tree *tree, struct v3_branch *attrs, int channels);
void v3_encoding_add(struct v3_tree *tree, struct v3_branch *list, int channels, uint32_t index,
                     const struct encoding *encodings, uint32_t n, uint32_t axis);
