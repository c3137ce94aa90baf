#include "model/dlc/zip.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST /* zlib then takes its input as const */
#include <zlib.h>

#include "base/base.h"
#include "base/error.h"
#include "model/dlc/zip_format.h"
#include "model/text.h"

/* The archive while it is read. */
struct reader {
    const unsigned char *base;
    size_t size;
    uint64_t n_entries, directory_size, directory_at;
    uint64_t packed_sum, unfolded_sum;
    struct fault *fault;
};

/* An entry as the central directory tells it. */
struct central {
    const char *name;
    size_t name_size, at;
    uint16_t flags, method;
    uint32_t stamp, crc;
    uint64_t packed, unpacked, local_at;
};

static uint16_t get16(const unsigned char *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t get32(const unsigned char *p)
{
    return get16(p) | (uint32_t)get16(p + 2) << 16;
}

static uint64_t get64(const unsigned char *p)
{
    return get32(p) | (uint64_t)get32(p + 4) << 32;
}

static int in_archive(const struct reader *reader, uint64_t at, uint64_t size)
{
    return at <= reader->size && size <= reader->size - at;
}

static int damaged(const struct reader *reader, uint64_t at, const char *what)
{
    return fail(reader->fault, E_DLC_ARCHIVE,
                "not a DLC archive: %s at byte %llu of %zu; the file is cut short or damaged", what,
                (unsigned long long)at, reader->size);
}

/* The end record is the last thing in the file but for its comment, which is 64 KiB at most. */
static int find_end(const struct reader *reader, size_t *ret_at)
{
    size_t least;

    if (reader->size < END_SIZE)
        return fail(reader->fault, E_DLC_ARCHIVE,
                    "not a DLC archive: %zu bytes are too few for a ZIP file", reader->size);
    least = reader->size - END_SIZE;
    least = least > COMMENT_MAX ? least - COMMENT_MAX : 0;
    for (size_t at = reader->size - END_SIZE + 1; at-- > least;)
        if (get32(reader->base + at) == END_SIGNATURE &&
            at + END_SIZE + get16(reader->base + at + 20) == reader->size) {
            *ret_at = at;
            return 0;
        }
    return fail(reader->fault, E_DLC_ARCHIVE,
                "not a DLC archive: no ZIP end record in the last bytes of %zu; the file is "
                "something else or cut short",
                reader->size);
}

static int read_end64(struct reader *reader, size_t locator_at)
{
    const unsigned char *end;
    uint64_t at = get64(reader->base + locator_at + 8);

    if (!in_archive(reader, at, END64_SIZE) || get32(reader->base + at) != END64_SIGNATURE)
        return damaged(reader, locator_at, "the ZIP64 locator points nowhere");
    end = reader->base + at;
    if (reader->n_entries == OPEN16)
        reader->n_entries = get64(end + 32);
    if (reader->directory_size == OPEN32)
        reader->directory_size = get64(end + 40);
    if (reader->directory_at == OPEN32)
        reader->directory_at = get64(end + 48);
    return 0;
}

static int read_end(struct reader *reader)
{
    const unsigned char *end;
    size_t at = 0;
    int r = find_end(reader, &at);

    if (r < 0)
        return r;
    end = reader->base + at;
    if (get16(end + 4) != 0 || get16(end + 6) != 0 || get16(end + 8) != get16(end + 10))
        return damaged(reader, at, "an archive in several parts");
    reader->n_entries = get16(end + 10);
    reader->directory_size = get32(end + 12);
    reader->directory_at = get32(end + 16);
    if (at >= LOCATOR64_SIZE && get32(end - LOCATOR64_SIZE) == LOCATOR64_SIGNATURE) {
        r = read_end64(reader, at - LOCATOR64_SIZE);
        if (r < 0)
            return r;
    }
    if (!in_archive(reader, reader->directory_at, reader->directory_size) ||
        reader->directory_at + reader->directory_size > at)
        return damaged(reader, at, "a directory that lies outside the file");
    if (reader->n_entries > reader->directory_size / CENTRAL_SIZE ||
        reader->n_entries > ZIP_ENTRIES_MAX)
        return damaged(reader, at, "more entries than the directory can hold");
    return 0;
}

/* Sizes and offset that do not fit 32 bits stand in the ZIP64 field, in this order, and only those.
 */
static int read_extra64(const unsigned char *field, size_t size, struct central *central)
{
    uint64_t *const wide[] = {&central->unpacked, &central->packed, &central->local_at};

    for (size_t i = 0; i < ARRAY_SIZE(wide); i++) {
        if (*wide[i] != OPEN32)
            continue;
        if (size < 8)
            return -1;
        *wide[i] = get64(field);
        field += 8;
        size -= 8;
    }
    return 0;
}

static int read_extras(const unsigned char *extra, size_t size, struct central *central)
{
    while (size >= 4) {
        size_t length = get16(extra + 2);

        if (length > size - 4)
            return -1;
        if (get16(extra) == EXTRA_ZIP64 && read_extra64(extra + 4, length, central) < 0)
            return -1;
        extra += 4 + length;
        size -= 4 + length;
    }
    return 0;
}

static int check_central(const struct reader *reader, const struct central *central)
{
    if (central->name_size == 0 || central->name_size > ZIP_NAME_MAX ||
        text_good(central->name, central->name_size) != central->name_size)
        return damaged(reader, central->at,
                       "an entry's name is empty, too long or no readable text");
    if (central->flags & FLAG_ENCRYPTED)
        return damaged(reader, central->at, "an encrypted entry");
    if (central->method != METHOD_STORED && central->method != METHOD_DEFLATED)
        return damaged(reader, central->at, "an entry neither stored nor deflated");
    if (central->method == METHOD_STORED && central->packed != central->unpacked)
        return damaged(reader, central->at, "a stored entry with two sizes");
    if (central->packed > reader->size)
        return damaged(reader, central->at, "an entry larger than the file");
    if (central->unpacked > ZIP_BYTES_MAX || central->packed > ZIP_BYTES_MAX)
        return damaged(reader, central->at, "an entry larger than 2 GiB");
    return 0;
}

/* Reads the central header at *AT and moves *AT behind it. */
static int read_central(const struct reader *reader, uint64_t *at, struct central *ret)
{
    uint64_t end = reader->directory_at + reader->directory_size;
    const unsigned char *p = reader->base + *at;
    size_t name_size, extra_size, tail;

    if (end - *at < CENTRAL_SIZE || get32(p) != CENTRAL_SIGNATURE)
        return damaged(reader, *at, "a broken directory");
    name_size = get16(p + 28);
    extra_size = get16(p + 30);
    tail = name_size + extra_size + get16(p + 32);
    if (end - *at - CENTRAL_SIZE < tail)
        return damaged(reader, *at, "a broken directory");
    *ret = (struct central){
        .name = (const char *)p + CENTRAL_SIZE,
        .name_size = name_size,
        .at = *at,
        .flags = get16(p + 8),
        .method = get16(p + 10),
        .stamp = get16(p + 12) | (uint32_t)get16(p + 14) << 16,
        .crc = get32(p + 16),
        .packed = get32(p + 20),
        .unpacked = get32(p + 24),
        .local_at = get32(p + 42),
    };
    if (read_extras(p + CENTRAL_SIZE + name_size, extra_size, ret) < 0)
        return damaged(reader, *at, "a broken ZIP64 field");
    *at += CENTRAL_SIZE + tail;
    return check_central(reader, ret);
}

/* Where the entry's bytes are, by its local header, whose name must be the same. */
static int locate(const struct reader *reader, const struct central *central, uint64_t *ret)
{
    const unsigned char *p;
    uint64_t at = central->local_at;

    if (!in_archive(reader, at, LOCAL_SIZE) || get32(reader->base + at) != LOCAL_SIGNATURE)
        return damaged(reader, central->at, "an entry that points nowhere");
    p = reader->base + at;
    if (get16(p + 8) != central->method || get16(p + 26) != central->name_size ||
        !in_archive(reader, at + LOCAL_SIZE, central->name_size) ||
        memcmp(p + LOCAL_SIZE, central->name, central->name_size) != 0)
        return damaged(reader, at, "an entry that the directory calls otherwise");
    at += LOCAL_SIZE + central->name_size + get16(p + 28);
    if (!in_archive(reader, at, central->packed))
        return damaged(reader, central->local_at, "an entry longer than the file");
    *ret = at;
    return 0;
}

static int unfold(const struct reader *reader, const struct central *central,
                  const unsigned char *from, void *to)
{
    z_stream stream = {
        .next_in = from,
        .avail_in = (uInt)central->packed,
        .next_out = to,
        .avail_out = (uInt)central->unpacked,
    };
    int z;

    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
        return -ENOMEM;
    z = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    if (z == Z_MEM_ERROR)
        return -ENOMEM;
    if (z != Z_STREAM_END || stream.total_out != central->unpacked)
        return damaged(reader, central->at, "a deflated entry does not unfold to what it promises");
    return 0;
}

/* Before a byte is allocated: all that unfolds together must be in proportion to the file. */
static int charge(struct reader *reader, const struct central *central)
{
    reader->packed_sum += central->packed;
    if (reader->packed_sum > reader->size)
        return damaged(reader, central->at, "entries that overlap");
    if (central->method == METHOD_STORED)
        return 0;
    reader->unfolded_sum += central->unpacked;
    if (reader->unfolded_sum > ZIP_BYTES_MAX || reader->unfolded_sum / ZIP_RATIO_MAX > reader->size)
        return fail(reader->fault, E_DLC_ARCHIVE,
                    "the archive unfolds to more than %d times its %zu bytes or to more than 2 "
                    "GiB: store its entries instead of deflating them",
                    ZIP_RATIO_MAX, reader->size);
    return 0;
}

static int read_entry(struct reader *reader, const struct central *central, void **unfolded,
                      struct zip_entry *entry)
{
    uint64_t at = 0;
    int r = locate(reader, central, &at);

    if (r == 0)
        r = charge(reader, central);
    if (r < 0)
        return r;
    entry->base = reader->base + at;
    entry->size = central->unpacked;
    entry->stamp = central->stamp;
    entry->crc = central->crc;
    if (central->method == METHOD_DEFLATED) {
        *unfolded = malloc(entry->size ? entry->size : 1);
        if (!*unfolded)
            return -ENOMEM;
        entry->base = *unfolded;
        r = unfold(reader, central, reader->base + at, *unfolded);
        if (r < 0)
            return r;
    }
    if (zip_crc(entry->base, entry->size) != central->crc)
        return fail(reader->fault, E_DLC_ARCHIVE,
                    "record %s: its CRC does not match; the file is damaged", entry->name);
    return 0;
}

uint32_t zip_crc_more(uint32_t crc, const void *base, size_t size)
{
    return (uint32_t)crc32_z(crc, base, size);
}

uint32_t zip_crc(const void *base, size_t size)
{
    return zip_crc_more(0, base, size);
}

static int by_name(const void *a, const void *b)
{
    const struct zip_entry *left = a, *right = b;

    return strcmp(left->name, right->name);
}

static int sort_entries(const struct reader *reader, struct zip *zip)
{
    if (zip->n_entries)
        qsort(zip->entries, zip->n_entries, sizeof(*zip->entries), by_name);
    for (size_t i = 1; i < zip->n_entries; i++)
        if (strcmp(zip->entries[i - 1].name, zip->entries[i].name) == 0)
            return fail(reader->fault, E_DLC_ARCHIVE, "the archive holds record %s twice",
                        zip->entries[i].name);
    return 0;
}

static int read_entries(struct reader *reader, struct zip *zip)
{
    uint64_t at = reader->directory_at;
    char *name = zip->names;

    for (uint64_t i = 0; i < reader->n_entries; i++) {
        struct zip_entry *entry = &zip->entries[zip->n_entries];
        struct central central;
        int r = read_central(reader, &at, &central);

        if (r < 0)
            return r;
        if (central.name[central.name_size - 1] == '/' && central.unpacked == 0)
            continue; /* a folder: some archivers write them, nobody needs them */
        entry->name = memcpy(name, central.name, central.name_size);
        name[central.name_size] = 0;
        name += central.name_size + 1;
        r = read_entry(reader, &central, &zip->unfolded[zip->n_entries++], entry);
        if (r < 0)
            return r;
    }
    return sort_entries(reader, zip);
}

int zip_read(const void *bytes, size_t size, struct zip *ret, struct fault *fault)
{
    struct reader reader = {.base = bytes, .size = size, .fault = fault};
    struct zip zip = {0};
    int r = read_end(&reader);

    if (r < 0)
        return r;
    zip.entries = calloc(reader.n_entries + 1, sizeof(*zip.entries));
    zip.unfolded = calloc(reader.n_entries + 1, sizeof(*zip.unfolded));
    zip.names =
        malloc(reader.directory_size + 1); /* each name and its 0 are less than its header */
    r = zip.entries && zip.unfolded && zip.names ? read_entries(&reader, &zip) : -ENOMEM;
    if (r < 0) {
        zip_done(&zip);
        return r;
    }
    *ret = zip;
    return 0;
}

void zip_done(struct zip *zip)
{
    for (size_t i = 0; i < zip->n_entries; i++)
        free(zip->unfolded[i]);
    free(zip->unfolded);
    free(zip->entries);
    free(zip->names);
    *zip = (struct zip){0};
}

const struct zip_entry *zip_find(const struct zip *zip, const char *name)
{
    const struct zip_entry key = {.name = name};

    if (zip->n_entries == 0)
        return NULL;
    return bsearch(&key, zip->entries, zip->n_entries, sizeof(key), by_name);
}
