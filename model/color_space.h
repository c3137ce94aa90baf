#pragma once
/* The colour spaces of inputs, a row of color_spaces.def each. */
#include <stdint.h>

#define COLOR_SPACE_BGR 4  /* the code of SNPE's preset */
#define NOT_COLORS      -1 /* the COLOR of numbers that are no picture */

#define COLOR_SPACE_NAMES "bgr, rgb, rgba, argb32, nv21, time_series or other"

struct color_space {
    const char *name;
    int32_t code; /* the container's */
    int color;    /* enum color, or NOT_COLORS */
};

/* NULL: no such code, or name. */
const struct color_space *color_space_get(int32_t code);
const struct color_space *color_space_find(const char *name);
