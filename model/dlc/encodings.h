#pragma once
/* What containers say about an encoding, held against what an encoding is. */
#include "base/encoding.h"
#include "base/fault.h"

/* 8-bit codes of TensorFlow's kind: in version 3 520, in version 2 plainly 8. */
#define PRECISION_TF8   520
#define PRECISION_PLAIN 8

struct encoding_said {
    float min, max, delta;
    double offset, precision;
};

/* 0 and *RET, or E_ENCODING with a sentence that need not name the layer. */
int encodings_take(const struct encoding_said *said, struct encoding *ret, struct fault *fault);
