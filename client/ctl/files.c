#include "client/ctl/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"

#define WRITE_FLAGS (O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC)

static int read_all(int fd, char *to, size_t size, size_t *ret)
{
    size_t at = 0;

    while (at < size) {
        ssize_t n = read(fd, to + at, size - at);

        if (n < 0 && errno != EINTR)
            return -errno;
        if (n == 0)
            break;
        at += n > 0 ? (size_t)n : 0;
    }
    *ret = at;
    return 0;
}

int files_read(const char *path, void *to, size_t size, const char *what, struct fault *fault)
{
    _cleanup_(close_fdp) int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t came = 0;
    struct stat st;
    int r;

    if (fd < 0 || fstat(fd, &st) < 0)
        return fail(fault, -errno, "'%.120s' cannot be opened: %s", path, strerror(errno));
    if (S_ISREG(st.st_mode) && (uint64_t)st.st_size != size)
        return fail(fault, -EINVAL, "'%.80s' has %lld bytes, %.80s takes %zu", path,
                    (long long)st.st_size, what, size);
    r = read_all(fd, to, size, &came);
    if (r < 0)
        return fail(fault, r, "'%.120s' cannot be read: %s", path, strerror(-r));
    if (came != size)
        return fail(fault, -EINVAL, "'%.80s' has %zu bytes, %.80s takes %zu", path, came, what,
                    size);
    return 0;
}

static int write_all(int fd, const char *from, size_t size)
{
    while (size) {
        ssize_t n = write(fd, from, size);

        if (n < 0 && errno != EINTR)
            return -errno;
        from += n > 0 ? n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
    return 0;
}

/* The file NAME in the folder FD: written beside it first, so that it is never half there. */
static int write_file(int folder, const char *name, const void *from, size_t size)
{
    char beside[NAME_MAX + 1];
    int fd, r;

    if ((size_t)snprintf(beside, sizeof(beside), ".%s.part", name) >= sizeof(beside))
        return -ENAMETOOLONG;
    fd = openat(folder, beside, WRITE_FLAGS, 0666);
    if (fd < 0)
        return -errno;
    r = write_all(fd, from, size);
    if (close(fd) < 0 && r == 0)
        r = -errno;
    if (r == 0 && renameat(folder, beside, folder, name) < 0)
        r = -errno;
    if (r < 0)
        (void)unlinkat(folder, beside, 0);
    return r;
}

static bool is_outside(const char *part)
{
    return strcmp(part, "..") == 0 || strcmp(part, ".") == 0;
}

/* The folder PART of the folder *FD, made if need be, in place of it. */
static int go_down(int *fd, const char *part)
{
    int below;

    if (mkdirat(*fd, part, 0777) < 0 && errno != EEXIST)
        return -errno;
    below = openat(*fd, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (below < 0)
        return -errno;
    close(*fd);
    *fd = below;
    return 0;
}

/* Walks PATH, a copy of the tensor's name with ".raw", and writes its last part. */
static int write_below(int *fd, char *path, const void *from, size_t size)
{
    char *part = path;
    int r = 0;

    for (char *slash = strchr(part, '/'); slash && r == 0; slash = strchr(part, '/')) {
        *slash = '\0';
        if (is_outside(part))
            return -EXDEV;
        if (*part)
            r = go_down(fd, part);
        part = slash + 1;
    }
    if (r == 0)
        r = write_file(*fd, part, from, size);
    return r;
}

/* DIR with all folders above it. */
static int open_dir(const char *dir)
{
    _cleanup_(freep) char *path = strdup(dir);
    int fd;

    if (!path)
        return -ENOMEM;
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0777) < 0 && errno != EEXIST)
            return -errno;
        *slash = '/';
    }
    if (mkdir(path, 0777) < 0 && errno != EEXIST)
        return -errno;
    fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int files_write(const char *dir, const char *name, const void *from, size_t size,
                struct fault *fault)
{
    _cleanup_(close_fdp) int fd = open_dir(dir);
    _cleanup_(freep) char *path = NULL;
    int r;

    if (fd < 0)
        return fail(fault, fd, "folder '%.120s' cannot be made or opened: %s", dir, strerror(-fd));
    if (asprintf(&path, "%s.raw", name) < 0) {
        path = NULL;
        return -ENOMEM;
    }
    r = write_below(&fd, path, from, size);
    if (r == -EXDEV || r == -ELOOP || r == -ENOTDIR)
        return fail(fault, r, "output '%.80s' is not written: its name leads out of '%.80s'", name,
                    dir);
    if (r < 0)
        return fail(fault, r, "'%.80s/%.80s.raw' cannot be written: %s", dir, name, strerror(-r));
    return 0;
}
