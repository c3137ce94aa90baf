#pragma once
/*
 * Raw tensor files: little-endian numbers and nothing else.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/* The size of the file at PATH. -errno with a sentence. */
int raw_io_size(const char *path, uint64_t *ret, struct fault *fault);

/* Exactly SIZE bytes of the file at PATH into TO; E_TENSOR_SIZE says what was expected and what
 * came. */
int raw_io_read(const char *path, void *to, size_t size, struct fault *fault);

/*
 * Writes FOLDER/<name>.raw; slashes in NAME, a tensor's, make folders, as SNPE does. A name that
 * would lead out of FOLDER is refused with E_BAD_PARAMS. Folders are made as needed.
 */
int raw_io_write(const char *folder, const char *name, const void *from, size_t size,
                 struct fault *fault);
