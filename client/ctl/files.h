#pragma once
/* Raw tensors in files: little-endian numbers as the network takes and gives them, nothing else. */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/* Exactly SIZE bytes of PATH into TO; WHAT ("input 'data' (float32 1x16)") is for the sentence. */
int files_read(const char *path, void *to, size_t size, const char *what, struct fault *fault);

/*
 * Writes DIR/NAME.raw: slashes in NAME become folders, which are made, as DIR is. A name that leads
 * out of DIR (a part "..", a link among the folders) is refused. The file is whole or not there.
 */
int files_write(const char *dir, const char *name, const void *from, size_t size,
                struct fault *fault);
