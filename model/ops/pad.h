#pragma once
/* Pad: BEFORE and AFTER have one number an axis, not negative. */
#include "model/attr.h"

enum pad_mode {
    PAD_CONSTANT,
    PAD_REFLECT, /* mirrored without the edge: c b | a b c | b a */
    PAD_EDGE,
    PAD_SYMMETRIC, /* mirrored with the edge: b a | a b c | c b */
    PAD_WRAP,      /* b c | a b c | a b */
};

struct pad_attrs {
    enum pad_mode mode;
    struct i32s before, after;
    float value; /* PAD_CONSTANT */
};

/* The most places that MODE can put before or behind an axis of SIZE. */
uint32_t pad_most(enum pad_mode mode, uint32_t size);
