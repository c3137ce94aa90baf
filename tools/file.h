#pragma once
/* Whole files: read at once, written so that a reader never sees half of one. */
#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"

/*
 * All of the file at PATH, which must be a regular one of at most MOST bytes. *RET is never NULL
 * and freed by mem_free. 0, or -errno, -EFBIG.
 */
int file_read(const char *path, size_t most, void **ret, size_t *ret_size, struct fault *fault);

/*
 * The same bytes where the file lies, for a file that is read once and may be large: pages that
 * were read cost no memory once they are let go, and come back from the file if they are read
 * again. Who cuts the file meanwhile ends the program, as with any mapping. Zero-initialise.
 */
struct file_map {
    void *base; /* NULL: none */
    size_t size;
};
int file_map(const char *path, size_t most, struct file_map *ret, struct fault *fault);
void file_map_let_go(const struct file_map *map);
void file_map_done(struct file_map *map);

/*
 * Writes SIZE bytes to PATH: a new file beside it first, which then takes its place. On failure
 * nothing is left behind and an old file is as it was; nor when the program is killed, where the
 * file system knows files without names. 0 or -errno.
 */
int file_write(const char *path, const void *base, size_t size, struct fault *fault);

/*
 * The same piece by piece: begin, put as often as needed, end, and in any case done. file_new_put
 * fits dlc_write_to. Zero-initialise. What file_new_begin_nowhere begins is in memory and may be
 * looked at, and no file comes of it.
 */
struct file_new {
    const char *path; /* borrowed */
    char *temporary;  /* NULL: there is nothing to take back */
    int fd;
    bool nameless; /* so far nobody can see it, and it goes with its fd */
    size_t size;   /* so far */
};
int file_new_begin(const char *path, struct file_new *ret, struct fault *fault);
int file_new_begin_nowhere(struct file_new *ret, struct fault *fault);
int file_new_put(void *file_new, const void *base, size_t size); /* 0 or -errno */
/* What was put so far, to be looked at before it gets its name. 0 or -errno. */
int file_new_map(const struct file_new *file, struct file_map *ret, struct fault *fault);
int file_new_end(struct file_new *file, struct fault *fault);
void file_new_done(struct file_new *file);

/* Do both paths, links followed, lead to one file that is there? */
bool file_is_same(const char *a, const char *b);
