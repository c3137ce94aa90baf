#pragma once
/*
 * What the converters' programs share: SNPE 1.43's options, the older long names as aliases, the
 * metadata of the container, the report, the exit status (0 done, 1 refused, 2 wrong usage).
 */
#include "convert/convert.h"

/* The main of the program that converters.def names. */
int convert_main(enum converter converter, int argc, char **argv);
