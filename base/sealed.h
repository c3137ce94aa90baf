#pragma once
/*
 * Memory behind an fd that can no longer change its size: what makes it safe to map what somebody
 * else made. Without F_SEAL_SHRINK the owner could truncate it and our next read would be SIGBUS.
 */
#include <stddef.h>

#include "base/fault.h"

/*
 * A memfd of SIZE bytes, zeros, sealed against shrinking and growing; CLOEXEC. 0 and *RET_FD, or
 * -errno; -EINVAL for SIZE 0.
 */
int sealed_new(const char *name, size_t size, int *ret_fd);

/*
 * May the memory behind FD be mapped? 0 and its size, above 0; E_REGION_UNSEALED (also when it is
 * no memfd, or one of huge pages, which can be taken away in spite of seals); -EINVAL if it is
 * empty; or another -errno. FAULT tells what is missing.
 */
int sealed_check(int fd, size_t *ret_size, struct fault *fault);

/* Maps it shared, for reading and, if WRITABLE, writing. 0, or -errno. Undone by sealed_unmap. */
int sealed_map(int fd, size_t size, int writable, void **ret);
void sealed_unmap(void *base, size_t size);

/*
 * A private copy of everything that FD, a file or memory of any kind, holds now, read with pread,
 * at most MOST bytes: what a client passes as a model. *RET is freed by mem_free and never NULL,
 * also for an empty file; a file that is cut meanwhile gives what was read. -EFBIG beyond MOST,
 * -EISDIR for a directory, -ESPIPE for what has no bytes to go back to, or -errno. It blocks as
 * long as the file's owner lets a read block.
 */
int sealed_copy(int fd, size_t most, void **ret, size_t *ret_size);
