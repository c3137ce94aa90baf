#include "convert/onnx/external.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/str.h"
#include "convert/beside.h"

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
        r = beside_read(fd, place->offset, to, size);
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
    struct place place = {0};
    uint64_t file_size = 0;
    int r = read_place(c, record, &place), fd;

    if (r < 0)
        return r;
    if (!c->options->folder)
        return conversion_unsupported(c, "export the model with its weights inside",
                                      "tensor %.80s lies in %.80s, and no folder was given",
                                      record->name, place.file);
    fd = beside_open(c->options, place.file, &file_size);
    if (fd < 0)
        return conversion_unsupported(c, "put the model's weights beside it",
                                      "tensor %.60s lies in %.80s: %s", record->name, place.file,
                                      beside_error(fd));
    return take_bytes(c, record, &place, fd, file_size, size, ret);
}
