#include "model/dlc/encodings.h"

#include "base/error.h"

int encodings_take(const struct encoding_said *said, struct encoding *ret, struct fault *fault)
{
    struct encoding encoding = {.min = said->min, .max = said->max, .delta = said->delta};

    if (said->precision != PRECISION_TF8 && said->precision != PRECISION_PLAIN)
        return fail(fault, E_ENCODING, "an encoding of precision %.10g; only 8 bits are known",
                    said->precision);
    if (!(said->offset >= -255 && said->offset <= 0) || said->offset != (int32_t)said->offset)
        return fail(fault, E_ENCODING, "an encoding's offset %.10g is none of -255..0",
                    said->offset);
    encoding.offset = (int32_t)said->offset;
    if (encoding_check(&encoding) < 0)
        return fail(fault, E_ENCODING, "no encoding: min %g, max %g, delta %g, offset %d",
                    (double)encoding.min, (double)encoding.max, (double)encoding.delta,
                    encoding.offset);
    *ret = encoding;
    return 0;
}
