#pragma once
/* The mean of the pictures that a network was trained with: the file that mean_file names. */
#include <stdint.h>

#include "base/fault.h"
#include "base/mem.h"
#include "convert/convert.h"

struct caffe_mean {
    uint32_t channels, height, width;
    const float *v; /* [channels,height,width], all finite */
};

/*
 * The BYTES of a binaryproto. 0 and *RET, which lives in ARENA; or E_CONVERT_SYNTAX (none, or cut,
 * or not of one picture; numbers that are none), E_TOO_LARGE, -ENOMEM.
 */
int caffe_mean_read(const void *bytes, size_t size, struct arena *arena, struct caffe_mean *ret,
                    struct fault *fault);

/*
 * The same of the file beside the prototxt that is called as PATH is behind its last slash, for
 * PATH is of the machine that trained. OPTIONS: where that is; LINE: where the prototxt says so.
 * E_CONVERT_OPTION if it is not there.
 */
int caffe_mean_open(const struct convert_options *options, const char *path, uint32_t line,
                    struct arena *arena, struct caffe_mean *ret, struct fault *fault);
