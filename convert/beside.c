#include "convert/beside.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int beside_open(const char *folder, const char *file, uint64_t *ret_size)
{
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
    return r == -ELOOP ? "a link, which is not followed" : strerror(-r);
}
