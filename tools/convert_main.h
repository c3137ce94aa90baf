#pragma once
/*
 * What the converters' programs share: SNPE 1.43's options, the older long names as aliases, the
 * metadata of the container, the report, the exit status (0 done, 1 refused, 2 wrong usage).
 */
#include "convert/convert.h"

struct convert_tool {
    const char *program;   /* "snpe-onnx-to-dlc" */
    const char *framework; /* "ONNX" */
    int (*convert)(const void *bytes, size_t size, const struct convert_options *options,
                   struct graph **ret, struct buf *report, struct fault *fault);
};

int convert_main(const struct convert_tool *tool, int argc, char **argv);
