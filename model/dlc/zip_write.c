/* The writing half of model/dlc/zip.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "model/dlc/zip.h"
#include "model/dlc/zip_format.h"

/* Where the archive goes, and how much of it is there. */
struct out {
    zip_put_fn put;
    void *context;
    uint64_t size;
};

static int put(struct out *out, const void *base, size_t size)
{
    int r = out->put(out->context, base, size);

    out->size += size;
    return r;
}

static unsigned char *put16(unsigned char *p, uint32_t v)
{
    p[0] = (unsigned char)v;
    p[1] = (unsigned char)(v >> 8);
    return p + 2;
}

static unsigned char *put32(unsigned char *p, uint32_t v)
{
    return put16(put16(p, v), v >> 16);
}

static unsigned char *put64(unsigned char *p, uint64_t v)
{
    return put32(put32(p, (uint32_t)v), (uint32_t)(v >> 32));
}

/* What local and central headers have in common, from "version needed" to the extra field's size.
 */
static unsigned char *put_common(unsigned char *p, const struct zip_parts *record, uint32_t stamp,
                                 uint32_t crc, uint32_t extra_size)
{
    p = put16(p, VERSION_ZIP64);
    p = put16(p, 0);
    p = put16(p, METHOD_STORED);
    p = put32(p, stamp);
    p = put32(p, crc);
    p = put32(p, OPEN32);
    p = put32(p, OPEN32);
    p = put16(p, (uint32_t)strlen(record->name));
    return put16(p, extra_size);
}

static uint64_t size_of(const struct zip_parts *record)
{
    uint64_t size = 0;

    for (size_t i = 0; i < record->n_pieces; i++)
        size += record->pieces[i].size;
    return size;
}

static uint32_t crc_of(const struct zip_parts *record)
{
    uint32_t crc = 0;

    for (size_t i = 0; i < record->n_pieces; i++)
        if (record->pieces[i].size)
            crc = zip_crc_more(crc, record->pieces[i].base, record->pieces[i].size);
    return crc;
}

static int write_local(const struct zip_parts *record, uint32_t stamp, uint32_t crc,
                       struct out *out)
{
    unsigned char head[LOCAL_SIZE], extra[20], *p = put32(head, LOCAL_SIGNATURE);
    int r;

    put_common(p, record, stamp, crc, sizeof(extra));
    p = put16(put16(extra, EXTRA_ZIP64), 16);
    put64(put64(p, size_of(record)), size_of(record));
    r = put(out, head, sizeof(head));
    if (r == 0)
        r = put(out, record->name, strlen(record->name));
    if (r == 0)
        r = put(out, extra, sizeof(extra));
    for (size_t i = 0; r == 0 && i < record->n_pieces; i++)
        if (record->pieces[i].size)
            r = put(out, record->pieces[i].base, record->pieces[i].size);
    return r;
}

static int write_central(const struct zip_parts *record, uint32_t stamp, uint32_t crc,
                         uint64_t local_at, struct out *out)
{
    unsigned char head[CENTRAL_SIZE] = {0}, extra[28], *p = put32(head, CENTRAL_SIGNATURE);
    int r;

    put_common(put16(p, VERSION_ZIP64), record, stamp, crc, sizeof(extra));
    put32(head + CENTRAL_SIZE - 4, OPEN32);
    p = put16(put16(extra, EXTRA_ZIP64), 24);
    put64(put64(put64(p, size_of(record)), size_of(record)), local_at);
    r = put(out, head, sizeof(head));
    if (r == 0)
        r = put(out, record->name, strlen(record->name));
    if (r == 0)
        r = put(out, extra, sizeof(extra));
    return r;
}

/* The three end records; the directory begins at DIRECTORY_AT and ends where they begin. */
static int write_end(size_t n_records, uint64_t directory_at, uint64_t end_at, struct out *out)
{
    unsigned char end[END64_SIZE + LOCATOR64_SIZE + END_SIZE], *p = end;
    uint64_t directory_size = end_at - directory_at;

    p = put64(put32(p, END64_SIGNATURE), END64_SIZE - 12);
    p = put16(put16(p, VERSION_ZIP64), VERSION_ZIP64);
    p = put32(put32(p, 0), 0);
    p = put64(put64(p, n_records), n_records);
    p = put64(put64(p, directory_size), directory_at);
    p = put32(put32(p, LOCATOR64_SIGNATURE), 0);
    p = put32(put64(p, end_at), 1);
    p = put16(put16(put32(p, END_SIGNATURE), 0), 0);
    p = put16(put16(p, (uint32_t)n_records), (uint32_t)n_records);
    p = put16(put32(put32(p, (uint32_t)directory_size), OPEN32), 0);
    return put(out, end, (size_t)(p - end));
}

struct placed {
    uint64_t at;
    uint32_t crc;
};

static int write_all(const struct zip_parts *records, size_t n_records, uint32_t stamp,
                     struct placed *placed, struct out *out)
{
    uint64_t directory_at;
    int r = 0;

    for (size_t i = 0; r == 0 && i < n_records; i++) {
        placed[i].at = out->size;
        placed[i].crc = crc_of(&records[i]);
        r = write_local(&records[i], stamp, placed[i].crc, out);
    }
    directory_at = out->size;
    for (size_t i = 0; r == 0 && i < n_records; i++)
        r = write_central(&records[i], stamp, placed[i].crc, placed[i].at, out);
    if (r == 0)
        r = write_end(n_records, directory_at, out->size, out);
    return r;
}

int zip_write_to(const struct zip_parts *records, size_t n_records, uint32_t stamp,
                 zip_put_fn put_fn, void *context, struct fault *fault)
{
    struct out out = {put_fn, context, 0};
    struct placed *placed;
    int r;

    if (n_records > ZIP_ENTRIES_MAX)
        return fail(fault, E_DLC_ARCHIVE, "%zu records are more than an archive may hold, %d",
                    n_records, ZIP_ENTRIES_MAX);
    for (size_t i = 0; i < n_records; i++)
        if (records[i].name[0] == 0 || strlen(records[i].name) > ZIP_NAME_MAX)
            return fail(fault, E_DLC_ARCHIVE, "record %.64s: a name has 1 to %d bytes",
                        records[i].name, ZIP_NAME_MAX);
    placed = calloc(n_records + 1, sizeof(*placed));
    if (!placed)
        return -ENOMEM;
    r = write_all(records, n_records, stamp, placed, &out);
    free(placed);
    return r;
}

static int put_buf(void *context, const void *base, size_t size)
{
    return buf_append(context, base, size);
}

int zip_write(const struct zip_record *records, size_t n_records, uint32_t stamp, struct buf *out,
              struct fault *fault)
{
    size_t n = n_records <= ZIP_ENTRIES_MAX ? n_records : 0; /* more are refused, unread */
    struct zip_parts *parts = calloc(n + 1, sizeof(*parts));
    struct piece *pieces = calloc(n + 1, sizeof(*pieces));
    size_t start = out->size;
    int r = parts && pieces ? 0 : -ENOMEM;

    for (size_t i = 0; r == 0 && i < n; i++) {
        pieces[i] = (struct piece){records[i].base, records[i].size};
        parts[i] = (struct zip_parts){records[i].name, &pieces[i], 1};
    }
    if (r == 0)
        r = zip_write_to(parts, n_records, stamp, put_buf, out, fault);
    free(parts);
    free(pieces);
    if (r < 0)
        out->size = start;
    return r;
}

uint32_t zip_stamp(int64_t seconds)
{
    const int64_t first = 315532800, last = 4354819198; /* 1980-01-01, 2107-12-31 23:59:58 */
    time_t t = (time_t)(seconds < first ? first : seconds > last ? last : seconds);
    struct tm tm;
    uint32_t date;

    gmtime_r(&t, &tm);
    date = (uint32_t)((tm.tm_year - 80) << 9 | (tm.tm_mon + 1) << 5 | tm.tm_mday);
    return date << 16 | (uint32_t)(tm.tm_hour << 11 | tm.tm_min << 5 | tm.tm_sec / 2);
}

int64_t zip_seconds(uint32_t stamp)
{
    struct tm tm = {
        .tm_year = (int)(stamp >> 25) + 80,
        .tm_mon = (int)(stamp >> 21 & 15) - 1,
        .tm_mday = (int)(stamp >> 16 & 31),
        .tm_hour = (int)(stamp >> 11 & 31),
        .tm_min = (int)(stamp >> 5 & 63),
        .tm_sec = (int)(stamp & 31) * 2,
    };

    return timegm(&tm);
}
