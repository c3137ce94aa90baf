#include "convert/beside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_file(const struct stat *file, const char *path)
{
    struct stat st;

    return path && stat(path, &st) == 0 && st.st_dev == file->st_dev && st.st_ino == file->st_ino;
}

int beside_open(const struct convert_options *options, const char *file, uint64_t *ret_size)
{
    const char *folder = options->folder;
    int folder_fd = open(*folder ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat st;
    int fd, r = 0;

    if (folder_fd < 0)
        return -errno;
    /* O_NONBLOCK: a pipe of that name must not hold us up. */
    fd = openat(folder_fd, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    r = fd < 0 ? -errno : 0;
    close(folder_fd);
    if (r == 0 && fstat(fd, &st) < 0)
        r = -errno;
    else if (r == 0 && !S_ISREG(st.st_mode))
        r = -EINVAL;
    else if (r == 0 && is_file(&st, options->output))
        r = -EBUSY;
    if (r < 0) {
        if (fd >= 0)
            close(fd);
        return r;
    }
    *ret_size = (uint64_t)st.st_size;
    return fd;
}

int beside_read(int fd, uint64_t offset, void *to, size_t size)
{
    char *at = to;

    while (size) {
        ssize_t n = pread(fd, at, size, (off_t)offset);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            return -EIO; /* it was cut after we asked for its size */
        at += n;
        size -= (size_t)n;
        offset += (uint64_t)n;
    }
    return 0;
}

const char *beside_error(int r)
{
    switch (r) {
    case -ELOOP:
        return "a link, which is not followed";
    case -EINVAL:
        return "not a file";
    case -EBUSY:
        return "the container would take its place, name another with -o";
    default:
        return strerror(-r);
    }
}
