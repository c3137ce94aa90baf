#include "base/sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/base.h"
#include "base/error.h"
#include "base/mem.h"

#define SEALS           (F_SEAL_SHRINK | F_SEAL_GROW)
#define HUGETLBFS_MAGIC 0x958458f6 /* linux/magic.h */

int sealed_new(const char *name, size_t size, int *ret_fd)
{
    _cleanup_(close_fdp) int fd = -1;

    if (size == 0 || size > PTRDIFF_MAX)
        return -EINVAL;
    fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return -errno;
    if (ftruncate(fd, (off_t)size) < 0 || fcntl(fd, F_ADD_SEALS, SEALS) < 0)
        return -errno;
    *ret_fd = take_fd(&fd);
    return 0;
}

/*
 * Huge pages are refused though they can be sealed: their owner can still punch holes into them,
 * and our next touch of a hole is SIGBUS when no huge page is left. Holes in ordinary memory read
 * as zeros.
 */
int sealed_check(int fd, size_t *ret_size, struct fault *fault)
{
    struct statfs fs;
    struct stat st;
    int seals;

    if (fstat(fd, &st) < 0 || fstatfs(fd, &fs) < 0)
        return fail(fault, -errno, "the file descriptor cannot be examined");
    seals = fcntl(fd, F_GET_SEALS);
    if (seals < 0)
        return fail(fault, E_REGION_UNSEALED,
                    "the file descriptor is not memory that can be sealed: use memfd_create with "
                    "MFD_ALLOW_SEALING");
    if ((seals & SEALS) != SEALS)
        return fail(fault, E_REGION_UNSEALED, "the memory lacks %s%s%s: add it with F_ADD_SEALS",
                    seals & F_SEAL_SHRINK ? "" : "F_SEAL_SHRINK", seals & SEALS ? "" : " and ",
                    seals & F_SEAL_GROW ? "" : "F_SEAL_GROW");
    if ((unsigned long)fs.f_type == HUGETLBFS_MAGIC)
        return fail(fault, E_REGION_UNSEALED,
                    "the memory is of huge pages, which can be taken away: leave MFD_HUGETLB out");
    if (st.st_size <= 0)
        return fail(fault, -EINVAL, "the memory is empty: give it a size before sealing it");
    *ret_size = (size_t)st.st_size;
    return 0;
}

int sealed_map(int fd, size_t size, int writable, void **ret)
{
    void *base = mmap(NULL, size, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0);

    if (base == MAP_FAILED)
        return -errno;
    *ret = base;
    return 0;
}

void sealed_unmap(void *base, size_t size)
{
    if (base)
        munmap(base, size);
}

/* Up to SIZE bytes from the beginning of FD; how many there were, or -errno. */
static ssize_t read_all(int fd, unsigned char *base, size_t size)
{
    size_t done = 0;

    while (done < size) {
        ssize_t n = pread(fd, base + done, size - done, (off_t)done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        done += (size_t)n;
    }
    return (ssize_t)done;
}

int sealed_copy(int fd, size_t most, void **ret, size_t *ret_size)
{
    struct stat st;
    unsigned char *base;
    ssize_t n;

    if (fstat(fd, &st) < 0)
        return -errno;
    if (!S_ISREG(st.st_mode))
        return S_ISDIR(st.st_mode) ? -EISDIR : -ESPIPE;
    if ((uint64_t)st.st_size > most)
        return -EFBIG;
    base = mem_alloc(st.st_size ? (size_t)st.st_size : 1);
    if (!base)
        return -ENOMEM;
    n = read_all(fd, base, (size_t)st.st_size);
    if (n < 0) {
        mem_free(base);
        return (int)n;
    }
    *ret = base;
    *ret_size = (size_t)n;
    return 0;
}
