#include "tools/raw_io.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

static int system_fault(struct fault *fault, const char *verb, const char *path)
{
    int code = -errno;

    return fail(fault, code, "cannot %s %.180s: %s", verb, path, strerror(-code));
}

/* A regular file, opened; the fd, or -errno. O_NONBLOCK: a pipe is refused, not waited for. */
static int open_file(const char *path, uint64_t *ret_size, struct fault *fault)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat status;
    int r = 0;

    if (fd < 0)
        return system_fault(fault, "read", path);
    if (fstat(fd, &status) < 0)
        r = system_fault(fault, "read", path);
    else if (!S_ISREG(status.st_mode))
        r = fail(fault, -EINVAL, "cannot read %.180s: it is not a file", path);
    if (r < 0) {
        close(fd);
        return r;
    }
    *ret_size = (uint64_t)status.st_size;
    return fd;
}

int raw_io_size(const char *path, uint64_t *ret, struct fault *fault)
{
    int fd = open_file(path, ret, fault);

    if (fd < 0)
        return fd;
    close(fd);
    return 0;
}

/* Reads until SIZE bytes or the end of the file; how many came, or -errno. */
static ssize_t read_all(int fd, void *to, size_t size)
{
    size_t got = 0;

    while (got < size) {
        ssize_t n = read(fd, (char *)to + got, size - got);

        if (n == 0)
            break;
        if (n < 0 && errno != EINTR)
            return -errno;
        got += n > 0 ? (size_t)n : 0;
    }
    return (ssize_t)got;
}

int raw_io_read(const char *path, void *to, size_t size, struct fault *fault)
{
    uint64_t there;
    int fd = open_file(path, &there, fault);
    ssize_t got = 0;

    if (fd < 0)
        return fd;
    if (there == size) {
        got = read_all(fd, to, size);
        there = got < 0 ? there : (uint64_t)got;
    }
    close(fd);
    if (got < 0)
        return fail(fault, (int)got, "cannot read %.180s: %s", path, strerror((int)-got));
    if (there != size)
        return fail(fault, E_TENSOR_SIZE, "%.150s: expected %zu bytes, the file has %" PRIu64, path,
                    size, there);
    return 0;
}

/* Is each piece of NAME between slashes something that stays below the folder? */
static bool stays_below(const char *name)
{
    name += *name == '/' ? 1 : 0; /* as exporters of other frameworks begin their names */
    if (!*name)
        return false;
    while (*name) {
        size_t length = strcspn(name, "/");

        if (length == 0 || (length == 1 && name[0] == '.') || !strncmp(name, "../", 3) ||
            !strcmp(name, ".."))
            return false;
        name += length;
        name += *name == '/' && name[1] ? 1 : 0;
        if (*name == '/')
            return false;
    }
    return true;
}

/* Makes every folder that stands in PATH before its last slash. */
static int make_folders(char *path, struct fault *fault)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0777) < 0 && errno != EEXIST)
            return system_fault(fault, "make the folder", path);
        *slash = '/';
    }
    return 0;
}

static int write_file(const char *path, const void *from, size_t size, struct fault *fault)
{
    FILE *file = fopen(path, "we");
    bool done;
    int r;

    if (!file)
        return system_fault(fault, "write", path);
    done = fwrite(from, 1, size, file) == size;
    done &= fclose(file) == 0;
    if (done)
        return 0;
    r = system_fault(fault, "write", path);
    unlink(path); /* half a tensor must not pass for one */
    return r;
}

int raw_io_write(const char *folder, const char *name, const void *from, size_t size,
                 struct fault *fault)
{
    char path[PATH_MAX];
    int r;

    if (!stays_below(name))
        return fail(fault, E_BAD_PARAMS,
                    "tensor %.150s: its name would lead out of the output folder", name);
    name += *name == '/' ? 1 : 0;
    if (snprintf(path, sizeof(path), "%s/%s.raw", folder, name) >= (int)sizeof(path))
        return fail(fault, -ENAMETOOLONG, "tensor %.150s: its path is too long", name);
    r = make_folders(path, fault);
    return r < 0 ? r : write_file(path, from, size, fault);
}
