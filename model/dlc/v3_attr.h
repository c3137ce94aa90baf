#pragma once
/* Reading the attributes of version 3: named, typed values in lists, which nest. */
#include <stdbool.h>

#include "base/shape.h"
#include "model/dlc/flat.h"
#include "model/dlc/v3_format.h"

/* The attribute NAME of a list of them; false: it is not there. */
bool v3_attr_find(const struct flat_vector *attrs, const char *name, struct flat_table *ret);

/* A bool, an integer or a float as a number; false: it is something else. */
bool v3_attr_number(const struct flat_table *attr, double *ret);

/* The number NAME, else PRESET. */
double v3_attr_get(const struct flat_vector *attrs, const char *name, double preset);

/* The text NAME; empty if there is none. */
const char *v3_attr_text(const struct flat_vector *attrs, const char *name);

/* The list of integers in ATTR, signed or unsigned, or of floats; false: it is something else. */
bool v3_attr_integers(const struct flat_table *attr, struct flat_vector *ret);
bool v3_attr_floats(const struct flat_table *attr, struct flat_vector *ret);

/* The attributes in ATTR; empty if it is something else. */
struct flat_vector v3_attr_children(const struct flat_table *attr);

/*
 * The place that the attribute's name says, for lists whose children are called "0", "1", ...
 * "10": their order in the file is another. UINT32_MAX: the name is no number below N.
 */
uint32_t v3_attr_index(const struct flat_table *attr, uint32_t n);

/* OutputDims: the dims of N outputs into RET. 0, or E_SHAPE with a sentence without the layer. */
int v3_attr_dims(const struct flat_vector *attrs, uint32_t n, struct shape *ret,
                 struct fault *fault);
