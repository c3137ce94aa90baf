#include "tools/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "base/mem.h"

static int system_fault(struct fault *fault, int code, const char *verb, const char *path)
{
    return fail(fault, code, "cannot %s %.180s: %s", verb, path, strerror(-code));
}

/* Until SIZE bytes or the end of the file; how many came, or -errno. */
static ssize_t read_all(int fd, char *to, size_t size)
{
    size_t got = 0;

    while (got < size) {
        ssize_t n = read(fd, to + got, size - got);

        if (n == 0)
            break;
        if (n < 0 && errno != EINTR)
            return -errno;
        got += n > 0 ? (size_t)n : 0;
    }
    return (ssize_t)got;
}

/* An fd of the regular file at PATH, which has *RET_SIZE bytes, MOST at most. */
static int open_whole(const char *path, size_t most, size_t *ret_size, struct fault *fault)
{
    /* O_NONBLOCK: a pipe is refused, not waited for. */
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), r = 0;
    struct stat status;

    if (fd < 0)
        return system_fault(fault, -errno, "read", path);
    if (fstat(fd, &status) < 0)
        r = system_fault(fault, -errno, "read", path);
    else if (!S_ISREG(status.st_mode))
        r = fail(fault, -EINVAL, "cannot read %.180s: it is not a file", path);
    else if ((uintmax_t)status.st_size > most)
        r = fail(fault, -EFBIG, "cannot read %.180s: it has more than %zu bytes", path, most);
    if (r < 0) {
        close(fd);
        return r;
    }
    *ret_size = (size_t)status.st_size;
    return fd;
}

static int read_open(int fd, const char *path, size_t size, void **ret, size_t *ret_size,
                     struct fault *fault)
{
    char *bytes = mem_alloc(size + 1);
    ssize_t got;

    if (!bytes)
        return system_fault(fault, -ENOMEM, "read", path);
    got = read_all(fd, bytes, size);
    if (got < 0) {
        mem_free(bytes);
        return system_fault(fault, (int)got, "read", path);
    }
    *ret = bytes;
    *ret_size = (size_t)got;
    return 0;
}

int file_read(const char *path, size_t most, void **ret, size_t *ret_size, struct fault *fault)
{
    size_t size;
    int fd = open_whole(path, most, &size, fault), r;

    if (fd < 0)
        return fd;
    r = read_open(fd, path, size, ret, ret_size, fault);
    close(fd);
    return r;
}

static int map_open(int fd, const char *path, size_t size, struct file_map *ret,
                    struct fault *fault)
{
    void *base = NULL;

    if (size)
        base = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (base == MAP_FAILED)
        return system_fault(fault, -errno, "read", path);
    *ret = (struct file_map){base, size};
    return 0;
}

int file_map(const char *path, size_t most, struct file_map *ret, struct fault *fault)
{
    size_t size;
    int fd = open_whole(path, most, &size, fault), r;

    if (fd < 0)
        return fd;
    r = map_open(fd, path, size, ret, fault);
    close(fd);
    return r;
}

void file_map_let_go(const struct file_map *map)
{
    if (map->base)
        (void)madvise(map->base, map->size, MADV_DONTNEED);
}

void file_map_done(struct file_map *map)
{
    if (map->base)
        munmap(map->base, map->size);
    *map = (struct file_map){0};
}

static int write_all(int fd, const char *base, size_t size)
{
    while (size) {
        ssize_t n = write(fd, base, size);

        if (n < 0 && errno != EINTR)
            return -errno;
        base += n > 0 ? n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
    return 0;
}

#define LETTERS 6 /* at the end of a temporary name */

/* The folder of PATH. */
static const char *folder_of(const char *path, char out[PATH_MAX])
{
    const char *slash = strrchr(path, '/');

    snprintf(out, PATH_MAX, "%.*s", slash ? (int)(slash + 1 - path) : 1, slash ? path : ".");
    return out;
}

/*
 * A new file in the folder of FILE->path: without a name, so that who is interrupted leaves nothing
 * behind; or where that cannot be, under a name that nobody looks for.
 */
static int open_beside(struct file_new *file, size_t size)
{
    const char *path = file->path, *slash = strrchr(path, '/');
    char folder[PATH_MAX];
    bool can_be_named = access("/proc/self/fd", X_OK) == 0;

    snprintf(file->temporary, size, "%.*s.%s.XXXXXX", slash ? (int)(slash + 1 - path) : 0, path,
             slash ? slash + 1 : path);
    file->fd = -1;
    if (can_be_named)
        file->fd = open(folder_of(path, folder), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    file->nameless = file->fd >= 0;
    if (file->fd < 0)
        file->fd = mkostemp(file->temporary, O_CLOEXEC);
    return file->fd < 0 ? -errno : 0;
}

/* Gives a file without a name its temporary one: only what has a name can take another's place. */
static int name_beside(struct file_new *file)
{
    size_t end = strlen(file->temporary) - LETTERS;
    char link[32];
    int r = -EEXIST;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", file->fd);
    for (int tries = 0; r == -EEXIST && tries < 100; tries++) {
        uint32_t number;

        if (getrandom(&number, sizeof(number), 0) < 0)
            return -errno;
        snprintf(file->temporary + end, LETTERS + 1, "%06x", number & 0xffffff);
        r = linkat(AT_FDCWD, link, AT_FDCWD, file->temporary, AT_SYMLINK_FOLLOW) < 0 ? -errno : 0;
    }
    file->nameless = r < 0;
    return r;
}

/* The rights that open() would have given a new file. */
static mode_t usual_mode(void)
{
    mode_t mask = umask(0);

    umask(mask);
    return 0666 & ~mask;
}

/* What a rename means is on the disk only when its folder is. */
static void sync_folder(const char *path)
{
    char folder[PATH_MAX];
    int fd = open(folder_of(path, folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return;
    (void)fsync(fd); /* some file systems cannot; the file itself is safe */
    close(fd);
}

bool file_is_same(const char *a, const char *b)
{
    struct stat first, second;

    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

int file_new_begin(const char *path, struct file_new *ret, struct fault *fault)
{
    size_t size = strlen(path) + sizeof("..XXXXXX");
    _cleanup_(freep) char *temporary = malloc(size);
    struct file_new file = {.path = path, .temporary = temporary};
    struct stat status;
    int r;

    /* A rename would put a file in the place of a device. */
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return fail(fault, -EINVAL, "cannot write %.180s: it is there and is not a file", path);
    r = temporary ? open_beside(&file, size) : -ENOMEM;
    if (r < 0)
        return system_fault(fault, r, "write", path);
    *ret = file;
    ret->temporary = take_ptr(temporary);
    return 0;
}

int file_new_begin_nowhere(struct file_new *ret, struct fault *fault)
{
    struct file_new file = {.path = "a file in memory", .nameless = true};
    int r;

    file.temporary = strdup("");
    file.fd = file.temporary ? memfd_create("container", MFD_CLOEXEC) : -1;
    if (file.fd >= 0) {
        *ret = file;
        return 0;
    }
    r = file.temporary ? -errno : -ENOMEM;
    free(file.temporary);
    return system_fault(fault, r, "write", file.path);
}

int file_new_put(void *file_new, const void *base, size_t size)
{
    struct file_new *file = file_new;

    file->size += size;
    return write_all(file->fd, base, size);
}

int file_new_map(const struct file_new *file, struct file_map *ret, struct fault *fault)
{
    return map_open(file->fd, file->path, file->size, ret, fault);
}

int file_new_end(struct file_new *file, struct fault *fault)
{
    int r = 0;

    if (fchmod(file->fd, usual_mode()) < 0 || fsync(file->fd) < 0)
        r = -errno;
    if (r == 0 && file->nameless)
        r = name_beside(file);
    if (close(file->fd) < 0 && r == 0)
        r = -errno;
    file->fd = -1;
    if (r == 0 && rename(file->temporary, file->path) < 0)
        r = -errno;
    if (r < 0)
        return system_fault(fault, r, "write", file->path);
    free(file->temporary);
    file->temporary = NULL;
    sync_folder(file->path);
    return 0;
}

void file_new_done(struct file_new *file)
{
    if (!file->temporary)
        return;
    if (file->fd >= 0)
        close(file->fd);
    if (!file->nameless)
        (void)unlink(file->temporary);
    free(file->temporary);
    *file = (struct file_new){0};
}

int file_write(const char *path, const void *base, size_t size, struct fault *fault)
{
    _cleanup_(file_new_done) struct file_new file = {0};
    int r = file_new_begin(path, &file, fault);

    if (r < 0)
        return r;
    r = file_new_put(&file, base, size);
    if (r < 0)
        return system_fault(fault, r, "write", path);
    return file_new_end(&file, fault);
}
