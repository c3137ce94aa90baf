#pragma once
/* Files that lie beside a model and belong to it: weights, checkpoints. */
#include <stddef.h>
#include <stdint.h>

#include "convert/convert.h"

/*
 * An fd of the regular file FILE, a plain name, in the folder that is not NULL in OPTIONS, never of
 * what a link leads to, and its size. The fd, or -errno: -ELOOP for a link, -EBUSY for the output.
 */
int beside_open(const struct convert_options *options, const char *file, uint64_t *ret_size);

/* SIZE bytes from OFFSET on. 0, or -errno; -EIO if the file ends before. */
int beside_read(int fd, uint64_t offset, void *to, size_t size);

/* The sentence for -errno of beside_open. */
const char *beside_error(int r);
