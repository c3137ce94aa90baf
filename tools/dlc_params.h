#pragma once
/*
 * The parameters of a layer as lines "name: value", as SNPE's table has them where it has them.
 * Everything else follows from the operators' tables, so that a new attribute shows up by itself.
 */
#include "tools/dlc_facts.h"

struct param {
    const char *name, *value;
};

/* Zero-initialise to begin. Running out of memory sticks in ERROR. */
struct params {
    struct arena arena; /* of the texts */
    struct param *v;
    uint32_t n, capacity;
    int error;
};
void params_done(struct params *params);

/* Which lines, as bits. */
enum params_kind {
    PARAMS_ATTRS = 1,   /* what the layer's attributes say */
    PARAMS_TENSORS = 2, /* sizes of tensors that are stored with it */
    PARAMS_COSTS = 4,   /* how many numbers and multiplications, and their shares */
    PARAMS_OUTPUT_ENCODINGS = 8,
    PARAMS_TENSOR_ENCODINGS = 16,
    PARAMS_ALL = 31,
};

/* Appends the lines of LAYER. 0 or -ENOMEM. */
int params_list(const struct dlc_facts *facts, uint32_t layer, unsigned kinds,
                struct params *params);

/* Appends a line; NAME lives as long as PARAMS. */
void params_add(struct params *params, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The attribute SPEC of ATTRS as text, in the arena; "" after an error. */
const char *params_text(struct params *params, const struct attr_spec *spec, const void *attrs);

/* "min -1, max 1, delta 0.0078, offset -127, 8 bit", in the arena; "-" if the value has none. */
const char *params_encodings(struct params *params, const struct value *value);

/* What SNPE's table calls the layer's type: "fully_connected"; in ARENA, NULL if memory is out. */
const char *params_type(const struct layer *layer, struct arena *arena);

const char *params_dtype(enum dtype dtype); /* "float32" */

/* The shortest text that reads back as this float. */
#define PARAMS_FLOAT_SIZE 24
const char *params_float(float x, char out[PARAMS_FLOAT_SIZE]);
