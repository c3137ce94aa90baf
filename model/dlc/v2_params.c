#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "model/dlc/encodings.h"
#include "model/dlc/v2.h"

static enum v2_holder holder_of(const struct v2_layer *layer)
{
    switch (layer->type->op) {
    case OP_CONV:
        return V2_CONV;
    case OP_FULLY_CONNECTED:
        return V2_MATRIX;
    case OP_BATCH_NORM:
        return V2_NORM;
    default:
        return _V2_HOLDER_MAX;
    }
}

const dlc2_Blob *v2_params_find(const struct v2_layer *layer, enum v2_tensor which)
{
    const dlc2_Layer *said = &layer->said;
    const dlc2_Weights *pair = &said->fully_connected;

    switch (holder_of(layer)) {
    case V2_NORM:
        if (which == V2_WEIGHTS)
            return said->batch_norm.has_weights ? &said->batch_norm.weights : NULL;
        return said->batch_norm.has_bias ? &said->batch_norm.bias : NULL;
    case V2_CONV:
        pair = &said->conv.weights;
        break;
    case V2_MATRIX:
        break;
    default:
        return NULL;
    }
    if (which == V2_WEIGHTS)
        return pair->weights_count ? &pair->weights[0] : NULL;
    return pair->has_bias ? &pair->bias : NULL;
}

int v2_params_encoding(const dlc2_Encoding *said, struct encoding *ret, struct fault *fault)
{
    const struct encoding_said numbers = {
        .min = said->min,
        .max = said->max,
        .delta = said->delta,
        .offset = said->offset,
        .precision = said->has_bits ? said->bits : PRECISION_PLAIN,
    };

    return encodings_take(&numbers, ret, fault);
}

/* The dims, which must hold as many numbers as there are, and a tensor's limits. */
static int take_shape(const dlc2_Blob *said, const struct bytes *numbers, uint32_t element_size,
                      struct shape *ret, struct fault *fault)
{
    size_t bytes = 0;

    *ret = (struct shape){.rank = said->dims_count};
    memcpy(ret->dim, said->dims, sizeof(said->dims));
    if (shape_check(ret, element_size, &bytes) < 0 || bytes != numbers->size)
        return fail(fault, E_DLC_RECORD, "its dims do not hold the %zu bytes of numbers it has",
                    numbers->size);
    return 0;
}

static int copy_out(const struct v2_layer *layer, const struct bytes *numbers,
                    struct constant *constant, uint32_t *ret, struct fault *fault)
{
    _cleanup_(blob_unrefp) struct blob *blob = blob_new(numbers->size);

    if (!blob)
        return -ENOMEM;
    if (!layer->reader->structure)
        memcpy(blob_base(blob), numbers->base, numbers->size);
    constant->blob = blob;
    return build_constant(layer->reader->builder, constant, ret, fault);
}

int v2_params_constant(const struct v2_layer *layer, enum v2_tensor which, const char *name,
                       uint32_t *ret, struct fault *fault)
{
    const struct v2_numbers *numbers = &layer->numbers[holder_of(layer)][which];
    const dlc2_Blob *said = v2_params_find(layer, which);
    const struct bytes *bytes = said->has_codes ? &numbers->codes : &numbers->floats;
    struct constant constant = {.name = name, .dtype = said->has_codes ? DTYPE_TF8 : DTYPE_F32};
    struct encoding encoding;
    int r;

    if (said->has_codes && numbers->floats.size)
        return fail(fault, E_DLC_RECORD, "it has both floats and 8-bit codes");
    r = take_shape(said, bytes, dtype_size(constant.dtype), &constant.shape, fault);
    if (r == 0 && said->has_codes && said->codes.has_encoding) {
        r = v2_params_encoding(&said->codes.encoding, &encoding, fault);
        constant.encodings = &encoding;
        constant.n_encodings = 1;
    }
    return r < 0 ? r : copy_out(layer, bytes, &constant, ret, fault);
}
