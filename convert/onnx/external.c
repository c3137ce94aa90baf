#include "convert/onnx/external.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/str.h"

struct place {
    const char *file;
    uint64_t offset, length; /* length 0: not said */
};

static int read_place(struct conversion *c, const struct onnx_tensor *record, struct place *ret)
{
    const struct onnx_entry *entries = record->external.base;
    struct place place = {0};
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < record->external.n; i++) {
        const struct onnx_entry *entry = &entries[i];

        if (strcmp(entry->key, "location") == 0)
            place.file = entry->value;
        else if (strcmp(entry->key, "offset") == 0)
            r = str_u64(entry->value, 0, INT64_MAX, &place.offset);
        else if (strcmp(entry->key, "length") == 0)
            r = str_u64(entry->value, 0, INT64_MAX, &place.length);
    }
    if (r < 0 || !place.file || !*place.file)
        return conversion_unsupported(c, "export the model again",
                                      "tensor %.80s lies in another file, but not where",
                                      record->name);
    if (strchr(place.file, '/') || strcmp(place.file, ".") == 0 || strcmp(place.file, "..") == 0)
        return conversion_unsupported(c, "put the file into the model's folder and export again",
                                      "tensor %.80s lies in %.80s, which is no plain file name",
                                      record->name, place.file);
    *ret = place;
    return 0;
}

/* An fd of a regular file of that name in the folder, never of what a link leads to. */
static int open_file(const char *folder, const char *file, off_t *ret_size)
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
    *ret_size = st.st_size;
    return fd;
}

static int read_all(int fd, uint8_t *to, size_t size, off_t offset)
{
    while (size) {
        ssize_t n = pread(fd, to, size, offset);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            return -EIO; /* it was cut after we asked for its size */
        to += n;
        size -= (size_t)n;
        offset += n;
    }
    return 0;
}

/* The bytes at PLACE of an open file; closes FD. */
static int take_bytes(struct conversion *c, const struct onnx_tensor *record,
                      const struct place *place, int fd, uint64_t file_size, size_t size,
                      struct bytes *ret)
{
    uint8_t *to = NULL;
    int r = 0;

    if (place->offset > file_size || size > file_size - place->offset ||
        (place->length && place->length != size)) {
        close(fd);
        return conversion_unsupported(
            c, "the file is damaged or cut: export the model again",
            "tensor %.60s takes %zu bytes from byte %llu of %.60s, which has %llu", record->name,
            size, (unsigned long long)place->offset, place->file, (unsigned long long)file_size);
    }
    /* These bytes are paid for by a file, as those of the model are. */
    to = arena_alloc(&c->arena, size ? size : 1);
    if (to)
        r = read_all(fd, to, size, (off_t)place->offset);
    close(fd);
    if (!to)
        return -ENOMEM;
    if (r < 0)
        return conversion_unsupported(c, "read it again", "%.80s: %s", place->file, strerror(-r));
    c->bytes_left += CONVERSION_SPREAD * size;
    *ret = (struct bytes){to, size};
    return 0;
}

int external_read(struct conversion *c, const struct onnx_tensor *record, size_t size,
                  struct bytes *ret)
{
    const char *folder = c->options->folder;
    struct place place = {0};
    off_t file_size = 0;
    int r = read_place(c, record, &place), fd;

    if (r < 0)
        return r;
    if (!folder)
        return conversion_unsupported(c, "export the model with its weights inside",
                                      "tensor %.80s lies in %.80s, and no folder was given",
                                      record->name, place.file);
    fd = open_file(folder, place.file, &file_size);
    if (fd < 0)
        return conversion_unsupported(
            c, "put the model's weights beside it", "tensor %.60s lies in %.80s: %s", record->name,
            place.file, fd == -ELOOP ? "a link, which is not followed" : strerror(-fd));
    return take_bytes(c, record, &place, fd, (uint64_t)file_size, size, ret);
}
